/* The hall's switches. Each card says what is true now; each button is one line. */
import { byId, icon, make, redrawer, setAttribute, setText, show } from "./dom.js";
import { act, bus, hall, hear } from "./link.js";
import { onLanguage, t, tOf } from "./words.js";

const HOUR_S = 3600;
const DAY_S = 86400;

/* A button: its word, its line, and when it shows what is true now. */
const press = (word, line, on = null) => ({ word, line, on });

function clockText(seconds) {
  const size = Math.abs(seconds);
  const units = [
    [DAY_S, "clock_days"],
    [HOUR_S, "clock_hours"],
    [60, "clock_minutes"],
    [1, "clock_seconds"],
  ];
  const parts = [];
  let rest = size;
  for (const [unit, word] of units) {
    if (rest >= unit && parts.length < 2) {
      parts.push(t(word, { count: Math.floor(rest / unit) }));
      rest %= unit;
    }
  }
  return t(seconds > 0 ? "clock_ahead" : "clock_behind", { text: parts.join(" ") });
}

/* Planned troubles of the provider: how many of each are left. */
export const gatewayFaults = (gateway = {}) =>
  [
    gateway.password_wanted,
    gateway.no_notice,
    gateway.wrong_amount,
    gateway.lose_reply,
    gateway.lose_request,
    gateway.bad_signature,
    gateway.delay,
    gateway.late_ms,
    gateway.refuse,
    gateway.refuse_reverse,
    gateway.duplicate_notice,
  ].filter(Boolean).length;

const gone = { text: () => t("hall_gone"), bad: true };

function scannerCard({ scanner }) {
  if (!scanner?.up) {
    return { ...gone, buttons: [] };
  }
  const word = !scanner.plugged ? "scanner_unplugged" : scanner.armed ? "scanner_lit" : "scanner_dark";
  return {
    text: () => t(word),
    bad: !scanner.plugged,
    buttons: [
      press("scanner_plug", "scanner plug", scanner.plugged),
      press("scanner_unplug", "scanner unplug", !scanner.plugged),
    ],
  };
}

function printerCard({ printer }) {
  if (!printer?.up) {
    return { ...gone, buttons: [] };
  }
  const states = ["near-end", "paper-out", "cover-open", "cutter", "jam", "offline"];
  const unplugged = printer.state === "unplugged";
  return {
    text: () => tOf("printer", printer.state),
    bad: printer.state !== "ready",
    buttons: [
      press("printer_ok", "printer ok", printer.state === "ready"),
      ...states.map((state) => press(`printer_do_${state.replace("-", "_")}`, `printer ${state}`, printer.state === state)),
      unplugged ? press("printer_do_plug", "printer plug") : press("printer_do_unplug", "printer unplug"),
      press("printer_do_slow", "printer slow 8000"),
      press("printer_do_fail_after", "printer fail-after 600"),
      press("printer_do_no_proof", "printer no-proof"),
    ],
  };
}

function networkCard({ network }) {
  if (!network) {
    return null;
  }
  const { mode } = network;
  return {
    text: () => t(`network_${mode}`, { ms: network.slow_ms }),
    bad: mode !== "ok",
    buttons: [
      press("network_do_ok", "network ok", mode === "ok"),
      press("network_do_cut", "network cut", mode === "cut"),
      press("network_do_silent", "network silent", mode === "silent"),
      press("network_do_slow", "network slow 2000", mode === "slow"),
    ],
  };
}

function serverCard({ server }) {
  if (!server) {
    return null;
  }
  return {
    text: () => t(server.up ? "server_up" : "server_down"),
    bad: !server.up,
    buttons: [
      press("server_do_start", "server start", server.up),
      press("server_do_kill", "server kill", !server.up),
    ],
  };
}

function providerCard({ gateway = {} }) {
  const count = gatewayFaults(gateway);
  const flip = (name) => press(`provider_${name}`, `${name.replaceAll("_", "-")} ${gateway[name] ? "off" : "on"}`, Boolean(gateway[name]));
  const planned = (word, line, leftNow) => ({ ...press(`provider_${word}`, line, leftNow > 0), left: leftNow });
  return {
    text: () => t(gateway.down ? "provider_down" : count > 0 ? "provider_trick" : "provider_up", { count }),
    bad: Boolean(gateway.down) || count > 0,
    buttons: [
      press("provider_do_up", "up", !gateway.down),
      press("provider_do_down", "down", Boolean(gateway.down)),
      press("provider_do_clear", "clear"),
      flip("password_wanted"),
      flip("no_notice"),
      flip("wrong_amount"),
      planned("lose_reply", "lose-reply 1 pay", gateway.lose_reply),
      planned("lose_request", "lose-request 1 pay", gateway.lose_request),
      planned("bad_signature", "bad-signature 1 pay", gateway.bad_signature),
      planned("delay", "delay 3000 3", gateway.delay),
      planned("late", "late-success 20000", gateway.late_ms > 0 ? 1 : 0),
      planned("refuse", "refuse no_funds 1", gateway.refuse),
      planned("refuse_reverse", "refuse-reverse 2", gateway.refuse_reverse),
      planned("duplicate_notice", "duplicate-notice 3", gateway.duplicate_notice),
    ],
  };
}

function clockCard({ kiosk }) {
  if (!kiosk?.up) {
    return { ...gone, buttons: [] };
  }
  const offset = kiosk.clock_offset_s ?? 0;
  return {
    text: () => (offset === 0 ? t("clock_right") : clockText(offset)),
    bad: offset !== 0,
    buttons: [
      press("clock_do_right", "clock 0", offset === 0),
      press("clock_do_behind_hour", `clock ${-HOUR_S}`, offset === -HOUR_S),
      press("clock_do_ahead_hour", `clock ${HOUR_S}`, offset === HOUR_S),
      press("clock_do_ahead_day", `clock ${DAY_S}`, offset === DAY_S),
    ],
  };
}

const cards = [
  ["scanner", "scan", scannerCard],
  ["printer", "printer", printerCard],
  ["network", "network", networkCard],
  ["server", "server", serverCard],
  ["provider", "wallet", providerCard],
  ["clock", "clock", clockCard],
];

function drawCard([name, sign], card) {
  const title = t(`hall_${name}`);
  const box = make("section", { class: "switch-card", data: { card: name, bad: card?.bad ? "yes" : "no" } });
  box.append(
    make("h3", {}, icon(sign), title),
    make("p", { class: "now" }, card ? card.text() : t("hall_absent", { what: title })),
  );
  if (card) {
    box.append(
      make(
        "div",
        { class: "chips" },
        ...card.buttons.map(({ word, line, on, left }) =>
          make(
            "button",
            {
              type: "button",
              class: "chip",
              title: t("hall_line", { line }),
              "aria-pressed": on === null ? null : on ? "true" : "false",
              data: { line },
            },
            t(word),
            left > 1 ? make("small", {}, t("provider_left", { count: left })) : null,
          ),
        ),
      ),
    );
  }
  return box;
}

/* Focus stays on the button whose line was just done. */
const draw = redrawer((language, what) => {
  const pane = byId("pane-hall");
  const focused = pane.contains(document.activeElement) ? document.activeElement.dataset : null;
  const card = focused?.line === undefined ? null : document.activeElement.closest("[data-card]").dataset.card;
  const place = focused?.line === undefined ? -1 : [...document.activeElement.parentElement.children].indexOf(document.activeElement);
  pane.replaceChildren(...cards.map((entry) => drawCard(entry, entry[2](what))));
  if (card !== null) {
    pane.querySelector(`[data-card="${card}"]`)?.querySelectorAll("button")[place]?.focus({ preventScroll: true });
  }
});

/* ---- is all well ---------------------------------------------------------------------------- */

/* The lines that make all well; those that cannot be seen in the state are always there. */
export function healing(state) {
  const lines = ["clear", "printer ok"];
  if (state.printer?.state === "unplugged") {
    lines.push("printer plug");
  }
  if (state.scanner?.up && !state.scanner.plugged) {
    lines.push("scanner plug");
  }
  if (state.network && state.network.mode !== "ok") {
    lines.push("network ok");
  }
  if (state.server && !state.server.up) {
    lines.push("server start");
  }
  if (state.kiosk?.clock_offset_s) {
    lines.push("clock 0");
  }
  return lines;
}

function unwell(state) {
  return cards.filter(([, , card]) => card(state)?.bad).length;
}

async function healAll() {
  const button = byId("all-well");
  button.disabled = true;
  let good = true;
  for (const line of healing(hall.state ?? {})) {
    good = (await act(line)).ok && good;
  }
  button.disabled = false;
  if (good) {
    bus.dispatchEvent(new CustomEvent("say", { detail: t("all_well_done") }));
  }
}

function update() {
  const { state } = hall;
  if (!state) {
    setText(byId("well"), t("well_unknown"));
    return;
  }
  const { kiosk, scanner, printer, network, server, gateway } = state;
  const clock = kiosk ? { up: kiosk.up, clock_offset_s: kiosk.clock_offset_s } : null;
  draw(document.documentElement.lang, {
    kiosk: clock,
    scanner,
    printer: printer ? { up: printer.up, state: printer.state } : null,
    network,
    server,
    gateway,
  });
  const count = unwell(state);
  setText(byId("well"), count === 0 ? t("well_yes") : t("well_no", { count }));
  setAttribute(byId("well"), "data-state", count === 0 ? "yes" : "no");
  setText(
    byId("scanner-state"),
    !scanner?.up ? t("device_gone") : t(!scanner.plugged ? "scanner_unplugged" : scanner.armed ? "scanner_lit" : "scanner_dark"),
  );
  setAttribute(byId("scanner"), "data-state", !scanner?.up || !scanner.plugged ? "gone" : scanner.armed ? "lit" : "off");
  show(byId("all-well"), true);
}

export function startHall() {
  hear("state", update);
  onLanguage(update);
  byId("all-well").addEventListener("click", healAll);
}
