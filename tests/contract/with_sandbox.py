#!/usr/bin/env python3
"""The real billing server against the real sandbox and its faults; the books must agree.

usage: with_sandbox.py BILLING BILLING_ADMIN OPENAPI SANDBOX
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

SANDBOX = sys.argv.pop()
sys.argv.append("none")  # contract.py runs no check of its own
import contract
from contract import Kiosk, World


class Sandbox:
    """Stands where the fixture stands in contract.py."""

    def __init__(self, secret):
        self.faults, self.pay_calls = [], {}
        self.directory = tempfile.mkdtemp()
        config = os.path.join(self.directory, "sandbox.ini")
        with open(config, "w") as file:
            file.write("[server]\nport = 0\n[gateway]\nsecret = %s\n" % secret)
        self.process = subprocess.Popen([SANDBOX, "--config", config, "--state-dir", self.directory],
                                        stderr=open(os.path.join(self.directory, "log"), "w"))
        ports = os.path.join(self.directory, "ports")
        until = time.monotonic() + 10
        while not os.path.exists(ports):
            assert time.monotonic() < until and self.process.poll() is None
            time.sleep(0.02)
        self.port = int(open(ports).read().split("=")[1])

    def say(self, line):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(os.path.join(self.directory, "control.sock"))
            wire.sendall((line + "\n").encode())
            answer = wire.makefile().readline().strip()
        assert answer.startswith("ok"), (line, answer)
        return answer[2:].strip()

    def net(self):
        books = json.loads(self.say("books"))
        return books["charged_fen"], books["refunded_fen"]


def paid_after(kiosk, sandbox, account, wallet, *commands):
    for command in commands:
        sandbox.say(command)
    order = kiosk.order(account, 1234).json
    kiosk.pay(order["order_no"], "", code=sandbox.say("code " + wallet))
    return kiosk.wait(order["order_no"], "paid", "closed", "open", seconds=20)


def main():
    contract.Gateway = Sandbox
    with tempfile.TemporaryDirectory() as directory:
        world = World(os.path.join(directory, "state"), wechat_s=5, alipay_s=5)
        sandbox = world.gateway
        try:
            kiosk = Kiosk(world, "00012").enrol()
            numbers = ("52000000%02d" % i for i in range(60))
            for wallet in ("wechat", "alipay", "unionpay"):
                paid = paid_after(kiosk, sandbox, next(numbers), wallet)
                assert paid["state"] == "paid" and paid["channel"] == wallet, paid
            for commands in (("lose-reply 1 pay",), ("lose-request 1 pay",), ("bad-signature 2",),
                             ("delay 700 1 pay",), ("lose-reply 1 pay", "lose-reply 3 query")):
                end = paid_after(kiosk, sandbox, next(numbers), "wechat", *commands)
                print("%-40s %s %s" % (", ".join(commands), end["state"], end["statement"]), flush=True)
                assert (end["state"], end["statement"]) in (
                    ("paid", "taken_credited"), ("closed", "may_return")), end
            end = paid_after(kiosk, sandbox, next(numbers), "wechat", "refuse no_funds 1")
            assert end["failure"] == "no_funds" and end["state"] == "open", end

            # the password box: refused while it is open, then typed
            sandbox.say("password-wanted on")
            order = kiosk.order(next(numbers), 2000).json
            kiosk.pay(order["order_no"], "", code=sandbox.say("code alipay"))
            while not kiosk.get("/v1/orders/" + order["order_no"]).json["password_wanted"]:
                time.sleep(0.05)
            sandbox.say("password ok last")
            assert kiosk.wait(order["order_no"], "paid")["statement"] == "taken_credited"
            sandbox.say("password-wanted on")
            order = kiosk.order(next(numbers), 2000).json
            kiosk.pay(order["order_no"], "", code=sandbox.say("code wechat"))
            time.sleep(0.5)
            kiosk.post("/v1/orders/%s/cancel" % order["order_no"])
            time.sleep(0.5)
            now = kiosk.get("/v1/orders/" + order["order_no"]).json
            assert now["statement"] == "confirming", "the reversal is refused while the box is open"
            sandbox.say("password cancel last")
            assert kiosk.wait(order["order_no"], "closed", seconds=20)["statement"] == "may_return"

            # the phone opens the page, presses, confirms
            order = kiosk.order(next(numbers), 3000).json
            print("phone:", sandbox.say("open %s wechat" % order["pay_url"]), flush=True)
            assert kiosk.get("/v1/orders/" + order["order_no"]).json["by_phone"]
            sandbox.say("duplicate-notice 2")
            sandbox.say("confirm last")
            assert kiosk.wait(order["order_no"], "paid")["statement"] == "taken_credited"
            order = kiosk.order(next(numbers), 3000).json
            sandbox.say("open %s alipay" % order["pay_url"])
            sandbox.say("decline last")
            assert kiosk.wait(order["order_no"], "open", "closed")["statement"] == "not_taken"

            # the page's address is lost: nobody can pay there, and nobody waits for it
            order = kiosk.order(next(numbers), 3000).json
            sandbox.say("lose-reply 1 page")
            path = order["pay_url"][order["pay_url"].index("/p/"):]
            since = time.monotonic()
            world.page("POST", path + "/pay")
            lost = kiosk.wait(order["order_no"], "closed", seconds=20)
            assert lost["by_phone"] and lost["statement"] == "may_return", lost
            print("a lost page: %.1f s" % (time.monotonic() - since), flush=True)
            assert time.monotonic() - since < 15

            # a success that comes after the confirmed close goes back by itself
            sandbox.say("late-success 7000")
            number = next(numbers)
            order = kiosk.order(number, 4000).json
            kiosk.pay(order["order_no"], "", code=sandbox.say("code wechat"))
            time.sleep(0.5)
            now = kiosk.get("/v1/orders/" + order["order_no"]).json
            assert now["state"] == "paying" and not now["password_wanted"], "no password box is open"
            print("late success:", kiosk.wait(order["order_no"], "open", "closed", seconds=20)["statement"])
            assert kiosk.wait(order["order_no"], "closed", seconds=20)["statement"] == "may_return"
            assert kiosk.get("/v1/accounts/" + number).json["balance_fen"] == 7760

            # the provider is down: whether it had heard of it is not known; the order ends by a reversal
            sandbox.say("down")
            order = kiosk.order(next(numbers), 3000).json
            code = sandbox.say("code wechat")
            kiosk.pay(order["order_no"], "", code=code)
            time.sleep(1)
            sandbox.say("up")
            end = kiosk.wait(order["order_no"], "open", "paid", "closed", seconds=20)
            print("down, then up:", end["state"], end["statement"], end["failure"], flush=True)
            assert (end["state"], end["statement"], end["failure"]) == ("closed", "may_return", "provider")
            print("books", world.books())
        finally:
            world.stop()
            sandbox.process.terminate()
            assert sandbox.process.wait(10) == 0


if __name__ == "__main__":
    main()
