/* The phone's camera: reads the QR on the kiosk's screen, then opens its page. */
import { icon, make } from "./dom.js";
import { act } from "./link.js";
import { code, WALLETS } from "./phone_code.js";
import { draw, sawQr } from "./phone.js";
import { t, tOf } from "./words.js";

const scan = { found: "", problem: "", busy: false };

export const scanKey = () => JSON.stringify([scan, code.wallet]);

/* An address that a phone would open. */
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

async function look() {
  Object.assign(scan, { busy: true, problem: "", found: "" });
  draw();
  const result = await act("look", null);
  scan.busy = false;
  if (!result.ok) {
    scan.problem = t("camera_none");
  } else if (webAddress(result.answer.trim()) === null) {
    scan.problem = t("camera_bad");
  } else {
    scan.found = result.answer.trim();
  }
  draw();
}

async function open() {
  scan.busy = true;
  draw();
  const result = await act(`open-qr ${code.wallet}`);
  scan.busy = false;
  if (result.ok) {
    sawQr(String(result.answer).split(" ")[0]);
    scan.found = "";
  } else {
    scan.problem = t("camera_failed", { reason: tOf("say", result.reason) });
    scan.found = "";
  }
  draw();
}

function openReal() {
  const url = webAddress(scan.found);
  if (url !== null) {
    window.open(url.href, "_blank", "popup,noopener,noreferrer,width=390,height=844");
  }
}

function finder() {
  const inside = scan.busy
    ? make("p", {}, t("camera_opening"))
    : scan.found !== ""
      ? make("p", { class: "found" }, icon("check"), t("camera_found"), make("small", { id: "camera-url" }, scan.found))
      : make("p", { id: "camera-problem" }, scan.problem || t("camera_intro"));
  return make("div", { class: "finder" }, inside);
}

function walletChoice() {
  const select = make("select", { id: "scan-wallet", "aria-label": t("wallet_pick") });
  for (const wallet of WALLETS) {
    const option = make("option", { value: wallet }, t(`wallet_${wallet}`));
    option.selected = wallet === code.wallet;
    select.append(option);
  }
  select.addEventListener("change", () => {
    Object.assign(code, { wallet: select.value, text: "", used: false, waiting: false });
    draw();
  });
  return select;
}

export function scanView() {
  const view = make(
    "div",
    { class: "phone-view scan" },
    make("div", { class: "scan-head" }, make("h3", { tabindex: "-1" }, t("phone_nav_scan")), walletChoice()),
    finder(),
  );
  const button = (id, kind, word, click) => {
    const made = make("button", { type: "button", class: kind, id, on: { click } }, t(word));
    made.disabled = scan.busy;
    return made;
  };
  if (scan.found !== "") {
    view.append(
      button("camera-open", "go", "camera_open", open),
      button("camera-real", "plain", "camera_real", openReal),
      button("camera-look", "plain", "camera_look", look),
    );
  } else {
    view.append(button("camera-look", "go", "camera_look", look));
  }
  return view;
}
