/* Ready-made troubles: what to set up, and one sentence on what to watch for. */
import { byId, make } from "./dom.js";
import { act, bus } from "./link.js";
import { onLanguage, t, tOf } from "./words.js";

const groups = [
  [
    "paper",
    [
      ["half", ["printer fail-after 600"]],
      ["out", ["printer paper-out"]],
      ["near", ["printer near-end"]],
      ["proof", ["printer no-proof"]],
      ["slow", ["printer slow 8000"]],
    ],
  ],
  [
    "money",
    [
      ["lost", ["lose-reply 1 pay"]],
      ["unsent", ["lose-request 1 pay"]],
      ["late", ["late-success 20000"]],
      ["password", ["password-wanted on"]],
      ["reverse", ["password-wanted on", "refuse-reverse 2"]],
      ["funds", ["refuse no_funds 1"]],
      ["twice", ["duplicate-notice 3"]],
      ["silent", ["no-notice on"]],
      ["sign", ["bad-signature 1 pay"]],
      ["amount", ["wrong-amount on"]],
    ],
  ],
  [
    "utility",
    [
      ["pending", ["utility delay 15000"]],
      ["refused", ["utility refuse"]],
      ["absent", ["utility down"]],
    ],
  ],
  [
    "line",
    [
      ["cut", ["network cut"]],
      ["mute", ["network silent"]],
      ["kill", ["server kill"]],
      ["down", ["down"]],
      ["scanner", ["scanner unplug"]],
      ["clock", ["clock 86400"]],
    ],
  ],
];

async function setUp(title, lines) {
  for (const line of lines) {
    const result = await act(line);
    if (!result.ok) {
      bus.dispatchEvent(new CustomEvent("say", { detail: t("log_refused", { reason: tOf("say", result.reason) }) }));
      return;
    }
  }
  bus.dispatchEvent(new CustomEvent("say", { detail: t("troubles_ready", { title }) }));
}

function card([name, lines]) {
  const title = t(`trouble_${name}`);
  return make(
    "li",
    { class: "trouble", data: { trouble: name } },
    make("h4", {}, title),
    make("p", {}, make("strong", {}, t("troubles_watch")), t(`trouble_${name}_watch`)),
    make(
      "div",
      { class: "trouble-foot" },
      make("code", {}, lines.join(" ; ")),
      make(
        "button",
        { type: "button", class: "next", "aria-label": `${t("troubles_set")}: ${title}`, on: { click: () => setUp(title, lines) } },
        t("troubles_set"),
      ),
    ),
  );
}

function draw() {
  byId("pane-troubles").replaceChildren(
    make("p", { class: "intro" }, t("troubles_intro")),
    ...groups.flatMap(([name, troubles]) => [
      make("h3", {}, t(`troubles_group_${name}`)),
      make("ul", { class: "troubles" }, ...troubles.map(card)),
    ]),
  );
}

export function startTroubles() {
  onLanguage(draw);
}
