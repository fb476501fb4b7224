"""Cables between the programs, which lose, stall, delay, repeat and reorder what they carry."""
import socket
import threading
import time


class Wire:
    """Carries TCP on loopback; what it knows of it are bytes. Faults last until mend()."""

    def __init__(self, port, to_port):
        self.to_port, self.mode, self.slow_s = to_port, "ok", 0.0
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

    def accept(self):
        while True:
            here, _ = self.listener.accept()
            if self.mode == "cut":
                here.close()
                continue
            try:
                there = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                here.close()
                continue
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

    def pump(self, pair, source, sink, up):
        if not up:
            Wire.pump(self, pair, source, sink, up)
            return
        try:
            reader = source.makefile("rb")
            while True:
                request = self.read_request(reader)
                if request is None:
                    break
                if self.mode == "silent":
                    continue
                if self.mode in ("slow", "reorder"):
                    time.sleep(self.slow_s)  # those on other connections overtake it
                if self.mode == "repeat":
                    threading.Thread(target=self.repeat, args=(request,), daemon=True).start()
                sink.sendall(request)
        except (OSError, ValueError):
            pass
        self.ended(pair)

    @staticmethod
    def read_request(reader):
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

    def repeat(self, request):
        """Once more, a moment later, over a connection of its own; nobody hears the answer."""
        time.sleep(self.slow_s)
        try:
            with socket.create_connection(("127.0.0.1", self.to_port), 5) as again:
                again.sendall(request)
                again.settimeout(5)
                again.recv(65536)
        except OSError:
            pass
