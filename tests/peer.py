#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A peer with a chosen life and a chosen death, for the tests.

It listens on a port that it prints first, lives with every client as told, and
on SIGUSR1 all its connections die; the process stays. With drop-rx (nothing that
comes is acknowledged) they receive again on SIGUSR2. One thread, nothing blocks but --think: a
thread asleep in recv would hold its connection open past the close.
"""
import argparse
import ctypes
import resource
import selectors
import signal
import socket
import struct
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
BLOCK = b"x" * (1 << 20)
TICK = 0.2
ATTACH_FILTER, DETACH_FILTER = 26, 27
REPAIR = 19  # who closes in this mode says nothing
NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # a BPF program: return 0


def unescape(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


class Peer:
    def __init__(self, args):
        self.args = args
        self.connections = []
        self.selector = selectors.DefaultSelector()
        family = socket.AF_INET6 if ":" in args.bind else socket.AF_INET
        self.listener = socket.create_server((args.bind, args.port), family=family, backlog=args.backlog,
                                             dualstack_ipv6=args.bind == "::")
        if args.room:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, args.room)
        self.listener.setblocking(False)
        self.wakeup, wake = socket.socketpair()
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        self.wake = wake
        signal.signal(signal.SIGUSR1, lambda *_: None)
        signal.signal(signal.SIGUSR2, lambda *_: None)
        self.selector.register(self.listener, READ)
        self.selector.register(self.wakeup, READ)

    def accept_all(self):
        """All who wait: else each would wait until all who are there had their turn once more."""
        while True:
            try:
                conn, _ = self.listener.accept()
            except BlockingIOError:
                return
            self.accept(conn)

    def accept(self, conn):
        conn.sendall(unescape(self.args.greet))
        if self.args.at_once:
            self.reset(conn)
            return
        self.connections.append(conn)
        conn.setblocking(False)
        if self.args.keepalive:
            self.keepalive(conn, self.args.keepalive)
        if self.args.life != "ignore":
            self.selector.register(conn, WRITE if self.args.life == "flood" else READ)

    def live(self, conn):
        """One step of a life; a client that left is forgotten."""
        try:
            if self.args.life == "flood":
                conn.send(BLOCK)
                return
            data = conn.recv(65536)
            if data and self.args.life == "echo":
                time.sleep(self.args.think)
                conn.sendall(data)
            if data and self.args.life == "closes":
                self.selector.unregister(conn)
                conn.close()
            if data:
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.selector.unregister(conn)

    @staticmethod
    def keepalive(conn, seconds):
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (socket.TCP_KEEPIDLE, seconds), (socket.TCP_KEEPINTVL, seconds), (socket.TCP_KEEPCNT, 3):
            conn.setsockopt(socket.IPPROTO_TCP, option, value)

    @staticmethod
    def reset(conn):
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        conn.close()

    @staticmethod
    def drop_rx(conn):
        conn.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(NOTHING)))

    def signalled(self):
        if signal.SIGUSR2 not in self.wakeup.recv(64):
            self.die()
            return
        for conn in self.connections:
            conn.setsockopt(socket.SOL_SOCKET, DETACH_FILTER, 0)

    def tick(self):
        for conn in self.connections:
            try:
                conn.send(b"tick")
            except OSError:
                pass

    def die(self):
        for conn in self.connections:
            try:
                conn.sendall(unescape(self.args.last))
                if self.args.death == "half-close-drop-rx":
                    self.drop_rx(conn)
                if self.args.death.startswith("half-close"):
                    conn.shutdown(socket.SHUT_WR)
                    continue
                if self.args.death == "drop-rx":
                    self.drop_rx(conn)
                    continue
                if conn in self.selector.get_map():
                    self.selector.unregister(conn)
                if self.args.death == "vanish":
                    conn.setsockopt(socket.IPPROTO_TCP, REPAIR, 1)
                self.reset(conn) if self.args.death == "rst" else conn.close()
            except OSError:
                pass

    def run(self):
        print(self.listener.getsockname()[1], flush=True)
        while True:
            if self.args.life == "tick":
                self.tick()
            for key, _ in self.selector.select(TICK if self.args.life == "tick" else None):
                if key.fileobj is self.listener:
                    self.accept_all()
                elif key.fileobj is self.wakeup:
                    self.signalled()
                elif key.fileobj.fileno() >= 0:
                    self.live(key.fileobj)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--bind", default="127.0.0.1", help=":: is both families'")
    p.add_argument("--backlog", type=int, default=512)
    p.add_argument("--room", type=int, help="the size of a receive buffer")
    p.add_argument("--keepalive", type=int, help="a keepalive of its own, each so many seconds, three times")
    p.add_argument("--greet", default="", help="said to each client at once")
    p.add_argument("--life", choices=["ignore", "sink", "echo", "flood", "closes", "tick"], default="ignore")
    p.add_argument("--think", type=float, default=0, help="seconds before each echo")
    p.add_argument("--last", default="", help="said just before the death")
    p.add_argument("--death", choices=["close", "rst", "half-close", "half-close-drop-rx", "drop-rx", "vanish"], default="close")
    p.add_argument("--at-once", action="store_true", help="reset each client as it comes")
    # Most systems begin with 1024 descriptors, and allow more.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Peer(p.parse_args()).run()


main()
