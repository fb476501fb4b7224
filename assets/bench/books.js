/* The provider's books beside the utility's ledger; the difference in red if there ever is one. */
import { byId, make, redrawer, yuan } from "./dom.js";
import { hall, hear } from "./link.js";
import { onLanguage, t } from "./words.js";

/* A difference with nothing open may be money that came late: the server asks again after a while.
 * Two looks show it, and only one that stays is an accusation. */
const SEEN_AFTER_MS = 2500;
const SURE_AFTER_MS = 60000;

let suspicion = null; /* {numbers, since, age}: a difference with nothing open */
let open = false;

const differenceOf = (books, ledger) =>
  books.charged_fen - books.refunded_fen - (ledger.charges_fen - ledger.refunds_fen);
const numbersOf = (books, ledger) =>
  [books.charged_fen, books.refunded_fen, ledger.charges_fen, ledger.refunds_fen].join(" ");

/* At every look into the ledger. */
function suspect(now) {
  const { books } = hall.state ?? {};
  const { ledger } = hall;
  const still = books && ledger?.available && ledger.open_attempts === 0 && books.open === 0;
  if (!still || differenceOf(books, ledger) === 0) {
    suspicion = null;
    return;
  }
  const numbers = numbersOf(books, ledger);
  if (suspicion?.numbers !== numbers) {
    suspicion = { numbers, since: now, age: 0 };
  }
  suspicion.age = now - suspicion.since;
}

/* Money that waits for a person's word is no contradiction, as long as every entry balances. */
const heldForSomebody = (ledger) =>
  ledger.manual_attempts > 0 &&
  [ledger.ledger_sum_fen, ledger.unbalanced_entries, ledger.accounts_adrift, ledger.credited_twice].every((sum) => sum === 0);

/* agree, way, late, manual, differ, broken, unseen */
function verdict(books, ledger) {
  if (!books || !ledger?.available) {
    return { state: "unseen", difference: 0 };
  }
  const difference = differenceOf(books, ledger);
  if (ledger.agree === false) {
    return { state: heldForSomebody(ledger) ? "manual" : "broken", difference };
  }
  const age = suspicion?.numbers === numbersOf(books, ledger) ? suspicion.age : 0;
  if (age >= SEEN_AFTER_MS) {
    return { state: age >= SURE_AFTER_MS ? "differ" : "late", difference };
  }
  if (heldForSomebody(ledger) && difference === 0) {
    return { state: "manual", difference };
  }
  const moving = ledger.open_attempts > 0 || books.open > 0 || ledger.to_be_refunded_fen > 0;
  return { state: difference !== 0 || moving ? "way" : "agree", difference };
}

function row(word, value) {
  return make("div", {}, make("dt", {}, t(word)), make("dd", {}, value));
}

function details(books, ledger) {
  const box = make("details", { id: "books-more" }, make("summary", {}, t("books_more")));
  box.open = open;
  box.addEventListener("toggle", () => {
    open = box.open;
  });
  box.append(
    make(
      "div",
      { class: "columns" },
      make(
        "dl",
        {},
        make("h3", {}, t("books_theirs_head")),
        row("books_charged", yuan(books?.charged_fen ?? 0)),
        row("books_refunded", yuan(books?.refunded_fen ?? 0)),
        row("books_count", String(books?.count ?? 0)),
        row("books_open", String(books?.open ?? 0)),
      ),
      ledger?.available
        ? make(
            "dl",
            {},
            make("h3", {}, t("books_ours_head")),
            row("books_charged", yuan(ledger.charges_fen)),
            row("books_refunded", yuan(ledger.refunds_fen)),
            row("books_credits", yuan(ledger.credits_fen)),
            row("books_to_refund", yuan(ledger.to_be_refunded_fen)),
            row("books_to_post", yuan(ledger.to_be_posted_fen)),
            row("books_open_orders", String(ledger.open_orders)),
            row("books_open_attempts", String(ledger.open_attempts)),
            row("books_for_person", String(ledger.manual_attempts)),
          )
        : make("p", { class: "quiet" }, t("books_say_unseen")),
    ),
  );
  return box;
}

function side(word, value) {
  return make("div", { class: "side" }, make("span", {}, t(word)), make("strong", {}, value));
}

const draw = redrawer((language, result, books, ledger) => {
  const place = byId("books");
  const theirs = books ? yuan(books.charged_fen - books.refunded_fen) : "—";
  const ours = ledger?.available ? yuan(ledger.charges_fen - ledger.refunds_fen) : "—";
  const label = t(`books_${result.state}`, { amount: yuan(Math.abs(result.difference)) });
  const manual = ledger?.available ? ledger.manual_attempts : 0;
  place.dataset.state = result.state;
  place.dataset.difference = String(result.difference);
  const focused = place.contains(document.activeElement);
  place.replaceChildren(
    make("h3", { class: "unseen", id: "books-title" }, t("books_title")),
    make("div", { class: "sides" }, side("books_theirs", theirs), make("strong", { class: "verdict", role: "status" }, label), side("books_ours", ours)),
    make("p", { class: "quiet" }, manual > 0 ? t("books_say_manual", { count: manual }) : t(`books_say_${result.state}`)),
    details(books, ledger),
  );
  if (focused) {
    place.querySelector("summary").focus({ preventScroll: true });
  }
});

function update() {
  const books = hall.state?.books ?? null;
  draw(document.documentElement.lang, verdict(books, hall.ledger), books, hall.ledger);
}

export function startBooks() {
  hear("state", update);
  hear("ledger", () => {
    suspect(performance.now());
    update();
  });
  onLanguage(update);
}
