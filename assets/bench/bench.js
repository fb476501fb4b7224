/*
 * The bench: a page on which a person without hardware plays a day of a service hall.
 *
 *   link.js      what is true, and the lines that change it
 *   screen.js    the kiosk's screen     paper.js    the receipts
 *   phone*.js    the customer's phone   hall.js     the switches       troubles.js  ready-made ones
 *   accounts.js  prepared accounts      books.js    books and ledger   log.js       what was done
 *   steps.js     the first visit's guide            words*.js          every word
 */
import { byId, show } from "./dom.js";
import { act, bus, hear, start } from "./link.js";
import { startAccounts } from "./accounts.js";
import { startBooks } from "./books.js";
import { startHall } from "./hall.js";
import { startLog } from "./log.js";
import { startPaper } from "./paper.js";
import { startPhone } from "./phone.js";
import { startScreen } from "./screen.js";
import { startSteps } from "./steps.js";
import { startTroubles } from "./troubles.js";
import { applyWords, currentLanguage, onLanguage, setLanguage, t, tOf } from "./words.js";

const TOAST_MS = 3000;
const TABS = ["accounts", "hall", "troubles", "log"];

/* ---- what was just done, in one line -------------------------------------------------------- */

let toastTimer = 0;

function say(text) {
  const toast = byId("toast");
  toast.textContent = text;
  show(toast, true);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => show(toast, false), TOAST_MS);
}

/* Every button with a line does that line. */
async function lineButton(event) {
  const button = event.target.closest("button[data-line]");
  if (button) {
    const result = await act(button.dataset.line);
    if (!result.ok) {
      say(t("log_refused", { reason: tOf("say", result.reason) }));
    }
  }
}

/* ---- tabs and parts ------------------------------------------------------------------------- */

function openTab(name) {
  for (const tab of TABS) {
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", tab === name ? "true" : "false");
    button.tabIndex = tab === name ? 0 : -1;
    show(byId(`pane-${tab}`), tab === name);
  }
  bus.dispatchEvent(new CustomEvent("part"));
}

function tabKeys(event) {
  const now = TABS.findIndex((tab) => byId(`tab-${tab}`).tabIndex === 0);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by !== undefined) {
    const next = TABS[(now + by + TABS.length) % TABS.length];
    openTab(next);
    byId(`tab-${next}`).focus();
    event.preventDefault();
  }
}

/* On a small window one part is shown at a time. */
function openPart(part) {
  const changed = document.body.dataset.part !== part;
  document.body.dataset.part = part;
  for (const button of byId("parts").children) {
    button.setAttribute("aria-pressed", button.dataset.part === part ? "true" : "false");
  }
  if (changed) {
    window.scrollTo(0, 0);
  }
  bus.dispatchEvent(new CustomEvent("part"));
}

function startPage() {
  document.addEventListener("click", lineButton);
  byId("tabs").addEventListener("keydown", tabKeys);
  TABS.forEach((tab) => byId(`tab-${tab}`).addEventListener("click", () => openTab(tab)));
  for (const button of byId("parts").children) {
    button.addEventListener("click", () => openPart(button.dataset.part));
  }
  byId("language").addEventListener("click", () => setLanguage(currentLanguage() === "zh" ? "en" : "zh"));
  onLanguage(() => {
    applyWords();
    byId("language").textContent = currentLanguage() === "zh" ? "English" : "中文";
    byId("language").lang = currentLanguage() === "zh" ? "en" : "zh-CN";
  });
  hear("say", say);
  hear("go", openPart);
  hear("lost", () => show(byId("lost"), true));
  hear("found", () => show(byId("lost"), false));
  openTab("accounts");
  openPart("kiosk");
}

startPage();
startScreen();
startPaper();
startPhone();
startHall();
startTroubles();
startAccounts();
startBooks();
startLog();
startSteps();
start();
