/* Every word of the page. Chinese first; the same keys in English. {name} is filled in. */
import { recall, remember } from "./dom.js";
import { en } from "./words_en.js";
import { zh } from "./words_zh.js";

const tables = { zh, en };
const listeners = [];
let language = recall("language") === "en" ? "en" : "zh";

export const currentLanguage = () => language;

export function t(key, values = {}) {
  const text = tables[language][key] ?? tables.zh[key];
  if (text === undefined) {
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/* The word of a value that came from outside: unknown ones are shown as they are. */
export function tOf(prefix, value) {
  const key = `${prefix}_${String(value).replaceAll(/[^A-Za-z0-9]+/g, "_")}`;
  return key in tables.zh ? t(key) : String(value);
}

export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function setLanguage(wanted) {
  language = wanted === "en" ? "en" : "zh";
  remember("language", language);
  applyWords();
  listeners.forEach((listener) => listener());
}

export function applyWords() {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = `${t("title")} · ${t("subtitle")}`;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = t(element.dataset.word);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
  }
}
