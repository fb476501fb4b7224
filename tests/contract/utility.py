#!/usr/bin/env python3
"""Accounts whose ledger is a utility's own, and the limits of a day: the real billing server against
the real sandbox, which plays the utility with refusal, delay, lost words and a wrong amount.

usage: utility.py BILLING BILLING_ADMIN OPENAPI SANDBOX
"""
import hashlib
import hmac
import http.server
import json
import os
import tempfile
import threading
import time

import with_sandbox  # takes SANDBOX off the arguments
import contract
from contract import Kiosk, World

UTILITY = "[utility]\nurl = http://127.0.0.1:GATEWAY\ntimeout_ms = 2000\n"
contract.DEMO.append(dict(contract.DEMO[0], org_no="ND01", merchant="ND01M", payee="示范新区配售电公司",
                          account_prefix="54", ledger="utility"))
for index in range(20):
    contract.DEMO.append(contract.account("54000000%02d" % index, "ND01"))
contract.DEMO.append(contract.account("5400000101", "ND01", prepaid=False, book_balance_fen=0, unbilled_fen=0))
for month in (9, 10):
    contract.DEMO.append(contract.bill("BU%d" % month, "5400000101", "2026-%02d" % month, 12000 + month))
for index in range(30):  # to be lied about
    contract.DEMO.append(contract.account("54000003%02d" % index, "ND01"))
ACCOUNTS = ("54000000%02d" % index for index in range(20))


class Hall:
    def __init__(self, directory, **more):
        self.world = World(directory, wechat_s=5, **more)
        self.sandbox = self.world.gateway
        self.kiosk = Kiosk(self.world, "00012").enrol()

    def pay(self, account, fen=1234, *commands, kind="recharge", bills=()):
        for command in commands:
            self.sandbox.say(command)
        order = self.kiosk.order(account, fen, kind, bills).json
        self.kiosk.pay(order["order_no"], "", code=self.sandbox.say("code wechat"))
        return self.kiosk.wait(order["order_no"], "paid", "closed", seconds=20)

    def until(self, order, statement, seconds=20):
        until = time.monotonic() + seconds
        while order["statement"] != statement:
            assert time.monotonic() < until, order
            time.sleep(0.03)
            order = self.kiosk.get("/v1/orders/" + order["order_no"]).json
        return order

    def postings(self):
        books = json.loads(self.sandbox.say("books"))
        return books["postings"], books["posted_fen"]

    def stop(self):
        self.world.stop()
        self.sandbox.process.terminate()
        assert self.sandbox.process.wait(10) == 0


def taken_at_once(hall):
    number = next(ACCOUNTS)
    end = hall.until(hall.pay(number), "taken_credited")
    assert end["balance_fen"] == 7760 + 1234, end
    assert hall.kiosk.get("/v1/accounts/" + number).json["balance_fen"] == 7760 + 1234
    assert hall.postings() == (1, 1234)


def taken_late(hall):
    number = next(ACCOUNTS)
    begun = hall.pay(number, 1234, "utility delay 1500")
    assert (begun["state"], begun["statement"]) == ("paid", "taken_crediting"), begun
    assert hall.kiosk.post("/v1/orders/%s/cancel" % begun["order_no"]).json["statement"] == "taken_crediting"
    shown = hall.kiosk.get("/v1/accounts/" + number).json
    assert shown["recent_fen"] == 1234 and shown["balance_fen"] == 7760, "warned, and not counted yet"
    refused = hall.world.admin("cut", number, "--by", "wang", "--reason", "arrears", status=1)
    assert refused == ""
    totals = json.loads(hall.world.admin("books"))
    assert totals["to_be_posted_fen"] == 1234 and totals["agree"], totals
    hall.until(begun, "taken_credited")
    hall.sandbox.say("clear")
    assert hall.world.admin("cut", number, "--by", "wang", "--reason", "arrears") == "cut\n"
    assert hall.kiosk.get("/v1/accounts/" + number).json["supply_cut"]
    hall.world.admin("cut", number, "--by", "wang", "--reason", "again", status=1)


def words_are_lost(hall):
    before, _ = hall.postings()
    for index, commands in enumerate((("utility lose-reply 1",), ("utility lose-request 2",),
                                      ("utility lose-reply 2", "utility lose-request 1"))):
        hall.until(hall.pay(next(ACCOUNTS), 100, *commands), "taken_credited")
        assert hall.postings()[0] == before + index + 1, "posted once, however often it was asked"


def down_and_the_server_is_killed(hall):
    begun = hall.pay(next(ACCOUNTS), 500, "utility down")
    time.sleep(1)
    hall.world.kill()
    hall.world.start()
    hall.kiosk.close()
    assert hall.kiosk.get("/v1/orders/" + begun["order_no"]).json["statement"] == "taken_crediting"
    hall.sandbox.say("utility up")
    hall.until(begun, "taken_credited")


def refused_and_returned(hall):
    number, before = next(ACCOUNTS), hall.postings()
    begun = hall.pay(number, 700, "utility refuse")
    end = hall.until(begun, "may_return")
    assert end["state"] == "closed" and hall.postings() == before
    until = time.monotonic() + 10
    while json.loads(hall.sandbox.say("books"))["refunded_fen"] < 700:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert hall.kiosk.get("/v1/accounts/" + number).json["balance_fen"] == 7760


def another_amount_is_for_two_persons(hall):
    for action, statement in (("posted", "taken_credited"), ("refund", "may_return")):
        begun = hall.pay(next(ACCOUNTS), 900, "utility wrong-amount")
        number = begun["order_no"]
        until = time.monotonic() + 10
        while number not in hall.world.admin("cases"):
            assert time.monotonic() < until
            time.sleep(0.05)
        story = hall.world.admin("explain", number)
        assert "another amount" in story and "posted (" in story and "credit (" not in story, story
        hall.world.admin("resolve", number, "--as", "credit", "--by", "li", "--reason", "no", status=1)
        hall.world.admin("resolve", number, "--as", action, "--by", "li", "--reason", "asked the utility")
        hall.world.admin("confirm", number, "--by", "li", status=1)
        hall.world.admin("confirm", number, "--by", "wang")
        hall.until(hall.kiosk.get("/v1/orders/" + number).json, statement)


def bills_are_posted_once(hall):
    shown = hall.kiosk.get("/v1/accounts/5400000101").json
    bills = [bill["bill_id"] for bill in shown["bills"]]
    hall.sandbox.say("utility delay 1200")
    begun = hall.pay("5400000101", 24019, kind="bills", bills=bills)
    assert begun["statement"] == "taken_crediting"
    again = hall.kiosk.order("5400000101", 12009, "bills", bills[:1])
    assert again.code == "bill_being_paid", "locked while the utility has not spoken"
    hall.until(begun, "taken_credited")
    hall.sandbox.say("clear")
    assert hall.kiosk.get("/v1/accounts/5400000101").json["bills"] == []


def a_reversal_that_nobody_answers(hall):
    hall.sandbox.say("down")
    order = hall.kiosk.order("5200000001", 300).json
    hall.kiosk.pay(order["order_no"], "", code=hall.sandbox.say("code wechat"))
    hall.until(order, "confirming")
    hall.kiosk.post("/v1/orders/%s/cancel" % order["order_no"])
    number = order["order_no"]
    hall.world.admin("resolve", number, "--as", "not-taken", "--by", "li", "--reason", "early", status=1)
    hall.world.sql("UPDATE payment_attempt SET created_at = created_at - 7200000 WHERE order_no = '%s'" % number)
    assert number in hall.world.admin("cases"), "overdue"
    assert "goes on asking" in hall.world.admin("explain", number)
    hall.world.admin("resolve", number, "--as", "not-taken", "--by", "li", "--reason", "not in its books")
    hall.world.admin("confirm", number, "--by", "wang")
    assert hall.kiosk.wait(number, "closed")["statement"] == "may_return"
    hall.sandbox.say("up")


def an_account_has_a_limit(hall):
    number = "5200000002"
    for _ in range(2):
        assert hall.pay(number, 1000)["statement"] == "taken_credited"
    assert hall.kiosk.order(number, 1000).code == "account_limit", "three times in a day"
    opened = hall.kiosk.order("5200000003", 9000).json
    assert hall.pay("5200000003", 4000)["statement"] == "taken_credited"
    late = hall.kiosk.pay(opened["order_no"], "", code=hall.sandbox.say("code wechat"))
    assert late.code == "account_limit", "opened before the limit, paid after it"
    hall.world.page("POST", opened["pay_url"][opened["pay_url"].index("/p/"):] + "/pay")
    assert hall.kiosk.wait(opened["order_no"], "closed")["statement"] == "not_taken"
    assert hall.kiosk.order("5200000003", 7000).code == "account_limit", "100 yuan in a day"
    assert hall.kiosk.order("5200000003", 6000).status == 201
    bills = hall.kiosk.get("/v1/accounts/5200000201").json["bills"]
    fen = sum(bill["amount_fen"] + bill["late_fee_fen"] for bill in bills)
    assert hall.pay("5200000201", fen, kind="bills", bills=[b["bill_id"] for b in bills])["state"] == "paid"


def a_payer_has_a_limit(hall):
    hall.sandbox.say("payer somebody-else")
    for index in (11, 12, 13):
        assert hall.pay("52000000%d" % index, 1000)["statement"] == "taken_credited"
    end = hall.pay("5200000014", 1000)
    assert (end["state"], end["statement"]) == ("closed", "may_return"), "the fourth goes back"
    hall.sandbox.say("payer a-third-one")
    assert hall.pay("5200000014", 1000)["statement"] == "taken_credited"
    stored = hall.world.sql("SELECT payer_hash FROM payment_attempt")
    assert "somebody-else" not in stored


def no_ledger_no_order(hall):
    assert hall.kiosk.order("5400000019", 1000).code == "ledger_unavailable"
    assert hall.kiosk.order("5200000019", 1000).status == 201


class Liar(http.server.BaseHTTPRequestHandler):
    """A utility whose words prove nothing, until it is told to be honest."""
    protocol_version = "HTTP/1.1"
    SECRET = b"utility-secret-for-trying-only"
    lies, told, booked = {}, {}, {}  # by account; by account; by number

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = json.loads(body)
        self.booked.setdefault(message["posting_no"], message)
        self.reply(message["posting_no"])

    def do_GET(self):
        self.reply(self.path.rsplit("/", 1)[1])

    def reply(self, number):
        asked = self.booked.get(number, {"account_no": "", "amount_fen": 0})
        truth = {"posting_no": number, "account_no": asked["account_no"], "amount_fen": asked["amount_fen"],
                 "state": "accepted", "reason": ""}
        status, body, signature = 200, json.dumps(truth).encode(), None
        lie = self.lies.get(asked["account_no"])
        if lie:
            self.told[asked["account_no"]] = self.told.get(asked["account_no"], 0) + 1
            status, body, signature = lie(truth)
        if signature is None:
            signature = hmac.new(self.SECRET, body, hashlib.sha256).hexdigest()
        self.send_response(status)
        self.send_header("X-Sandbox-Signature", signature)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def said(**changes):
    """Signed well; None takes a field away."""
    def lie(truth):
        fields = {name: value for name, value in dict(truth, **changes).items() if value is not None}
        return 200, json.dumps(fields).encode(), None
    return lie


LIES = {
    "refused, of another number": said(posting_no="20200101000000000001A01P1", state="refused"),
    "accepted, of another number": said(posting_no="20200101000000000001A01P1"),
    "refused, unsigned": lambda truth: (200, json.dumps(dict(truth, state="refused")).encode(), "0" * 64),
    "refused, another's signature": lambda truth: (200, json.dumps(dict(truth, state="refused")).encode(), "a" * 64),
    "refused, without its account": said(state="refused", account_no=None),
    "refused, without its amount": said(state="refused", amount_fen=None),
    "refused, the amount a text": said(state="refused", amount_fen="1234"),
    "refused, the amount a fraction": said(state="refused", amount_fen=12.34),
    "refused, a reason of no words": said(state="refused", reason="<script>"),
    "refused, a reason without end": said(state="refused", reason="a" * 5000),
    "a state that nobody knows": said(state="REFUSED"),
    "a state that is no text": said(state=["refused"]),
    "two states": lambda truth: (200, json.dumps(truth).replace('"accepted"', '"refused", "state": "accepted"').encode(), None),
    "half a text": lambda truth: (200, json.dumps(dict(truth, state="refused")).encode()[:-9], None),
    "a list": lambda truth: (200, json.dumps([dict(truth, state="refused")]).encode(), None),
    "nothing": lambda truth: (200, b"", None),
    "too much": lambda truth: (200, b" " * 40000 + json.dumps(dict(truth, state="refused")).encode(), None),
    "deep": lambda truth: (200, b"[" * 9000, None),
    "no UTF-8": lambda truth: (200, json.dumps(dict(truth, state="refused")).encode().replace(b"refused", b"refused\xff"), None),
    "refused, but the call failed": lambda truth: (500, json.dumps(dict(truth, state="refused")).encode(), None),
    "refused, moved elsewhere": lambda truth: (302, json.dumps(dict(truth, state="refused")).encode(), None),
}


def a_utility_that_lies(hall):
    """Nothing of it credits and nothing refunds; the first honest word ends it."""
    begun = {}
    for index, (name, lie) in enumerate(LIES.items()):
        number = "54000003%02d" % index
        Liar.lies[number] = lie
        begun[name, number] = hall.pay(number, 1234)
    until = time.monotonic() + 30
    while any(Liar.told.get(number, 0) < 3 for _, number in begun):
        assert time.monotonic() < until, Liar.told
        time.sleep(0.05)
    for (name, _), order in begun.items():
        now = hall.kiosk.get("/v1/orders/" + order["order_no"]).json
        assert (now["state"], now["statement"]) == ("paid", "taken_crediting"), (name, now)
    Liar.lies.clear()
    for (name, number), order in begun.items():
        hall.until(order, "taken_credited")
        assert hall.kiosk.get("/v1/accounts/" + number).json["balance_fen"] == 7760 + 1234, name
    assert len(Liar.booked) == len(LIES), "every posting has kept its one number"


def run(hall, *checks):
    try:
        for check in checks:
            begun = time.monotonic()
            check(hall)
            print("%-50s ok %.1f s" % (check.__name__.replace("_", " "), time.monotonic() - begun), flush=True)
        print("books", hall.world.books())
    except Exception:
        print(open(hall.world.path("billing.log")).read()[-3000:])
        raise
    finally:
        hall.stop()


def main():
    contract.Gateway = with_sandbox.Sandbox
    with tempfile.TemporaryDirectory() as directory:
        run(Hall(os.path.join(directory, "a"), more=UTILITY), taken_at_once, taken_late, words_are_lost,
            down_and_the_server_is_killed, refused_and_returned, another_amount_is_for_two_persons,
            bills_are_posted_once, a_reversal_that_nobody_answers)
        run(Hall(os.path.join(directory, "b"), limits={"account_payments": 2, "account_yuan": 100}),
            an_account_has_a_limit, no_ledger_no_order)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
        server.handle_error = lambda request, client: None  # who was answered too much hangs up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run(Hall(os.path.join(directory, "d"), more=UTILITY.replace("GATEWAY", str(server.server_port))),
            a_utility_that_lies)
        server.shutdown()
        run(Hall(os.path.join(directory, "c"), limits={"payer_payments": 3}), a_payer_has_a_limit)


if __name__ == "__main__":
    main()
