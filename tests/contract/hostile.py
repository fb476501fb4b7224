"""A gateway that lies without the right to: everything but a true signature under a true answer.

Each attack makes the bytes of one HTTP reply. It knows the honest answer and the lie that it wants to
be believed: "paid" of what was not paid, "failed" of what was.
"""
import gzip
import json
import socket
import struct
import threading
import time

from gateway_fixture import NOW, Gateway

BIG = 40000  # more than a reply may have
DEEP = 2500  # more than jansson goes down
DRIP_S, DRIP_BYTES = 0.05, 40
ATTACKS = {}
OTHER = {"out_trade_no": "20200101000000000001A01", "out_refund_no": "20200101000000000001A01R"}
# What an honest gateway could have said, and meant: a person has to look. Never credited.
TO_A_PERSON = ("another amount, more", "another amount, less", "another merchant")


def attack(name):
    def note(function):
        ATTACKS[name] = function
        return function
    return note


class Lie:
    """What an attack has to work with."""

    def __init__(self, gateway, kind, number, honest, claim, chance):
        self.gateway, self.kind, self.number = gateway, kind, number
        self.honest, self.claim, self.chance = honest, claim, chance

    def says(self, **changes):
        """The lie as a whole answer, with the fields of an honest one."""
        amount = self.gateway.trades.get(self.number, {}).get("amount", 1)
        word = "result" if self.kind in ("pay", "page") else "state"
        fields = {"out_trade_no": self.number, "reason": "", "transaction_id": "T9999999999999999",
                  "paid_fen": amount, "refunded_fen": 0, "paid_at": NOW, word: "paid"}
        if self.kind == "page":
            fields = {"out_trade_no": self.number, "result": "created",
                      "cashier_url": f"http://127.0.0.1:{self.gateway.port}/cashier/of-a-thief"}
        elif self.claim == "failed":
            fields.update({word: "failed", "reason": "no_funds", "paid_fen": 0, "paid_at": "",
                           "transaction_id": ""})
        if self.kind == "refund_query":
            fields = {"out_refund_no": self.number + "R", "state": "refunded", "amount_fen": amount}
        return {**fields, **changes}

    def text(self, **changes):
        """Without fields that such an answer does not have."""
        changes = {k: v for k, v in changes.items() if not k.endswith("_no") or k in self.says()}
        return json.dumps(self.says(**changes)).encode()

    def either(self):
        """A body and its signature: the honest one, or the lie with a signature that is none."""
        honest = json.dumps(self.honest).encode()
        return self.chance.choice(((honest, self.gateway.sign(honest)), (self.text(), "0" * 64)))

    def signed(self, body, status="200 OK", headers=()):
        """A reply that is right in everything but what stands in it."""
        return http(body, self.gateway.sign(body), status, headers)


def http(body, signature, status="200 OK", headers=(), length=None):
    lines = ["HTTP/1.1 " + status, "Content-Type: application/json",
             f"Content-Length: {len(body) if length is None else length}", *headers]
    if signature is not None:
        lines.append("X-Sandbox-Signature: " + signature)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


# -- signatures -----------------------------------------------------------------------------------

@attack("no signature")
def _(lie):
    return http(lie.text(), None)


@attack("an empty signature")
def _(lie):
    return http(lie.text(), "")


@attack("a signature of zeros")
def _(lie):
    return http(lie.text(), "0" * 64)


@attack("a signature in capitals")
def _(lie):
    body = lie.text()
    return http(body, lie.gateway.sign(body).upper())


@attack("half of the signature")
def _(lie):
    body = lie.text()
    return http(body, lie.gateway.sign(body)[:lie.chance.randrange(64)])


@attack("a signature with a tail")
def _(lie):
    body = lie.text()
    return http(body, lie.gateway.sign(body) + "0" * lie.chance.choice((1, 64, 4000)))


@attack("the signature of another body")
def _(lie):
    return http(lie.text(), lie.gateway.sign(json.dumps(lie.honest).encode()))


@attack("the signature of nothing")
def _(lie):
    return http(lie.text(), lie.gateway.sign(b""))


@attack("the signature of our own request")
def _(lie):
    return http(lie.text(), lie.gateway.sign(f"/gateway/trades/{lie.number}".encode()))


@attack("a signature with another secret")
def _(lie):
    body = lie.text()
    return http(body, Gateway.sign(type("Other", (), {"secret": b"another-secret"}), body))


@attack("the signature in a trailer")
def _(lie):
    body = lie.text()
    return (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sandbox-Signature\r\n\r\n"
            b"%x\r\n%s\r\n0\r\nX-Sandbox-Signature: %s\r\n\r\n" % (len(body), body, lie.gateway.sign(body).encode()))


# -- true signatures of something else --------------------------------------------------------------

@attack("another trade's answer")
def _(lie):
    return lie.signed(lie.text(**OTHER))


@attack("no trade's answer")
def _(lie):
    says = lie.says()
    says.pop("out_trade_no", None)
    says.pop("out_refund_no", None)
    return lie.signed(json.dumps(says).encode())


@attack("a number that is no text")
def _(lie):
    number = lie.chance.choice((0, None, [lie.number], {"a": lie.number}, True))
    return lie.signed(lie.text(out_trade_no=number, out_refund_no=number))


@attack("a number that only begins like ours")
def _(lie):
    return lie.signed(lie.text(out_trade_no=lie.number + lie.chance.choice(("0", "\\u0000", " ", "R")),
                               out_refund_no=lie.number + "RR"))


@attack("the reply before")
def _(lie):
    """To whatever question it was, of another trade."""
    return lie.gateway.reply_before(lie.number) or lie.signed(b"{}")


@attack("a paid reply of another trade")
def _(lie):
    return lie.gateway.reply_before(lie.number, '"paid"' if lie.claim == "paid" else '"failed"') or \
        lie.signed(lie.text(**OTHER))


@attack("a notice for a reply")
def _(lie):
    return lie.signed(json.dumps({"out_trade_no": lie.number}).encode())


# -- the right words in the wrong place -------------------------------------------------------------

@attack("the other field")
def _(lie):
    says = lie.says()
    word = "result" if "result" in says else "state"
    says["state" if word == "result" else "result"] = says.pop(word)
    return lie.signed(json.dumps(says).encode())


@attack("another spelling")
def _(lie):
    spelled = lie.chance.choice(("PAID", "Paid", "paid ", " paid", "success", "SUCCESS", "paid\n", "pa\u0456d", "FAILED",
                                 "trade_success", "1", "true"))
    return lie.signed(lie.text(result=spelled, state=spelled))


@attack("a word that is no text")
def _(lie):
    word = lie.chance.choice((["paid"], {"paid": True}, True, 1, None, 0.5))
    return lie.signed(lie.text(result=word, state=word))


@attack("one level too deep")
def _(lie):
    return lie.signed(json.dumps({"data": lie.says(), "result": "ok", "state": "ok"}).encode())


@attack("a list of answers")
def _(lie):
    return lie.signed(json.dumps([lie.says()]).encode())


@attack("a text with an answer in it")
def _(lie):
    return lie.signed(json.dumps(json.dumps(lie.says())).encode())


# -- amounts ------------------------------------------------------------------------------------

def amounts(name, *values):
    @attack("an amount that is " + name)
    def _(lie):
        """A claim without its amount proves nothing; one of failure needs none and says nothing."""
        value = lie.chance.choice(values)
        body = lie.text(result="paid", state="paid", transaction_id="T1").replace(
            b'"paid_fen": %d' % lie.says()["paid_fen"] if "paid_fen" in lie.says() else b"\0",
            b'"paid_fen": ' + value)
        return lie.signed(body)


amounts("negative", b"-1", b"-9223372036854775808", b"-0")
amounts("nothing", b"0", b"null", b"false", b'""', b"[]", b"{}")
amounts("too large", b"9223372036854775807", b"9223372036854775808", b"18446744073709552850", b"1" + b"0" * 400,
        b"10000000000001")
amounts("a fraction", b"12.34", b"1234.0", b"1e3", b"1.234E3", b"1e400", b"-1e-400")
amounts("a text", b'"1234"', b'"12.34"', b'"0x4d2"')
amounts("no number at all", b"NaN", b"Infinity", b"01234", b"+1234", b"0x4d2", b"1_234", b"1234,", b"")


@attack("paid without a number of its own")
def _(lie):
    return lie.signed(lie.text(result="paid", state="paid",
                               transaction_id=lie.chance.choice(("", None, 5, "T" * 70, "T" * 9000))))


@attack("another amount, more")
def _(lie):
    return lie.signed(lie.text(result="paid", state="paid", transaction_id="T5",
                               paid_fen=lie.gateway.trades[lie.number]["amount"] + lie.chance.choice((1, 100, 99999))))


@attack("another amount, less")
def _(lie):
    return lie.signed(lie.text(result="paid", state="paid", transaction_id="T6",
                               paid_fen=lie.gateway.trades[lie.number]["amount"] - 1))


@attack("another merchant")
def _(lie):
    return lie.signed(lie.text(result="paid", state="paid", transaction_id="T7", merchant=lie.chance.choice(("JC01M", "M" * 40)),
                               paid_fen=lie.gateway.trades[lie.number]["amount"]))


# -- what is no answer --------------------------------------------------------------------------

@attack("a text that ends in the middle")
def _(lie):
    body = lie.text()
    return lie.signed(body[:lie.chance.randrange(1, len(body) - 1)])


@attack("a field twice")
def _(lie):
    """The honest word and the lie, or the right number and another."""
    says = lie.says()
    field = lie.chance.choice(sorted(says))
    other = json.dumps({field: lie.honest.get(field, "x")}).encode()[1:-1]
    body = json.dumps(says).encode()
    return lie.signed(lie.chance.choice((b"{" + other + b", " + body[1:], body[:-1] + b", " + other + b"}")))


@attack("something behind it")
def _(lie):
    return lie.signed(lie.text() + lie.chance.choice((b"x", b"{}", b"\0", b"]")))


@attack("no JSON")
def _(lie):
    return lie.signed(lie.chance.choice((b"", b"paid", b"<xml><return_code>SUCCESS</return_code></xml>", b"\0\0\0\0",
                                         b"{'result': 'paid'}", b"{result: paid}", b"null", b"\xff\xfe\x00\x00")))


@attack("bad UTF-8")
def _(lie):
    bad = lie.chance.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8"))
    return lie.signed(lie.text()[:-1] + b', "note": "' + bad + b'"}')


@attack("a NUL in the text")
def _(lie):
    return lie.signed(lie.chance.choice((
        lie.text()[:-1] + b', "note": "\0"}', lie.text(result="paid\0ing", state="paid\0ing"),
        lie.text(transaction_id="T\0", reason="\0"), lie.text() + b"\0")))


@attack("very deep")
def _(lie):
    opening, closing = lie.chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return lie.signed(lie.text()[:-1] + b', "note": ' + opening * DEEP + b"1" + closing * DEEP + b"}")


@attack("very long")
def _(lie):
    return lie.signed(lie.text(note="x" * lie.chance.choice((BIG, 1000000))))


@attack("very many fields")
def _(lie):
    return lie.signed(lie.text(**{f"f{i}": i for i in range(3000)}))


# -- HTTP -----------------------------------------------------------------------------------------

@attack("another status")
def _(lie):
    status = lie.chance.choice(("201 Created", "202 Accepted", "206 Partial", "400 Bad", "401 No", "404 None",
                                "409 Conflict", "500 Broken", "502 Bad Gateway", "503 Busy", "599 What"))
    return lie.signed(lie.text(), status)


@attack("no content")
def _(lie):
    return lie.signed(b"", lie.chance.choice(("204 No Content", "304 Not Modified", "200 OK")))


@attack("a redirect")
def _(lie):
    """To a place that would say what it likes."""
    where = f"Location: http://127.0.0.1:{lie.gateway.port}/gateway/liar"
    return lie.signed(lie.text(), lie.chance.choice(("301 Moved", "302 Found", "307 There", "308 There")), (where,))


@attack("a status line that is none")
def _(lie):
    line = lie.chance.choice((b"HTTP/1.1 000 Zero", b"HTTP/1.1 99999 Many", b"HTTP/9.9 200 OK", b"HTTP/1.1 abc OK",
                              b"ICY 200 OK", b"\0\0\0\0", b"HTTP/1.1", b"HTTP/1.1 -200 OK"))
    return line + http(*lie.either())[len(b"HTTP/1.1 200 OK"):]


@attack("no HTTP at all")
def _(lie):
    return lie.chance.choice((lie.text(), b"\r\n\r\n", b"\x16\x03\x01\x00\xa5", lie.chance.randbytes(300), b""))


@attack("headers without end")
def _(lie):
    return b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 90) for i in range(4000))


@attack("one header that is very long")
def _(lie):
    return lie.signed(lie.text(), "200 OK", ("X-Long: " + "y" * 120000,))


@attack("a longer body than there is")
def _(lie):
    body, signature = lie.either()
    return http(body, signature, length=len(body) + 1 + lie.chance.randrange(10 ** 6))


@attack("a shorter body than there is")
def _(lie):
    """Its rest is our next reply, as far as it goes."""
    body, signature = lie.either()
    return http(body, signature, length=len(body) // 2) + lie.signed(lie.text(**OTHER))


@attack("a length that is none")
def _(lie):
    body, signature = lie.either()
    return http(body, signature, length=lie.chance.choice(
        ("-1", "x", "9" * 40, "12, 13", "0x10", "1\r\nContent-Length: 2")))


@attack("broken chunks")
def _(lie):
    body, signature = lie.either()
    chunks = lie.chance.choice((b"%x\r\n%s" % (len(body), body), b"zz\r\n%s\r\n0\r\n\r\n" % body,
                                b"ffffffffffffffff\r\n%s\r\n0\r\n\r\n" % body, b"-1\r\n%s\r\n0\r\n\r\n" % body,
                                b"%x\r\n%s\r\n" % (len(body), body)))
    return (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Sandbox-Signature: %s\r\n\r\n"
            % signature.encode() + chunks)


@attack("packed")
def _(lie):
    body = gzip.compress(lie.text(note="x" * 100000))
    return lie.signed(body, "200 OK", ("Content-Encoding: gzip",))


@attack("many times 100")
def _(lie):
    return b"HTTP/1.1 100 Continue\r\n\r\n" * 2000 + http(lie.text(), "0" * 64)


@attack("another protocol")
def _(lie):
    return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" + lie.chance.randbytes(200)


@attack("two replies")
def _(lie):
    """The second one waits for the next question on this connection."""
    honest = json.dumps(lie.honest).encode()
    return http(honest, lie.gateway.sign(honest)) + lie.signed(lie.text(**OTHER))


@attack("byte by byte")
def _(lie):
    return [bytes([b]) for b in http(*lie.either())[:DRIP_BYTES]]  # and then silence


@attack("nothing, for long")
def _(lie):
    del lie
    return [b""] * DRIP_BYTES


@attack("an end in the middle")
def _(lie):
    reply = http(*lie.either())
    return reply[:lie.chance.randrange(len(reply) - 1)]


@attack("a reset")
def _(lie):
    del lie
    return None


class HostileGateway(Gateway):
    """Honest in its books; what it answers about a trade is attacked as planned for its amount."""

    def __init__(self, secret):
        super().__init__(secret)
        self.plans, self.planned, self.said = {}, {}, []
        self.hostile_lock = threading.Lock()
        self.attacked = 0

    def plan(self, amount, name, kinds, claim, chance, refusals=0):
        """So many replies of these kinds to the trade of this amount."""
        self.plans[amount] = {"attack": ATTACKS[name], "left": dict(kinds), "claim": claim, "chance": chance,
                              "refusals": refusals}

    def refund(self, message):
        """The first ones are refused: then a word of a refund is a lie."""
        plan = self.planned.get(message["out_trade_no"])
        if plan is not None and plan["refusals"] > 0:
            plan["refusals"] -= 1
            return {"result": "refused"}
        return super().refund(message)

    def handle(self, request, body):
        message = json.loads(body) if body else {}
        words = request.path.split("/")
        request.kind = {"trades": "query", "refunds": "refund_query"}.get(words[2], words[2])
        request.number = message.get("out_trade_no", words[-1])
        if request.kind == "refund_query":
            request.number = request.number[:-1]
        if request.kind == "liar":
            data = json.dumps({"result": "paid", "state": "paid"}).encode()
            request.wfile.write(http(data, self.sign(data)))
            return None
        if request.kind in ("pay", "page"):
            self.planned[request.number] = self.plans.get(message["amount_fen"])
        return super().handle(request, body)

    def reply_before(self, number, word=""):
        """One that was signed for another trade."""
        with self.hostile_lock:
            for known, data in reversed(self.said):
                if known != number and word.encode() in data:
                    return http(data, self.sign(data))
        return None

    def reply(self, request, status, answer):
        plan = self.planned.get(request.number)
        with self.hostile_lock:
            if status == 200:
                self.said = self.said[-500:] + [(request.number, json.dumps(answer).encode())]
            hit = plan is not None and plan["left"].get(request.kind, 0) > 0
            if hit:
                plan["left"][request.kind] -= 1
                self.attacked += 1
        if not hit:
            return super().reply(request, status, answer)
        lie = Lie(self, request.kind, request.number, answer, plan["claim"], plan["chance"])
        self.send(request, plan["attack"](lie))
        request.close_connection = True
        return None

    @staticmethod
    def send(request, reply):
        try:
            if reply is None:
                request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                request.connection.close()
            elif isinstance(reply, list):
                for part in reply:
                    request.wfile.write(part)
                    request.wfile.flush()
                    time.sleep(DRIP_S)
            else:
                request.wfile.write(reply)
                request.wfile.flush()
        except (OSError, ValueError):
            pass  # the server has hung up on this
