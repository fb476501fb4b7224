"""A small payment gateway for the contract test: its own books, and faults on command.

The behaviour of a trade hangs on the last digits of its payment code:
  ...00 paid at once          ...01 paid, but the reply is lost (the connection closes)
  ...02 password, paid later  ...03 no funds         ...04 expired
  ...05 password for ever     ...06 says paying, pays in the moment of the reversal
  ...07 paid with another amount
"""
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOW = "2026-11-21T06:26:00.000Z"


class Gateway:
    def __init__(self, secret):
        self.secret = secret.encode()
        self.lock = threading.Lock()
        self.trades = {}
        self.refunds = {}
        self.charges = 0  # how often money was taken
        self.pay_calls = {}
        self.faults = []
        self.forge = 0  # so many replies carry a false signature
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                gateway.handle(self, b"")

            def do_POST(self):
                gateway.handle(self, self.rfile.read(int(self.headers["Content-Length"])))

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that was killed

            request_queue_size = 256

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sign(self, data):
        return hmac.new(self.secret, data, hashlib.sha256).hexdigest()

    def handle(self, request, body):
        signed = body if request.command == "POST" else request.path.encode()
        if request.headers.get("X-Sandbox-Signature") != self.sign(signed):
            self.faults.append("bad signature on " + request.path)
            return self.reply(request, 401, {})
        message = json.loads(body) if body else {}
        if request.path == "/gateway/pay":
            with self.lock:
                answer = self.pay(message)
        elif request.path == "/gateway/page":
            with self.lock:
                self.trades[message["out_trade_no"]] = {
                    "state": "notpay", "amount": message["amount_fen"], "kind": "page",
                    "message": message}
            answer = {"out_trade_no": message["out_trade_no"], "result": "created",
                      "cashier_url": "http://127.0.0.1:%d/cashier/%s" % (self.port, message["out_trade_no"])}
        elif request.path.startswith("/gateway/trades/"):
            with self.lock:
                answer = self.view(request.path.rsplit("/", 1)[1])
        elif request.path == "/gateway/reverse":
            with self.lock:
                answer = self.reverse(message["out_trade_no"])
        elif request.path == "/gateway/refund":
            with self.lock:
                answer = self.refund(message)
        else:
            number = request.path.rsplit("/", 1)[1]
            answer = {"out_refund_no": number,
                      "state": "refunded" if number in self.refunds else "not_found"}
        if answer is None:  # the reply is lost
            request.close_connection = True
            return None
        return self.reply(request, 200, answer)

    def reply(self, request, status, answer):
        data = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        signature = self.sign(data)
        if self.forge > 0:  # says what it likes, but not with our secret
            self.forge -= 1
            signature = "0" * 64
        request.send_header("X-Sandbox-Signature", signature)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def take(self, trade, amount=None):
        self.charges += 1
        trade.update(state="paid", paid=amount or trade["amount"], transaction="T%016d" % self.charges)

    def pay(self, message):
        number = message["out_trade_no"]
        self.pay_calls[number] = self.pay_calls.get(number, 0) + 1
        if number in self.trades:
            self.faults.append("charged twice under " + number)
            return {"result": "failed", "reason": "order_closed"}
        kind = message["auth_code"][-2:]
        trade = {"state": "paying", "amount": message["amount_fen"], "kind": kind, "begun": time.time()}
        self.trades[number] = trade
        if kind in ("00", "01"):
            self.take(trade)
        elif kind == "07":
            self.take(trade, trade["amount"] - 1)
        elif kind in ("03", "04"):
            trade.update(state="failed", reason="no_funds" if kind == "03" else "code_expired")
        if kind == "01":
            return None
        view = self.view(number)
        view["result"] = view.pop("state")
        return view

    def view(self, number):
        trade = self.trades.get(number)
        if trade is None:
            return {"out_trade_no": number, "state": "not_found", "reason": "", "transaction_id": "",
                    "paid_fen": 0, "refunded_fen": 0, "paid_at": ""}
        if trade["kind"] == "02" and trade["state"] == "paying" and time.time() - trade["begun"] > 0.6:
            self.take(trade)
        return {"out_trade_no": number, "state": trade["state"],
                "reason": trade.get("reason", "password" if trade["state"] == "paying" else ""),
                "transaction_id": trade.get("transaction", ""), "paid_fen": trade.get("paid", 0),
                "refunded_fen": trade.get("refunded", 0),
                "paid_at": NOW if trade.get("paid") else ""}

    def reverse(self, number):
        trade = self.trades.setdefault(number, {"state": "closed", "amount": 0, "kind": "never"})
        if trade["kind"] == "06" and trade["state"] == "paying":
            self.take(trade)  # the late capture: reversal and payment race, payment wins
            return {"result": "again"}
        if trade["state"] == "paid":
            trade.update(state="refunded", refunded=trade["paid"])
        elif trade["state"] in ("paying", "notpay"):
            trade["state"] = "closed"
        return {"result": "ok"}

    def refund(self, message):
        trade = self.trades[message["out_trade_no"]]
        if message["out_refund_no"] not in self.refunds:
            self.refunds[message["out_refund_no"]] = message["amount_fen"]
            trade.update(refunded=trade.get("refunded", 0) + message["amount_fen"], state="refunded")
            if trade["refunded"] > trade["paid"]:
                self.faults.append("refunded more than paid")
        return {"result": "accepted"}

    def phone_pays(self, number):
        """The customer confirms on the cashier's page."""
        with self.lock:
            self.take(self.trades[number])

    def net(self):
        with self.lock:
            return (sum(t.get("paid", 0) for t in self.trades.values()),
                    sum(t.get("refunded", 0) for t in self.trades.values()))
