/*
 * The link to the sandbox: what is true now, and the lines that change it. Events on `bus`:
 *   state   hall.state is new            ledger  hall.ledger is new
 *   lost, found   the sandbox itself     did     detail: one line that was done
 */
import { setLanguage } from "./words.js";

const STATE_MS = 400;
const LEDGER_MS = 3000;
const PATIENCE_MS = 5000;
const ACT_PATIENCE_MS = 30000;
const LOST_AFTER = 2;

export const bus = new EventTarget();
export const hall = { state: null, ledger: null, accounts: [], lost: false };

const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));
export const hear = (name, handler) => bus.addEventListener(name, (event) => handler(event.detail));

export async function getJson(path, patience = PATIENCE_MS) {
  const reply = await fetch(path, { signal: AbortSignal.timeout(patience), cache: "no-store" });
  if (!reply.ok) {
    throw new Error(`${path}: ${reply.status}`);
  }
  return reply.json();
}

/* One line. Never throws: {ok, answer, reason}. `as`: how a journey would write it. */
export async function act(line, as) {
  let result = { ok: false, reason: "unreachable" };
  try {
    const reply = await fetch("/bench/do", {
      method: "POST",
      headers: { "Content-Type": "text/plain", "X-Bench": "1" },
      body: line,
      signal: AbortSignal.timeout(ACT_PATIENCE_MS),
    });
    result = await reply.json();
  } catch {
    result = { ok: false, reason: "unreachable" };
  }
  tell("did", { line, as, ...result, at: new Date() });
  refresh();
  return result;
}

let stateTimer = 0;
let asking = false;
let failures = 0;

async function look() {
  clearTimeout(stateTimer);
  if (asking) {
    return;
  }
  asking = true;
  try {
    hall.state = await getJson("/bench/state");
    failures = 0;
    if (hall.lost) {
      hall.lost = false;
      tell("found");
    }
    tell("state");
  } catch {
    failures += 1;
    if (failures >= LOST_AFTER && !hall.lost) {
      hall.lost = true;
      tell("lost");
    }
  }
  asking = false;
  if (!document.hidden) {
    stateTimer = setTimeout(look, STATE_MS);
  }
}

/* Soon, because something was just done. */
export function refresh() {
  clearTimeout(stateTimer);
  stateTimer = setTimeout(look, 60);
}

let ledgerTimer = 0;

export async function lookAtLedger() {
  clearTimeout(ledgerTimer);
  try {
    hall.ledger = await getJson("/bench/ledger");
  } catch {
    hall.ledger = { available: false };
  }
  tell("ledger");
  if (!document.hidden) {
    ledgerTimer = setTimeout(lookAtLedger, LEDGER_MS);
  }
}

export async function loadAccounts() {
  try {
    hall.accounts = await getJson("/bench/accounts");
  } catch {
    hall.accounts = [];
  }
  tell("accounts");
}

export function start() {
  const wished = new URLSearchParams(location.search).get("lang");
  if (wished === "en" || wished === "zh") {
    setLanguage(wished);
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      look();
      lookAtLedger();
    }
  });
  hear("found", loadAccounts);
  look();
  lookAtLedger();
  loadAccounts();
}
