/* The paper: slides out of the slot and hangs; a click tears it off onto the tray. */
import { byId, calmMotion, make, setAttribute, setText, show } from "./dom.js";
import { bus, hall, hear } from "./link.js";
import { onLanguage, t, tOf } from "./words.js";

const TRAY_MAX = 40;
const RETRIES = 4;
const RETRY_MS = 700;
const SLIDE_MS = 1400;
const DROP_MS = 350;

export const paper = { hanging: 0, torn: 0 };

let known = null; /* receipts that we have seen come out */
let largeNumber = 0;
const tray = byId("tray");

const address = (number) => `/bench/paper/${number}?r=${hall.state?.printer?.jobs ?? 0}`;

/* A picture that may be there a moment after its number. */
function picture(number) {
  const image = make("img", { src: address(number), alt: "", width: 576, decoding: "async" });
  let left = RETRIES;
  image.addEventListener("error", () => {
    if (left > 0) {
      left -= 1;
      setTimeout(() => {
        image.src = `${address(number)}&again=${left}`;
      }, RETRY_MS);
    }
  });
  return image;
}

function toTray(number) {
  const button = make("button", { type: "button", data: { paper: String(number) } }, picture(number));
  setAttribute(button, "aria-label", t("paper_open", { number }));
  button.addEventListener("click", () => openLarge(number));
  tray.prepend(make("li", {}, button));
  while (tray.children.length > TRAY_MAX) {
    tray.lastElementChild.remove();
  }
  setText(byId("tray-count"), String(tray.children.length));
}

async function drop(sheet) {
  if (!calmMotion() && sheet.animate) {
    await sheet
      .animate(
        [{ transform: "none", opacity: 1 }, { transform: "translateY(60px) rotate(4deg)", opacity: 0 }],
        { duration: DROP_MS, easing: "ease-in" },
      )
      .finished.catch(() => null);
  }
  sheet.remove();
}

async function tear(sheet, number) {
  if (paper.hanging !== number) {
    return;
  }
  const focused = document.activeElement === sheet;
  paper.hanging = 0;
  paper.torn += 1;
  toTray(number);
  bus.dispatchEvent(new CustomEvent("torn", { detail: number }));
  bus.dispatchEvent(new CustomEvent("say", { detail: t("paper_torn") }));
  await drop(sheet);
  show(byId("hanging").querySelector(".hint"), paper.hanging === 0);
  if (focused) {
    tray.querySelector("button")?.focus({ preventScroll: true });
  }
}

function slideOut(number) {
  const hanging = byId("hanging");
  const before = hanging.querySelector(".sheet");
  if (before) {
    toTray(paper.hanging); /* the next one pushed it off */
    before.remove();
  }
  const image = picture(number);
  const sheet = make("button", { type: "button", class: "sheet", data: { paper: String(number) } });
  sheet.append(make("span", { class: "sheet-paper" }, image), make("span", { class: "tear-hint" }, t("paper_tear_hint")));
  setAttribute(sheet, "aria-label", t("paper_tear", { number }));
  sheet.addEventListener("click", () => tear(sheet, number));
  paper.hanging = number;
  show(hanging.querySelector(".hint"), false);
  hanging.append(sheet);
  if (!calmMotion()) {
    image.addEventListener(
      "load",
      () =>
        sheet.animate([{ transform: "translateY(-100%)" }, { transform: "none" }], {
          duration: SLIDE_MS,
          easing: "linear",
        }),
      { once: true },
    );
  }
  bus.dispatchEvent(new CustomEvent("paper", { detail: number }));
}

/* ---- one receipt, large --------------------------------------------------------------------- */

const numbers = () => [...tray.querySelectorAll("button")].map((button) => Number(button.dataset.paper));

function openLarge(number) {
  const dialog = byId("paper-dialog");
  const image = byId("paper-large");
  largeNumber = number;
  setText(byId("paper-title"), t("paper_number", { number }));
  image.src = address(number);
  image.alt = t("paper_number", { number });
  const all = numbers();
  byId("paper-before").disabled = !all.includes(number - 1);
  byId("paper-after").disabled = !all.includes(number + 1);
  if (!dialog.open) {
    dialog.showModal();
  }
  dialog.querySelector(".paper-body").scrollTop = 0;
}

function step(by) {
  if (numbers().includes(largeNumber + by)) {
    openLarge(largeNumber + by);
  }
}

/* ---- following the printer ------------------------------------------------------------------ */

function follow() {
  const printer = hall.state.printer ?? {};
  if (printer.up) {
    setText(byId("printer-state"), tOf("printer", printer.state));
    setAttribute(byId("printer-state"), "data-bad", printer.state === "ready" ? null : "yes");
  } else {
    setText(byId("printer-state"), t("device_gone"));
    setAttribute(byId("printer-state"), "data-bad", "yes");
    return;
  }
  const jobs = printer.jobs ?? 0;
  if (known === null || jobs < known) {
    /* What was printed before this page was opened lies on the tray. */
    tray.replaceChildren();
    setText(byId("tray-count"), "0");
    for (let number = Math.max(1, jobs - TRAY_MAX + 1); number <= jobs; number += 1) {
      toTray(number);
    }
    known = jobs;
  }
  while (known < jobs) {
    known += 1;
    slideOut(known);
  }
}

export function startPaper() {
  hear("state", follow);
  byId("paper-before").addEventListener("click", () => step(-1));
  byId("paper-after").addEventListener("click", () => step(1));
  byId("paper-close").addEventListener("click", () => byId("paper-dialog").close());
  byId("paper-dialog").addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      step(event.key === "ArrowLeft" ? -1 : 1);
    }
  });
  byId("paper-dialog").addEventListener("click", (event) => {
    if (event.target === byId("paper-dialog")) {
      byId("paper-dialog").close();
    }
  });
  onLanguage(() => {
    for (const button of tray.querySelectorAll("button")) {
      setAttribute(button, "aria-label", t("paper_open", { number: button.dataset.paper }));
    }
    const sheet = byId("hanging").querySelector(".sheet");
    if (sheet) {
      setAttribute(sheet, "aria-label", t("paper_tear", { number: sheet.dataset.paper }));
      setText(sheet.querySelector(".tear-hint"), t("paper_tear_hint"));
    }
  });
}
