/* The wallet's two sheets: confirm a page's payment, and the password box. */
import { byId, icon, make, setText, yuan } from "./dom.js";
import { act, bus, hall } from "./link.js";
import { draw } from "./phone.js";
import { t, tOf } from "./words.js";

const RIGHT = "123456";
const SLOW_MS = 900;

const password = { trade: "", typed: "", sending: false, slow: 0 };

function complain(result) {
  if (!result.ok) {
    bus.dispatchEvent(new CustomEvent("say", { detail: t("log_refused", { reason: tOf("say", result.reason) }) }));
  }
}

/* ---- the page's payment --------------------------------------------------------------------- */

function answer(line) {
  return async (event) => {
    event.currentTarget.disabled = true;
    complain(await act(line));
    draw();
  };
}

export function pageView(page) {
  return make(
    "div",
    { class: "phone-view sheet", data: { sheet: "page" } },
    make("h3", { tabindex: "-1" }, t("sheet_page")),
    make("p", { class: "quiet" }, t("sheet_pay")),
    make("p", { class: "payee" }, page.payee ?? ""),
    make("p", { class: "amount" }, yuan(page.amount_fen ?? 0)),
    make("p", { class: "quiet" }, page.subject ?? ""),
    make("button", { type: "button", class: "go", id: "page-confirm", on: { click: answer("confirm last") } }, t("sheet_confirm")),
    make("button", { type: "button", class: "plain", id: "page-cancel", on: { click: answer("decline last") } }, t("sheet_cancel")),
  );
}

/* ---- the password box ----------------------------------------------------------------------- */

export const passwordKey = () => JSON.stringify([password.typed.length, password.sending]);

async function send(line) {
  clearInterval(password.slow);
  password.sending = true;
  draw();
  complain(await act(line));
  password.sending = false;
  password.typed = "";
  draw();
}

function press(digit) {
  if (password.sending || password.typed.length >= RIGHT.length) {
    return;
  }
  password.typed += digit;
  draw();
  if (password.typed.length === RIGHT.length) {
    send(password.typed === RIGHT ? "password ok last" : "password wrong last");
  }
}

function erase() {
  password.typed = password.typed.slice(0, -1);
  draw();
}

/* One digit after the other, as slowly as a grandfather. */
function typeSlowly() {
  clearInterval(password.slow);
  password.typed = "";
  password.slow = setInterval(() => {
    if (!hall.state?.wallet?.password || password.sending) {
      clearInterval(password.slow);
      return;
    }
    press(RIGHT[password.typed.length]);
  }, SLOW_MS);
}

function keys(event) {
  if (/^[0-9]$/.test(event.key)) {
    press(event.key);
    event.preventDefault();
  } else if (event.key === "Backspace") {
    erase();
    event.preventDefault();
  }
}

function keypad() {
  const pad = make("div", { class: "pad" });
  for (const digit of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "<"]) {
    if (digit === "") {
      pad.append(make("span", {}));
    } else if (digit === "<") {
      pad.append(
        make("button", { type: "button", id: "password-erase", "aria-label": t("password_back"), on: { click: erase } }, icon("back")),
      );
    } else {
      pad.append(
        make("button", { type: "button", id: `password-${digit}`, "aria-label": t("password_key", { digit }), on: { click: () => press(digit) } }, digit),
      );
    }
  }
  return pad;
}

export function passwordView(box) {
  if (box.trade !== password.trade) {
    clearInterval(password.slow);
    Object.assign(password, { trade: box.trade, typed: "", sending: false });
  }
  const dots = make("div", { class: "dots", role: "img", "aria-label": t("password_dots", { count: password.typed.length }) });
  for (let i = 0; i < RIGHT.length; i += 1) {
    dots.append(make("span", { class: i < password.typed.length ? "on" : "" }));
  }
  setTimeout(tickPassword, 0);
  return make(
    "div",
    { class: "phone-view sheet password", data: { sheet: "password" }, on: { keydown: keys } },
    make("h3", { tabindex: "-1" }, t("password_title")),
    make("p", { class: "line" }, box.payee || null, make("strong", {}, yuan(box.amount_fen ?? 0))),
    dots,
    make("p", { class: "quiet" }, t("password_hint")),
    make("p", { class: "quiet", id: "password-left" }),
    keypad(),
    make(
      "div",
      { class: "pair" },
      make("button", { type: "button", class: "plain", id: "password-cancel", on: { click: () => send("password cancel last") } }, t("password_cancel")),
      make("button", { type: "button", class: "next", id: "password-slow", on: { click: typeSlowly } }, t("password_slow")),
    ),
  );
}

export function tickPassword() {
  const text = byId("password-left");
  const until = hall.state?.wallet?.password?.until_ms;
  if (text && until) {
    setText(text, t("password_left", { seconds: Math.max(0, Math.ceil((until - hall.state.now_ms) / 1000)) }));
  }
}
