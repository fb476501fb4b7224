/*
 * The kiosk's screen: its picture on a canvas, and over it one real button for each thing that
 * can be touched, for the keyboard and for screen readers. A pointer goes to the canvas, so that
 * pressed states show.
 */
import { byId, make, recall, remember, setAttribute, setText, show } from "./dom.js";
import { act, bus, getJson, hall, hear } from "./link.js";
import { onLanguage, t, tOf } from "./words.js";

const BUSY_MS = 35;
const IDLE_MS = 200;
const GONE_MS = 1000;
const BUSY_FOR_MS = 3000;
const MOVE_MS = 50;
const TREE_MS = 150;
const TYPE_MS = 300;

export const mirror = { tree: null };

const canvas = byId("canvas");
const nodes = byId("nodes");
const paint = canvas.getContext("2d", { alpha: false });
let sequence = 0;
let lastBusy = 0;
let folded = recall("folded") === "yes";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const busy = () => {
  lastBusy = performance.now();
};

/* ---- picture -------------------------------------------------------------------------------- */

async function drawPart(reply) {
  const [width, height] = (reply.headers.get("X-Screen-Size") ?? "").split(",").map(Number);
  const [x, y] = (reply.headers.get("X-Screen-Rect") ?? "0,0").split(",").map(Number);
  const picture = await createImageBitmap(await reply.blob());
  if (width > 0 && height > 0 && (canvas.width !== width || canvas.height !== height)) {
    canvas.width = width;
    canvas.height = height;
    byId("mirror").style.setProperty("--ratio", String(width / height));
  }
  paint.drawImage(picture, x || 0, y || 0);
  picture.close();
  sequence = Number(reply.headers.get("X-Screen-Seq")) || 0;
}

async function lookOnce() {
  try {
    const reply = await fetch(`/bench/screen?after=${sequence}`, {
      cache: "no-store",
      signal: AbortSignal.timeout(5000),
    });
    if (reply.status === 200) {
      await drawPart(reply);
      busy();
      treeSoon();
    } else if (reply.status !== 204) {
      sequence = 0;
      return GONE_MS;
    }
  } catch {
    return GONE_MS;
  }
  return performance.now() - lastBusy < BUSY_FOR_MS ? BUSY_MS : IDLE_MS;
}

async function follow() {
  for (;;) {
    const gone = hall.state?.kiosk?.up === false;
    if (document.hidden || folded || gone) {
      sequence = gone ? 0 : sequence;
      await wait(IDLE_MS);
    } else {
      await wait(await lookOnce());
    }
  }
}

/* ---- buttons -------------------------------------------------------------------------------- */

let treeTimer = 0;

function treeSoon() {
  if (treeTimer === 0) {
    treeTimer = setTimeout(readTree, TREE_MS);
  }
}

async function readTree() {
  treeTimer = 0;
  try {
    mirror.tree = await getJson("/bench/tree");
  } catch {
    mirror.tree = null;
  }
  layButtons();
  sayScreen();
  bus.dispatchEvent(new CustomEvent("tree"));
}

/* What can be touched now: of the topmost layer that has anything to touch. */
function touchable() {
  const tappable = (mirror.tree?.nodes ?? []).filter((node) => node.tappable);
  const top = Math.max(...tappable.map((node) => node.layer ?? 0));
  return tappable.filter((node) => (node.layer ?? 0) === top);
}

export const findNode = (id) => (mirror.tree?.nodes ?? []).find((node) => node.id === id);

function place(button, node) {
  const { style } = button;
  style.left = `${(100 * node.x) / canvas.width}%`;
  style.top = `${(100 * node.y) / canvas.height}%`;
  style.width = `${(100 * node.w) / canvas.width}%`;
  style.height = `${(100 * node.h) / canvas.height}%`;
}

function layButtons() {
  const present = new Map([...nodes.children].map((button) => [button.dataset.node, button]));
  const focused = nodes.contains(document.activeElement);
  let previous = null;
  for (const node of touchable()) {
    let button = present.get(node.id);
    present.delete(node.id);
    if (!button) {
      button = make("button", { type: "button", data: { node: node.id } });
      button.addEventListener("click", () => tap(node.id));
    }
    setAttribute(button, "aria-label", node.spoken || node.text || node.id);
    setAttribute(button, "aria-pressed", node.selected ? "true" : null);
    setAttribute(button, "aria-disabled", node.enabled === false ? "true" : null);
    place(button, node);
    if ((previous ? previous.nextSibling : nodes.firstChild) !== button) {
      nodes.insertBefore(button, previous ? previous.nextSibling : nodes.firstChild);
    }
    previous = button;
  }
  present.forEach((button) => button.remove());
  if (focused && !nodes.contains(document.activeElement)) {
    byId("mirror").focus({ preventScroll: true });
  }
}

export function tap(id) {
  busy();
  return act(`tap ${id}`);
}

/* What a screen reader hears when the screen changes: its name, a message, the money statement. */
function sayScreen() {
  const told = ["modal.title", "modal.text", "result.statement", "message", "pay.state"]
    .map((id) => findNode(id))
    .filter(Boolean)
    .map((node) => node.spoken || node.text);
  const name = tOf("screen", mirror.tree?.screen ?? hall.state?.kiosk?.screen ?? "");
  setText(byId("kiosk-says"), [t("kiosk_screen", { screen: name }), ...told].join(". "));
  setAttribute(byId("mirror"), "aria-label", t("kiosk_screen", { screen: name }));
  setAttribute(byId("mirror"), "data-screen", mirror.tree?.screen ?? null);
}

/* ---- pointer -------------------------------------------------------------------------------- */

let pressed = null;
let touches = Promise.resolve();

function touch(what, point, as) {
  busy();
  touches = touches.then(() => act(`touch ${what} ${point.x} ${point.y}`, as));
}

function pointOf(event) {
  const box = canvas.getBoundingClientRect();
  const inside = (value, limit) => Math.max(0, Math.min(limit - 1, Math.round(value)));
  return {
    x: inside(((event.clientX - box.left) * canvas.width) / box.width, canvas.width),
    y: inside(((event.clientY - box.top) * canvas.height) / box.height, canvas.height),
  };
}

function nodeAt(point) {
  return touchable().find(
    (node) => point.x >= node.x && point.x < node.x + node.w && point.y >= node.y && point.y < node.y + node.h,
  );
}

function down(event) {
  if (pressed !== null || event.button !== 0) {
    return;
  }
  const point = pointOf(event);
  pressed = { id: event.pointerId, node: nodeAt(point)?.id, moved: performance.now() };
  canvas.setPointerCapture(event.pointerId);
  touch("down", point, null);
}

function move(event) {
  if (pressed?.id === event.pointerId && performance.now() - pressed.moved > MOVE_MS) {
    pressed.moved = performance.now();
    touch("move", pointOf(event), null);
  }
}

/* In a journey a press and a release on the same thing are a tap of it. */
function up(event) {
  if (pressed?.id !== event.pointerId) {
    return;
  }
  const point = pointOf(event);
  const node = nodeAt(point)?.id;
  touch("up", point, node !== undefined && node === pressed.node ? `tap ${node}` : null);
  pressed = null;
}

/* The browser took the finger for scrolling: the kiosk's finger slides off and presses nothing. */
function cancel(event) {
  if (pressed?.id === event.pointerId) {
    pressed = null;
    touch("move", { x: 0, y: 0 }, null);
    touch("up", { x: 0, y: 0 }, null);
  }
}

/* ---- digits typed on a real keyboard -------------------------------------------------------- */

let typed = "";
let typeTimer = 0;

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (/^[0-9]$/.test(event.key) && findNode("key.0")) {
    typed += event.key;
    clearTimeout(typeTimer);
    typeTimer = setTimeout(() => {
      busy();
      act(`type ${typed}`);
      typed = "";
    }, TYPE_MS);
  } else if (event.key === "Backspace" && findNode("key.backspace")) {
    tap("key.backspace");
  } else {
    return;
  }
  event.preventDefault();
}

/* ---- folding -------------------------------------------------------------------------------- */

function fold(wanted) {
  folded = wanted;
  remember("folded", folded ? "yes" : "no");
  document.body.classList.toggle("mirror-folded", folded);
  const button = byId("fold");
  setText(button, t(folded ? "fold_open" : "fold_away"));
  setAttribute(button, "aria-expanded", folded ? "false" : "true");
  if (folded) {
    treeSoon();
  }
}

export function startScreen() {
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", cancel);
  byId("mirror").addEventListener("keydown", key);
  byId("fold").addEventListener("click", () => fold(!folded));
  onLanguage(() => {
    fold(folded);
    sayScreen();
  });
  let screen = null;
  hear("state", () => {
    const kiosk = hall.state.kiosk ?? {};
    show(byId("mirror-off"), kiosk.up === false);
    const now = `${kiosk.up} ${kiosk.screen} ${kiosk.modal}`;
    if (now !== screen || folded) {
      screen = now;
      treeSoon();
    }
  });
  follow();
}
