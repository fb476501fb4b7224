/* The wallet's payment code: good once and for 60 s, held to the scanner by a click. */
import { byId, calmMotion, grouped, make, setAttribute, setText } from "./dom.js";
import { act, bus, hall } from "./link.js";
import { t, tOf } from "./words.js";

export const WALLETS = ["wechat", "alipay", "unionpay"];
const LIFE_MS = 60000;
const POOR_FEN = 100;
const FLY_MS = 650;

export const code = { wallet: "wechat", poor: false, text: "", until: 0, used: false, waiting: false, holding: false };
let redraw = () => {};

const left = () => Math.max(0, Math.ceil((code.until - Date.now()) / 1000));
export const codeExpired = () => code.text !== "" && left() === 0;
export const codeKey = () => JSON.stringify([code.wallet, code.poor, code.text, code.used, code.waiting, code.holding]);

export function startCode(draw) {
  redraw = draw;
}

async function newCode() {
  const line = `code ${code.wallet}${code.poor ? ` ${POOR_FEN}` : ""}`;
  const wallet = code.wallet;
  const result = await act(line);
  if (!result.ok) {
    bus.dispatchEvent(new CustomEvent("say", { detail: t("log_refused", { reason: tOf("say", result.reason) }) }));
    return;
  }
  if (wallet === code.wallet) {
    Object.assign(code, { text: result.answer.trim(), until: Date.now() + LIFE_MS, used: false, waiting: false });
    redraw();
  }
}

function pickWallet(wallet) {
  const open = code.text !== "";
  Object.assign(code, { wallet, text: "", used: false, waiting: false });
  redraw();
  if (open) {
    newCode();
  }
}

/* A small phone flies from the hand to the scanner's window. */
async function fly() {
  bus.dispatchEvent(new CustomEvent("go", { detail: "kiosk" }));
  const target = byId("scanner-window").getBoundingClientRect();
  const handset = byId("handset").getBoundingClientRect();
  if (calmMotion() || target.width === 0) {
    return;
  }
  const from =
    handset.width > 0
      ? { x: handset.left + handset.width / 2, y: handset.top + handset.height / 2 }
      : { x: window.innerWidth / 2, y: window.innerHeight };
  const to = { x: target.left + target.width / 2, y: Math.min(target.top + target.height / 2, window.innerHeight) };
  const ghost = make("div", { class: "flying", "aria-hidden": "true" }, make("span", {}));
  document.body.append(ghost);
  const at = (point, scale) => ({ transform: `translate(${point.x}px, ${point.y}px) translate(-50%, -50%) scale(${scale})` });
  await ghost
    .animate([at(from, 1.6), { ...at(to, 0.8), offset: 0.7 }, at(to, 0.8)], { duration: FLY_MS, easing: "ease-out" })
    .finished.catch(() => null);
  ghost.remove();
}

/* What the scanner made of it, in words; null when it was read. */
export function scanComplaint(result) {
  const answer = String(result.answer ?? result.reason ?? "");
  if (result.ok && !answer.startsWith("dropped")) {
    return null;
  }
  const why = ["unplugged", "disarmed", "busy", "too-long"].find((word) => answer.includes(word));
  return why ? t(`scan_${why.replace("-", "_")}`) : t("log_refused", { reason: tOf("say", answer) });
}

async function hold() {
  if (code.text === "" || code.holding) {
    return;
  }
  code.holding = true;
  redraw();
  await fly();
  const held = code.text;
  const result = await act(`scan ${held}`, "scan $answer");
  const complaint = scanComplaint(result);
  code.holding = false;
  if (complaint === null && code.text === held) {
    code.used = true;
    code.waiting = true;
  }
  if (complaint !== null) {
    bus.dispatchEvent(new CustomEvent("say", { detail: complaint }));
  }
  setText(byId("phone-says"), complaint ?? t("scan_delivered"));
  redraw();
}

/* A payment has ended: the next code is a new one. */
export function dropUsedCode() {
  if (code.used) {
    Object.assign(code, { text: "", used: false, waiting: false });
  }
}

/* ---- drawing -------------------------------------------------------------------------------- */

function walletPicker() {
  const group = make("div", { class: "wallets", role: "radiogroup", "aria-label": t("wallet_pick") });
  for (const wallet of WALLETS) {
    const input = make("input", { type: "radio", name: "wallet", id: `wallet-${wallet}`, value: wallet });
    input.checked = code.wallet === wallet;
    input.addEventListener("change", () => pickWallet(wallet));
    group.append(make("label", { class: wallet, for: input.id }, input, make("span", {}, t(`wallet_${wallet}`))));
  }
  return group;
}

function poorSwitch() {
  const input = make("input", { type: "checkbox", id: "poor", role: "switch" });
  input.checked = code.poor;
  input.addEventListener("change", () => {
    code.poor = input.checked;
    if (code.text !== "") {
      newCode();
    }
    redraw();
  });
  return make("label", { class: "switch", for: "poor" }, input, make("span", { class: "knob" }), t("code_poor"));
}

function codeCard() {
  const image = make("img", {
    class: "code-picture",
    src: `/bench/qr?text=${encodeURIComponent(code.text)}`,
    alt: t("code_alt"),
    width: 200,
    height: 200,
  });
  return make(
    "div",
    { class: "code-card", data: { used: code.used ? "yes" : "no" } },
    image,
    make("p", { class: "digits", id: "code-digits" }, grouped(code.text)),
    make("div", { class: "life", "aria-hidden": "true" }, make("span", { id: "code-life" })),
    make("p", { class: "quiet", id: "code-left" }),
  );
}

export function codeView() {
  const view = make(
    "div",
    { class: `phone-view ${code.wallet}` },
    make("h3", { class: "unseen", tabindex: "-1" }, t("code_of", { wallet: t(`wallet_${code.wallet}`) })),
    walletPicker(),
  );
  const show = make("button", { type: "button", class: "next", id: "code-show", on: { click: newCode } }, t("code_show"));
  if (code.text === "") {
    view.append(make("div", { class: "code-card blank" }, make("p", {}, t("code_intro")), show), poorSwitch());
    return view;
  }
  const fresh = make("button", { type: "button", class: "plain", id: "code-new", on: { click: newCode } }, t("code_new"));
  const holdIt = make("button", { type: "button", class: "go", id: "code-hold", on: { click: hold } }, t("code_hold"));
  holdIt.disabled = code.holding;
  view.append(codeCard(), make("div", { class: "pair" }, fresh, holdIt), poorSwitch());
  setTimeout(tickCode, 0);
  return view;
}

export function tickCode() {
  const text = byId("code-left");
  if (!text || code.text === "") {
    return;
  }
  const seconds = left();
  const words = code.waiting && hall.state?.kiosk?.screen !== "result" ? "code_wait" : "code_used";
  setText(text, code.used ? t(words) : seconds > 0 ? t("code_left", { seconds }) : t("code_expired"));
  byId("code-life").style.width = `${code.used ? 0 : (100 * seconds * 1000) / LIFE_MS}%`;
  setAttribute(byId("code-life"), "data-low", seconds <= 10 ? "yes" : null);
}
