# SPDX-License-Identifier: MIT
"""Clients of a peer that dies, each of a kind, all at once: what `tcpalive peer` tells of them against their own clocks.

usage: reactions.py SEEN DUMP    SEEN: packets (CAP_NET_RAW) or states; DUMP: yes, to hold it against tcpdump too (packets)

To be run in a network namespace of its own. Says what is wrong, and exits with 1 then."""
import datetime
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PACKETS = sys.argv[1] == "packets"
SLACK = 0.02 if PACKETS else 0.3  # states are looked at, on a machine that may be busy
KEEPALIVE = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1),
             (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2))
LONGEST = 50  # of all together
# Most systems begin with 1024 descriptors, and allow more.
MOST = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, MOST))
MANY = 1000 if MOST == resource.RLIM_INFINITY else min(1000, MOST - 200)
wrong = []


def wall(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Peer(threading.Thread):
    """One peer with its client; `wants` looks at what came of it."""

    def __init__(self, name, args, client, wants, listen="127.0.0.1:0", connects=False):
        super().__init__()
        self.name, self.client, self.wants, self.events, self.ends, self.lives = name, client, wants, [], [], False
        self.listen, self.port = listen, None
        if connects:
            server = socket.create_server(("127.0.0.1", 0))
            where = ["127.0.0.1:%d" % server.getsockname()[1]]
            threading.Thread(target=self.accept, args=(server,), daemon=True).start()
        else:
            where = ["--listen", listen]
        at = [] if "--fault-at" in args else ["--fault-at", "300ms"]
        self.process = subprocess.Popen([os.environ["TCPALIVE"], "peer", "-o", "json", *at, *args, *where],
                                        stdout=subprocess.PIPE, text=True)
        self.connects = connects

    def accept(self, server):
        self.client(self, lambda: server.accept()[0])

    def connect(self):
        return socket.create_connection((self.listen.rsplit(":", 1)[0].strip("[]"), self.port))

    def close(self, s):
        """Closes, and notes between which moments."""
        before = time.time()
        s.close()
        self.ends.append((before, time.time()))

    def run(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.events.append(event)
            if event["event"] == "listening":
                self.port = int(event["address"].rsplit(":", 1)[1])
                threading.Thread(target=self.client, args=(self, self.connect), daemon=True).start()
        self.status = self.process.wait()
        self.start_wall = wall(self.events[0]["time"])
        try:
            self.wants(self)
        except (AssertionError, IndexError, KeyError) as e:
            wrong.append("%s: %r\n  %s" % (self.name, e, "\n  ".join(json.dumps(v) for v in self.events[-12:])))

    def all(self, kind, **fields):
        return [e for e in self.events if e["event"] == kind and all(e.get(k) == v for k, v in fields.items())]

    def result(self):
        return self.all("result")[0]

    def fault(self):
        return self.start_wall + self.all("fault")[0]["t"]

    def is_result(self, result, **fields):
        r = self.result()
        assert r["result"] == result, "%s, expected %s" % (r["result"], result)
        for key, value in fields.items():
            assert r[key] == value, "%s is %r, expected %r" % (key, r[key], value)

    def end(self, i):
        """The client may be on its way to note it."""
        limit = time.time() + 10
        while len(self.ends) <= max(i, 0) and time.time() < limit:
            time.sleep(0.01)
        return self.ends[i]

    def in_time(self, after, i=0, slack=SLACK):
        """Seen when the client did it, by the client's own clock."""
        before, then = (t - self.fault() for t in self.end(i))
        assert before - 0.002 <= after <= then + slack, "seen at %.6f, done from %.6f to %.6f" % (after, before, then)

    def ends_by(self, limit):
        self.join(max(0, limit - time.monotonic()))
        if self.is_alive():
            self.process.kill()
            wrong.append("%s: still there after %d s\n  %s" % (self.name, LONGEST, "\n  ".join(json.dumps(v) for v in self.events[-12:])))

    def exits(self, status):
        assert self.status == status, "exit status %d, expected %d" % (self.status, status)


# --- clients


def until_end(s):
    try:
        return s.recv(1) == b""
    except OSError:
        return True


def last_open(s):
    """Waits for the end. When it had not come yet: the kernel acts, and who waits may be told much later."""
    before = looked = time.time()
    ends = select.poll()
    ends.register(s, select.POLLIN)
    while not ends.poll(10):
        before, looked = looked, time.time()
    return before


def closes_on_eof(peer, connect):
    s = connect()
    until_end(s)
    time.sleep(0.1)
    peer.close(s)


def never(peer, connect):
    peer.kept = connect()


def resets(peer, connect):
    s = connect()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    time.sleep(0.7)
    peer.close(s)


def heartbeat(peer, connect):
    s = connect()
    s.settimeout(0.4)
    try:
        while True:
            s.send(b"x")
            if not s.recv(1):
                break
            time.sleep(0.1)
    except OSError:
        pass
    peer.close(s)


def keepalive(peer, connect):
    s = connect()
    for option in KEEPALIVE:
        s.setsockopt(*option)
    open_yet = last_open(s)
    until_end(s)
    peer.ends.append((open_yet, time.time()))
    s.close()


def writes_behind_the_fin(peer, connect):
    peer.kept = connect()
    until_end(peer.kept)
    peer.kept.send(b"x")


def half_closed_before(peer, connect):
    peer.kept = connect()
    peer.kept.shutdown(socket.SHUT_WR)
    peer.second = connect()


def comes_back(peer, connect):
    peer.again = []
    while True:
        try:
            s = connect()
        except OSError:
            return
        peer.again.append(time.time())
        until_end(s)
        time.sleep(0.1)
        peer.close(s)


def comes_back_to_the_frozen(peer, connect):
    s = connect()
    time.sleep(0.7)
    peer.close(s)
    time.sleep(0.2)
    peer.back = time.time()
    peer.kept = connect()


def pool_of(n):
    def pool(peer, connect):
        members = [connect() for _ in range(n)]
        for s in members:
            until_end(s)
        for s in members:
            peer.close(s)
            peer.kept = getattr(peer, "kept", []) + [connect()]
            time.sleep(0.02)
    return pool


# A close at once overtakes the ACK of the peer's FIN; the RST that answers the second ACK takes the peer's TIME_WAIT away
# (RFC 1337), and the states show neither. So they wait where nobody but these can tell.
def eight_of_ten(peer, connect, wait=0.25):
    peer.kept = [connect() for _ in range(10)]
    for s in peer.kept[:8]:
        until_end(s)
    time.sleep(wait)
    for s in peer.kept[:8]:
        peer.close(s)


def eight_of_ten_at_once(peer, connect):
    eight_of_ten(peer, connect, 0)


def many(peer, connect):
    peer.kept = [connect() for _ in range(MANY)]
    for s in peer.kept:
        until_end(s)
    time.sleep(0.25)
    for s in peer.kept:
        peer.close(s)


def leaves_before(peer, connect):
    peer.kept = [connect(), connect()]
    time.sleep(0.6)
    peer.kept[0].close()
    time.sleep(0.1)
    peer.kept[1].send(b"x")  # for which the peer has waited


def two(peer, connect):
    peer.kept = [connect(), connect()]


def two_of_which_one_goes(peer, connect):
    two(peer, connect)
    time.sleep(0.7)
    peer.close(peer.kept[0])


def comes_back_from_its_port(peer, connect):
    def bound(address):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(address)
        s.connect(("127.0.0.1", peer.port))
        return s

    s = bound(("127.0.0.1", 0))
    name = s.getsockname()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    time.sleep(0.7)
    peer.close(s)
    peer.kept = bound(name)


# All is in the peer's buffers before it reads.
def writes_and_resets(peer, connect):
    peer.kept = [connect() for _ in range(100)]
    for s in peer.kept:
        until_end(s)
    for s in peer.kept:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        s.send(b"x" * 1000)
        s.close()


# The command hears of the last ones only when it has given the order.
def come_as_it_strikes(peer, connect):
    peer.kept = [connect()]
    time.sleep(0.1)
    peer.process.send_signal(signal.SIGSTOP)
    peer.kept += [connect() for _ in range(5)]
    time.sleep(0.4)
    peer.process.send_signal(signal.SIGCONT)
    for s in peer.kept:
        until_end(s)
    later = connect()
    later.settimeout(1)
    try:
        later.recv(1)
    except socket.timeout:
        peer.lives = True


# More of them than the command keeps of those that have died.
def one_waits_through_many_deaths(peer, connect):
    waits = connect()
    while len(peer.all("fault")) < 70:
        deaths = len(peer.all("fault"))  # before it is there to die
        s = connect()
        while len(peer.all("fault")) == deaths:
            time.sleep(0.001)
        s.close()
    waits.settimeout(0)
    try:
        waits.recv(1)
    except BlockingIOError:
        peer.lives = True
    peer.process.terminate()


# The command looks only when the time is over.
def closes_too_late(peer, connect):
    s = connect()
    while not peer.all("fault"):
        time.sleep(0.001)
    time.sleep(0.3)
    peer.process.send_signal(signal.SIGSTOP)
    time.sleep(0.9)
    s.close()
    peer.process.send_signal(signal.SIGCONT)


# The command finds both at once: a child has changed, and its news are there.
def come_with_a_signal(peer, connect):
    peer.kept = [connect()]
    while not peer.all("connected"):
        time.sleep(0.001)
    peer.process.send_signal(signal.SIGSTOP)
    peer.process.send_signal(signal.SIGCHLD)
    peer.kept.append(connect())
    time.sleep(0.2)
    peer.process.send_signal(signal.SIGCONT)
    while len(peer.all("connected")) < 2:
        time.sleep(0.001)
    peer.kept.append(connect())


def one_of_two_comes_back(peer, connect):
    def late():
        peer.kept = connect()

    threading.Timer(1, late).start()
    comes_back(peer, connect)


# --- what is to be told of them


def noticed(peer, **fields):
    peer.is_result("noticed", **fields)
    peer.in_time(peer.result()["after"])
    peer.in_time(peer.all("program", what="closed")[0]["after"])


# With both ends in one kernel its count of RSTs does not tell whose they were.
def noticed_reset(peer):
    if not PACKETS:
        return cannot_be_seen(peer)
    noticed(peer, how="it reset the connection (RST)")


def in_time_and_held(peer):
    noticed(peer, how="it closed (FIN)", connections=1, given_up=1)
    peer.exits(0)
    assert peer.all("expect")[0]["held"]


def too_late(peer):
    peer.is_result("missed", given_up=0)
    peer.exits(1)
    assert not peer.all("expect")[0]["held"]


def missed(peer):
    peer.is_result("missed", after=None, given_up=0)
    peer.exits(0)


def cannot_be_seen(peer):
    peer.is_result("inconclusive")
    assert "only a new connection" in peer.result()["note"]


def false_alarm(peer):
    peer.is_result("false-alarm")
    peer.in_time(peer.result()["after"])


def alive(peer):
    peer.is_result("alive")
    peer.exits(0)


def only_one_established(peer):
    peer.is_result("missed", connections=1)


def deaf_keepalive(peer):
    if not PACKETS:
        return cannot_be_seen(peer)
    noticed_reset(peer)
    assert 1.5 < peer.result()["after"] < 4
    peer.exits(0)


def deaf_never(peer):
    peer.is_result("missed" if PACKETS else "inconclusive")


# Its FIN may have to wait behind what is not acknowledged.
def deaf_heartbeat(peer):
    if PACKETS and peer.result()["result"] == "noticed":
        return noticed(peer)
    cannot_be_seen(peer)


def came_back(peer):
    back = peer.all("program", what="reconnected")
    assert len(back) > 1
    assert not peer.all("result", result="missed")  # the last one is cut short, and breaks nothing
    peer.exits(0)
    for i, e in enumerate(peer.all("result", result="noticed")[:-1]):
        struck = peer.start_wall + peer.all("fault")[i]["t"]
        closed, connected = peer.end(i)[0] - struck, peer.again[i + 1] - struck
        assert closed - 0.002 <= e["reconnected_after"] <= connected + 0.3, "%r: from %.6f to %.6f" % (e, closed, connected)


def back_at_the_frozen(peer):
    noticed(peer)
    peer.exits(0)
    after = peer.result()["reconnected_after"] - (peer.back - peer.fault())
    assert -0.002 <= after <= 0.3, after


def cut_in_the_middle(peer):
    assert len(peer.all("result")) > 1
    assert not peer.all("result", result="missed"), peer.all("result", result="missed")
    peer.exits(0)


def pool_came_back(peer):
    peer.is_result("noticed", connections=10, given_up=10)
    assert len(peer.all("program", what="reconnected")) == 10
    peer.in_time(peer.result()["after"], -1)
    after = peer.result()["reconnected_after"]
    assert 0 < after < 0.2 + SLACK, after


def most_of_a_pool(peer):
    peer.is_result("missed", connections=10, given_up=8, how="closed 8 of 10 connections")


def kept_some(peer):
    peer.is_result("alive", connections=10, given_up=8)


def all_of_many(peer):
    peer.is_result("noticed", connections=MANY, given_up=MANY)
    peer.in_time(peer.result()["after"], -1, 0.5)


def server_noticed(peer):
    noticed(peer, program="server")


def only_one_was_there(peer):
    assert peer.result()["connections"] == 1, peer.result()


def all_three_were_there(peer):
    peer.is_result("alive", connections=3)


def nobody_came_back(peer):
    assert peer.all("result")
    assert not peer.all("program", what="reconnected")
    assert all(r["reconnected_after"] is None for r in peer.all("result"))


def one_of_two_closed(peer):
    noticed(peer, connections=1, reconnected_after=None)


def back_from_its_port(peer):
    peer.is_result("noticed")
    peer.in_time(peer.result()["after"], slack=0.3)
    assert peer.result()["reconnected_after"] is not None


def all_reset(peer):
    peer.is_result("false-alarm", how="reset 100 of 100 connections")


def still_connected(peer):
    assert peer.lives


KILL, FREEZE, DROP = ["--fault", "kill"], ["--fault", "freeze"], ["--fault", "drop"]
SITUATIONS = [
    ("closes on EOF, and is in time", KILL + ["-w", "5s", "--expect", "noticed<=3s"], closes_on_eof, in_time_and_held),
    ("closes on EOF, and nobody asked for a time", KILL, closes_on_eof, noticed),
    ("never looks: an expectation breaks", KILL + ["--expect", "noticed<=1s"], never, too_late),
    ("never looks at a FIN", ["--fault", "close", "-w", "1s"], never, missed),
    ("a timeout of its own", FREEZE + ["-w", "5s"], heartbeat, noticed),
    ("no timeout", FREEZE + ["-w", "1s"], never, missed),
    ("resets the frozen peer", FREEZE + ["-w", "5s"], resets, noticed_reset),
    ("a timeout of its own, stuck peer", ["--fault", "zero-window", "-w", "5s"], heartbeat, noticed),
    ("writes behind the FIN", KILL + ["-w", "2s"], writes_behind_the_fin, cannot_be_seen),
    ("is reset, and nobody can come back", ["--fault", "rst"], closes_on_eof, cannot_be_seen),
    ("gives up a living peer", ["--fault", "half-close", "-w", "2s"], closes_on_eof, false_alarm),
    ("keeps a living peer", ["--fault", "none", "-w", "1s", "--expect", "alive"], never, alive),
    ("deaf peer, keepalive", DROP + ["-w", "5s"], keepalive, deaf_keepalive),
    ("deaf peer, no timeout", DROP + ["-w", "1s"], never, deaf_never),
    ("deaf peer, heartbeat that nobody acknowledges", DROP + ["-w", "2s"], heartbeat, deaf_heartbeat),
    ("comes back to the frozen", FREEZE + ["-w", "3s", "--expect", "reconnected<=3s"], comes_back_to_the_frozen, back_at_the_frozen),
    ("comes back after each kill", KILL + ["-k", "-t", "3s", "--expect", "noticed<=2s", "--expect", "reconnected<=2s"], comes_back, came_back),
    ("one of two comes back, and the time is over", KILL + ["-k", "-t", "2s", "--expect", "noticed<=1500ms", "--expect", "reconnected<=1500ms"],
     one_of_two_comes_back, cut_in_the_middle),
    ("come with a signal", ["--fault", "half-close", "--fault-at", "2s", "-w", "500ms", "-t", "5s"], come_with_a_signal, all_three_were_there),
    ("comes back after each reset", ["--fault", "rst", "-k", "-t", "3s"], comes_back, came_back),
    ("a pool that comes back one by one", KILL + ["-k", "-t", "3s", "--fault-at", "800ms"], pool_of(10), pool_came_back),
    ("a pool of which some are given up", KILL + ["-w", "2s"], eight_of_ten, most_of_a_pool),
    ("a pool that keeps some of a living peer", ["--fault", "half-close", "-w", "2s"], eight_of_ten_at_once, kept_some),
    ("gave up before it struck", ["--fault", "close-unread:wait=20s", "-w", "1s"], leaves_before, only_one_was_there),
    ("waits for its turn", ["--fault", "rst", "-k", "--max-clients", "1", "-t", "1500ms"], two, nobody_came_back),
    ("waits for its turn at the frozen", FREEZE + ["--max-clients", "1", "-w", "2s"], two_of_which_one_goes, one_of_two_closed),
    ("comes back from the same port", FREEZE + ["--expect", "reconnected<=3s"], comes_back_from_its_port, back_from_its_port),
    ("writes, and resets a living peer", ["--fault", "half-close", "-w", "2s", "--fault-at", "800ms"], writes_and_resets, all_reset),
    ("come in the moment in which it strikes", ["--fault", "half-close", "-t", "3s"], come_as_it_strikes, still_connected),
    ("waits while others come back", FREEZE + ["-k", "--fault-at", "10ms", "-w", "30s"], one_waits_through_many_deaths, still_connected),
    ("closes when the time is over", FREEZE + ["-w", "1s"], closes_too_late, missed),
    ("IPv6", KILL, closes_on_eof, noticed, "[::1]:0"),
    ("IPv6, an address of the link", FREEZE + ["-w", "1s"], never, missed, "[fe80::1%lo]:0"),
    ("a server, to which the peer connects", KILL, closes_on_eof, server_noticed, None, True),
]

LATER = [
    ("many", KILL + ["--fault-at", "2s"], many, all_of_many),
]
DUMPED = "closes on EOF, and is in time", "a timeout of its own", "resets the frozen peer"


# Room for a burst, as with the whole of each packet its buffer has 16; and it need not wait for a reader.
def dump(to):
    return subprocess.Popen(["tcpdump", "-i", "lo", "-Z", "root", "-n", "-l", "-tt", "--immediate-mode", "-s", "128", "-B", "16384",
                             "tcp[tcpflags] & (tcp-fin|tcp-rst) != 0"], stdout=to, stderr=subprocess.PIPE, text=True)


def on_the_wire(peer, lines):
    """The segment that ended the client's side, as tcpdump has stamped it."""
    closed = peer.all("program", what="closed")[0]
    ends = re.escape("%s > %s:" % tuple(closed[end].replace(":", ".") for end in ("local", "remote")))  # its port may have been another's
    stamps = [float(m[1]) for m in (re.match(r"([\d.]+) IP " + ends + r" Flags \[[FR.]+\]", x) for x in lines) if m]
    seen = peer.fault() + closed["after"]
    if not stamps or not -0.002 <= seen - stamps[0] <= SLACK:
        wrong.append("%s: seen at %.6f, on the wire at %r" % (peer.name, seen, stamps))


def main():
    dumped = tempfile.TemporaryFile("w+")
    tcpdump = dump(dumped) if sys.argv[2] == "yes" else None
    if tcpdump:
        tcpdump.stderr.readline()
        tcpdump.stderr.readline()
    start = time.monotonic()
    peers = [Peer(*s[:4], **dict(zip(("listen", "connects"), s[4:]))) for s in SITUATIONS if not (s[4:5] and s[4]) or socket.has_ipv6]
    for p in peers:
        p.start()
    for p in peers:
        p.ends_by(start + LONGEST)
    for s in LATER:
        peers.append(Peer(*s))
        peers[-1].start()
        peers[-1].ends_by(start + LONGEST)
    if tcpdump:
        tcpdump.terminate()
        said = tcpdump.communicate()[1]
        dumped.seek(0)
        lines = dumped.read().splitlines()
        if not re.search(r"^0 packets dropped by kernel$", said, re.M):
            wrong.append("tcpdump: " + said)
        for p in peers:
            if p.name in DUMPED:
                on_the_wire(p, lines)
    print("\n".join(wrong))
    sys.stdout.flush()
    os._exit(1 if wrong else 0)


main()
