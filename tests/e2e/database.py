"""The PostgreSQL of tests/contract/with_postgres, and the ways in which it breaks."""
import os
import shlex
import signal
import subprocess


class Database:
    def __init__(self):
        self.folder = os.environ.get("PGHOST", "")
        self.socket = self.folder + "/.s.PGSQL.5432"
        self.control = shlex.split(os.environ.get("PG_CTL", ""))

    def there(self):
        """Whether the server's store is kept there."""
        return bool(os.environ.get("HALL_STORE"))

    def backends(self):
        """Processes that serve a client."""
        with open(self.folder + "/data/postmaster.pid", encoding="ascii") as file:
            postmaster = file.readline().strip()
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/status", encoding="utf-8") as status:
                    parent = next(line for line in status if line.startswith("PPid:")).split()[1]
                with open(f"/proc/{entry}/cmdline", encoding="utf-8") as words:
                    client = "[local]" in words.read()
            except (OSError, StopIteration):
                continue
            if client and parent == postmaster:
                found.append(int(entry))
        return found

    def run(self, *words):
        subprocess.run([*self.control, *words], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def stop(self):
        """As a power cut ends it: nothing is finished, nothing is said."""
        self.run("-m", "immediate", "-w", "stop")

    def start(self):
        self.run("-w", "start")

    def backend_killed(self):
        """One of its processes is killed: it ends them all, and recovers."""
        self.signal(self.backends()[:1], signal.SIGKILL)

    def backends_ended(self):
        """An administrator ends every session."""
        self.signal(self.backends(), signal.SIGTERM)

    def immediate_stop(self):
        self.stop()
        self.start()

    @staticmethod
    def signal(backends, number):
        for backend in backends:
            try:
                os.kill(backend, number)
            except ProcessLookupError:
                pass
