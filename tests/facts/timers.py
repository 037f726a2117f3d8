# SPDX-License-Identifier: MIT
"""Keepalive, the ages in TCP_INFO, TCP_USER_TIMEOUT and the closed window: what the timers do,
and when."""
from calls import *
from rig import Capture, Local, Net
from table import fact


def about(s, since, expected, late=.9):
    """The kernel gives up on s so many seconds after that moment, and not much later."""
    assert ends(s), f"it does not end after {expected} s"
    took = time.monotonic() - since
    assert expected - .02 < took < expected + late, f"{took} instead of {expected}"


def probes(c, since=0):
    """The keepalive segments and window probes that this host sent."""
    return [s for s in c.segments(out=True) if not s.size and s.time >= since and "A" in s.flags and "R" not in s.flags]


@fact(Net)
def keepalive_of_a_silent_peer(n):
    p = n.pair()
    c = Capture(n.a, "a0")
    since, start = time.monotonic(), time.time()
    keepalive(p.a, 1, 1, 2)
    n.path(a_to_b="prohibit")
    about(p.a, since, 3)
    assert so_error(p.a) == "ETIMEDOUT"
    sent = probes(c, start)
    assert [round(s.time - start) for s in sent[:2]] == [1, 2] and all(s.size == 0 for s in sent)
    assert c.icmp, "the ICMP errors about them came, and were ignored"
    last = c.segments(out=True)[0]
    assert last.size == 0


@fact(Net)
def an_answered_segment_is_followed_after_intvl(n):
    p = n.pair()
    c = Capture(n.a, "a0")
    since, start = time.monotonic(), time.time()
    keepalive(p.a, 1, 3, 1)
    time.sleep(1.5)
    n.lose_all()
    about(p.a, since, 7)
    assert so_error(p.a) == "ETIMEDOUT"
    assert [round(s.time - start) for s in probes(c, start)[:2]] == [1, 4]


@fact(Net)
def the_peers_kernel_answers_keepalive(n):
    p = n.pair()
    c = Capture(n.a, "a0")
    keepalive(p.a, 1, 1, 1)
    assert never(lambda: poll(p.a), 2.5) and info(p.a).state == ESTABLISHED
    asked, answered = probes(c), [s for s in c.segments(out=False)]
    assert len(asked) >= 2 and len(answered) >= 2 and asked[0].seq + 1 == answered[0].ack


@fact(Net)
def a_host_without_memory_answers_with_rst(n):
    sent, kept, idle = n.pair(), n.pair(), n.pair()
    n.lose_all()
    for p in (sent, kept, idle):
        p.abort()
    n.path()
    since = time.monotonic()
    keepalive(kept.a, 1, 1, 5)
    assert not poll(sent.a)
    send(sent.a)
    assert wait(lambda: poll(sent.a) == {"ERR", "HUP"}, 1) < .1 and so_error(sent.a) == "ECONNRESET"
    about(kept.a, since, 1)
    assert so_error(kept.a) == "ECONNRESET" and not poll(idle.a) and info(idle.a).state == ESTABLISHED


@fact(Net)
def keepalive_after_a_close(n):
    assert n.b.sysctl_of("tcp_fin_timeout") == "60"
    n.b.sysctl(tcp_fin_timeout=2)
    p = n.pair()
    keepalive(p.a, 1, 1, 3)
    p.fin()
    assert never(lambda: poll(p.a), 1.7), "its kernel still answers"
    assert ends(p.a, 5) and so_error(p.a) in ("EPIPE", "ECONNRESET")


@fact(Net)
def data_in_flight_silence_keepalive(n):
    p, q = n.pair(), n.pair()
    since = time.monotonic()
    keepalive(p.a, 1, 1, 1)
    keepalive(q.a, 1, 1, 1)
    n.lose_all()
    c = Capture(n.a, "a0")
    send(p.a)
    about(q.a, since, 2)
    assert never(lambda: poll(p.a), 2)
    assert not [s for s in probes(c) if s.sport == p.sport] and info(p.a).retransmits > 0


@fact(Net)
def a_closed_window_silences_keepalive(n):
    p = n.pair(rcvbuf=4096, sndbuf=8192)
    keepalive(p.a, 1, 1, 1)
    c = Capture(n.a, "a0")
    fill(p.a)
    since = time.time()
    assert never(lambda: poll(p.a), 3.6) and info(p.a).state == ESTABLISHED
    asked, answers = probes(c)[-3:], [s for s in c.segments(out=False) if s.window == 0]
    assert len(asked) == 3 and len(answers) >= 2 and n.b.sysctl_of("tcp_invalid_ratelimit") == "500"
    to_probes = [s.time for s in answers if s.time > since]
    assert all(b - a > .48 for a, b in zip(to_probes, to_probes[1:])), to_probes


@fact(Net)
def an_outage_kills_what_has_too_short_a_limit(n):
    short, long, data = n.pair(), n.pair(), n.pair()
    since = time.monotonic()
    keepalive(short.a, 1, 1, 1)
    keepalive(long.a, 1, 1, 9)
    n.lose_all()
    send(data.a)
    about(short.a, since, 2)
    n.path()
    assert soon(lambda: not unacked(data.a), 5) and recv(data.b) == 1
    assert not poll(long.a) and send(long.a) == 1 and soon(lambda: recv(long.b) == 1)


@fact(Local)
def the_kernels_own_keepalive(n):
    names = ("tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes")
    assert [n.a.sysctl_of(name) for name in names] == ["7200", "75", "9"]
    p = n.pair()
    p.a.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    assert [p.a.getsockopt(6, o) for o in options] == [7200, 75, 9]


@fact(Net)
def the_age_of_the_last_ack(n):
    idle, busy = n.pair(), n.pair()
    for p in (idle, busy):
        keepalive(p.a, 1, 1, 127)
    c = Capture(n.a, "a0")
    assert never(lambda: age(idle.a) > 1300, 2.3)
    n.lose_all()
    send(busy.a)
    assert soon(lambda: age(idle.a) > 2500 and age(busy.a) > 2200, 4)
    sent = [s.time for s in probes(c) if s.sport == idle.sport]
    assert all(.9 < b - a < 1.4 for a, b in zip(sent, sent[1:])), sent
    n.path()
    assert all(soon(lambda: age(p.a) < 500, 6) for p in (idle, busy))
    assert send(idle.a) == 1 and soon(lambda: unread(idle.b) == 1)


def age(s):
    i = info(s)
    return min(i.last_ack_recv, i.last_data_recv)


@fact(Net)
def the_age_grows_after_an_rst(n):
    p = n.pair()
    p.rst()
    time_of = age(p.a)
    assert soon(lambda: age(p.a) > time_of + 300, 1)


@fact(Local)
def ages_are_counted_in_jiffies(n):
    p = n.pair()
    seen = set()
    wait(lambda: seen.add(info(p.a).last_data_sent), .25, .0005)
    steps = sorted(seen)
    assert 1 <= min(b - a for a, b in zip(steps, steps[1:])) <= 10


@fact(Net)
def a_user_timeout(n):
    lone, idle, off = n.pair(), n.pair(), n.pair()
    for p in (lone, idle):
        user_timeout(p.a, 1000)
    c = Capture(n.a, "a0")
    n.lose_all()
    since, start = time.monotonic(), time.time()
    send(lone.a)
    send(off.a)
    about(lone.a, since, 1.4, .4)
    assert so_error(lone.a) == "ETIMEDOUT" and not poll(idle.a) and not poll(off.a)
    sent = [s.time - start for s in c.data(out=True) if s.sport == lone.sport]
    assert len(sent) >= 3 and sent[1] < .3 and .35 < sent[2] < .55, sent


@fact(lambda: Net(rto_min=500))
def the_least_timeout_moves_a_user_timeout(n):
    p = n.pair()
    user_timeout(p.a, 1000)
    n.lose_all()
    since = time.monotonic()
    send(p.a)
    about(p.a, since, 2, .4)


@fact(Net)
def a_user_timeout_beside_keepalive(n):
    sooner, later, alone = n.pair(), n.pair(), n.pair()
    since = time.monotonic()
    for p in (sooner, later, alone):
        keepalive(p.a, 1, 1, 9 if p is sooner else 2)
    user_timeout(sooner.a, 1500)
    user_timeout(later.a, 3500)
    n.lose_all()
    about(sooner.a, since, 2)
    about(alone.a, since, 3)
    about(later.a, since, 4)


@fact(Net)
def a_user_timeout_ends_a_closed_window(n):
    ended, kept = n.pair(rcvbuf=4096, sndbuf=8192), n.pair(rcvbuf=4096, sndbuf=8192)
    user_timeout(ended.a, 1000)
    keepalive(kept.a, 1, 1, 1)
    fill(kept.a)
    fill(ended.a)
    assert ends(ended.a, 4) and so_error(ended.a) == "ETIMEDOUT" and not poll(kept.a)
    assert ended.b.fileno() > 0 and info(ended.b).state in (ESTABLISHED, CLOSE)


@fact(Local)
def a_fin_is_no_error(n):
    for option in (lambda s: user_timeout(s, 500), lambda s: s.setsockopt(*RECVERR[4], 1)):
        p = n.pair()
        option(p.a)
        p.fin()
        assert never(lambda: poll(p.a), .6) and so_error(p.a) == 0


@fact(Net)
def tcp_retries2(n):
    n.a.sysctl(tcp_retries2=2)
    flying, closed, limited, plain = (n.pair(rcvbuf=4096, sndbuf=8192) for _ in range(4))
    user_timeout(limited.a, 60000)
    keepalive(closed.a, 1, 1, 1)
    c = Capture(n.a, "a0")
    for p in (closed, limited):
        fill(p.a)
    n.lose_all()
    since = time.time()
    send(flying.a)
    took = ends(flying.a)
    assert 1.4 < took < 1.4 + 2.4, took  # 0.2 + 0.4 + 0.8 s, and then the next timer, which is due 1.6 s after the last
    for p in (closed, limited):
        assert ends(p.a, 6) is not None and so_error(p.a) == "ETIMEDOUT"
        asked = [s.time for s in probes(c, since) if s.sport == p.sport]
        assert 1 <= len(asked) <= 4, asked


@fact(Net)
def window_probes_grow_apart(n):
    p = n.pair(rcvbuf=4096, sndbuf=8192)
    c = Capture(n.a, "a0")
    fill(p.a)
    wait(lambda: False, 3.6)
    times = [s.time for s in probes(c)][-3:]
    assert times[2] - times[1] > 1.5 * (times[1] - times[0]), times
    assert int(n.a.sysctl_of("tcp_retries2")) * 120 == 30 * 60


@fact(Net)
def packets_of_a_question(n):
    kept, byte, asked = n.pair(), n.pair(), n.pair()

    def ask():
        send(asked.a)
        assert soon(lambda: recv(asked.b) == 1)
        send(asked.b)
        assert soon(lambda: recv(asked.a) == 1)

    for _ in range(40):  # out of the quick ACKs of a new connection
        ask()
    assert never(lambda: False, .2)
    c = Capture(n.a, "a0")

    def packets(p):
        return len([s for s in c.segments() if s.sport in (p.sport, p.dport)])

    ask()
    send(byte.a)
    assert never(lambda: False, .2) and (packets(byte), packets(asked)) == (2, 3)
    keepalive(kept.a, 1, 1, 1)
    assert soon(lambda: packets(kept)) and never(lambda: packets(kept) > 2, .1)


@fact(Net)
def limits_are_those_of_the_namespace(n):
    n.a.sysctl(tcp_retries2=1, tcp_keepalive_time=11, tcp_keepalive_intvl=12, tcp_keepalive_probes=13)
    assert n.b.sysctl_of("tcp_retries2") == "15"
    p = n.pair()
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    assert [p.a.getsockopt(6, o) for o in options] == [11, 12, 13]
    assert [p.b.getsockopt(6, o) for o in options] == [7200, 75, 9]
    n.lose_all()
    send(p.a)
    p.b.send(b"x")
    assert ends(p.a, 4) and not poll(p.b)


@fact(Local)
def a_listener_hands_its_options_on(n):
    listener, s = n.b.socket(), n.a.socket()
    keepalive(listener, 11, 12, 13)
    user_timeout(listener, 14000)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    s.connect(listener.getsockname())
    accepted = listener.accept()[0]
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, TCP_USER_TIMEOUT)
    assert [accepted.getsockopt(6, o) for o in options] == [11, 12, 13, 14000]
    assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
