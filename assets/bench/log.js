/* What was done, line by line; copyable as a journey for a bug report. */
import { byId, make, ZONE } from "./dom.js";
import { act, hear } from "./link.js";
import { copyText } from "./copy.js";
import { mirror } from "./screen.js";
import { onLanguage, t, tOf } from "./words.js";

const ENTRIES_MAX = 400;

/* Verbs that a journey hands to the sandbox, and those to the world around it. */
const WALLET = new Set(
  ("code expire password-wanted password confirm decline down up lose-reply lose-request bad-signature delay " +
    "late-success refuse refuse-reverse duplicate-notice wrong-amount no-notice clear payer utility").split(" "),
);
const PLAIN = new Set(["tap", "type", "scan", "scanner", "printer", "open-qr", "network", "clock"]);

const entries = [];
let list = null;

/* The line as a journey has it; "# ..." for what journeys cannot do; null for nothing. */
function journeyLine({ line, as }) {
  if (as !== undefined) {
    return as;
  }
  const verb = line.split(" ")[0];
  if (WALLET.has(verb)) {
    return `wallet ${line}`;
  }
  if (verb === "server") {
    return `world ${line}`;
  }
  return PLAIN.has(verb) ? line : `# ${line}`;
}

function journey() {
  const lines = entries.flatMap((entry) => {
    const line = entry.screen ? `await screen ${entry.screen}` : journeyLine(entry);
    if (line === null) {
      return [];
    }
    return entry.ok === false ? [`# ${line}: ${entry.reason}`] : [line];
  });
  return `${lines.join("\n")}\n`;
}

function item(entry) {
  const time = entry.at.toLocaleTimeString("zh-CN", { hour12: false, timeZone: ZONE });
  if (entry.screen) {
    return make("li", { class: "screen" }, make("time", {}, time), make("span", {}, t("kiosk_screen", { screen: tOf("screen", entry.screen) })));
  }
  const shown = typeof entry.as === "string" && entry.as.startsWith("tap ") ? entry.as : entry.line;
  const answer = entry.ok ? String(entry.answer ?? "") : t("log_refused", { reason: tOf("say", entry.reason) });
  return make(
    "li",
    { data: { ok: entry.ok ? "yes" : "no" } },
    make("time", {}, time),
    make("code", {}, shown),
    answer === "" || answer === shown ? null : make("span", {}, answer),
  );
}

/* The halves of a touch are too small to read, unless they press nothing that has a name. */
const tooSmall = (entry) => entry.line?.startsWith("touch ") && entry.as === null && !entry.line.startsWith("touch up");

function add(entry) {
  if (tooSmall(entry)) {
    return;
  }
  entries.push(entry);
  if (entries.length > ENTRIES_MAX) {
    entries.shift();
    list?.lastElementChild?.remove();
  }
  list?.querySelector(".empty")?.remove();
  list?.prepend(item(entry));
}

async function run(event) {
  const input = byId("log-line");
  const line = input.value.trim();
  event.preventDefault();
  if (line !== "") {
    await act(line);
    input.select();
  }
}

function draw() {
  list = make("ol", { class: "log", id: "log" });
  list.append(...entries.map(item).reverse());
  if (entries.length === 0) {
    list.append(make("li", { class: "empty quiet" }, t("log_empty")));
  }
  const button = (id, kind, word, click) => make("button", { type: "button", class: kind, id, on: { click } }, t(word));
  const input = make("input", {
    id: "log-line",
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "printer paper-out",
    "aria-label": t("log_type"),
  });
  const form = make("form", { class: "line-form", on: { submit: run } }, input, make("button", { class: "plain" }, t("log_run")));
  byId("pane-log").replaceChildren(
    make("p", { class: "intro" }, t("log_intro")),
    make(
      "div",
      { class: "pair" },
      button("log-copy", "next", "log_copy", () => copyText(journey())),
      button("log-clear", "plain", "log_clear", () => {
        entries.length = 0;
        draw();
      }),
    ),
    form,
    list,
  );
}

export function startLog() {
  let screen = null;
  onLanguage(draw);
  hear("did", (entry) => add(entry));
  hear("tree", () => {
    const now = mirror.tree?.screen ?? screen;
    if (screen !== null && now !== screen) {
      add({ screen: now, at: new Date() });
    }
    screen = now;
  });
}
