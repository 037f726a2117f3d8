# SPDX-License-Identifier: MIT
"""What the path and the two hosts can do to a connection: lose packets, lose the interface, the
address or the memory; and how a peer ends."""
from calls import *
from rig import Capture, Local, Net
from table import fact


@fact(Net)
def answers_that_are_lost_are_noticed_by_the_peer(n):
    n.a.sysctl(tcp_retries2=1)
    n.b.sysctl(tcp_retries2=1)
    talks, listens, dropped = n.pair(), n.pair(), n.pair()
    keepalive(listens.b, 1, 1, 9)
    c = Capture(n.b, "b0")
    n.path(b_to_a="blackhole")
    send(talks.a)
    send(listens.a)
    assert soon(lambda: unread(talks.b) == 1 and unread(listens.b) == 1, 1)
    talks.b.send(b"answer")
    assert ends(talks.a, 8) and so_error(talks.a) == "ETIMEDOUT" and unread(talks.a) == 0
    assert ends(talks.b, 8) and so_error(talks.b) == "ETIMEDOUT"
    assert len([s for s in c.data(out=True) if s.sport == talks.dport]) > 2 and not poll(dropped.b)


@fact(Net)
def what_the_peer_sends_still_arrives(n):
    n.b.sysctl(tcp_retries2=1)
    p = n.pair()
    p.b.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    n.path(a_to_b="blackhole")
    for i in range(5):
        p.b.send(b"x")
        assert soon(lambda: unread(p.a) == i + 1, 1)
    send(p.a)
    assert ends(p.b, 8) and so_error(p.b) == "ETIMEDOUT" and unacked(p.a) == 1


@fact(Net)
def silence_is_silent(n):
    p = n.pair()
    n.lose_all()
    p.b.send(b"lost")
    p.b.close()
    assert never(lambda: poll(p.a, IN | RDHUP), .5)
    assert (recv(p.a), recv(p.a, 1, PEEK), recv_nothing(p.a), send(p.a, b""), unread(p.a), so_error(p.a), peername(p.a),
            info(p.a).state) == ("EAGAIN", "EAGAIN", "EAGAIN", 0, 0, 0, "named", ESTABLISHED)


@fact(Local)
def a_filter_that_accepts_nothing(n):
    p, q = n.pair(), n.pair()
    drop_rx(p.b)
    drop_rx(q.a)
    send(p.a)
    p.b.send(b"x")
    assert soon(lambda: unread(p.a) == 1) and unread(p.b) == 0
    assert never(lambda: unacked(p.a) == 0, .3) and soon(lambda: info(p.b).retransmits, 2)
    q.b.send(b"x")
    assert never(lambda: unread(q.a) or not unacked(q.b), .3)


@fact(Net)
def the_first_retransmission_that_arrives_is_answered(n):
    p = n.pair()
    c = Capture(n.a, "a0")
    n.lose_all()
    p.abort()
    send(p.a)
    assert never(lambda: poll(p.a), 1)
    n.path()
    assert ends(p.a, 3) and so_error(p.a) == "ECONNRESET"
    times = [s.time for s in c.data(out=True)]
    assert len(times) > 3 and times[-1] - times[-2] > 1.5 * (times[-2] - times[-3]), times
    assert 0 <= c.resets(out=False)[0].time - times[-1] < .1


@fact(Net)
def the_peer_of_an_injected_rst_is_unaware(n):
    p = n.pair()
    p.b.send(b"x")
    wait(lambda: unread(p.a))
    n.path(b_to_a="blackhole", a_to_b="blackhole")
    assert p.b.send(b"x") == 1 and never(lambda: poll(p.b), .3) and info(p.b).state == ESTABLISHED


@fact(Net)
def what_was_lost_is_sent_again(n):
    p = n.pair()
    n.lose_all()
    send(p.a, b"there")
    p.b.send(b"back")
    wait(lambda: info(p.a).retransmits, 2)
    n.path()
    assert soon(lambda: unread(p.a) == 4 and unread(p.b) == 5 and not unacked(p.a), 5)


def addresses(n, v):
    return n.a.shows("addr", "show", "a0", "scope", "global", v=v)


def errors_of(pairs, limit):
    """What a byte on each comes to, within so many seconds."""
    for p in pairs:
        send(p.a)
    assert all(ends(p.a, limit) for p in pairs)
    return {so_error(p.a) for p in pairs}


def arrives(p, limit):
    send(p.a)
    assert soon(lambda: unread(p.b) == 1, limit)


@fact(Net)
def an_interface_that_is_set_down(n):
    n.a.sysctl(tcp_retries2=1)
    pairs, idle = [n.pair(4), n.pair(6)], n.pair(4)
    c = Capture(n.r, "ra")
    n.a.ip("link set a0 down")
    assert not n.a.shows("route", v=4) and not n.a.shows("route", v=6)
    assert "10.1.0.2" in addresses(n, 4) and not addresses(n, 6)
    assert errors_of(pairs, 8) <= {"ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"} and not c.segments(out=False)
    assert not poll(idle.a) and info(idle.a).state == ESTABLISHED
    n.a.ip("link set a0 up", "route add default via 10.1.0.1")
    arrives(idle, 8)


@fact(Net)
def an_interface_without_a_carrier(n):
    n.a.sysctl(tcp_retries2=1)
    pairs, idle = [n.pair(4), n.pair(6)], n.pair(4)
    before = [addresses(n, v).split() for v in (4, 6)]
    n.r.ip("link set ra down")
    assert all("default" in n.a.shows("route", v=v) for v in (4, 6))
    assert ["10.1.0.2/24" in addresses(n, 4), "fd01::2/64" in addresses(n, 6), bool(before)] == [True] * 3
    assert errors_of(pairs, 12) <= {"ETIMEDOUT", "EHOSTUNREACH"} and not poll(idle.a)
    n.r.ip("link set ra up", "route replace 10.1.0.0/24 dev ra")
    arrives(idle, 10)


@fact(Net)
def an_address_that_is_taken_away(n):
    n.a.sysctl(tcp_retries2=1)
    four, six, idle = n.pair(4), n.pair(6), n.pair(4)
    n.a.ip("addr add 10.1.0.9/32 dev a0", "route replace default via 10.1.0.1 dev a0 onlink src 10.1.0.9")
    n.a.ip("addr del 10.1.0.2/24 dev a0", "addr del fd01::2/64 dev a0")
    n.a.ip("route replace default via 10.1.0.1 dev a0 onlink src 10.1.0.9")
    c = Capture(n.r, "ra")
    for p in (four, six):
        send(p.a)
    six.b.send(b"x")
    assert all(ends(p.a, 8) for p in (four, six)) and not unread(six.a)
    assert {so_error(p.a) for p in (four, six)} <= {"ETIMEDOUT", "EINVAL", "ENETUNREACH", "EHOSTUNREACH"}
    sent = {s.sport for s in c.segments(out=False)}
    assert six.sport in sent and four.sport not in sent and not poll(idle.a)


@fact(Local)
def the_kernel_closes_what_a_process_had(n):
    for unread_input, state in ((False, CLOSE_WAIT), (True, CLOSE)):
        listener = n.b.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def serve():
            accepted = listener.accept()[0]
            accepted.send(b"!")
            time.sleep(60)

        pid = process(serve)
        s = n.a.socket()
        s.connect(listener.getsockname())
        assert s.recv(1) == b"!"
        if unread_input:
            send(s, b"request")
            assert soon(lambda: unacked(s) == 0)
        os.kill(pid, signal.SIGKILL)
        assert soon(lambda: info(s).state == state, 2)
        assert recv(s) == ("ECONNRESET" if unread_input else 0)


@fact(Local)
def a_close_with_unread_input(n):
    p, q = n.pair(), n.pair()
    send(p.a)
    wait(lambda: unread(p.b) == 1)
    for x in (p, q):
        x.b.close()
    assert poll(p.a, RDHUP, 1000) == {"ERR", "HUP", "RDHUP"} and recv(p.a) == "ECONNRESET"
    assert poll(q.a, RDHUP, 1000) == {"RDHUP"} and recv(q.a) == 0


@fact(Local)
def final_data_hide_the_end(n):
    p = n.pair()
    p.say(b"timeout, closing")
    p.fin()
    assert soon(lambda: info(p.a).state == CLOSE_WAIT)
    assert recv(p.a, 1, PEEK) == 1 and unread(p.a) == 16 and so_error(p.a) == 0 and send(p.a, b"") == 0
    assert poll(p.a, RDHUP) == {"RDHUP"} and poll(p.a) == set() and peername(p.a) == "named"
    assert (recv(p.a, 99), recv(p.a)) == (16, 0)


@fact(Net)
def a_peer_whose_accept_queue_is_full(n):
    listener = n.b.socket()
    listener.setblocking(False)
    listener.bind(("10.2.0.2", 0))
    listener.listen(2)
    sockets = [n.a.socket() for _ in range(4)]
    for s in sockets[:2]:
        s.connect(listener.getsockname())
    # Two more are on their way while there is room for one.
    c = Capture(n.a, "a0")
    n.path(b_to_a="blackhole")
    for s in sockets[2:]:
        s.setblocking(False)
        s.connect_ex(listener.getsockname())
    n.path()
    assert soon(lambda: all(info(s).state == ESTABLISHED for s in sockets), 5)
    before = len(c.segments(out=False))
    assert soon(lambda: [s for s in c.segments(out=False)[before:] if s.flags == "SA"], 8)
    listener.close()
    assert sum(never(lambda: poll(s), .1) for s in sockets) == 1, "nobody tells the one that was not accepted"


@fact(Net)
def a_middlebox_forgets_who_is_silent(n):
    n.filter("""table inet middlebox {
        chain pass {
            type filter hook forward priority 0; policy drop;
            meta l4proto ipv6-icmp accept
            ct state established accept
            ct state new tcp flags & (syn | ack) == syn accept
            ip6 version 6 reject with tcp reset
        }
    }""")
    n.r.sysctl(netfilter__nf_conntrack_tcp_loose=0, netfilter__nf_conntrack_tcp_timeout_established=3)
    silent, seldom, often, by_peer = [n.pair(v) for v in (4, 6)], [n.pair(v) for v in (4, 6)], n.pair(), n.pair(6)
    for p in seldom:
        keepalive(p.a, 5, 1, 2)
    keepalive(often.a, 1, 1, 2)
    keepalive(by_peer.b, 1, 1, 2)
    assert ends(seldom[1].a, 7) and so_error(seldom[1].a) == "ECONNRESET" and 4.9 < n.age() < 6
    assert ends(seldom[0].a, 4) and so_error(seldom[0].a) == "ETIMEDOUT" and 6.9 < n.age() < 8
    assert not any(poll(p.b) for p in seldom) and not any(poll(p.a) for p in silent + [often, by_peer])
    for p in silent + [often, by_peer]:
        send(p.a)
    assert soon(lambda: unread(often.b) == unread(by_peer.b) == 1, 1)
    assert ends(silent[1].a, 1) and so_error(silent[1].a) == "ECONNRESET" and not poll(silent[1].b)
    silent[1].b.send(b"x")
    assert ends(silent[1].b, 1) and so_error(silent[1].b) == "ECONNRESET"
    silent[0].b.send(b"x")
    assert never(lambda: unread(silent[0].b) or unread(silent[0].a), .5) and unacked(silent[0].a) == 1
