# SPDX-License-Identifier: MIT
"""Connections of this process, what the audit says of them, and what becomes of them.

    audit-expect.py measured TCPALIVE ADDRESS PORT CUT   cuts the path to a server, and measures
    audit-expect.py expected TCPALIVE                    expectations of connections on loopback
"""
import ctypes
import json
import os
import select
import socket
import subprocess
import sys
import time

USER_TIMEOUT = 18
TCP = socket.IPPROTO_TCP
held = []


def set_options(sock, keepalive, user_timeout):
    if keepalive:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in zip((socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT), keepalive):
            sock.setsockopt(TCP, name, value)
    if user_timeout:
        sock.setsockopt(TCP, USER_TIMEOUT, user_timeout)


def audit(*words):
    done = subprocess.run([sys.argv[2], "audit", str(os.getpid()), *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def sockets(*words):
    status, text, error = audit("-v", "-o", "json", *words)
    assert status in (0, 1) and not error, (status, error)
    events = [json.loads(line) for line in text.splitlines()]
    return {e["fd"]: e for e in events if e["event"] == "socket"}


def died(poll, until):
    """descriptor: seconds"""
    at = {}
    while time.monotonic() < until:
        for fd, events in poll.poll(0.1):
            if events & select.EPOLLERR:
                at.setdefault(fd, time.monotonic())
    return at


def measured():
    address, port, cut = sys.argv[3:]
    cases = {  # keepalive, user timeout, bytes written after the cut; about what is to be measured, by hand
        "keepalive": ((2, 1, 2), 0, 0, 4), "one probe": ((3, 2, 1), 0, 0, 5), "user timeout": ((1, 1, 9), 3000, 0, 3),
        "in flight": (None, 2000, 1, 2.4), "in flight, tcp_retries2 3": ((1, 1, 1), 0, 1, 6.5), "nothing": (None, 2000, 0, None),
    }
    with open("/proc/sys/net/ipv4/tcp_retries2", "w", encoding="ascii") as f:
        f.write("3")
    connections = {name: socket.create_connection((address, int(port))) for name in cases}
    poll = select.epoll()
    for name, sock in connections.items():
        poll.register(sock.fileno(), select.EPOLLET)
        sock.send(b"hello")
        assert sock.recv(5) == b"hello"
        set_options(sock, *cases[name][:2])
    subprocess.run(cut, shell=True, check=True)
    for name, sock in connections.items():
        sock.send(b"x" * cases[name][2])
    begin = time.monotonic()
    said = sockets()
    end = time.monotonic()
    at = died(poll, end + 9)
    for name, sock in connections.items():
        fd, by_hand = sock.fileno(), cases[name][3]
        predicted = said[fd]["predicted"]["drop"]
        print(name, "by hand", by_hand, "predicted", predicted, "measured", at.get(fd, begin) - begin, "to", at.get(fd, end) - end)
        if by_hand is None:
            assert predicted is None and fd not in at
        else:
            assert at[fd] - end <= predicted + 0.3, "later than predicted"
            assert at[fd] - begin >= 0.85 * predicted - 0.3, "much sooner than predicted"
            assert abs(predicted - by_hand) <= 0.15 * by_hand + 0.5 + (end - begin), "not what is known of it"


def pair(keepalive, user_timeout):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname())
        other, _ = listener.accept()
    for one in (sock, other):
        set_options(one, keepalive, user_timeout)
    held.extend((sock, other))
    return sock, other


def expected():
    status, text, error = audit("--expect", "drop<=1us")
    assert (status, error) == (0, "") and "no TCP connection" in text, (status, text, error)
    pair((5, 1, 3), 0)
    assert audit("-q", "--expect", "drop<=10s", "--expect", "reboot-late:for=3s<=8s") == (0, "", "")
    assert all(8 <= e["predicted"]["drop"] <= 9 for e in sockets().values())
    assert all("breaks" in e for e in sockets("--expect", "drop<=5s").values())
    sock, _ = pair(None, 0)
    status, text, error = audit("-q", "--expect", "drop<=10s", "--expect", "rst<=1s")
    assert status == 1 and not error and text.startswith("expected drop<=10s; seen: ") and text.endswith("drop never, and 1 more\n"), text
    status, text, _ = audit("-o", "tap", "--expect", "drop<=10s")
    assert status == 1 and "\nnot ok " in text and "\nok " in text, text
    assert f"[{os.getpid()}] fd {sock.fileno()} " in text, text
    status, text, _ = audit("-o", "markdown", "--expect", "drop<=10s")
    assert "**never**" in text and "expected drop" in text, text
    many = [pair((60, 10, 3), 0) for _ in range(20)]
    status, text, _ = audit("-o", "json")
    alike = [e["count"] for e in map(json.loads, text.splitlines()) if e["event"] == "socket"]
    assert sum(alike) == 2 * (len(many) + 2), alike
    many[0][1].shutdown(socket.SHUT_WR)
    ends = sockets()
    assert ends[many[0][0].fileno()]["predicted"] == {"drop": 0, "reboot": 0, "zero-window": 0}
    for word in ("drop", "drop<60s", "dorp<=60s", "drop<=x", "<=60s", "alive", "reboot-late:for=x<=3s", "drop:noticed<=3s"):
        status, text, error = audit("--expect", word)
        assert status == 2 and not text and error.count("\n") == 1, (word, status, text, error)
    status, text, error = audit("-o", "svg=/dev/null")
    assert status == 2 and "a picture is of a watch" in error


ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER_ANY: who is its child may look
{"measured": measured, "expected": expected}[sys.argv[1]]()
