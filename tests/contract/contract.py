#!/usr/bin/env python3
"""Drives the real billing server and holds every reply against openapi.yaml.

usage: contract.py BILLING BILLING_ADMIN OPENAPI
"""
import concurrent.futures
import datetime
import glob
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

import jsonschema
import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway_fixture import Gateway

SECRET = "contract-test-secret"
BILLING, ADMIN, OPENAPI = sys.argv[1:4]
SPEC = yaml.safe_load(open(OPENAPI))
DEMO = [
    {"type": "org", "org_no": "SG01", "name": "示范供电公司", "payee": "示范供电公司 <&>", "merchant": "SG01M",
     "account_digits": 10, "account_prefix": "52", "recharge_min_fen": 100, "recharge_max_fen": 500000,
     "presets_fen": [5000, 10000], "show_balance": True, "show_restore": True, "pay_all_bills": True,
     "late_fee": True, "ledger": "own"},
    {"type": "org", "org_no": "JC01", "name": "示范电力", "payee": "示范电力", "merchant": "JC01M",
     "account_digits": 13, "account_prefix": "", "recharge_min_fen": 100, "recharge_max_fen": 500000,
     "presets_fen": [], "show_balance": False, "show_restore": False, "pay_all_bills": False,
     "late_fee": False, "ledger": "own"},
]


def account(number, org="SG01", **changes):
    row = {"type": "account", "account_no": number, "org_no": org, "name": "张小伟",
           "address": "示范市示范区建设路一零八号二单元1002室", "phone": "13900000000", "category": "residential",
           "prepaid": True, "state": "active", "usable_from": None, "book_balance_fen": 10000,
           "unbilled_fen": 2240, "daily_cost_fen": 560, "supply_cut": False, "protected": False,
           "contract_kva": None, "meter_no": number.zfill(22)}
    row.update(changes)
    return row


def bill(bill_id, number, period, amount, **changes):
    row = {"type": "bill", "bill_id": bill_id, "account_no": number, "period": period,
           "due_date": "2099-01-01", "amount_fen": amount, "late_fee": "residential", "state": "open"}
    row.update(changes)
    return row


for index in range(60):
    DEMO.append(account("52000000%02d" % index))
DEMO += [account("5200000101", state="closed"), account("5200000102", usable_from="2099-01-01"),
         account("5200000103", supply_cut=True, book_balance_fen=-2000, unbilled_fen=1000)]
for number, org in (("5200000201", "SG01"), ("5200000202", "SG01"), ("3300000000201", "JC01")):
    DEMO.append(account(number, org, prepaid=False, book_balance_fen=0, unbilled_fen=0))
    for month in (8, 9, 10):
        DEMO.append(bill("B%s-%d" % (number, month), number, "2026-%02d" % month, 14280 + month))
DEMO.append(account("5200000203", prepaid=False, book_balance_fen=0, unbilled_fen=0))
DEMO.append(bill("BMIDNIGHT", "5200000203", "2026-10", 1000000,
                 due_date=(datetime.date.today() - datetime.timedelta(days=9)).isoformat()))
DEMO.append(bill("BLATE", "5200000202", "2020-01", 2000, due_date="2020-02-01"))


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        kind = headers.get("Content-Type", "")
        self.json = json.loads(body) if "json" in kind else None
        self.code = (self.json or {}).get("code")


def hold_against_spec(method, path, reply):
    """Every reply must stand in the contract: path, method, status, type, schema, code."""
    for pattern, item in SPEC["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path) and method.lower() in item:
            responses = item[method.lower()]["responses"]
            assert str(reply.status) in responses, "%s %s answered %d, which is not in the contract: %s" % (
                method, path, reply.status, reply.body[:200])
            response = responses[str(reply.status)]
            codes = response.get("x-codes")
            if "$ref" in response:
                response = SPEC["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
            (kind, content), = response["content"].items()
            assert reply.headers["Content-Type"] == kind, reply.headers
            schema = dict(content["schema"], components=SPEC["components"])
            jsonschema.Draft202012Validator(schema).validate(reply.json)
            if codes is not None:
                assert reply.code in codes, "code %s is not in the contract of %s" % (reply.code, path)
                assert reply.json["status"] == reply.status
            return
    assert reply.status in (401, 404, 405, 414), (method, path, reply.status)


class Kiosk:
    def __init__(self, world, terminal=None):
        self.world, self.terminal = world, terminal
        self.context = ssl.create_default_context(cafile=world.path("ca.pem"))
        self.connection = None

    def enrol(self):
        code = self.world.admin("enrol-code", "--terminal", self.terminal, "--site", "示范营业厅").strip()
        self.key, csr = self.world.key_and_csr(self.terminal)
        reply = self.post("/v1/enrolments", {"code": code, "csr_pem": csr})
        assert reply.status == 201, reply.body
        self.enrolment = reply.json
        again = self.post("/v1/enrolments", {"code": code, "csr_pem": csr})
        assert again.status == 201 and again.json == reply.json, "a lost reply can be had again"
        _, other = self.world.key_and_csr(self.terminal + "X")
        assert self.post("/v1/enrolments", {"code": code, "csr_pem": other}).code == "code_used"
        certificate = self.world.path(self.terminal + ".pem")
        with open(certificate, "w") as file:
            file.write(reply.json["certificate_pem"])
        self.context.load_cert_chain(certificate, self.key)
        self.close()
        return self

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def call(self, method, path, body=None, headers=None, check=True):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPSConnection(
                        "127.0.0.1", self.world.ports["kiosk"], context=self.context, timeout=20)
                self.connection.request(method, path, data, dict(headers or {}))
                raw = self.connection.getresponse()
                reply = Reply(raw.status, raw.headers, raw.read())
                break
            except (http.client.HTTPException, ConnectionError, ssl.SSLError):
                self.close()
                if attempt == 2:
                    raise
        if check:
            hold_against_spec(method, urllib.parse.urlsplit(path).path, reply)
        return reply

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, key=None):
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return self.call("POST", path, body, headers)

    def order(self, number, amount, kind="recharge", bills=(), request_id=None):
        request_id = request_id or secrets.token_hex(16)
        return self.post("/v1/orders", {"request_id": request_id, "account_no": number, "kind": kind,
                                        "amount_fen": amount, "bill_ids": list(bills)}, request_id)

    def pay(self, order_no, ending, request_id=None, code=None):
        request_id = request_id or secrets.token_hex(16)
        code = code or "13%014d%s" % (secrets.randbelow(10 ** 14), ending)
        return self.post("/v1/orders/%s/attempts" % order_no, {"request_id": request_id, "code": code},
                         request_id)

    def wait(self, order_no, *states, seconds=15):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            order = self.get("/v1/orders/" + order_no).json
            if order["state"] in states:
                return order
            time.sleep(0.03)
        raise AssertionError("order stays %s" % order)


def new_store():
    """The address of a store of its own on the PostgreSQL that stands ready, or "" for a file."""
    ready = os.environ.get("HALL_STORE", "")
    if not ready:
        return ""
    name = "w" + secrets.token_hex(6)
    subprocess.run(["createdb", name], check=True)
    return ready.replace("/postgres?", "/%s?" % name)


class World:
    """One state directory, one gateway, the server's process."""

    def __init__(self, directory, public=None, ahead_s=None, limits=None, more="", **settings):
        # The clock of the server alone is ahead; what it measures times with is not.
        self.ahead_s = ahead_s
        self.directory, self.process, self.ports = directory, None, {}
        self.gateway = Gateway(SECRET)
        values = {"order_s": 120, "wechat_s": 45, "poll_ms": 100}
        values.update(settings)
        self.config = self.path("billing.ini")
        self.store = new_store()
        self.twins = []
        os.makedirs(directory, exist_ok=True)
        with open(self.config, "w") as file:
            file.write("[server]\nport = 0\n[store]\nurl = %s\n" % self.store +
                       "[public]\nport = 0\n" +
                       "".join("%s = %s\n" % pair for pair in (public or {}).items()) +
                       "[gateway]\nurl = http://127.0.0.1:%d\nsecret = %s\ntimeout_ms = 3000\n"
                       "[limits]\nlookups_per_minute = 1000\n" % (self.gateway.port, SECRET) +
                       "".join("%s = %s\n" % pair for pair in (limits or {}).items()) +
                       "[times]\n" + "".join("%s = %s\n" % pair for pair in values.items()) +
                       more.replace("GATEWAY", str(self.gateway.port)))
        self.admin("init")
        demo = self.path("demo.jsonl")
        with open(demo, "w") as file:
            file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in DEMO))
        self.admin("import", demo)
        assert self.admin("import", demo).endswith("; 0 new\n"), "importing again is harmless"
        self.start()

    def path(self, name):
        return os.path.join(self.directory, name)

    def admin(self, *arguments, status=0):
        done = subprocess.run([ADMIN, "--config", self.config, "--state-dir", self.directory, *arguments], capture_output=True, text=True)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
        return done.stdout

    def key_and_csr(self, name):
        key = self.path(name + ".key")
        csr = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                              "-nodes", "-keyout", key, "-subj", "/CN=whatever"], capture_output=True,
                             text=True, check=True)
        return key, csr.stdout[csr.stdout.index("-----BEGIN"):]

    def beside(self):
        """Another server on the same store, with the same authority; ends with the caller's stop()."""
        twin = object.__new__(World)
        twin.__dict__.update(self.__dict__, directory=self.path("beside"), process=None, ports={})
        shutil.copytree(self.directory, twin.directory, ignore=shutil.ignore_patterns("ports", "lock", "beside", "*.db*"))
        twin.start()
        self.twins.append(twin)
        return twin

    def start(self):
        self.log = open(self.path("billing.log"), "a")
        environment = dict(os.environ)
        if self.ahead_s is not None:  # its library comes before that of the sanitizer
            library, = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
            environment.update(LD_PRELOAD=library, FAKETIME="+%ds" % self.ahead_s, FAKETIME_DONT_FAKE_MONOTONIC="1",
                               ASAN_OPTIONS="verify_asan_link_order=0")
        self.process = subprocess.Popen([BILLING, "--config", self.config, "--state-dir", self.directory],
                                        stderr=self.log, env=environment)
        until = time.monotonic() + 20
        while not os.path.exists(self.path("ports")):
            assert self.process.poll() is None and time.monotonic() < until, open(self.log.name).read()
            time.sleep(0.02)
        self.ports = {k: int(v) for k, v in (line.split("=") for line in open(self.path("ports")))}

    def kill(self):
        self.process.kill()
        self.process.wait()
        os.remove(self.path("ports"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, "SIGTERM must stop it cleanly"
        assert not os.path.exists(self.path("ports"))

    def page(self, method, path, body=None, agent="Mozilla MicroMessenger/8", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["public"], timeout=20)
        connection.request(method, path, body, dict(headers, **{"User-Agent": agent}))
        raw = connection.getresponse()
        reply = Reply(raw.status, raw.headers, raw.read())
        connection.close()
        return reply

    def books(self):
        until = time.monotonic() + 30
        while True:
            totals = json.loads(self.admin("books"))
            paid, refunded = self.gateway.net()
            # A success that comes late is refunded later still.
            same = (totals["charges_fen"], totals["refunds_fen"]) == (paid, refunded)
            if (totals["open_attempts"] == 0 and same) or time.monotonic() > until:
                break
            time.sleep(0.1)
        assert not self.gateway.faults, self.gateway.faults
        assert totals["agree"] and totals["open_attempts"] == 0, totals
        assert (totals["charges_fen"], totals["refunds_fen"]) == (paid, refunded), (
            totals, paid, refunded, self.differences())
        assert all(calls == 1 for calls in self.gateway.pay_calls.values()), self.gateway.pay_calls
        return totals

    def sql(self, statement):
        """Behind the server's back; rows with | between their columns."""
        command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement, self.store] if self.store else \
            ["sqlite3", "-cmd", ".timeout 5000", self.path("billing.db"), statement]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def differences(self):
        """Trades whose money we and the gateway see differently."""
        rows = self.sql("SELECT out_trade_no, paid_fen, refunded_fen, state FROM payment_attempt")
        ours = {row.split("|")[0]: row for row in rows.splitlines()}
        return [(ours.get(number), trade) for number, trade in self.gateway.trades.items()
                if ours.get(number, "").split("|")[1:3] != [str(trade.get("paid", 0)), str(trade.get("refunded", 0))]]


CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


@check
def strangers_get_nothing_but_health(world, kiosk):
    stranger = Kiosk(world)
    assert stranger.get("/v1/health").status == 200
    assert stranger.get("/v1/version").json["oldest_kiosk"] == "0.1.0"
    for method, path in (("GET", "/v1/accounts/5200000001"), ("POST", "/v1/orders"),
                         ("POST", "/v1/requests/%s/close" % ("a" * 32)), ("GET", "/v1/nothing")):
        assert stranger.call(method, path, b"{}" if method == "POST" else None).status == 401
    bad = {"code": "0123456789abcdef0123", "csr_pem": world.key_and_csr("stranger")[1]}
    assert stranger.post("/v1/enrolments", bad).code == "code_unknown"


@check
def a_foreign_certificate_is_worth_nothing(world, kiosk):
    foreign = Kiosk(world)
    key, certificate = world.path("foreign.key"), world.path("foreign.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-subj", "/CN=00012", "-days", "2"],
                   capture_output=True, check=True)
    foreign.context.load_cert_chain(certificate, key)
    assert foreign.get("/v1/accounts/5200000001").status == 401


@check
def a_revoked_terminal_is_refused_at_once(world, kiosk):
    other = Kiosk(world, "00099").enrol()
    assert other.get("/v1/accounts/5200000001").status == 200
    world.admin("revoke", "00099")
    assert other.get("/v1/accounts/5200000001").code == "terminal_unknown"
    assert kiosk.get("/v1/accounts/5200000001").status == 200


@check
def accounts_are_masked(world, kiosk):
    shown = kiosk.get("/v1/accounts/5200000001").json
    assert shown["name_masked"] == "张*伟" and "建设路" not in shown["address_masked"]
    assert shown["balance_fen"] == 7760 and shown["restore_fen"] == 0
    cut = kiosk.get("/v1/accounts/5200000103").json
    assert cut["supply_cut"] and cut["restore_fen"] == 3000
    assert kiosk.get("/v1/accounts/5200000101").json["state"] == "closed"
    assert kiosk.get("/v1/accounts/5200000102").json["usable_from"] == "2099-01-01"
    assert kiosk.get("/v1/accounts/9999999999").code == "account_unknown"
    for bad in ("123", "52000000011", "%00", "abcdefghij", "5200000001%2F", "5" * 95):
        assert kiosk.get("/v1/accounts/" + bad).status in (400, 404)
    hidden = kiosk.get("/v1/accounts/3300000000201").json
    assert len(hidden["bills"]) == 3 and hidden["pay_all_bills"] is False


@check
def a_recharge_is_paid_and_credited(world, kiosk):
    made = kiosk.order("5200000002", 5000)
    assert made.status == 201 and made.json["statement"] == "not_taken"
    request_id = secrets.token_hex(16)
    code = "130000000000%06d" % 123400
    begun = time.monotonic()
    tried = kiosk.pay(made.json["order_no"], "00", request_id, code)
    assert tried.status == 202 and tried.json["statement"] == "confirming"
    paid = kiosk.wait(made.json["order_no"], "paid")
    world.figures["scan to paid, ms"] = round((time.monotonic() - begun) * 1000)
    assert paid["statement"] == "taken_credited" and paid["balance_fen"] == 12760 and paid["transaction_id"]
    again = kiosk.pay(made.json["order_no"], "00", request_id, code)
    assert again.status == 200 and again.json["state"] == "paid", "a repeat answers the current state"
    assert kiosk.pay(made.json["order_no"], "00").code == "order_not_open"
    recent = kiosk.get("/v1/accounts/5200000002").json
    assert recent["recent_fen"] == 5000 and recent["balance_fen"] == 12760
    assert kiosk.post("/v1/orders/%s/cancel" % made.json["order_no"]).json["state"] == "paid"


@check
def the_supply_comes_back_when_enough_is_paid(world, kiosk):
    order = kiosk.order("5200000103", 2999).json
    kiosk.pay(order["order_no"], "00")
    assert kiosk.wait(order["order_no"], "paid")["supply_restoring"] is False
    order = kiosk.order("5200000103", 100).json
    kiosk.pay(order["order_no"], "00")
    assert kiosk.wait(order["order_no"], "paid")["supply_restoring"] is True
    assert kiosk.get("/v1/accounts/5200000103").json["supply_cut"] is False


@check
def bills_are_paid_once(world, kiosk):
    shown = kiosk.get("/v1/accounts/5200000201").json
    bills = [b["bill_id"] for b in shown["bills"]]
    total = sum(b["amount_fen"] + b["late_fee_fen"] for b in shown["bills"])
    assert kiosk.order("5200000201", total - 1, "bills", bills).code == "bills_changed"
    assert kiosk.order("5200000201", 100, "bills", ["NOSUCH"]).code == "bills_changed"
    made = kiosk.order("5200000201", total, "bills", bills)
    assert made.status == 201
    other = kiosk.order("5200000201", shown["bills"][0]["amount_fen"], "bills", bills[:1])
    assert other.code == "bill_being_paid"
    kiosk.pay(made.json["order_no"], "02")
    paid = kiosk.wait(made.json["order_no"], "paid")
    assert paid["balance_known"] is False
    assert kiosk.get("/v1/accounts/5200000201").json["bills"] == []
    late = [b for b in kiosk.get("/v1/accounts/5200000202").json["bills"] if b["bill_id"] == "BLATE"]
    assert late[0]["late_fee_fen"] > 100
    one = kiosk.get("/v1/accounts/3300000000201").json["bills"]
    assert kiosk.order("3300000000201", one[1]["amount_fen"], "bills", [one[1]["bill_id"]]).code == "bills_one_by_one"


@check
def a_bill_settled_elsewhere_meanwhile_is_refunded(world, kiosk):
    late = [b for b in kiosk.get("/v1/accounts/5200000202").json["bills"] if b["bill_id"] == "BLATE"][0]
    order = kiosk.order("5200000202", late["amount_fen"] + late["late_fee_fen"], "bills", ["BLATE"]).json
    kiosk.pay(order["order_no"], "02")
    world.sql("UPDATE bill SET state = 'paid', paid_order = 'counter' WHERE bill_id = 'BLATE'")
    assert kiosk.wait(order["order_no"], "closed")["statement"] == "may_return"
    until = time.monotonic() + 10
    while world.gateway.net()[1] < order["amount_fen"]:
        assert time.monotonic() < until, "the money must go back"
        time.sleep(0.05)


@check
def a_late_fee_is_quoted_by_the_server(world, kiosk):
    bills = [b for b in kiosk.get("/v1/accounts/5200000202").json["bills"]]
    order = kiosk.order("5200000202", sum(b["amount_fen"] + b["late_fee_fen"] for b in bills), "bills",
                        [b["bill_id"] for b in bills])
    assert order.status == 201
    assert kiosk.post("/v1/orders/%s/cancel" % order.json["order_no"]).json["state"] == "closed"
    assert kiosk.order("5200000202", bills[0]["amount_fen"] + bills[0]["late_fee_fen"], "bills",
                       [bills[0]["bill_id"]]).status == 201, "a closed order lets its bills go"


@check
def orders_that_cannot_be(world, kiosk):
    assert kiosk.order("5200000101", 5000).code == "account_closed"
    assert kiosk.order("5200000102", 5000).code == "account_not_yet_usable"
    assert kiosk.order("5200000001", 99).code == "amount_out_of_limits"
    assert kiosk.order("5200000001", 500001).code == "amount_out_of_limits"
    assert kiosk.order("5200000201", 5000).code == "account_not_prepaid"
    assert kiosk.order("5200000001", 5000, "bills", ["X"]).code == "account_not_postpaid"
    assert kiosk.order("5299999999", 5000).code == "account_unknown"


@check
def the_same_key_is_the_same_order(world, kiosk):
    request_id = secrets.token_hex(16)
    first = kiosk.order("5200000003", 5000, request_id=request_id)
    again = kiosk.order("5200000003", 5000, request_id=request_id)
    assert (first.status, again.status) == (201, 200) and first.json == again.json
    assert kiosk.order("5200000003", 5001, request_id=request_id).code == "idempotency_mismatch"
    assert kiosk.order("5200000004", 5000, request_id=request_id).code == "idempotency_mismatch"
    body = {"request_id": request_id, "account_no": "5200000003", "kind": "recharge", "amount_fen": 5000, "bill_ids": []}
    assert kiosk.post("/v1/orders", body).code == "idempotency_key_missing"
    assert kiosk.post("/v1/orders", body, "f" * 32).code == "idempotency_key_wrong"
    fresh = secrets.token_hex(16)
    kiosks = [world.second(kiosk) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda k: k.order("5200000003", 700, request_id=fresh), kiosks))
    assert len({r.json["order_no"] for r in replies}) == 1, "one order, however often it is asked for"
    assert sorted(r.status for r in replies) == [200] * 7 + [201]


@check
def one_attempt_at_a_time(world, kiosk):
    order = kiosk.order("5200000005", 5000).json
    kiosks = [world.second(kiosk) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda k: k.pay(order["order_no"], "02"), kiosks))
    assert sorted(r.status for r in replies) == [202] + [409] * 7
    assert {r.code for r in replies if r.status == 409} == {"attempt_open"}
    assert kiosk.wait(order["order_no"], "paid")["attempt_count"] == 1


@check
def a_failed_code_leaves_the_order_open(world, kiosk):
    order = kiosk.order("5200000006", 5000).json
    kiosk.pay(order["order_no"], "03")
    failed = kiosk.wait(order["order_no"], "open")
    assert failed["failure"] == "no_funds" and failed["statement"] == "not_taken"
    code = "1300000000000000%02d" % 4
    kiosk.pay(order["order_no"], "", code=code)
    assert kiosk.wait(order["order_no"], "open")["failure"] == "code_expired"
    assert kiosk.pay(order["order_no"], "", code=code).code == "code_repeated"
    assert kiosk.pay(order["order_no"], "", code="9" * 18).code == "code_unknown"
    kiosk.pay(order["order_no"], "00")
    paid = kiosk.wait(order["order_no"], "paid")
    assert paid["attempt_count"] == 3 and paid["out_trade_no"].endswith("A03")


@check
def a_lost_reply_is_asked_about_never_charged_again(world, kiosk):
    order = kiosk.order("5200000007", 5000).json
    kiosk.pay(order["order_no"], "01")
    assert kiosk.wait(order["order_no"], "paid")["statement"] == "taken_credited"


@check
def a_forged_reply_is_not_believed(world, kiosk):
    order = kiosk.order("5200000015", 5000).json
    world.gateway.forge = 1
    kiosk.pay(order["order_no"], "03")
    time.sleep(0.05)
    assert world.gateway.forge == 0 and kiosk.wait(order["order_no"], "open")["failure"] == "no_funds"
    world.gateway.forge = 3
    kiosk.pay(order["order_no"], "00")
    assert kiosk.wait(order["order_no"], "paid")["statement"] == "taken_credited"
    assert world.gateway.forge == 0


@check
def a_cancel_closes_what_is_open(world, kiosk):
    order = kiosk.order("5200000008", 5000).json
    closed = kiosk.post("/v1/orders/%s/cancel" % order["order_no"]).json
    assert (closed["state"], closed["statement"]) == ("closed", "not_taken")
    assert kiosk.pay(order["order_no"], "00").code == "order_not_open"
    order = kiosk.order("5200000008", 5000).json
    kiosk.pay(order["order_no"], "05")
    until = time.monotonic() + 5
    while not kiosk.get("/v1/orders/" + order["order_no"]).json["password_wanted"]:
        assert time.monotonic() < until
    assert kiosk.post("/v1/orders/%s/cancel" % order["order_no"]).json["statement"] == "confirming"
    closed = kiosk.wait(order["order_no"], "closed")
    assert closed["statement"] == "may_return"


@check
def money_that_comes_during_the_reversal_goes_back(world, kiosk):
    order = kiosk.order("5200000009", 5000).json
    kiosk.pay(order["order_no"], "06")
    time.sleep(0.2)
    kiosk.post("/v1/orders/%s/cancel" % order["order_no"])
    assert kiosk.wait(order["order_no"], "closed")["statement"] == "may_return"
    world.books()
    assert kiosk.get("/v1/accounts/5200000009").json["balance_fen"] == 7760


@check
def another_amount_is_for_two_persons(world, kiosk):
    """It is on the books at once, nobody alone decides, and what is decided is done once."""
    def stuck(number):
        order = kiosk.order(number, 4321).json
        assert kiosk.pay(order["order_no"], "07").status == 202
        until = time.monotonic() + 10
        while "waits for a person" not in world.admin("explain", order["order_no"]):
            assert time.monotonic() < until
            time.sleep(0.05)
        now = kiosk.get("/v1/orders/" + order["order_no"]).json
        assert (now["state"], now["statement"]) == ("closing", "confirming")
        return order["order_no"], now["out_trade_no"]

    resolve = ["--by", "li.na", "--reason", "the customer asked at the counter"]
    orders = [stuck("52000000%02d" % (6 + i)) for i in range(3)]
    totals = json.loads(world.admin("books"))
    paid = world.gateway.trades[orders[0][1]]["paid"]
    assert paid != 4321 and totals["agree"] and totals["manual_attempts"] == 3, totals
    assert totals["to_be_refunded_fen"] >= 3 * paid
    assert [line.split()[0] for line in world.admin("cases").splitlines()] == [trade for _, trade in orders]
    balance = kiosk.get("/v1/accounts/5200000006").json["balance_fen"]

    # Nobody alone, nothing unheard of, nothing twice.
    world.admin("confirm", orders[0][0], "--by", "wang.wei", status=1)
    world.admin("resolve", orders[0][0], "--as", "keep", *resolve, status=2)
    world.admin("resolve", orders[0][0], "--as", "credit", "--by", "x;y", "--reason", "r", status=2)
    world.admin("resolve", "99990101000000000001", "--as", "credit", *resolve, status=1)
    for (order_no, trade), action in zip(orders, ("credit", "refund", "returned")):
        world.admin("resolve", trade, "--as", action, *resolve)
        assert "li.na proposed: " + action in world.admin("explain", trade)
        world.admin("confirm", order_no, "--by", "li.na", status=1)
        assert len(world.admin("cases").splitlines()) == 3 - ("credit", "refund", "returned").index(action)
        world.admin("confirm", order_no, "--by", "wang.wei")
        world.admin("confirm", order_no, "--by", "wang.wei", status=1)
        world.admin("resolve", order_no, "--as", action, *resolve, status=1)
    assert world.admin("cases") == ""

    assert kiosk.wait(orders[0][0], "paid")["statement"] == "taken_credited"
    assert kiosk.get("/v1/accounts/5200000006").json["balance_fen"] == balance + paid, "what was paid, not what was asked"
    until = time.monotonic() + 15
    while world.gateway.trades[orders[1][1]].get("refunded", 0) != paid:
        assert time.monotonic() < until, "the provider returns it"
        time.sleep(0.05)
    for order_no, _ in orders[1:]:
        assert kiosk.wait(order_no, "closed")["statement"] == "may_return"
    world.gateway.trades[orders[2][1]]["refunded"] = paid  # at the counter: the gateway was not asked
    events = world.sql("SELECT actor, event FROM audit WHERE event LIKE 'case-%' ORDER BY at_ms, event DESC")
    assert events.splitlines() == ["li.na|case-propose", "wang.wei|case-confirm"] * 3, events
    world.books()


@check
def a_request_that_was_closed_never_becomes_an_order(world, kiosk):
    request_id = secrets.token_hex(16)
    for _ in range(2):
        reply = kiosk.post("/v1/requests/%s/close" % request_id)
        assert reply.json == {"known": False, "order": None}
    assert kiosk.order("5200000011", 5000, request_id=request_id).code == "request_closed"
    request_id = secrets.token_hex(16)
    order = kiosk.order("5200000011", 5000, request_id=request_id).json
    reply = kiosk.post("/v1/requests/%s/close" % request_id)
    assert reply.json["known"] and reply.json["order"]["state"] == "closed"
    assert reply.json["order"]["order_no"] == order["order_no"]
    assert kiosk.post("/v1/requests/xyz/close").code == "request_invalid"


@check
def a_kiosk_sees_its_own_orders_only(world, kiosk):
    other = Kiosk(world, "00077").enrol()
    request_id = secrets.token_hex(16)
    order = kiosk.order("5200000012", 5000, request_id=request_id).json
    assert other.get("/v1/orders/" + order["order_no"]).code == "order_unknown"
    assert other.pay(order["order_no"], "00").code == "order_unknown"
    assert other.post("/v1/orders/%s/cancel" % order["order_no"]).code == "order_unknown"
    assert other.order("5200000012", 5000, request_id=request_id).code == "idempotency_mismatch"
    assert other.post("/v1/requests/%s/close" % request_id).code == "order_unknown"
    assert kiosk.get("/v1/orders/" + order["order_no"]).json["state"] == "open"


@check
def the_phone_pays_on_the_page(world, kiosk):
    order = kiosk.order("5200000013", 5000).json
    path = urllib.parse.urlsplit(order["pay_url"]).path
    for _ in range(3):
        page = world.page("GET", path)
        assert page.status == 200 and b"0013" in page.body and b"5200000013" not in page.body
        assert b"<&>" not in page.body and b"&lt;&amp;&gt;" in page.body
    assert kiosk.get("/v1/orders/" + order["order_no"]).json["state"] == "open", "opening changes nothing"
    assert b"Payee" in world.page("GET", path + "?lang=en").body
    pressed = world.page("POST", path + "/pay")
    assert pressed.status == 303 and "/cashier/" in pressed.headers["Location"], pressed.headers
    again = world.page("POST", path + "/pay")
    assert again.headers["Location"] == pressed.headers["Location"], "a double press is one trade"
    paying = kiosk.get("/v1/orders/" + order["order_no"]).json
    assert paying["state"] == "paying" and paying["by_phone"] and paying["channel"] == "wechat"
    assert kiosk.pay(order["order_no"], "00").code == "attempt_open", "the scanner is disarmed"
    number = pressed.headers["Location"].rsplit("/", 1)[1]
    world.gateway.phone_pays(number)
    body = json.dumps({"out_trade_no": number}).encode()
    assert world.page("POST", "/notify/sandbox", body).status == 401
    signed = {"X-Sandbox-Signature": world.gateway.sign(body)}
    for _ in range(3):
        assert world.page("POST", "/notify/sandbox", body, **signed).status == 200
    assert kiosk.wait(order["order_no"], "paid")["transaction_id"]
    assert "已扣款，已入账".encode() in world.page("GET", path).body
    assert world.page("GET", "/p/" + "0" * 32).status == 404


@check
def the_page_shows_and_takes_no_more_than_it_must(world, kiosk):
    order = kiosk.order("5200000016", 5000).json
    path = urllib.parse.urlsplit(order["pay_url"]).path
    page = world.page("GET", path)
    for hidden in ("5200000016", order["order_no"], order["request_id"], "张", "建设路", "13900000000"):
        assert hidden.encode() not in page.body, hidden
    policy = page.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([0-9a-f]{32})'", policy).group(1)
    assert "default-src 'none'" in policy and "unsafe" not in policy and "base-uri 'none'" in policy
    assert page.body.count(b"<script") == page.body.count(('<script nonce="%s"' % nonce).encode()) == 1
    assert nonce not in world.page("GET", path).headers["Content-Security-Policy"], "never the same twice"
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    head = world.page("HEAD", path)
    assert head.status == 200 and head.body == b""
    token = path.rsplit("/", 1)[1]
    unknown = ("/p/" + "f" * 32, "/p/" + token[:-1], "/p/" + token + "0", "/p/" + token.upper() + "x", "/p/%2e%2e",
               "/p/" + token[:-1] + "%00", "/p/" + token[:-1] + "'", "/p/" + order["order_no"], "/p/-", "/p/" + "a" * 96)
    for bad in unknown:
        for method in ("GET", "POST"):
            reply = world.page(method, bad + ("/pay" if method == "POST" else ""))
            assert reply.status in (400, 404), (bad, reply.status)
            assert "示范".encode() not in reply.body
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "POST"):
        assert world.page(method, path).status == 405
    assert world.page("GET", path + "/pay").status == 405, "a preview cannot pay"
    assert world.page("POST", path + "/pay", b"x" * 9000).status == 413
    for bad in ("/", "/p", "/p/", "/v1/health", "/v1/version", "/favicon.ico", "/p/%s/x" % token, "//p/" + token,
                "/notify", "/p/../notify/sandbox"):
        assert world.page("GET", bad).status == 404, bad
    for query in ("?lang=%0d%0aSet-Cookie:x=1", "?lang=en%0d%0a", "?lang=<script>", "?lang=" + "e" * 4000, "?" + "a=b&" * 400):
        reply = world.page("GET", path + query)
        assert reply.status == 200 and "Set-Cookie" not in reply.headers and b"<html lang=\"zh-CN\"" in reply.body, query
    english = world.page("GET", path + "?lang=en")
    assert b"<html lang=\"en\"" in english.body and english.headers["Set-Cookie"].startswith("lang=en; Path=/p/" + token)
    assert b"<html lang=\"en\"" in world.page("GET", path, Cookie="lang=en").body
    assert b"<html lang=\"en\"" in world.page("GET", path, **{"Accept-Language": "fr-FR, EN-gb;q=0.7, zh;q=0.2"}).body
    assert world.page("POST", path + "/pay", b"channel=gold", agent="curl").headers["Location"] == path
    assert kiosk.get("/v1/orders/" + order["order_no"]).json["state"] == "open"
    kiosk.post("/v1/orders/%s/cancel" % order["order_no"])


@check
def notices_come_from_where_the_settings_say(world, kiosk):
    body = json.dumps({"out_trade_no": "NONE1"}).encode()
    signed = {"X-Sandbox-Signature": world.gateway.sign(body)}
    for address, status in (("192.0.2.1 ::1", 404), ("192.0.2.1, 127.0.0.1", 200), ("::ffff:127.0.0.1", 200)):
        elsewhere = World(os.path.join(world.directory, "from%d%d" % (status, len(address))), public={"notify_from": address})
        try:
            signed = {"X-Sandbox-Signature": elsewhere.gateway.sign(body)}
            assert elsewhere.page("POST", "/notify/sandbox", body, **signed).status == status, address
            assert elsewhere.page("POST", "/notify/sandbox", body).status == (401 if status == 200 else 404), "signed or not"
            assert elsewhere.page("GET", "/notify/sandbox").status == (405 if status == 200 else 404)
            assert elsewhere.page("GET", "/p/" + "0" * 32).status == 404, "the page is for everybody"
            assert "没有找到".encode() in elsewhere.page("GET", "/p/" + "0" * 32).body
        finally:
            elsewhere.stop()
    config = world.path("wrong.ini")
    with open(config, "w") as file:
        file.write("[public]\nnotify_from = 127.0.0.1 localhost\n")
    done = subprocess.run([BILLING, "--config", config, "--check-config"], capture_output=True, text=True)
    assert done.returncode == 1 and "notify_from" in done.stderr, done.stderr


@check
def hostile_bodies_are_refused(world, kiosk):
    key = secrets.token_hex(16)
    good = {"request_id": key, "account_no": "5200000014", "kind": "recharge", "amount_fen": 5000, "bill_ids": []}
    text = json.dumps(good)
    bodies = [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"a":"\xc3\x28"}', b"[" * 60000,
              b'{"a":' * 3000 + b"1" + b"}" * 3000, text.replace('"kind"', '"amount_fen": 1, "kind"').encode(),
              text.replace("5000", "5000.0").encode(), text.replace("5000", "99999999999999999999").encode(),
              text.replace("5000", '"5000"').encode(), text.replace("recharge", "gift").encode(),
              text.replace("5200000014", "5200000014\\u0000").encode()]
    for field, value in (("amount_fen", -1), ("amount_fen", 0), ("amount_fen", None), ("amount_fen", 10 ** 14),
                         ("amount_fen", True), ("account_no", "x" * 5000), ("account_no", 5200000014),
                         ("request_id", "A" * 32), ("bill_ids", ["a"]), ("bill_ids", None), ("bill_ids", ["b"] * 13),
                         ("extra", 1)):
        bodies.append(json.dumps(dict(good, **{field: value})).encode())
    for missing in good:
        bodies.append(json.dumps({k: v for k, v in good.items() if k != missing}).encode())
    for body in bodies:
        reply = kiosk.call("POST", "/v1/orders", body, {"Idempotency-Key": key})
        assert reply.code == "body_invalid", (body[:80], reply.status, reply.body)
    assert kiosk.call("POST", "/v1/orders", b"x" * 200000, {"Idempotency-Key": key}).status == 413
    assert kiosk.call("DELETE", "/v1/orders").status == 405
    assert kiosk.call("GET", "/v1/" + "x" * 300).status == 414
    assert kiosk.post("/v1/orders", good, key).status == 201, "and the server is still well"


@check
def an_order_expires(world, kiosk):
    short = World(os.path.join(world.directory, "short"), order_s=10, wechat_s=5)
    try:
        one = Kiosk(short, "00012").enrol()
        first = one.get("/v1/accounts/5200000201").json["bills"][0]
        bill_order = (first["amount_fen"] + first["late_fee_fen"], "bills", [first["bill_id"]])
        idle, waiting = one.order("5200000001", 5000).json, one.order("5200000201", *bill_order).json
        one.pay(waiting["order_no"], "05")
        reversed_one = one.wait(waiting["order_no"], "closed", seconds=9)
        assert reversed_one["failure"] == "password" and reversed_one["statement"] == "may_return"
        again = one.order("5200000201", *bill_order)
        assert again.status == 201, "a reversed order lets its bills go before it expires"
        closed = one.wait(idle["order_no"], "closed", seconds=15)
        assert closed["statement"] == "not_taken"
        short.books()
    finally:
        short.stop()


@check
def a_quote_keeps_its_late_fee_across_midnight(world, kiosk):
    day_s = 24 * 3600
    ahead_s = day_s - (int(time.time()) + 8 * 3600) % day_s - 6  # six seconds before Beijing's midnight
    night = World(os.path.join(world.directory, "night"), ahead_s=ahead_s)
    try:
        one = Kiosk(night, "00012").enrol()

        def quote():
            bill = one.get("/v1/accounts/5200000203").json["bills"][0]
            return bill["amount_fen"] + bill["late_fee_fen"]
        before, until = quote(), time.monotonic() + 20
        while quote() == before:
            assert time.monotonic() < until, "midnight comes"
            time.sleep(0.1)
        assert quote() > before
        for wrong in (before - (quote() - before), before + 1, quote() + 1):
            assert one.order("5200000203", wrong, "bills", ["BMIDNIGHT"]).code == "bills_changed"
        order = one.order("5200000203", before, "bills", ["BMIDNIGHT"])
        assert order.status == 201 and order.json["amount_fen"] == before, order.body
        one.pay(order.json["order_no"], "00")
        assert one.wait(order.json["order_no"], "paid")["statement"] == "taken_credited"
        night.books()
    finally:
        night.stop()


@check
def thirty_kiosks_at_once(world, kiosk):
    kiosks = [Kiosk(world, "1%04d" % i).enrol() for i in range(30)]

    def visit(index):
        one = kiosks[index]
        begun = time.monotonic()
        number = "52000000%02d" % (20 + index)
        assert one.get("/v1/accounts/" + number).status == 200
        order = one.order(number, 1000 + index).json
        one.pay(order["order_no"], ("00", "01", "02")[index % 3])
        assert one.wait(order["order_no"], "paid", seconds=30)["balance_fen"] == 7760 + 1000 + index
        return time.monotonic() - begun

    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        times = sorted(pool.map(visit, range(30)))
    world.figures["30 kiosks, whole visit, median and worst ms"] = (round(times[15] * 1000), round(times[-1] * 1000))
    world.books()


@check
def killed_at_any_moment_nothing_is_charged_twice(world, kiosk):
    orders, unsure = [], []
    for round_number in range(8):
        kiosks = [world.second(kiosk) for _ in range(4)]

        def visit(index, one):
            request_id = secrets.token_hex(16)
            try:
                made = one.order("52000000%02d" % (40 + index), 300 + round_number, request_id=request_id)
                orders.append(made.json["order_no"])
                one.pay(made.json["order_no"], ("00", "01", "02", "06")[index])
            except (OSError, http.client.HTTPException):
                unsure.append(request_id)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(visit, i, k) for i, k in enumerate(kiosks)]
            time.sleep(0.02 + 0.035 * round_number)
            world.kill()
            for future in futures:
                future.result()
        world.start()
        kiosk.close()
    for request_id in unsure:
        reply = kiosk.post("/v1/requests/%s/close" % request_id)
        assert reply.status == 200
    for order_no in orders:
        kiosk.post("/v1/orders/%s/cancel" % order_no)
        order = kiosk.wait(order_no, "paid", "closed", seconds=30)
        assert order["statement"] in ("taken_credited", "not_taken", "may_return"), order
    world.figures["orders that lived through kill -9"] = len(orders)
    world.books()


@check
def several_servers_share_one_store(world, kiosk):
    if not world.store:
        return
    beside = world.beside()
    makers = [world.second(kiosk) for _ in range(12)]
    payers = [beside.second(kiosk) for _ in range(12)]

    def visit(index):
        """Made by one server, paid through the other, ended through the first."""
        order_no = makers[index].order("52000000%02d" % (44 + index), 500 + index).json["order_no"]
        assert payers[index].get("/v1/orders/" + order_no).status == 200
        paid = payers[index].pay(order_no, ("00", "01", "02", "06")[index % 4])
        assert paid.status == 202, paid.body
        if index % 4 == 3:
            assert makers[index].post("/v1/orders/%s/cancel" % order_no).status == 200
            return makers[index].wait(order_no, "closed", seconds=30)
        return makers[index].wait(order_no, "paid", seconds=30)

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        ended = list(pool.map(visit, range(12)))
    # A cancel may come to the one server before the other has sent the code.
    assert all(order["statement"] in (("may_return", "not_taken") if i % 4 == 3 else ("taken_credited",))
               for i, order in enumerate(ended)), ended
    world.books()

    # One of the two dies with payments in its hands; the other brings them to their end.
    orphans = []
    for index, one in enumerate(payers[:6]):
        order_no = makers[index].order("52000000%02d" % (44 + index), 700 + index).json["order_no"]
        tried = one.pay(order_no, ("02", "06")[index % 2])
        assert tried.status == 202, tried.body
        orphans.append(order_no)
    beside.kill()
    begun = time.monotonic()
    for order_no in orphans[1::2]:
        kiosk.post("/v1/orders/%s/cancel" % order_no)
    for index, order_no in enumerate(orphans):
        # Open again: its code died with its server, unsent, and the customer may try another.
        order = kiosk.wait(order_no, "paid", "closed", "open", seconds=45)
        assert order["statement"] in ("taken_credited", "not_taken", "may_return"), order
    world.figures["a dead server's payments ended by the other, s"] = round(time.monotonic() - begun, 1)
    world.books()
    shutil.rmtree(beside.directory)


@check
def no_personal_data_in_the_log(world, kiosk):
    log = open(world.path("billing.log")).read()
    assert "5200000" not in log and "张" not in log and not re.search(r"\b13\d{16}\b", log)
    assert "ERROR: " not in log and "ThreadSanitizer" not in log and "runtime error" not in log, log[-3000:]


def second(self, kiosk):
    """The same terminal over a connection of its own."""
    twin = Kiosk(self, kiosk.terminal)
    twin.context = kiosk.context
    return twin


World.second = second


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        world = World(os.path.join(directory, "state"))
        world.figures = {}
        try:
            kiosk = Kiosk(world, "00012").enrol()
            for function in CHECKS:
                if len(sys.argv) > 4 and function.__name__ not in sys.argv[4:]:
                    continue
                begun = time.monotonic()
                try:
                    function(world, kiosk)
                    verdict = "ok"
                except Exception:
                    traceback.print_exc()
                    verdict, failed = "FAILED", failed + 1
                print("%-60s %-6s %.1f s" % (function.__name__.replace("_", " "), verdict,
                                             time.monotonic() - begun), flush=True)
            print("books", world.books())
        finally:
            for twin in world.twins:  # of a check that failed before it killed it
                twin.process.kill()
                if failed and os.path.exists(twin.path("billing.log")):
                    print("beside:", open(twin.path("billing.log")).read()[-2000:])
            if world.process.poll() is None:
                world.stop()
            if failed:
                print(open(world.path("billing.log")).read()[-4000:])
        for name, value in world.figures.items():
            print("figure: %s: %s" % (name, value))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
