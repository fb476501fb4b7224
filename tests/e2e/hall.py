"""A hall of real programs that a test can break, and a witness of every word on the screens."""
import collections
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

START_S = 20
PORTS = 25  # in a row: the programs', and those of a test's cables behind them
SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))


def control(path, line):
    """One line to a control socket; the answer without "ok"."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(15)
        sock.connect(path)
        sock.sendall(line.encode() + b"\n")
        answer = sock.makefile().readline()
    if not answer.endswith("\n"):
        raise ConnectionResetError(f"{line}: half an answer")
    if not answer.startswith("ok"):
        raise RuntimeError(f"{line}: {answer.strip()}")
    return answer[3:].strip()


class Hall:
    """Sandbox and billing on loopback, in a folder of their own."""

    # The same deadlines as in a lobby, shorter: the law is about their order, not their length.
    SETTINGS = """
        billing times poll_ms 200 / billing times wechat_s 5 / billing times alipay_s 5
        billing times unionpay_s 5 / sandbox wallet password_timeout_s 3
        billing gateway timeout_ms 2000 / sandbox gateway notice_backoff_ms 200
        kiosk times poll_ms 100 / kiosk times retry_ms 200 / kiosk times background_s 1
        kiosk times health_s 1 / kiosk times boot_s 3 / kiosk times resolving_s 20
        kiosk times order_wait_s 4 / kiosk billing connect_timeout_ms 500
        kiosk billing call_timeout_ms 2500 / kiosk limits reprints 50
        kiosk limits lookups 50"""

    def __init__(self, build, state):
        self.build, self.state, self.running = build, state, {}
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and whoever made the hall stops it
        port = self.free_ports()
        self.env = dict(os.environ, HALL_SOURCE=SOURCE, HALL_BUILD=build, HALL_STATE=state,
                        HALL_API=str(port), HALL_PAGES=str(port + 1), HALL_GATEWAY=str(port + 2))
        self.needed = {"sandbox": (port + 2,), "billing": (port, port + 1)}
        self.sandbox_socket = state + "/sandbox/control.sock"
        settings = [s.strip() for line in self.SETTINGS.split("\n") for s in line.split("/")]
        self.shell("hall_write_settings && " +
                   " && ".join("hall_set " + s for s in settings if s) + " && hall_make_data")
        self.start("sandbox")
        self.start("billing")

    @staticmethod
    def free_ports():
        """Ports in a row that nobody has now; below those that connections go out from."""
        for port in range(20000 + os.getpid() % 450 * PORTS, 32000, PORTS):
            socks = [socket.socket() for _ in range(PORTS)]
            try:
                for i, sock in enumerate(socks):
                    sock.bind(("127.0.0.1", port + i))
                return port
            except OSError:
                continue
            finally:
                for sock in socks:
                    sock.close()
        raise RuntimeError("no free ports")

    def environment(self, name):
        """Of a program that is started; None is ours."""
        del name

    def shell(self, words):
        script = f'. "{SOURCE}/app/hall.sh" && {words}'
        return subprocess.run(["bash", "-c", script], env=self.env, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def beside(self, ports):
        """Another server on the same store, with the same authority: "billing-2"."""
        folder = self.state + "/billing-2"
        shutil.copytree(self.state + "/billing", folder,
                        ignore=shutil.ignore_patterns("ports", "lock", "*.db*"))
        with open(self.state + "/billing.ini", encoding="utf-8") as file:
            text = file.read()
        for key, port in zip(("HALL_API", "HALL_PAGES"), ports):
            text = text.replace(f"port = {self.env[key]}\n", f"port = {port}\n")
        with open(folder + ".ini", "w", encoding="utf-8") as file:
            file.write(text)
        self.needed["billing-2"] = ports
        self.start("billing-2")

    def start(self, name):
        ports, program = f"{self.state}/{name}/ports", name.split("-")[0]
        if os.path.exists(ports):
            os.unlink(ports)
        with open(f"{self.state}/log/{program}.log", "a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [f"{self.build}/app/{program}/{program}", "--config", f"{self.state}/{name}.ini",
                 "--state-dir", f"{self.state}/{name}"], stdout=log, stderr=log,
                env=self.environment(name))
        self.running[name] = process
        end = time.monotonic() + START_S
        while True:
            try:
                for port in self.needed[name]:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                if name != "sandbox" or os.path.exists(ports):
                    return
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} does not start, see its log")
            time.sleep(0.01)

    def kill(self, name):
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def up(self):
        for name in self.needed:
            if name not in self.running:
                self.start(name)

    def stop(self):
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def enrol(self, terminal):
        """A kiosk's state folder and settings, with its certificate."""
        folder = f"{self.state}/kiosk-{terminal}"
        os.makedirs(folder, exist_ok=True)
        with open(self.state + "/kiosk.ini", encoding="utf-8") as file:
            text = file.read().replace("terminal_no = 00012", f"terminal_no = {terminal}")
        with open(folder + ".ini", "w", encoding="utf-8") as file:
            file.write(text)
        code = self.shell(f"hall_admin enrol-code --terminal {terminal} --site 示范营业厅").strip()
        subprocess.run([self.build + "/app/kiosk/kiosk", "--config", folder + ".ini", "--state-dir",
                        folder, "--ca", self.state + "/billing/ca.pem", "--enrol", code],
                       check=True, stdout=subprocess.DEVNULL)
        return folder

    def wallet(self, line):
        return control(self.sandbox_socket, line)

    def trades(self):
        return {t["out_trade_no"]: t for t in json.loads(self.wallet("trades"))}

    def books(self):
        """Also while the database comes up again."""
        end = time.monotonic() + START_S
        while True:
            words = self.shell("hall_admin books || true")
            if words or time.monotonic() > end:
                return json.loads(words)
            time.sleep(0.1)

    def store(self, sql):
        """Rows of the server's store, read behind its back; every value is a text."""
        url = os.environ.get("HALL_STORE", "")
        command = ["psql", "-qAtX", "-F", "|", "-c", sql, url] if url else \
            ["sqlite3", "-readonly", "-cmd", ".timeout 5000", f"{self.state}/billing/billing.db", sql]
        end = time.monotonic() + START_S
        while True:
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode == 0:
                return [line.split("|") for line in done.stdout.splitlines()]
            if time.monotonic() > end:  # a database that comes up again is waited for
                done.check_returncode()
            time.sleep(0.1)


class Kiosk:
    """The player behind a pipe. After every line it shows its screen to the witness."""

    def __init__(self, hall, folder, witness):
        self.hall, self.folder, self.witness, self.process = hall, folder, witness, None
        self.sent, self.screen, self.words, self.looked = False, "", "", time.monotonic()
        self.start()

    def start(self):
        with open(self.hall.state + "/log/kiosk.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [self.hall.build + "/tests/journeys/kiosk_player", "--config", self.folder + ".ini",
                 "--state-dir", self.folder, "--assets", self.hall.build + "/assets", "--wallet",
                 self.hall.sandbox_socket, "/dev/stdin"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1,
                env=self.hall.environment("kiosk"))
        self.do("")

    def send(self, line):
        self.process.stdin.write(f"{line}\nshow\n")
        self.process.stdin.flush()
        self.sent = True

    def finish_line(self):
        """Reads the answer to what was sent, if anything was."""
        if self.sent:
            self.receive()

    def receive(self):
        self.sent = False
        line = self.process.stdout.readline()
        if not line.startswith("{") or not line.endswith("\n"):
            raise RuntimeError(f"the player ended: {line.strip()}; see kiosk.log")
        self.shown, self.looked = json.loads(line), time.monotonic()
        tree = self.shown["tree"]
        self.screen, self.modal = tree["screen"], tree["modal"]
        self.nodes = {n["id"]: n for n in tree["nodes"]}
        self.words = "\n".join(n["text"] + "\n" + n["spoken"] for n in tree["nodes"])
        self.witness.see(self)

    def do(self, line):
        self.send(line)
        self.receive()

    def look(self):
        """The kiosk's clock is the player's; here it goes as fast as ours."""
        passed_ms = int((time.monotonic() - self.looked) * 1000)
        self.do(f"advance {min(passed_ms, 1000)}" if passed_ms > 20 else "")

    def await_screen(self, *screens, seconds=20):
        end = time.monotonic() + seconds
        while self.screen not in screens:
            if time.monotonic() > end:
                raise RuntimeError(f"the screen is {self.screen}, awaited {screens}")
            self.look()

    def await_words(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in self.words:
            if time.monotonic() > end:
                raise RuntimeError(f"no {words} on {self.screen}: {self.words}")
            self.look()

    def can(self, node):
        return node in self.nodes and self.nodes[node]["enabled"]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def journal(self, sql):
        with sqlite3.connect(f"file:{self.folder}/journal.db?mode=ro", uri=True) as database:
            return database.execute(sql).fetchall()


Claim = collections.namedtuple("Claim", "word order screen at")


class Witness:
    """Keeps every word about money, and says at the end whether it was true."""

    WORDS = {"没有扣款": "NOT_TAKEN", "已扣款，已入账": "CREDITED", "已扣款，入账中": "CREDITING",
             "若手机显示已扣款": "MAY_RETURN", "正在确认扣款": "CONFIRMING"}

    def __init__(self):
        self.forget()

    def forget(self):
        self.claims, self.orders, self.last = [], set(), {}

    def see(self, kiosk):
        order = kiosk.shown["order"]
        said = [word for text, word in self.WORDS.items() if text in kiosk.words]
        if order:
            self.orders.add(order)
        seen = (kiosk.screen, order, said)
        if not said or seen == self.last.get(kiosk.folder):
            return
        self.last[kiosk.folder] = seen
        if "NOT_TAKEN" in said and len(said) > 1:
            said.append("CONTRADICTION")
        self.claims += [Claim(word, order, kiosk.screen, time.time()) for word in said]

    def wrong(self, trades, made):
        """Sentences that were not true. made: when each trade was first seen, by its number."""
        found = []
        for word, order, screen, at in self.claims:
            mine = [t for no, t in trades.items() if order and no.startswith(order)]
            net = sum(t["paid_fen"] - t["refunded_fen"] for t in mine)
            # On the pay screen it is said of the codes so far; at the end, of all of them.
            denied = [t for t in mine if screen == "result" or made[t["out_trade_no"]] < at]
            # What was taken and is being credited may go back yet, when a utility refuses it.
            lie = {"CONTRADICTION": True, "NOT_TAKEN": any(t["paid_fen"] for t in denied),
                   "CREDITED": net == 0, "CREDITING": not any(t["paid_fen"] for t in mine),
                   "MAY_RETURN": net != 0}
            if lie.get(word):
                found.append(f"{screen} said {word} of {order}: {mine}")
        found += [f"{no} was paid, and no screen showed its order" for no, trade in trades.items()
                  if no[:-3] not in self.orders and trade["paid_fen"]]
        return found
