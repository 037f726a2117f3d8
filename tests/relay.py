# SPDX-License-Identifier: MIT
"""Bytes through `tcpalive peer --to`: none is lost, none is changed, and each end passes. Exits with 1 where that is not so."""
import hashlib
import json
import os
import random
import resource
import select
import socket
import subprocess
import threading
import time

RESET = b"\1\0\0\0\0\0\0\0"
MEGABYTE = random.Random(1).randbytes(1 << 20)
# Most systems begin with 1024 descriptors, and allow more. Who relays has two for each client, and so has this process.
MOST = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, MOST))
MANY = 1000 if MOST == resource.RLIM_INFINITY else min(1000, MOST // 2 - 100)
ROUNDS = int(os.environ.get("ROUNDS", 20))


class Server:
    """Each client gets a thread, which is given the connection."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=2000)
        self.port = self.listener.getsockname()[1]
        self.serve = serve
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            s = self.listener.accept()[0]
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()


class Relay:
    def __init__(self, to, *args):
        self.process = subprocess.Popen([os.environ["TCPALIVE"], "peer", "-o", "json", "--listen", "127.0.0.1:0", "--to", to, *args],
                                        stdout=subprocess.PIPE, text=True)
        self.events = []
        self.port = int(self.until("listening")["address"].rsplit(":", 1)[1])

    def until(self, kind):
        while not self.events or self.events[-1]["event"] != kind:
            self.events.append(json.loads(self.process.stdout.readline()))
        return self.events[-1]

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port))

    def end(self):
        self.process.terminate()
        self.events += [json.loads(line) for line in self.process.stdout]
        assert self.process.wait() == 143, self.events[-1]


def relay_to(server, *args):
    return Relay("127.0.0.1:%d" % server.port, *args)


def exactly(s, n):
    data = bytearray()
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            break
        data += more
    return bytes(data)


def send_rounds(s, shut=True):
    for _ in range(ROUNDS):
        s.sendall(MEGABYTE)
    if shut:
        s.shutdown(socket.SHUT_WR)


def recv_rounds(s):
    for i in range(ROUNDS):
        assert exactly(s, len(MEGABYTE)) == MEGABYTE, "megabyte %d" % i
    assert s.recv(1) == b""


# --- servers


def echo(s):
    while True:
        data = s.recv(1 << 16)
        if not data:
            break
        s.sendall(data)
    s.shutdown(socket.SHUT_WR)


def hears_all_and_then_speaks(s):
    """Only who is told of the client's FIN answers."""
    digest = hashlib.sha256()
    while True:
        data = s.recv(1 << 16)
        if not data:
            break
        digest.update(data)
    s.sendall(digest.digest())
    send_rounds(s, False)
    s.close()


heard_all = threading.Event()


def speaks_to_who_listens_late(s):
    send_rounds(s)
    recv_rounds(s)
    heard_all.set()


def aborts(s):
    s.recv(10)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    s.close()


def says_goodbye(s):
    s.sendall(b"bye")
    s.close()


# --- what must hold


def half_close_passes():
    relay = relay_to(Server(hears_all_and_then_speaks))
    s = relay.connect()
    send_rounds(s)
    digest = hashlib.sha256()
    for _ in range(ROUNDS):
        digest.update(MEGABYTE)
    assert exactly(s, 32) == digest.digest()
    recv_rounds(s)
    relay.end()


def both_ways_at_once():
    relay = relay_to(Server(speaks_to_who_listens_late))
    s = relay.connect()
    sender = threading.Thread(target=send_rounds, args=(s,))
    sender.start()
    recv_rounds(s)
    sender.join()
    assert heard_all.wait(20)
    relay.end()


def small_messages():
    relay = relay_to(Server(echo))
    s = relay.connect()
    for i in range(2000):
        message = b"%d\0\xff" % i
        s.sendall(message)
        assert exactly(s, len(message)) == message
    relay.end()


def many():
    relay = relay_to(Server(echo))
    all_of_them = [relay.connect() for _ in range(MANY)]
    for i, s in enumerate(all_of_them):
        s.sendall(b"%04d" % i)
    for i, s in enumerate(all_of_them):
        assert exactly(s, 4) == b"%04d" % i
    for s in all_of_them:
        s.close()
    relay.end()
    assert sum(e["event"] == "connected" for e in relay.events) == MANY


def resets_pass():
    relay = relay_to(Server(aborts))
    s = relay.connect()
    s.send(b"x")
    try:
        s.recv(1)
        raise AssertionError("no reset")
    except ConnectionResetError:
        pass
    assert "has reset this connection" in relay.until("note")["text"]
    relay.end()
    seen, heard = threading.Event(), []

    def hears_reset(s):
        try:
            heard.append(s.recv(1))
        except ConnectionResetError:
            heard.append("reset")
        seen.set()

    relay = relay_to(Server(hears_reset))
    s = relay.connect()
    relay.until("connected")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    s.close()
    assert seen.wait(10) and heard == ["reset"], heard
    relay.end()


def the_servers_end_is_told():
    relay = relay_to(Server(says_goodbye))
    s = relay.connect()
    assert exactly(s, 4) == b"bye"
    assert "has closed this connection" in relay.until("note")["text"]
    s.close()
    relay.end()


def nobody_there_and_then_somebody():
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    relay = Relay("127.0.0.1:%d" % port)
    assert relay.connect().recv(1) == b""
    assert "refused" in relay.until("note")["text"]
    again = socket.socket()
    again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    again.bind(("127.0.0.1", port))
    again.listen()
    s = relay.connect()
    there = again.accept()[0]
    s.send(b"x")
    assert there.recv(1) == b"x"
    relay.end()


def a_frozen_relay_tells_its_server_nothing():
    server = socket.create_server(("127.0.0.1", 0))
    relay = Relay("127.0.0.1:%d" % server.getsockname()[1], "--fault", "freeze", "--fault-at", "200ms")
    s = relay.connect()
    there = server.accept()[0]
    relay.until("fault")
    s.send(b"lost")
    there.settimeout(0.5)
    try:
        raise AssertionError("the server got %r" % there.recv(10))
    except socket.timeout:
        pass
    relay.end()


def a_server_that_does_not_read_is_waited_for():
    """However long: the limit is that of connecting."""
    server = socket.create_server(("127.0.0.1", 0))
    relay = Relay("127.0.0.1:%d" % server.getsockname()[1], "--connect-timeout", "100ms")
    s = relay.connect()
    there = server.accept()[0]
    threading.Thread(target=s.sendall, args=(MEGABYTE * 10,), daemon=True).start()
    time.sleep(1)  # the window's probes come after 0.2 s and 0.4 s more
    assert exactly(there, len(MEGABYTE) * 10) == MEGABYTE * 10
    relay.end()


def each_address_is_tried():
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            server = socket.create_server((address, 0), family=family)
        except OSError:
            continue  # a machine without IPv6
        relay = Relay("localhost:%d" % server.getsockname()[1])
        s = relay.connect()
        there = server.accept()[0]
        s.send(b"x")
        assert there.recv(1) == b"x"
        relay.end()


def what_its_server_ends_is_no_reaction():
    server = socket.create_server(("127.0.0.1", 0))
    relay = Relay("127.0.0.1:%d" % server.getsockname()[1], "--fault", "half-close", "--fault-at", "200ms", "-w", "10s")
    s = relay.connect()
    there = server.accept()[0]
    relay.until("fault")
    there.close()
    result = relay.until("result")
    assert result["result"] == "inconclusive" and result["note"] == "the server behind --to ended each connection itself", result
    assert relay.process.wait() == 0
    s.close()


def a_made_connection_says_first():
    target, server = socket.create_server(("127.0.0.1", 0)), Server(echo)
    peer = subprocess.Popen([os.environ["TCPALIVE"], "peer", "-q", "--say", "hello\\n", "127.0.0.1:%d" % target.getsockname()[1]])
    s = target.accept()[0]
    assert exactly(s, 6) == b"hello\n"
    s.send(b"echoed")
    assert exactly(s, 6) == b"echoed"
    s.close()
    assert peer.wait() == 0
    peer = subprocess.Popen([os.environ["TCPALIVE"], "peer", "-q", "--to", "127.0.0.1:%d" % server.port,
                             "127.0.0.1:%d" % target.getsockname()[1]])
    s = target.accept()[0]
    s.send(b"relayed")
    assert exactly(s, 7) == b"relayed"
    s.close()
    assert peer.wait() == 0


def a_made_connection_that_cannot_be_relayed_is_not_struck():
    target, server = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0), backlog=0)
    peer = subprocess.Popen([os.environ["TCPALIVE"], "peer", "-o", "json", "-n", "2", "--connect-timeout", "400ms", "--fault", "freeze",
                             "--fault-at", "2s", "-w", "200ms", "--to", "127.0.0.1:%d" % server.getsockname()[1],
                             "127.0.0.1:%d" % target.getsockname()[1]], stdout=subprocess.PIPE, text=True)
    both = [target.accept()[0] for _ in range(2)]
    select.select(both, [], [])[0][0].close()  # the server has room for one
    result = [e for e in map(json.loads, peer.stdout) if e["event"] == "result"][0]
    assert result["result"] == "missed" and result["connections"] == 1, result
    assert peer.wait() == 0


def a_server_that_has_ended_does_not_spoil_the_fault():
    for fault in "data-then-close", "data-then-rst", "half-close":
        relay = relay_to(Server(says_goodbye), "--fault", fault, "--fault-at", "300ms", "-w", "100ms")
        s = relay.connect()
        assert exactly(s, 3) == b"bye"
        relay.until("fault")
        s.close()
        assert relay.process.wait() == 0


for check in (half_close_passes, both_ways_at_once, small_messages, many, resets_pass, the_servers_end_is_told,
              nobody_there_and_then_somebody, a_frozen_relay_tells_its_server_nothing,
              a_server_that_does_not_read_is_waited_for, each_address_is_tried, what_its_server_ends_is_no_reaction,
              a_made_connection_says_first, a_made_connection_that_cannot_be_relayed_is_not_struck,
              a_server_that_has_ended_does_not_spoil_the_fault):
    check()
