# SPDX-License-Identifier: MIT
"""What the facts are tried in: a network of three namespaces, the watcher's host, a router
and the peer's host, connections between them, and the segments that pass.

    A a0 10.1.0.2, fd01::2 --- ra R rb --- b0 10.2.0.2, fd02::2 B

Nothing in here is tcpalive's: the sockets are Python's, the network is iproute2's."""
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import time
from collections import namedtuple

from calls import *

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def _unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def _own_user():
    uid, gid = os.geteuid(), os.getegid()
    _unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as f:
            f.write(text)


def own_network():
    """This process gets a network of its own, with root's rights in it."""
    try:
        try:
            _unshare(CLONE_NEWNET)
        except OSError:
            _own_user()
            _unshare(CLONE_NEWNET)
    except OSError as e:
        raise Missing(f"no network namespaces: {e}")


class Host:
    """A network namespace: the one that this process is in when it is made."""

    def __init__(self):
        self.ns = os.open("/proc/self/ns/net", os.O_RDONLY)

    def enter(self):
        if libc.setns(self.ns, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def ip(self, *lines, v=0):
        self.enter()
        try:
            done = subprocess.run(["ip", *([f"-{v}"] if v else []), "-batch", "-"], input="\n".join(lines), text=True, pass_fds=Host.fds,
                                  capture_output=True)
        except FileNotFoundError:
            raise Missing("ip is missing: apt-get install iproute2")
        if done.returncode:
            raise RuntimeError(f"ip: {done.stderr} in {lines}")

    def sysctl(self, **values):
        self.enter()
        for name, value in values.items():
            path = "/proc/sys/net/" + name.replace("__", "/") if "__" in name else "/proc/sys/net/ipv4/" + name
            if not os.path.exists(path):
                raise Missing(f"no {path}")
            with open(path, "w") as f:
                f.write(str(value))

    def sysctl_of(self, name):
        self.enter()
        try:
            with open("/proc/sys/net/ipv4/" + name) as f:
                return f.read().split()[0]
        except FileNotFoundError:
            raise Missing(f"no {name}")

    def shows(self, *words, v):
        """What ip prints."""
        self.enter()
        return subprocess.run(["ip", f"-{v}", *words], capture_output=True, text=True).stdout

    def socket(self, *args):
        self.enter()
        return socket.socket(*args)

    fds = ()


class Net:
    """A, R and B. Round trips take microseconds; rto_min is the least of A's timeouts, in ms."""

    def __init__(self, rto_min=200):
        own_network()
        self.most = rto_min / 1000 + .05
        self.a = Host()
        _unshare(CLONE_NEWNET)
        self.b = Host()
        _unshare(CLONE_NEWNET)
        self.r = Host()
        Host.fds = (self.a.ns, self.b.ns)
        quiet = {"ipv6__conf/all/accept_dad": 0, "ipv6__conf/default/accept_dad": 0,
                 "ipv6__conf/default/router_solicitations": 0, "ipv6__conf/default/mldv2_unsolicited_report_interval": 0}
        for host in (self.a, self.b, self.r):
            host.sysctl(**quiet)
        self.r.sysctl(**{"ipv4__ip_forward": 1, "ipv6__conf/all/forwarding": 1, "ipv4__icmp_ratelimit": 0,
                         "ipv6__icmp/ratelimit": 0})
        self.r.ip(f"link add ra type veth peer name a0 netns /proc/self/fd/{self.a.ns}",
                  f"link add rb type veth peer name b0 netns /proc/self/fd/{self.b.ns}",
                  "link set ra up", "link set rb up",
                  "addr add 10.1.0.1/24 dev ra", "addr add 10.2.0.1/24 dev rb",
                  "addr add fd01::1/64 dev ra nodad", "addr add fd02::1/64 dev rb nodad")
        least = f" rto_min {rto_min}ms" if rto_min != 200 else ""
        for host, dev, n in ((self.a, "a0", 1), (self.b, "b0", 2)):
            host.ip("link set lo up", f"link set {dev} up", f"addr add 10.{n}.0.2/24 dev {dev}",
                    f"addr add fd0{n}::2/64 dev {dev} nodad",
                    f"route add default via 10.{n}.0.1{least}", f"route add default via fd0{n}::1{least}")

    # --- what the path does; from is the side whose packets it is about

    def path(self, a_to_b=None, b_to_a=None):
        """None: forwards; blackhole: drops; unreachable, prohibit: answers so."""
        lines = []
        for dev, action, had in (("ra", a_to_b, "_ab"), ("rb", b_to_a, "_ba")):
            if getattr(self, had, None):
                lines.append(f"rule del pref 9 iif {dev}")
            if action:
                lines.append(f"rule add pref 9 iif {dev} {action}")
            setattr(self, had, action)
        for v in (4, 6):
            self.r.ip(*lines, v=v)

    def filter(self, rules):
        """What R forwards, as nft(8) takes it; age() counts from here."""
        self.r.enter()
        try:
            done = subprocess.run(["nft", "-f", "-"], input=rules, text=True, capture_output=True)
        except FileNotFoundError:
            raise Missing("nft is missing: apt-get install nftables")
        if done.returncode:
            raise Missing(f"no filter with the state of connections: {done.stderr.splitlines()[0]}")
        self.since = time.monotonic()

    def age(self):
        return time.monotonic() - self.since

    def lose_all(self):
        self.path("blackhole", "blackhole")

    def pair(self, v=4, **options):
        """A connection; not one whose handshake was held up, as its timers would be late."""
        while True:
            p = Pair(self.a, self.b, {4: "10.2.0.2", 6: "fd02::2"}[v], v, **options)
            if info(p.a).rto < self.most and info(p.b).rto < self.most:
                return p


class Local:
    """One namespace with nothing but loopback."""

    def __init__(self):
        own_network()
        self.a = self.b = Host()
        fd = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        fcntl.ioctl(fd, 0x8914, struct.pack("16sh14x", b"lo", 1))
        fd.close()

    def pair(self, v=4, **options):
        return Pair(self.a, self.b, {4: "127.0.0.1", 6: "::1"}[v], v, **options)


class Pair:
    """A connection: a is the watcher's end, b the peer's."""

    def __init__(self, a, b, address, v, rcvbuf=None, sndbuf=None, before=None):
        family = {4: socket.AF_INET, 6: socket.AF_INET6}[v]
        listener = b.socket(family, socket.SOCK_STREAM)
        if rcvbuf:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        listener.bind((address, 0))
        listener.listen(8)
        self.at = listener.getsockname()[:2]
        self.a = a.socket(family, socket.SOCK_STREAM)
        if sndbuf:
            self.a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, sndbuf)
        if before:
            before(self.a)
        self.a.settimeout(3)
        self.a.connect(self.at)
        self.b = listener.accept()[0]
        listener.close()
        self.a.setblocking(False)
        self.b.setblocking(False)
        self.sport, self.dport, self.v = self.a.getsockname()[1], self.at[1], v

    def fin(self):
        self.b.close()
        assert poll(self.a, IN | RDHUP, 3000)

    def half_close(self):
        self.b.shutdown(socket.SHUT_WR)
        assert poll(self.a, IN | RDHUP, 3000)

    def abort(self):
        """An RST, which may be lost."""
        self.b.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.b.close()

    def rst(self):
        self.abort()
        assert soon(lambda: "HUP" in poll(self.a))

    def say(self, data=b"!"):
        """The peer sends, and it has arrived when this returns."""
        self.b.send(data)
        assert soon(lambda: unread(self.a) >= len(data))


Segment = namedtuple("Segment", "time out flags seq ack size window sport")


class Capture:
    """The TCP segments on a device from now on, in their order, `raw` their packets; out: this
    host sent it."""

    def __init__(self, host, dev):
        self.fd = host.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.fd.bind((dev, 3))
        self.fd.setblocking(False)
        self.fd.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.seen, self.icmp, self.raw = [], [], []

    def segments(self, out=None):
        while True:
            try:
                data, notes, _, at = self.fd.recvmsg(65536, 128)
            except BlockingIOError:
                break
            except OSError:  # the device went down
                continue
            second, nano = struct.unpack("qq", notes[0][2])
            self._add(data, at, second + nano / 1e9)
        return [s for s in self.seen if out in (None, s.out)]

    def _add(self, data, at, now):
        if at[1] == 0x0800:
            protocol, header, end = data[9], (data[0] & 15) * 4, struct.unpack("!H", data[2:4])[0]
        elif at[1] == 0x86DD:
            protocol, header, end = data[6], 40, 40 + struct.unpack("!H", data[4:6])[0]
        else:
            return
        out = at[2] == 4
        if protocol in (1, 58):
            self.icmp.append((out, data[header], data[header + 1]))
        if protocol != 6:
            return
        sport, _, seq, ack, off, flags, window = struct.unpack("!HHIIBBH", data[header:header + 16])
        names = "".join(n for bit, n in ((1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "A"), (32, "U")) if flags & bit)
        self.seen.append(Segment(now, out, names, seq, ack, end - header - (off >> 4) * 4, window, sport))
        self.raw.append(data[:end])

    def data(self, out=None):
        return [s for s in self.segments(out) if s.size]

    def resets(self, out=None):
        return [s for s in self.segments(out) if "R" in s.flags]


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def icmp_error(host, quoted, kind, code):
    """host sends the sender of an IPv4 packet an ICMP error about it."""
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted[:48]
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    s = host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    s.sendto(body, (socket.inet_ntoa(quoted[12:16]), 0))
    s.close()
