# SPDX-License-Identifier: MIT
"""The processes of the benchmark: the server, and those who watch connections to it.

All times are nanoseconds of CLOCK_MONOTONIC."""
import calendar
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds, for whatever is awaited
SERVER_CONNECTIONS = 5000  # on one address: one takes up to a client's 28,000 ports


def even(n):
    """A few less, so that they are as many on each of a server's addresses."""
    return n - n % addresses_for(n) if n else 0


def addresses_for(n):
    return max(1, -(-n // SERVER_CONNECTIONS))


class Unable(Exception):
    """This contender cannot do it, and says why."""


def deaths_in(lines):
    """What bare and server print: {(server's address, client's address): stamp}."""
    found = {}
    for line in lines:
        word, *rest = line.split()
        if word == "dead":
            found[rest[0], rest[1]] = int(rest[2])
    return found


def wall_offset():
    """CLOCK_REALTIME less CLOCK_MONOTONIC, from the closest of some readings."""
    best = None
    for _ in range(50):
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        wall = time.clock_gettime_ns(time.CLOCK_REALTIME)
        took = time.clock_gettime_ns(time.CLOCK_MONOTONIC) - before
        if best is None or took < best[0]:
            best = took, wall - before - took // 2
    return best[1]


class Child:
    """A process that is ended with its with block, whose lines are read with a limit."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen([str(c) for c in command], **options)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def line(self, meanwhile=lambda: None):
        """The next line it prints. Calls meanwhile each second."""
        limit = time.monotonic() + PATIENCE
        while b"\n" not in self.pending:
            if select.select([self.process.stdout], [], [], 1)[0]:
                more = os.read(self.process.stdout.fileno(), 1 << 16)
                if not more:
                    raise Unable(f"{os.path.basename(self.process.args[0])} has ended")
                self.pending += more
            elif time.monotonic() > limit:
                raise Unable(f"{os.path.basename(self.process.args[0])}: nothing came within {PATIENCE} s")
            else:
                meanwhile()
        line, self.pending = self.pending.split(b"\n", 1)
        return line.decode()

    def read(self, path):
        with open(f"/proc/{self.process.pid}/{path}") as f:
            return f.read()

    def cpu(self):
        """What it has taken of the CPU so far, in nanoseconds."""
        return int(self.read("schedstat").split()[0])

    def memory(self):
        """Its own memory in bytes, shared pages by their share."""
        return int(re.search(r"^Pss:\s+(\d+) kB", self.read("smaps_rollup"), re.M)[1]) * 1024


class Server(Child):
    """bench/server, with enough addresses for so many connections at once."""

    def __init__(self, programs, connections, *how):
        super().__init__([f"{programs}/server", addresses_for(connections), *how], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addresses = self.line().split()[1:]

    def ask(self, command, meanwhile=lambda: None):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self.line(meanwhile).split()

    def accepted(self, n, watcher):
        self.ask(f"await {n}", watcher.check)

    def close(self, n, gap=0, how="close"):
        """Closes so many, with so many microseconds between. When the first and the last were closed."""
        words = self.ask(f"{how} {n} {gap}")
        return int(words[2]), int(words[3])

    def stamps(self):
        lines = [" ".join(self.ask("stamps"))]
        while not lines[-1].startswith("stamps"):
            lines.append(self.line())
        return deaths_in(lines)


class Watcher(Child):
    """One that watches connections. connecting is how long it took until all were established."""

    def check(self):
        if self.process.poll() is not None:
            raise Unable(self.reason())

    def finish(self):
        """Asks it to end, and waits until it has. What it printed last, if that can be read here."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            raise Unable(f"did not end within {PATIENCE} s") from None


class BareWatcher(Watcher):
    def __init__(self, programs, n, keepalive, addresses, rate):
        command = [f"{programs}/bare", "watch", n, rate, keepalive or "-", *addresses]
        super().__init__(command, stdout=subprocess.PIPE)

    def reason(self):
        return f"ended with status {self.process.returncode}"

    def established(self, n):
        del n
        _, first, last = self.line(self.check).split()
        self.connecting = int(last) - int(first)

    def settle(self, n):
        """Until it has noticed so many deaths."""
        del n
        was = None
        while self.process.poll() is None and was != (was := self.cpu()):
            time.sleep(0.1)

    def deaths(self):
        return deaths_in((self.pending + self.finish()).decode().splitlines())


class TcpaliveWatcher(Watcher):
    """Its stamps come from its JSON: they count from its start, whose wall-clock time that tells to the microsecond."""

    def __init__(self, program, n, probe, addresses, *options):
        self.events = tempfile.NamedTemporaryFile()
        self.errors = tempfile.TemporaryFile()
        self.offset = wall_offset()
        self.seen, self.counted = 0, {"connected": 0, "dead": 0}
        command = [program, *options, "-p", probe, "-n", n // len(addresses), "-o", "json", *addresses]
        with open(self.events.name, "ab") as writing:  # with an offset of its own
            super().__init__(command, stdout=writing, stderr=self.errors, stdin=subprocess.DEVNULL)

    def __exit__(self, *how):
        super().__exit__(*how)
        self.events.close()
        self.errors.close()

    def reason(self):
        self.errors.seek(0)
        lines = self.errors.read().decode().splitlines()
        return lines[0] if lines else f"ended with status {self.process.returncode}"

    def count(self, event):
        """How many connections it has told to be connected, or to be dead by rdhup."""
        self.events.seek(self.seen)
        new = self.events.read()
        whole = new[:new.rfind(b"\n") + 1]
        self.seen += len(whole)
        self.counted["connected"] += len(re.findall(rb'^\{"event":"connected"', whole, re.M))
        self.counted["dead"] += len(re.findall(rb'^\{"event":"dead".*"probe":"rdhup"', whole, re.M))
        return self.counted[event]

    def wait_for(self, event, n):
        """Looks only when nothing more is being written, so as to take no CPU from it meanwhile."""
        limit = time.monotonic() + PATIENCE
        size = -1
        while True:
            ended = self.process.poll() is not None
            was, size = size, os.fstat(self.events.fileno()).st_size
            if was == size and self.count(event) >= n:
                return
            if was == size and ended:
                self.check()
            if time.monotonic() > limit:
                raise Unable(f"{self.count(event)} of {n} {event} within {PATIENCE} s")
            time.sleep(0.02)

    def established(self, n):
        self.wait_for("connected", n)
        self.connecting = max(e["t"] for e in self.told("connected")) * 1e9

    def settle(self, n):
        self.wait_for("dead", n)

    def told(self, event):
        self.events.seek(0)
        wanted = f'{{"event":"{event}"'.encode()
        return [json.loads(line) for line in self.events.read().splitlines() if line.startswith(wanted)]

    def start(self):
        """When it started; the time that it tells is cut to the microsecond below."""
        seconds, _, fraction = self.told("start")[0]["time"].partition(".")
        wall = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 10**9
        return wall + int(fraction[:6]) * 1000 + 500 - self.offset

    def deaths(self):
        self.finish()
        if abs(wall_offset() - self.offset) > 2000:
            raise Unable("the time of day has been set meanwhile")
        start = self.start()
        ends = {e["conn"]: (e["remote"], e["local"]) for e in self.told("connected")}
        return {ends[e["conn"]]: start + e["t"] * 1e9 for e in self.told("dead") if e["probe"] == "rdhup"}


class Bare:
    name = "bare"

    def __init__(self, programs):
        self.programs = programs

    def watch(self, n, keepalive, addresses, rate=0):
        """So many connections, made at so many a second (0: without delay)."""
        return BareWatcher(self.programs, n, keepalive, addresses, rate)


class Tcpalive:
    """A build of tcpalive."""

    def __init__(self, name, program):
        self.name, self.program = name, os.path.abspath(program)

    def watch(self, n, keepalive, addresses, rate=0):
        probe = "rdhup"
        if keepalive:
            probe += "+keepalive:idle={}s:intvl={}s:cnt={}".format(*keepalive.split(":"))
        return TcpaliveWatcher(self.program, n, probe, addresses, *(["--connect-rate", rate] if rate else []))

    def probe(self, n, probe, addresses):
        return TcpaliveWatcher(self.program, n, probe, addresses)
