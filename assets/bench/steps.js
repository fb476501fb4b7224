/* "First time here?": five steps that tick themselves off by what really happened, and a coach
 * who says the one next thing to do and points to it. */
import { byId, calmMotion, icon, make, recall, redrawer, remember, setText, show } from "./dom.js";
import { hall, hear } from "./link.js";
import { paper } from "./paper.js";
import { phone } from "./phone.js";
import { code, WALLETS } from "./phone_code.js";
import { findNode, mirror } from "./screen.js";
import { onLanguage, t } from "./words.js";

const STEPS = ["code", "qr", "third", "tear", "paper"];
const WAYS_WANTED = 3;
const NO_PAPER = /缺纸|没纸|No paper|no receipt paper/;

const done = new Set((recall("steps") ?? "").split(" ").filter((step) => STEPS.includes(step)));
const ways = new Set((recall("ways") ?? "").split(" ").filter(Boolean));
let closed = recall("steps-closed") === "yes";

function tick(step) {
  if (!done.has(step)) {
    done.add(step);
    remember("steps", [...done].join(" "));
    update();
  }
}

function paid(way) {
  ways.add(way);
  remember("ways", [...ways].join(" "));
  tick(way.endsWith(":qr") ? "qr" : "code");
  if (ways.size >= WAYS_WANTED) {
    tick("third");
  }
}

/* The printer has no paper, and the kiosk's own screen says so. */
function watchPaper() {
  const { printer } = hall.state ?? {};
  const said = (mirror.tree?.nodes ?? []).some((node) => NO_PAPER.test(`${node.text} ${node.spoken}`));
  if (printer?.state === "paper-out" && said) {
    tick("paper");
  }
}

/* ---- the coach ------------------------------------------------------------------------------ */

/* {word, at, part}: the sentence, the selector that it points to, and the part where that is. */
const advice = (word, part, at, values = {}) => ({ word, part, at, values });
const node = (id) => `[data-node="${id}"]`;
const onKiosk = (word, id) => advice(word, "kiosk", id ? node(id) : null);

/* Something is broken that stands in the way. */
const heal = advice("coach_heal", null, "#all-well");

function untriedWallet() {
  return WALLETS.find((wallet) => !ways.has(`${wallet}:code`)) ?? "alipay";
}

function atPay(goal) {
  if (code.waiting) {
    return onKiosk("coach_wait", null);
  }
  if (byId("result-done")) {
    return advice("coach_seen", "phone", "#result-done");
  }
  if (goal === "qr") {
    if (phone.view !== "scan") {
      return advice("coach_camera", "phone", '#phone-nav [data-view="scan"]');
    }
    return byId("camera-open") ? advice("coach_open", "phone", "#camera-open") : advice("coach_camera", "phone", "#camera-look");
  }
  if (hall.state.scanner?.plugged === false) {
    return heal;
  }
  if (phone.view !== "code") {
    return advice("coach_code", "phone", '#phone-nav [data-view="code"]');
  }
  const wanted = goal === "third" ? untriedWallet() : code.wallet;
  if (wanted !== code.wallet) {
    return advice("coach_third", "phone", `label.${wanted}`, { wallet: t(`wallet_${wanted}`) });
  }
  return code.text === "" ? advice("coach_code", "phone", "#code-show") : advice("coach_hold", "phone", "#code-hold");
}

function onTheWay(goal) {
  const next = findNode("nav.next");
  const ready = next && next.enabled !== false;
  switch (hall.state.kiosk.screen) {
    case "home":
      return findNode("svc.pay")?.enabled === false ? heal : onKiosk("coach_home", "svc.pay");
    case "account":
      return hall.state.scanner?.plugged === false ? heal : advice("coach_account", "hall", ".account .scan");
    case "confirm":
      return onKiosk("coach_confirm", "nav.next");
    case "amount":
      return ready ? onKiosk("coach_amount_next", "nav.next") : onKiosk("coach_amount", "preset.0");
    case "bills":
      return ready ? onKiosk("coach_bills", "nav.next") : onKiosk("coach_bills", "bill.0");
    case "pay":
      return atPay(goal);
    case "resolving":
    case "starting":
      return onKiosk("coach_wait", null);
    case "result":
    case "reprint_done":
      return onKiosk("coach_finish", "nav.next");
    default:
      return onKiosk("coach_back", "nav.back");
  }
}

function coach() {
  const { kiosk, printer } = hall.state ?? {};
  const goal = STEPS.find((step) => !done.has(step));
  if (goal === undefined) {
    return advice("steps_all", null, null);
  }
  if (!kiosk?.up) {
    return onKiosk("coach_gone", null);
  }
  if (hall.state.wallet?.password) {
    return advice("coach_password", "phone", "#password-slow");
  }
  if (hall.state.wallet?.page) {
    return advice("coach_page", "phone", "#page-confirm");
  }
  if (kiosk.modal && findNode("modal.title")) {
    return onKiosk("coach_modal", findNode("modal.continue") ? "modal.continue" : "modal.extend");
  }
  if (paper.hanging > 0 && !done.has("tear")) {
    return advice("coach_tear", "kiosk", ".sheet");
  }
  if (goal === "paper") {
    if (printer?.state === "paper-out") {
      return kiosk.screen === "home" ? onKiosk("coach_paper_home", null) : onTheWay(goal);
    }
    return byId("pane-hall").hidden
      ? advice("coach_paper", "hall", "#tab-hall")
      : advice("coach_paper", "hall", '[data-line="printer paper-out"]');
  }
  const scanning = phone.view === "scan" && !done.has("qr");
  return onTheWay(scanning ? "qr" : goal === "tear" ? "code" : goal);
}

function point(at, part) {
  const target = at ? document.querySelector(at) : null;
  for (const old of document.querySelectorAll(".pointed")) {
    if (old !== target) {
      old.classList.remove("pointed");
    }
  }
  if (target && !target.classList.contains("pointed")) {
    target.classList.add("pointed");
    target.scrollIntoView({ block: "nearest", behavior: calmMotion() ? "auto" : "smooth" });
  }
  for (const button of byId("parts").children) {
    button.classList.toggle("wanted", button.dataset.part === part && document.body.dataset.part !== part);
  }
}

/* ---- drawing -------------------------------------------------------------------------------- */

const drawList = redrawer((language, finished) => {
  const now = STEPS.find((step) => !finished.includes(step));
  byId("steps-list").replaceChildren(
    ...STEPS.map((step, index) => {
      const is = finished.includes(step);
      return make(
        "li",
        { data: { step, done: is ? "yes" : "no" }, "aria-current": step === now ? "step" : null },
        make("span", { class: "number", "aria-hidden": "true" }, is ? icon("check") : String(index + 1)),
        make("span", {}, t(`step_${step}`)),
        is ? make("span", { class: "unseen" }, t("step_done")) : null,
      );
    }),
  );
});

function update() {
  show(byId("steps"), !closed && hall.state !== null);
  if (closed || hall.state === null) {
    point(null, null);
    return;
  }
  drawList(document.documentElement.lang, [...done]);
  const { word, part, at, values } = coach();
  setText(byId("coach"), t(word, values));
  point(at, part);
}

export function startSteps() {
  hear("paid", paid);
  hear("torn", () => tick("tear"));
  hear("tree", () => {
    watchPaper();
    update();
  });
  hear("state", () => {
    watchPaper();
    update();
  });
  hear("part", update);
  onLanguage(update);
  byId("steps-close").addEventListener("click", () => {
    closed = true;
    remember("steps-closed", "yes");
    update();
    byId("mirror").focus({ preventScroll: true });
  });
}
