"""A hall whose programs can be killed at any write, and a supervisor that starts them again."""
import mmap
import os
import signal
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../e2e"))
from database import Database  # noqa: E402
from hall import Hall, Kiosk  # noqa: E402

KINDS = ("none", "store", "sync", "wire", "query", "paper")
COUNT, BEFORE, HALF, HOLD, HOLD_AFTER = range(5)
PROGRAMS = ("kiosk", "billing", "sandbox")
RESTART_S = 15


class Page:
    """What a program shares with us, see killpoint.h."""

    HEAD = "<IIIIIIQQ"  # armed, mask, how, reached, let_go, reserved, count, at
    ARMED, MASK, HOW, REACHED, LET_GO = (4 * i for i in range(5))
    NUMBER, AT, FIRST_KIND, SIZE = 24, 32, 40, 40 + 16384

    def __init__(self, path):
        self.path = path
        with open(path, "w+b") as file:
            file.truncate(self.SIZE)
            self.bytes = mmap.mmap(file.fileno(), self.SIZE)

    def put(self, offset, value, form="<I"):
        struct.pack_into(form, self.bytes, offset, value)

    def get(self, offset, form="<I"):
        return struct.unpack_from(form, self.bytes, offset)[0]

    def arm(self, at=0, how=COUNT, kinds=KINDS[1:]):
        """From now on calls are counted; at the at-th it happens."""
        self.put(self.ARMED, 0)
        struct.pack_into(self.HEAD, self.bytes, 0, 0, sum(1 << KINDS.index(k) for k in kinds), how,
                         0, 0, 0, 0, at)
        self.put(self.ARMED, 1)

    def again(self, steps):
        """The next death comes so many calls later."""
        self.put(self.HOW, BEFORE)
        self.put(self.AT, self.count() + steps, "<Q")

    def disarm(self):
        self.put(self.ARMED, 0)
        self.put(self.LET_GO, 1)

    def count(self):
        return self.get(self.NUMBER, "<Q")

    def reached(self):
        return self.get(self.REACHED) != 0

    def kind(self, at):
        return KINDS[self.bytes[self.FIRST_KIND + at - 1]]


class SupervisedHall(Hall):
    """Whoever dies is started again at once."""

    def __init__(self, build, state):
        os.makedirs(state, exist_ok=True)
        self.pages = {name: Page(f"{state}/{name}.page") for name in PROGRAMS}
        self.library = build + "/tests/crash/libkillpoint.so"
        self.deaths, self.unasked, self.again_after = [], [], 0
        self.database, self.strike = Database(), None
        self.over = False
        super().__init__(build, state)
        self.supervisor = threading.Thread(target=self.supervise, daemon=True)
        self.supervisor.start()

    def environment(self, name):
        options = os.environ.get("ASAN_OPTIONS", "")
        return dict(os.environ, LD_PRELOAD=self.library, KILLPOINT_PAGE=self.pages[name].path,
                    ASAN_OPTIONS=options + ":verify_asan_link_order=0")

    def note_death(self, name, code):
        page = self.pages[name]
        if code != -signal.SIGKILL or not page.reached():
            self.unasked.append(f"{name} ended by itself: {code}")
        self.deaths.append(name)
        if self.again_after and len(self.deaths) == 1:
            page.again(self.again_after)

    def supervise(self):
        while not self.over:
            for name in ("sandbox", "billing"):
                process = self.running[name]
                if process.poll() is not None:
                    self.note_death(name, process.returncode)
                    try:
                        self.start(name)
                    except RuntimeError:
                        pass  # it was killed while it started: the next turn finds it
            page = self.pages["billing"]
            if self.strike and page.reached():
                strike, self.strike = self.strike, None
                strike()
                page.put(Page.LET_GO, 1)
            time.sleep(0.002)

    def wallet(self, line):
        """The phone tries again when its network was gone."""
        end = time.monotonic() + RESTART_S
        while True:
            try:
                return super().wallet(line)
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def stop(self):
        self.over = True
        self.supervisor.join()
        for page in self.pages.values():
            page.disarm()
        super().stop()


class SupervisedKiosk(Kiosk):
    """The same for the kiosk: a touch that it had not answered is lost with it."""

    on_restart = None

    def receive(self):
        try:
            super().receive()
        except (RuntimeError, BrokenPipeError):
            self.process.wait()
            self.hall.note_death("kiosk", self.process.returncode)
            self.start()
            if self.on_restart is not None:
                self.on_restart()

    def send(self, line):
        try:
            super().send(line)
        except BrokenPipeError:
            self.sent = True  # receive() finds it dead
