"""Cables between the programs, which lose, stall, delay, repeat and reorder what they carry."""
import random
import socket
import ssl
import threading
import time

LATE_S = 2.6  # longer than whoever asked waits for an answer
ANSWER_S = 20


class Wire:
    """Carries bytes, from a port on loopback to one of several places. Faults last until mend()."""

    MODES = ("cut", "silent", "deaf", "slow")

    def __init__(self, port, *places):
        """A place is a port on loopback, or the path of a socket."""
        self.places, self.mode, self.slow_s = places, "ok", 0.0
        self.lock, self.pairs = threading.Lock(), set()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def set(self, mode, slow_s=0.0):
        self.mode, self.slow_s = mode, slow_s
        if mode == "cut":
            with self.lock:
                pairs, self.pairs = self.pairs, set()
            for pair in pairs:
                self.close(pair)

    def mend(self):
        self.set("ok")

    @staticmethod
    def close(pair):
        for sock in pair:
            try:
                # Shut down first: a close alone would not wake the thread that reads.
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def dial(self):
        """The first of the places, in any order, where somebody listens."""
        for place in random.sample(self.places, len(self.places)):
            try:
                if isinstance(place, int):
                    return socket.create_connection(("127.0.0.1", place), 5)
                there = socket.socket(socket.AF_UNIX)
                there.connect(place)
                return there
            except OSError:
                continue
        raise ConnectionRefusedError("nobody listens")

    def accept(self):
        while True:
            here, _ = self.listener.accept()
            if self.mode == "cut":
                here.close()
                continue
            threading.Thread(target=self.carry, args=(here,), daemon=True).start()

    def carry(self, here):
        try:
            there = self.dial()
        except OSError:
            here.close()
            return
        there.settimeout(None)
        pair = (here, there)
        with self.lock:
            self.pairs.add(pair)
        for source, sink, up in ((here, there, True), (there, here, False)):
            threading.Thread(target=self.pump, args=(pair, source, sink, up), daemon=True).start()

    def pump(self, pair, source, sink, up):
        try:
            while True:
                data = source.recv(16384)
                if not data:
                    break
                if self.mode == "silent" or (self.mode == "deaf" and not up):
                    continue
                if self.mode == "slow":
                    time.sleep(self.slow_s)
                sink.sendall(data)
        except OSError:
            pass
        self.ended(pair)

    def ended(self, pair):
        """Both directions come here; the first one closes."""
        with self.lock:
            known = pair in self.pairs
            self.pairs.discard(pair)
        if known:
            self.close(pair)


class HttpWire(Wire):
    """The same for plain HTTP, whole requests at a time: it can also repeat and hold them back."""

    MODES = ("cut", "silent", "deaf", "slow", "repeat", "repeat", "reorder", "late")

    def pump(self, pair, source, sink, up):
        if not up:
            Wire.pump(self, pair, source, sink, up)
            return
        try:
            reader = source.makefile("rb")
            while True:
                request = read_message(reader)
                if request is None:
                    break
                if self.goes_on(request):
                    sink.sendall(request)
        except (OSError, ValueError):
            pass
        self.ended(pair)

    def goes_on(self, request):
        """Waits with a request, or has it carried another way. False: not this way."""
        if self.mode in ("slow", "reorder"):
            time.sleep(self.slow_s)  # those on other connections overtake it
        elif self.mode == "repeat":
            threading.Thread(target=self.again, args=(request, self.slow_s), daemon=True).start()
        elif self.mode == "late":
            threading.Thread(target=self.again, args=(request, LATE_S + self.slow_s), daemon=True).start()
        return self.mode not in ("silent", "late")

    def again(self, request, wait_s):
        """A moment later, over a connection of its own; nobody hears the answer."""
        time.sleep(wait_s)
        try:
            with self.dial() as there:
                there.settimeout(ANSWER_S)
                there.sendall(request)
                there.recv(65536)
        except OSError:
            pass


class HttpsWire(HttpWire):
    """The same between a kiosk and its servers: with the server's name to the one, the kiosk's to the others."""

    def __init__(self, port, places, billing, kiosk):
        self.as_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.as_server.load_cert_chain(billing + "/server.pem", billing + "/server.key")
        self.as_kiosk = ssl.create_default_context(cafile=billing + "/ca.pem")
        self.as_kiosk.load_cert_chain(kiosk + "/kiosk.crt", kiosk + "/kiosk.key")
        super().__init__(port, *places)

    def dial(self):
        return self.as_kiosk.wrap_socket(super().dial(), server_hostname="127.0.0.1")

    def carry(self, here):
        """One request after the other: two threads must not share one end of TLS."""
        there = None
        try:
            here.settimeout(ANSWER_S)
            here = self.as_server.wrap_socket(here, server_side=True)
            here.settimeout(None)
            there = self.dial()
            there.settimeout(ANSWER_S)
            with self.lock:
                self.pairs.add((here, there))
            self.serve(here, there)
        except (OSError, ValueError):
            pass
        if there is None:
            here.close()
        else:
            self.ended((here, there))

    def serve(self, here, there):
        requests, answers = here.makefile("rb"), there.makefile("rb")
        while True:
            request = read_message(requests)
            if request is None:
                return
            if not self.goes_on(request):
                continue
            there.sendall(request)
            answer = read_message(answers)
            if answer is None:
                return
            if self.mode not in ("silent", "deaf"):
                here.sendall(answer)


def read_message(reader):
    """One request or reply, whole; None at the end."""
    head, length = [], 0
    while True:
        line = reader.readline(65536)
        if not line:
            return None
        head.append(line)
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        if line in (b"\r\n", b"\n"):
            break
    return b"".join(head) + reader.read(length)
