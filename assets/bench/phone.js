/* The customer's phone: which of its screens is up, and the payments that it has seen. */
import { byId, icon, make, setAttribute, setText, show, yuan, ZONE } from "./dom.js";
import { bus, hall, hear, lookAtLedger } from "./link.js";
import { code, codeKey, codeView, dropUsedCode, startCode, tickCode } from "./phone_code.js";
import { scanKey, scanView } from "./phone_scan.js";
import { pageView, passwordKey, passwordView, tickPassword } from "./phone_sheet.js";
import { onLanguage, t, tOf } from "./words.js";

const ENDED = new Set(["paid", "failed", "closed", "revoked", "refunded"]);
const TICK_MS = 500;

/* ways: how each paid trade was paid, as "wechat:code", "alipay:qr", "wechat:password". */
export const phone = { view: "code", ways: new Set(), result: null };

const states = new Map(); /* trade -> its state when last seen */
const byQr = new Set();
const byPassword = new Set();
let first = true;
let drawnKey = null;

/* ---- the wallet's own word about a payment -------------------------------------------------- */

function wayOf(trade) {
  const how = byQr.has(trade.out_trade_no) ? "qr" : byPassword.has(trade.out_trade_no) ? "password" : "code";
  return `${trade.channel}:${how}`;
}

export function sawQr(number) {
  byQr.add(number);
}

function followTrades() {
  const { trades = [], wallet = {} } = hall.state;
  if (wallet.page) {
    byQr.add(wallet.page.trade);
  }
  if (wallet.password) {
    byPassword.add(wallet.password.trade);
  }
  let changed = false;
  for (const trade of [...trades].reverse()) {
    const before = states.get(trade.out_trade_no);
    states.set(trade.out_trade_no, trade.state);
    if (trade.state === "notpay") {
      byQr.add(trade.out_trade_no);
    }
    if (before === trade.state || first) {
      continue;
    }
    changed = true;
    if (trade.state === "paid") {
      phone.ways.add(wayOf(trade));
      bus.dispatchEvent(new CustomEvent("paid", { detail: wayOf(trade) }));
    }
    /* A page that was never touched and closes is no news to the customer. */
    const silent = (trade.state === "closed" || trade.state === "revoked") && before === undefined;
    if (ENDED.has(trade.state) && !silent) {
      phone.result = trade.out_trade_no;
      bus.dispatchEvent(new CustomEvent("ended", { detail: trade }));
    }
  }
  first = false;
  if (changed) {
    lookAtLedger();
  }
}

const tradeOf = (number) => (hall.state?.trades ?? []).find((trade) => trade.out_trade_no === number);

function resultWords(trade) {
  const amount = yuan(trade.paid_fen || trade.amount_fen);
  const reason = trade.state === "failed" && trade.reason ? tOf("reason", trade.reason) : "";
  return { title: tOf("trade", trade.state), amount, reason, wallet: tOf("wallet", trade.channel) };
}

function resultView(trade) {
  const words = resultWords(trade);
  const good = trade.state === "paid";
  const sign = make("div", { class: `sign ${good ? "good" : "bad"}` }, icon(good ? "check" : "cross"));
  return make(
    "div",
    { class: "phone-view result", data: { result: trade.state } },
    sign,
    make("h3", { tabindex: "-1" }, words.title),
    make("p", { class: "amount" }, words.amount),
    make("p", { class: "quiet" }, words.reason || words.wallet),
    make(
      "button",
      {
        type: "button",
        class: "next",
        id: "result-done",
        on: {
          click: () => {
            phone.result = null;
            draw();
          },
        },
      },
      t("result_done"),
    ),
  );
}

/* No password is wanted, and no answer is there yet. */
function payingView(trade) {
  const words = resultWords(trade);
  return make(
    "div",
    { class: "phone-view result", data: { result: "paying" } },
    make("div", { class: "sign bad" }, icon("clock")),
    make("h3", { tabindex: "-1" }, t("result_paying")),
    make("p", { class: "amount" }, words.amount),
    make("p", { class: "quiet" }, t("result_paying_text")),
  );
}

function billsView() {
  /* A number that was reversed before it ever came has no wallet, and no phone knows of it. */
  const trades = (hall.state?.trades ?? []).filter((trade) => trade.channel !== "none");
  const list = make("ol", { class: "bills" });
  for (const trade of trades) {
    const words = resultWords(trade);
    list.append(
      make(
        "li",
        { data: { state: trade.state } },
        make("span", { class: `dot ${trade.channel || "none"}`, "aria-hidden": "true" }),
        make("span", { class: "what" }, words.wallet || "—", make("small", {}, trade.out_trade_no)),
        make("span", { class: "sum" }, words.amount, make("small", {}, words.reason || words.title)),
      ),
    );
  }
  return make(
    "div",
    { class: "phone-view" },
    make("h3", { tabindex: "-1" }, t("phone_nav_bills")),
    trades.length > 0 ? list : make("p", { class: "quiet empty" }, t("bills_none")),
  );
}

/* ---- which screen --------------------------------------------------------------------------- */

function current() {
  const wallet = hall.state?.wallet ?? {};
  if (wallet.password) {
    return { key: `password ${wallet.password.trade} ${passwordKey()}`, view: () => passwordView(wallet.password) };
  }
  if (wallet.page) {
    return { key: `page ${JSON.stringify(wallet.page)}`, view: () => pageView(wallet.page) };
  }
  const newest = hall.state?.trades?.[0];
  if (newest?.state === "paying") {
    return { key: `paying ${JSON.stringify(newest)}`, view: () => payingView(newest) };
  }
  const result = phone.result ? tradeOf(phone.result) : null;
  if (result) {
    return { key: `result ${JSON.stringify(result)}`, view: () => resultView(result) };
  }
  if (phone.view === "scan") {
    return { key: `scan ${scanKey()}`, view: scanView };
  }
  if (phone.view === "bills") {
    return { key: `bills ${JSON.stringify(hall.state?.trades)}`, view: billsView };
  }
  return { key: `code ${codeKey()}`, view: codeView };
}

/* The control that had the focus keeps it, or the new screen's heading takes it. */
export function draw() {
  const { key, view } = current();
  const full = `${document.documentElement.lang} ${key}`;
  if (full !== drawnKey) {
    const place = byId("phone");
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    drawnKey = full;
    place.replaceChildren(view());
    if (focused) {
      const again = focused.id ? byId(focused.id) : null;
      (again && !again.disabled ? again : place.querySelector("h3, button"))?.focus({ preventScroll: true });
    }
  }
  const now = new Date(hall.state?.now_ms ?? Date.now());
  setText(byId("phone-time"), now.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: ZONE }));
  show(byId("phone-nav"), !key.startsWith("page ") && !key.startsWith("password "));
  for (const button of byId("phone-nav").children) {
    setAttribute(button, "aria-current", button.dataset.view === phone.view ? "page" : null);
  }
}

export function openView(view) {
  phone.view = view;
  phone.result = null;
  draw();
}

function makeNav() {
  const entries = [
    ["code", "wallet"],
    ["scan", "scan"],
    ["bills", "receipt"],
  ];
  byId("phone-nav").replaceChildren(
    ...entries.map(([view, sign]) =>
      make(
        "button",
        { type: "button", data: { view }, on: { click: () => openView(view) } },
        icon(sign),
        make("span", {}, t(`phone_nav_${view}`)),
      ),
    ),
  );
}

export function startPhone() {
  startCode(draw);
  onLanguage(() => {
    makeNav();
    draw();
  });
  let screen = null;
  hear("state", () => {
    const now = hall.state.kiosk?.screen;
    if (now !== screen && now === "pay") {
      phone.result = null; /* a new payment: the old one's result is read, its code is used up */
      dropUsedCode();
    }
    screen = now;
    followTrades();
    draw();
  });
  hear("ended", (trade) => {
    const words = resultWords(trade);
    if (trade.channel === code.wallet) {
      dropUsedCode();
    }
    setText(byId("phone-says"), [words.title, words.amount, words.reason].filter(Boolean).join(". "));
  });
  setInterval(() => {
    tickCode();
    tickPassword();
  }, TICK_MS);
}
