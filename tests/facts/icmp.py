# SPDX-License-Identifier: MIT
"""ICMP errors: which segment they have to be about, and what becomes of the connection."""
import subprocess
import tempfile

from calls import *
from rig import Capture, Net, icmp_error
from table import fact


def refused(n, p, c, code, speak):
    """What is sent next is lost, and an ICMP unreachable of that code comes back for it."""
    def lost():
        return [data for s, data in zip(c.segments(), c.raw) if s.sport == p.sport]

    before = len(lost())
    speak(p)
    assert soon(lambda: len(lost()) > before)
    icmp_error(n.r, lost()[-1], 3, code)


def sends(p):
    send(p.a)


def peer_sends(p):
    p.b.send(b"x")


@fact(Net)
def an_icmp_error_is_fatal_with_recverr(n):
    errors = {0: "ENETUNREACH", 1: "EHOSTUNREACH", 3: "ECONNREFUSED", 13: "EHOSTUNREACH"}
    for code, name in errors.items():
        for speak in (sends, peer_sends):
            p = n.pair()
            p.a.setsockopt(*RECVERR[4], 1)
            c = Capture(n.r, "ra")
            n.path(a_to_b="blackhole")
            refused(n, p, c, code, speak)
            assert soon(lambda: poll(p.a, RDHUP) == {"ERR"}, 1) and info(p.a).state == ESTABLISHED
            assert so_error(p.a) == name and not poll(p.a) and info(p.a).state == ESTABLISHED
            n.path()


def code_of(probe):
    """The C of the probe's page, to be called."""
    program = os.environ.get("TCPALIVE", os.path.join(os.path.dirname(__file__), "../../tcpalive"))
    page = subprocess.run([program, "explain", probe], check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as scratch:
        library = os.path.join(scratch, "code.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], check=True, text=True,
                       input=page.split("In C:\n")[1])
        return ctypes.CDLL(library)


@fact(Net)
def the_code_of_icmp_notices_an_icmp_error(n):
    code = code_of("icmp")
    for v, speak in ((4, sends), (4, peer_sends), (6, peer_sends)):
        p, q = n.pair(v), n.pair(v)
        assert code.watch_peer(p.a.fileno()) == 0
        c = Capture(n.r, "ra")
        n.path(a_to_b="prohibit" if v == 6 else "blackhole")
        if v == 6:
            speak(p), speak(q)
        else:
            refused(n, p, c, 1, speak)
        assert soon(lambda: code.peer_is_dead(p.a.fileno())) and not code.peer_is_dead(q.a.fileno())
        n.path()
    idle = n.pair()
    assert says(idle.a.setsockopt, *RECVERR[6], 1) == "ENOPROTOOPT"


@fact(Net)
def icmp_errors_are_limited(n):
    n.r.sysctl(icmp_ratelimit=1000)
    p = n.pair()
    p.a.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    c = Capture(n.a, "a0")
    n.path(a_to_b="prohibit")
    for _ in range(10):
        send(p.a)
    assert soon(lambda: c.segments() and c.icmp) and never(lambda: False, .1)
    assert len(c.icmp) < len(c.data(out=True))


@fact(Net)
def an_icmpv6_error_is_fatal_with_recverr(n):
    for action, name in (("prohibit", "EACCES"), ("unreachable", "ENETUNREACH")):
        p, q = n.pair(6), n.pair(6)
        for s in (p.a, q.a):
            s.setsockopt(*RECVERR[6], 1)
        n.path(a_to_b=action)
        p.b.send(b"x")
        assert soon(lambda: poll(p.a) == {"ERR"}, 2) and so_error(p.a) == name
        send(q.a)
        assert soon(lambda: poll(q.a) == {"ERR"}, 2) and so_error(q.a) == name
        n.path()


@fact(Net)
def without_recverr_it_is_a_soft_error(n):
    n.a.sysctl(tcp_retries2=1)
    late = {1: "EHOSTUNREACH", 3: "ECONNREFUSED", 13: "EHOSTUNREACH"}
    pairs = {code: n.pair() for code in late}
    soft = n.pair()
    c = Capture(n.r, "ra")
    n.lose_all()
    for code, p in pairs.items():
        refused(n, p, c, code, sends)
    refused(n, soft, c, 1, sends)
    assert not poll(soft.a) and so_error(soft.a) == "EHOSTUNREACH" and so_error(soft.a) == 0 and not poll(soft.a)
    assert not any(poll(p.a) for p in pairs.values())
    for code, p in pairs.items():
        assert ends(p.a) and so_error(p.a) == late[code], code


@fact(Net)
def without_recverr_it_is_a_soft_error_on_ipv6(n):
    n.a.sysctl(tcp_retries2=1)
    p = n.pair(6)
    n.path(a_to_b="prohibit", b_to_a="blackhole")
    send(p.a)
    assert never(lambda: poll(p.a), .5) and ends(p.a) and so_error(p.a) == "EACCES"


@fact(Net)
def icmp_errors_about_probes_are_ignored(n):
    kept, closed, idle = n.pair(), n.pair(rcvbuf=4096, sndbuf=8192), n.pair()
    for p in (kept, closed, idle):
        p.a.setsockopt(*RECVERR[4], 1)
    fill(closed.a)
    keepalive(kept.a, 1, 1, 3)
    c = Capture(n.a, "a0")
    n.path(a_to_b="prohibit")
    assert never(lambda: any(poll(p.a) for p in (kept, closed, idle)), 2.5)
    assert len([i for i in (c.segments() and c.icmp) if i[1] == 3]) >= 3


@fact(Net)
def a_short_outage_kills_with_recverr(n):
    fatal, soft, silent = n.pair(), n.pair(), n.pair()
    fatal.a.setsockopt(*RECVERR[4], 1)
    silent.a.setsockopt(*RECVERR[4], 1)
    c = Capture(n.r, "ra")
    n.path(a_to_b="blackhole")
    send(silent.a)
    assert never(lambda: poll(silent.a), .3), "nobody answers"
    for p in (fatal, soft):
        refused(n, p, c, 1, sends)
    assert soon(lambda: poll(fatal.a) == {"ERR"}, 1) and send(fatal.a) == "EHOSTUNREACH"
    n.path()
    assert soon(lambda: unacked(soft.a) == 0, 3) and not poll(soft.a) and recv(soft.b) == 1
