/* The prepared accounts: what is special about each, and its bill before the scanner. */
import { byId, grouped, make, show } from "./dom.js";
import { act, bus, hall, hear } from "./link.js";
import { scanComplaint } from "./phone_code.js";
import { copyText } from "./copy.js";
import { currentLanguage, onLanguage, t } from "./words.js";

const say = (text) => bus.dispatchEvent(new CustomEvent("say", { detail: text }));
let wanted = "";

const specialOf = (account) => (currentLanguage() === "en" ? account.en || account.zh : account.zh);

async function scan(account) {
  bus.dispatchEvent(new CustomEvent("go", { detail: "kiosk" }));
  const result = await act(`scan ${account.barcode || account.account_no}`);
  const complaint = scanComplaint(result);
  if (complaint !== null) {
    say(complaint);
  }
}

async function type(account) {
  bus.dispatchEvent(new CustomEvent("go", { detail: "kiosk" }));
  if (!(await act(`type ${account.account_no}`)).ok) {
    say(t("accounts_no_keys"));
  }
}

function card(account) {
  const name = account.name ?? "";
  const button = (kind, word, label, click) =>
    make("button", { type: "button", class: kind, "aria-label": t(label, { name }), on: { click } }, t(word));
  return make(
    "li",
    { class: "account", data: { account: account.account_no } },
    make(
      "div",
      { class: "who" },
      make("strong", {}, grouped(String(account.account_no))),
      make("span", {}, name),
      make("p", {}, specialOf(account) ?? ""),
    ),
    make(
      "div",
      { class: "hands" },
      button("next scan", "accounts_scan", "accounts_scan_label", () => scan(account)),
      button("plain", "accounts_type", "accounts_type_label", () => type(account)),
      button("plain", "accounts_copy", "accounts_copy_label", () => copyText(String(account.account_no))),
    ),
  );
}

function matches(account) {
  const text = [account.account_no, account.name, account.zh, account.en].join(" ").toLowerCase();
  return text.includes(wanted.replaceAll(/\s+/g, " ").trim().toLowerCase());
}

/* Groups in order; each account stands in one. */
function groups() {
  const rest = hall.accounts.filter((account) => !account.first);
  return [
    ["accounts_first", hall.accounts.filter((account) => account.first)],
    ["accounts_prepaid", rest.filter((account) => account.kind === "prepaid")],
    ["accounts_postpaid", rest.filter((account) => account.kind === "postpaid")],
    ["accounts_other", rest.filter((account) => account.kind !== "prepaid" && account.kind !== "postpaid")],
  ];
}

function fill(list) {
  const found = groups()
    .map(([word, accounts]) => [word, accounts.filter(matches)])
    .filter(([, accounts]) => accounts.length > 0);
  list.replaceChildren(
    ...found.flatMap(([word, accounts]) => [
      make("h3", {}, t(word)),
      make("ul", { class: "accounts" }, ...accounts.map(card)),
    ]),
  );
  if (found.length === 0) {
    list.append(make("p", { class: "quiet empty" }, t(hall.accounts.length === 0 ? "accounts_empty" : "accounts_none")));
  }
}

function draw() {
  const list = make("div", {});
  const find = make("input", {
    type: "search",
    id: "accounts-find",
    placeholder: t("accounts_find"),
    "aria-label": t("accounts_find"),
    autocomplete: "off",
  });
  find.value = wanted;
  find.addEventListener("input", () => {
    wanted = find.value;
    fill(list);
  });
  show(find, hall.accounts.length > 0);
  fill(list);
  byId("pane-accounts").replaceChildren(make("p", { class: "intro" }, t("accounts_intro")), find, list);
}

export function startAccounts() {
  onLanguage(draw);
  hear("accounts", draw);
}
