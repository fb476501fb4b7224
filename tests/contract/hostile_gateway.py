#!/usr/bin/env python3
"""The real billing server behind a gateway that lies and stammers: it never crashes, never pays.

usage: hostile_gateway.py BILLING BILLING_ADMIN OPENAPI [--seed N] [--rounds N] [--only WORDS]

Each attack of hostile.py is made on charges, queries and refunds, of trades that are paid and of
trades that are not; the seed chooses its details. Between them stand honest payments, which must go
on. At the end each attempt is what the gateway's books say, or MANUAL where a person has to look.
Then the same for notices.
"""
import argparse
import collections
import concurrent.futures
import http.client
import json
import os
import random
import re
import socket
import sys
import tempfile
import threading
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("programs", nargs=3)
parser.add_argument("--seed", type=int, default=int(time.time()) % 100000)
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--only", default="")
options = parser.parse_args()
sys.argv = [sys.argv[0], *options.programs, "none"]  # contract.py runs no check of its own
import contract  # noqa: E402
from contract import Kiosk, World  # noqa: E402
from hostile import ATTACKS, TO_A_PERSON, HostileGateway  # noqa: E402

AT_ONCE = 64
CASES_A_ROUND = 3  # of each attack, chosen by the seed
LOOK_S, ROWS_S = 0.4, 0.3
SETTLED_S = 75  # the pauses between two reversals grow up to half a minute
HONEST_S = 12
FIRST_FEN = 1000  # every trade has its own amount: so it is known
Case = collections.namedtuple("Case", "attack truth kinds claim refusals")
CASES = [  # of each attack: what the customer's code does, which replies are attacked, the lie
    ("05", {"pay": 1}, "paid", 0), ("05", {"query": 3}, "paid", 0), ("05", {"pay": 1, "query": 5}, "paid", 0),
    ("00", {"pay": 1, "query": 2}, "failed", 0), ("00", {"pay": 1, "query": 5}, "failed", 0),
    ("02", {"pay": 1, "query": 1}, "failed", 0), ("03", {"pay": 1, "query": 2}, "paid", 0),
    ("06", {"refund_query": 3, "reverse": 2, "refund": 2}, "paid", 3)]
NOT_OF_PAGES = ("an amount", "another amount", "paid without", "another spelling", "a word that is no text")
HONEST = Case("", "00", {}, "", 0)
HONEST_EVERY = 8


def accounts(count):
    numbers = ["5211%06d" % i for i in range(count)]
    contract.DEMO.extend(contract.account(number) for number in numbers)
    return numbers


class Hall:
    def __init__(self, world):
        self.world, self.gateway = world, world.gateway
        self.local, self.lock = threading.local(), threading.Lock()
        self.rows, self.rows_at = {}, 0.0
        self.first = Kiosk(world, "00012").enrol()

    def kiosk(self):
        """One for each thread, of the same terminal."""
        if not hasattr(self.local, "kiosk"):
            self.local.kiosk = Kiosk(self.world, "00012")
            self.local.kiosk.context.load_cert_chain(self.world.path("00012.pem"), self.first.key)
        return self.local.kiosk

    def pay(self, number, amount, truth):
        kiosk = self.kiosk()
        order = kiosk.order(number, amount).json
        kiosk.pay(order["order_no"], truth)
        return order["order_no"]

    def attempt(self, order_no):
        """As it stands in the store; all of them are read together, and not too often."""
        asked = time.monotonic()
        with self.lock:
            if self.rows_at < asked - ROWS_S or order_no not in self.rows:
                self.rows_at = time.monotonic()
                text = self.world.sql("SELECT order_no, out_trade_no, state, paid_fen, refunded_fen, credited_at"
                                      " FROM payment_attempt")
                self.rows = {row.split("|")[0]: row.split("|")[1:] for row in text.splitlines()}
            number, state, paid, refunded, credited = self.rows[order_no]
        return number, state, int(paid), int(refunded), int(credited)

    def fault(self, order_no, case):
        """What is wrong with the attempt now, or None."""
        number, state, paid, refunded, credited = self.attempt(order_no)
        trade = self.gateway.trades.get(number, {})
        theirs = trade.get("paid", 0), trade.get("refunded", 0)
        if case.attack in TO_A_PERSON and state == "MANUAL" and not credited:
            return None
        allowed = ("CREDITED",) if theirs[0] > theirs[1] else ("FAILED", "REVERSED", "REFUNDED")
        if state in allowed and (paid, refunded) == theirs and (credited > 0) == (state == "CREDITED"):
            return None
        return f"{state} paid {paid} refunded {refunded} credited {credited}, the gateway: {trade}"

    def play(self, case, number, amount, chance):
        """One payment under one attack; what was wrong, or None."""
        if case.attack:
            self.gateway.plan(amount, case.attack, case.kinds, case.claim, chance, case.refusals)
        order_no = self.pay(number, amount, case.truth)
        until = time.monotonic() + (SETTLED_S if case.attack else HONEST_S)
        while True:
            wrong = self.fault(order_no, case)
            said = self.kiosk().get("/v1/orders/" + order_no).json["statement"]
            if wrong is None or time.monotonic() > until:
                break
            time.sleep(LOOK_S)
        trade = self.gateway.trades.get(self.attempt(order_no)[0], {})
        lies = {"taken_credited": trade.get("paid", 0) == trade.get("refunded", 0), "not_taken": trade.get("paid", 0) > 0,
                "may_return": trade.get("paid", 0) > trade.get("refunded", 0)}
        if wrong is None and lies.get(said):
            wrong = f"said {said} of {trade}"
        assert self.world.process.poll() is None, "the server died"
        return wrong


def attack_payments(hall, numbers, seed):
    cases, bad, chance = [], 0, random.Random(seed)
    for name in ATTACKS:
        for _ in range(options.rounds):
            cases += [Case(name, *case) for case in chance.sample(CASES, CASES_A_ROUND) if options.only in name]
    cases += [HONEST] * (len(cases) // HONEST_EVERY + 1)
    order = list(range(len(cases)))
    chance.shuffle(order)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = {pool.submit(hall.play, cases[i], numbers[i], FIRST_FEN + i, random.Random(f"{seed} {i}")): cases[i]
                for i in order}
        for job in concurrent.futures.as_completed(jobs):
            try:
                wrong = job.result()
            except (AssertionError, OSError, http.client.HTTPException) as error:
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                bad += 1
                case = jobs[job]
                print(f"FAIL {case.attack or 'an honest payment'}, code {case.truth}, {case.kinds}: {wrong}", flush=True)
    print(f"{len(cases)} payments, {len(ATTACKS)} attacks, {hall.gateway.attacked} replies attacked, {bad} bad", flush=True)
    return bad


# -- pages ------------------------------------------------------------------------------------------

def attack_page(hall, name, number, amount):
    """The QR is opened, and the gateway's word about its page is attacked."""
    world = hall.world
    hall.gateway.plan(amount, name, {"page": 1}, "paid", random.Random(amount))
    order = hall.kiosk().order(number, amount).json
    world.page("POST", order["pay_url"][order["pay_url"].index("/p/"):] + "/pay")
    until = time.monotonic() + HONEST_S
    while hall.gateway.plans[amount]["left"]["page"] or hall.attempt(order["order_no"])[1] in ("INTENT", "SENT"):
        if time.monotonic() > until:
            break  # it has never been answered: that is for the time limit
        time.sleep(LOOK_S)
    url = world.sql(f"SELECT cashier_url FROM payment_attempt WHERE order_no = '{order['order_no']}'").strip()
    state = hall.attempt(order["order_no"])[1]
    return f"the phone is sent to {url}" if "of-a-thief" in url else "it was credited" if state == "CREDITED" else None


def attack_pages(hall, numbers):
    """Whoever opens the QR is never sent to another one's cashier."""
    names = [n for n in ATTACKS if options.only in n and not n.startswith(NOT_OF_PAGES)]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [(name, pool.submit(attack_page, hall, name, number, FIRST_FEN + 90000 + i))
                for i, (name, number) in enumerate(zip(names, numbers))]
        for name, job in jobs:
            wrong = job.result()
            if wrong:
                print(f"FAIL a page, {name}: {wrong}")
                bad += 1
    print(f"{len(jobs)} pages, {bad} bad", flush=True)
    return bad


# -- notices ----------------------------------------------------------------------------------------

def raw_notice(world, data):
    """The reply's status to these bytes; 0 for none."""
    with socket.create_connection(("127.0.0.1", world.ports["public"]), 5) as wire:
        wire.settimeout(3)
        try:
            wire.sendall(data)
            wire.shutdown(socket.SHUT_WR)
            reply = wire.recv(4096)
        except OSError:
            return 0
    found = re.match(rb"HTTP/1\.[01] (\d{3})", reply)
    return int(found.group(1)) if found else 0


def notice(gateway, body, signature=None, head=b"POST /notify/sandbox HTTP/1.1", length=None):
    sign = gateway.sign(body) if signature is None else signature
    return (head + b"\r\nHost: x\r\nContent-Type: application/json\r\nX-Sandbox-Signature: " + sign.encode("latin-1") +
            b"\r\nContent-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body)


def hostile_notices(gateway, number, chance):
    """Pairs of a name and the bytes. None of them tells of a payment that there is."""
    body = json.dumps({"out_trade_no": number}).encode()
    lie = json.dumps({"out_trade_no": number, "state": "paid", "result": "paid", "paid_fen": 1234,
                      "transaction_id": "T1"}).encode()
    deep = b'{"out_trade_no": "%s", "a": ' % number.encode() + b"[" * 3000 + b"]" * 3000 + b"}"
    yield "says that it is paid", notice(gateway, lie)
    yield "says so, unsigned", notice(gateway, lie, "")
    for name, signature in (("zeros", "0" * 64), ("another body", gateway.sign(lie)), ("long", "0" * 5000),
                            ("capitals", gateway.sign(body).upper()), ("bytes", "\xff" * 64)):
        yield "signature: " + name, notice(gateway, body, signature)
    for name, bad in (("empty", b""), ("no JSON", b"paid"), ("a list", b"[]"), ("a text", b'"x"'), ("null", b"null"),
                      ("no number", b"{}"), ("a number", b'{"out_trade_no": 1}'), ("deep", deep),
                      ("twice", b'{"out_trade_no": "A", "out_trade_no": "%s"}' % number.encode()),
                      ("NUL", b'{"out_trade_no": "%s\\u0000"}' % number.encode()), ("bad UTF-8", b'{"out_trade_no": "\xff"}'),
                      ("quotes", b"{\"out_trade_no\": \"' OR 1=1 --\"}"), ("half", body[:-3]),
                      ("long number", b'{"out_trade_no": "%s"}' % (b"A" * 5000)), ("huge", b'{"a": "%s"}' % (b"x" * 2000000)),
                      ("unknown", b'{"out_trade_no": "20200101000000000001A01"}'), ("chance", chance.randbytes(200))):
        yield name, notice(gateway, bad)
    for name, head in (("GET", b"GET /notify/sandbox HTTP/1.1"), ("PUT", b"PUT /notify/sandbox HTTP/1.1"),
                       ("another place", b"POST /notify/nobody HTTP/1.1"), ("no HTTP", b"\0\0\0"),
                       ("a query", b"POST /notify/sandbox?out_trade_no=" + number.encode() + b" HTTP/1.1"),
                       ("long line", b"POST /notify/sandbox?" + b"x" * 100000 + b" HTTP/1.1")):
        yield "request: " + name, notice(gateway, body, head=head)
    yield "a longer body", notice(gateway, body, length=len(body) + 100)
    yield "a length that is none", notice(gateway, body, length=0).replace(b"Content-Length: 0", b"Content-Length: -5")
    yield "broken chunks", notice(gateway, body).replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")
    for _ in range(20):
        yield "again", notice(gateway, body)


def attack_notices(hall, number):
    """A trade that nobody pays, and every kind of word that it was."""
    world, gateway, chance = hall.world, hall.gateway, random.Random(options.seed)
    order_no = hall.pay(number, FIRST_FEN + 99000, "05")
    count, bad, statuses = 0, 0, collections.Counter()
    until = time.monotonic() + 5
    while not gateway.trades.get(hall.attempt(order_no)[0]) and time.monotonic() < until:
        time.sleep(0.05)
    for name, data in hostile_notices(gateway, hall.attempt(order_no)[0], chance):
        status = raw_notice(world, data)
        count, statuses[status] = count + 1, statuses[status] + 1
        state = hall.attempt(order_no)[1]
        if status >= 500 or state == "CREDITED" or world.process.poll() is not None:
            print(f"FAIL a notice, {name}: answered {status}, the attempt is {state}")
            bad += 1
    print(f"{count} notices, answered {dict(sorted(statuses.items()))}, {bad} bad")
    return bad


def main():
    contract.Gateway = HostileGateway
    numbers = accounts(len(ATTACKS) * CASES_A_ROUND * options.rounds * 2)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        world = World(os.path.join(directory, "state"), wechat_s=5, poll_ms=100)
        with open(world.config) as file:
            text = file.read().replace("timeout_ms = 3000", "timeout_ms = 700").replace("port = 0\n", "port = 0\nworkers = 8\n", 1)
        with open(world.config, "w") as file:
            file.write(text)
        world.stop()
        world.start()
        bad = 1
        try:
            print(f"seed {options.seed}", flush=True)
            hall = Hall(world)
            bad = attack_payments(hall, numbers, options.seed) + attack_pages(hall, numbers)
            bad += attack_notices(hall, numbers[-1])
            assert not hall.gateway.faults, hall.gateway.faults[:5]
            assert all(calls == 1 for calls in hall.gateway.pay_calls.values()), "charged again"
        finally:
            if world.process.poll() is None:
                world.stop()
            else:
                bad += 1
            with open(world.log.name, errors="replace") as log:
                lines = log.read().splitlines()
            faults = [l for l in lines if re.search(r"Sanitizer|runtime error|broken invariant", l)]
            if bad or faults:
                print("\n".join(faults + lines[-15:]))
    print(f"{time.monotonic() - begun:.0f} s, seed {options.seed}, {bad + len(faults)} bad")
    return 1 if bad or faults else 0


if __name__ == "__main__":
    sys.exit(main())
