/* Text onto the clipboard, also where the page is not a secure context. */
import { make } from "./dom.js";
import { bus } from "./link.js";
import { t } from "./words.js";

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

export async function copyText(text) {
  const done = await copied(text);
  bus.dispatchEvent(new CustomEvent("say", { detail: t(done ? "copied" : "copy_failed") }));
}
