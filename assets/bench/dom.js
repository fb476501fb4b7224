/* Small hands for the page: every text goes in as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/* make("button", {class: "key", on: {click: f}, data: {line: "up"}, "aria-label": "1"}, "text", node) */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name === "on") {
      Object.entries(value).forEach(([event, handler]) => element.addEventListener(event, handler));
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/* Only what differs is written, so that nothing blinks and focus stays. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element, name, value) {
  if (value === null || value === false) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

/* A part that is drawn anew only when what it shows has changed. */
export function redrawer(draw) {
  let drawn = null;
  return (...what) => {
    const now = JSON.stringify(what);
    if (now !== drawn) {
      drawn = now;
      draw(...what);
    }
  };
}

export function yuan(fen) {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${fen < 0 ? "-" : ""}¥${whole}.${rest}`;
}

/* The hall's clock, whatever the browser's. */
export const ZONE = "Asia/Shanghai";

export const grouped = (digits, size = 4) => digits.replace(new RegExp(`(.{${size}})(?=.)`, "g"), "$1 ");

export const calmMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/* What the browser keeps for us; a browser that keeps nothing is no error. */
export function remember(key, value) {
  try {
    localStorage.setItem(`bench.${key}`, value);
  } catch {
    return false;
  }
  return true;
}

export function recall(key) {
  try {
    return localStorage.getItem(`bench.${key}`);
  } catch {
    return null;
  }
}
