"""A customer at a kiosk of a hall that a test breaks, and the judgement of what came of it."""
import json
import time

RECHARGE = "5263940002"
UTILITY = "4300010000011"  # its account lives in a ledger of the utility's own
SETTLED_S = 20
HANG_S = 60
AGAIN_S = 3

# What the customer does on the pay screen and afterwards, in this order; before it, each visit
# types an account and an amount, after it the result is read and left.
VISITS = {
    "code": ("scan", "phone yes"),
    "qr": ("open", "phone yes"),
    "code, cancelled": ("scan", "cancel", "phone no"),
    "qr, cancelled": ("open", "cancel"),
    "code, waiting": ("scan",),
    "code, cancelled at once": ("scan", "cancel"),
    "code, walking away": ("scan", "walk away"),
    "never paid": ("walk away",),
}


class Customer:
    """What a person does on each screen. Every action that is due next has a name."""

    TAPS = {"start": "tap svc.pay", "amount": "type 12.34", "next": "tap nav.next",
            "continue": "tap modal.continue", "finish": "tap nav.next", "back": "tap nav.back",
            "cancel": "tap nav.back", "walk away": "advance 121000"}

    def __init__(self, world, kiosk, visit, account=RECHARGE):
        self.world, self.kiosk, self.account = world, kiosk, account
        self.plan = list(VISITS[visit])
        self.begun = self.typed = self.shown_a_phone = False
        self.shown_last = None  # what was shown to the kiosk, and when
        self.results = []

    def phone_waits(self):
        """The phone in the hand asks for a yes, whatever became of the kiosk."""
        if "sandbox" not in self.world.hall.running:
            return False
        last = next(iter(self.world.hall.trades().values()), {"state": ""})
        return last["state"] in ("paying", "notpay")

    def due(self):
        """The next part of the plan, if it can be done now."""
        act, kiosk = self.plan[0] if self.plan else "", self.kiosk
        can = {"scan": kiosk.screen == "pay" and "pay.qr" in kiosk.nodes,
               "open": kiosk.screen == "pay" and "pay.qr" in kiosk.nodes,
               "cancel": kiosk.screen == "pay" and kiosk.can("nav.back"),
               "walk away": kiosk.screen in ("pay", "resolving")}.get(act, False)
        return act if can or (act.startswith("phone") and self.phone_waits()) else None

    def not_heard(self):
        """The screen still asks for a phone: the scanner did not see it, or no page was answered."""
        kiosk = self.kiosk
        return kiosk.screen == "pay" and "pay.qr" in kiosk.nodes and "没有扣款" not in kiosk.words

    def next_action(self):
        """What to do now; "" while the screen must be waited for, None at the end."""
        kiosk = self.kiosk
        if kiosk.screen == "home" and not self.begun:
            return "start" if kiosk.can("svc.pay") else ""
        if kiosk.modal:
            return "continue"
        if self.due() or kiosk.screen == "home":
            return self.due()
        if self.shown_last and time.monotonic() > self.shown_last[1] + AGAIN_S and self.not_heard():
            return self.shown_last[0]
        over = self.shown_a_phone or not self.plan
        if over and "pay.qr" in kiosk.nodes and "没有扣款" in kiosk.words:
            return "cancel"  # refused, and the person has had enough
        if over and kiosk.screen in ("account", "confirm", "amount", "bills"):
            return "back"
        if kiosk.screen == "amount" and "12.34" not in kiosk.nodes["amt.value"]["text"]:
            return "amount"
        if kiosk.screen == "account" and not self.typed:
            return "type"
        if kiosk.screen in ("account", "confirm", "amount", "bills"):
            return "next" if kiosk.can("nav.next") else ""
        return "finish" if kiosk.screen == "result" else ""

    def line(self, action):
        """The player's line for an action; the phone's part is done here."""
        kiosk, world = self.kiosk, self.world
        if self.plan and action == self.plan[0]:
            del self.plan[0]
        if action in ("scan", "open"):
            self.shown_a_phone, world.pay_url = True, kiosk.shown["pay_url"]
            self.shown_last = (action, time.monotonic())
        if action == "start":
            self.begun, self.typed = True, False
        elif action == "type":
            self.typed = True
            return "type " + self.account
        elif action == "open":
            # A server that has just come up answers 503 for a moment: the person presses again.
            for _ in range(20):
                if world.phone(f"open {world.pay_url} wechat"):
                    break
                time.sleep(0.1)
        elif action == "scan":
            if world.password:
                world.hall.wallet("password-wanted on")
            return "scan " + world.hall.wallet("code wechat 100000")
        elif action == "phone yes":
            world.phone("password ok last", "confirm last")
        elif action == "phone no":
            world.phone("password cancel last", "decline last")
        elif action == "finish":
            self.results.append(kiosk.nodes["result.statement"]["text"])
        return self.TAPS.get(action, "")


class World:
    """One visit with one fault in it."""

    def __init__(self, hall, kiosk, password):
        self.hall, self.kiosk, self.password, self.pay_url = hall, kiosk, password, ""
        self.kiosks, self.not_before, self.patience_s = [kiosk], 0, SETTLED_S
        self.before, self.made = set(hall.trades()), {}

    def phone(self, *lines):
        """What the phone can do of these; it says so itself when a page or box has closed."""
        for line in lines:
            try:
                return self.hall.wallet(line)
            except (RuntimeError, OSError):
                continue
        return None

    def note_trades(self):
        if "sandbox" in self.hall.running:
            for no in self.hall.trades():
                if no not in self.before:
                    self.made.setdefault(no, time.time())

    def play(self, customer, strike=None, at=-1, during_ms=None):
        """The visit; returns the actions done. strike() falls before action `at`, or in it."""
        done, end = [], time.monotonic() + HANG_S
        while True:
            action = customer.next_action()
            if action is None:
                return done
            now = strike is not None and len(done) == at and action not in ("", "continue")
            if now and during_ms is None:
                strike(customer)
                strike = None
                continue  # the screen may want something else now
            if action == "":
                customer.kiosk.look()
            else:
                customer.kiosk.send(customer.line(action))
                done += [action] if action != "continue" else []
                if now:
                    time.sleep(during_ms / 1000)
                    strike(customer)
                    strike = None
                else:
                    customer.kiosk.receive()
            self.note_trades()
            if time.monotonic() > end:
                words = " ".join(customer.kiosk.words.split())
                raise RuntimeError(f"the visit hangs on {customer.kiosk.screen} after {done[-12:]}: {words}")

    def settle(self):
        """Until nothing is open anywhere; the sentences about what is wrong."""
        end = max(time.monotonic(), self.not_before) + self.patience_s
        while True:
            for kiosk in self.kiosks:
                kiosk.look()
            ours, theirs = self.hall.books(), json.loads(self.hall.wallet("books"))
            net = theirs["charged_fen"] - theirs["refunded_fen"]
            intents = [k.journal("SELECT count(*) FROM intent WHERE state = 'open'")[0][0]
                       for k in self.kiosks]
            opened = [ours[k] for k in ("open_orders", "open_attempts", "manual_attempts",
                                        "to_be_refunded_fen")]
            if (not any(opened + intents) and ours["credits_fen"] == net
                    and ours["charges_fen"] - ours["refunds_fen"] == net
                    and time.monotonic() >= self.not_before):
                break
            if time.monotonic() > end:
                return [f"not settled: ours {ours}, theirs {theirs}, open intents {intents}"]
            time.sleep(0.05)
        wrong = [] if ours["agree"] and not ours["ledger_sum_fen"] and not ours["credited_twice"] \
            else [f"the ledger does not agree: {ours}"]
        return wrong + self.judge()

    def judge(self):
        self.note_trades()
        trades = {no: t for no, t in self.hall.trades().items() if no not in self.before}
        wrong = self.kiosk.witness.wrong(trades, self.made) + self.ledger(trades) + self.journals(trades)
        kept = [no[:-3] for no, t in trades.items() if t["paid_fen"] != t["refunded_fen"]]
        for order in sorted(set(kept)):
            wrong += [f"{order} was charged twice"] if kept.count(order) > 1 else []
            wrong += self.reprint(order)
        return wrong

    def ledger(self, trades):
        """The server's attempts beside the sandbox's trades, one by one."""
        if not trades:
            return []
        numbers = ", ".join(f"'{no}'" for no in trades)
        rows = {row[0]: row[1:] for row in self.hall.store(
            "SELECT out_trade_no, state, paid_fen, refunded_fen, credited_at FROM payment_attempt"
            f" WHERE out_trade_no IN ({numbers})")}
        wrong = []
        posted = self.hall.store("SELECT COALESCE(SUM(amount_fen), 0) FROM posting WHERE state = 'accepted'")[0][0]
        taken = json.loads(self.hall.wallet("books"))["posted_fen"]
        if int(posted) != taken:
            wrong.append(f"posted to the utility: {posted} fen by our books, {taken} by its own")
        for no, trade in trades.items():
            state, paid, refunded, credited = rows.get(no, ("absent", "0", "0", "0"))
            net = trade["paid_fen"] - trade["refunded_fen"]
            same = int(paid) - int(refunded) == net and (int(credited) > 0) == (net > 0)
            if not same or state not in (("CREDITED",) if net else self.UNPAID):
                wrong.append(f"{no}: our ledger has {rows.get(no)}, the sandbox has {trade}")
        return wrong

    UNPAID = ("FAILED", "REVERSED", "REFUNDED")

    def journals(self, trades):
        """No receipt, and no closed intent, says of an order what is not so."""
        wrong, orders = [], {}
        for no, trade in trades.items():
            orders[no[:-3]] = orders.get(no[:-3], 0) + trade["paid_fen"] - trade["refunded_fen"]
        for kiosk in self.kiosks:
            for intent, body in kiosk.journal(
                    "SELECT intent.statement, body FROM receipt JOIN intent USING (request_id)"):
                receipt = json.loads(body)
                net = orders.get(receipt["order_no"])
                said = {intent, receipt["statement"]}
                if net is not None and (net > 0) != (said == {"taken_credited"}):
                    wrong.append(f"the journal says {said} of {receipt['order_no']}, which kept {net}")
        return wrong

    def reprint(self, order):
        found = [(k, row) for k in self.kiosks for row in k.journal(
            f"SELECT receipt_no, body FROM receipt WHERE body LIKE '%\"{order}\"%'")]
        if len(found) != 1 or "taken_credited" not in found[0][1][1] or "slip" in found[0][1][1]:
            return [f"the journal has no good receipt of {order}: {[f[1] for f in found]}"]
        kiosk, (number, _) = found[0]
        kiosk.await_screen("home")
        for line in ("tap svc.reprint", "type " + number.replace("-", ""), "tap nav.next"):
            kiosk.do(line)
        kiosk.await_screen("reprint_done")
        kiosk.await_words("请取走")
        kiosk.do("tap nav.next")
        return []
