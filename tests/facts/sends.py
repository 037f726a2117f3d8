# SPDX-License-Identifier: MIT
"""What bytes that are sent tell: writes, urgent data, ACKs, answers, and a pending receive."""
from calls import *
from rig import Capture, Local, Net, Pair
from ring import Ring
from table import fact

TX = (1 << 9) | (1 << 4) | (1 << 11)  # SOF_TIMESTAMPING_TX_ACK, _SOFTWARE, _OPT_TSONLY


def acked(s):
    """Takes the report of an ACK from the error queue."""
    try:
        return bool(s.recvmsg(0, 512, socket.MSG_ERRQUEUE | DONTWAIT)[1])
    except BlockingIOError:
        return False


@fact(Net)
def a_byte_tells_a_close_from_a_half_close(n):
    closed, half = n.pair(), n.pair()
    c = Capture(n.a, "a0")
    closed.fin()
    half.half_close()
    assert send(closed.a) == send(half.a) == 1
    assert wait(lambda: poll(closed.a) == {"ERR", "HUP"}) is not None
    assert {s.sport for s in c.resets(out=False)} == {closed.dport}
    assert soon(lambda: unacked(half.a) == 0) and soon(lambda: unread(half.b) == 1)
    assert send(closed.a) == "EPIPE" and send(half.a) == 1 and unacked(closed.a) >= 0


@fact(Net)
def writes_to_a_silent_peer_succeed_until_the_kernel_gives_up(n):
    n.a.sysctl(tcp_retries2=1)
    plain, urgent, sooner = n.pair(), n.pair(), n.pair()
    user_timeout(sooner.a, 1000)
    n.lose_all()
    for p in (plain, urgent, sooner):
        assert send(p.a, b"?", socket.MSG_OOB if p is urgent else 0) == 1
    assert ends(sooner.a) and all(not poll(p.a) and send(p.a) == 1 for p in (plain, urgent))
    assert ends(plain.a) and ends(urgent.a)
    assert [send(p.a) for p in (plain, urgent, sooner)] == ["ETIMEDOUT"] * 3


@fact(Local)
def the_quarter_of_an_hour(n):
    assert n.a.sysctl_of("tcp_retries2") == "15"
    total = sum(min(.2 * 2 ** i, 120) for i in range(16))
    assert 900 < total < 960, total


@fact(Local)
def a_stopped_process_acknowledges_until_its_window_closes(n):
    listener = n.b.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)

    def serve():
        accepted = listener.accept()[0]
        accepted.recv(1)
        time.sleep(60)

    pid = process(serve)
    s = n.a.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    s.connect(listener.getsockname())
    stop(pid)
    s.setblocking(False)
    keepalive(s, 1, 1, 1)
    for _ in range(3):
        assert send(s) == 1 and soon(lambda: unacked(s) == 0)
    assert never(lambda: info(s).state != ESTABLISHED, 2.5)
    fill(s)
    assert send(s) == "EAGAIN" and unacked(s) > 0 and info(s).state == ESTABLISHED
    os.kill(pid, signal.SIGKILL)


@fact(Local)
def the_bytes_are_real(n):
    p = n.pair()
    assert unacked(p.a) == 0
    send(p.a, b"abc")
    wait(lambda: unread(p.b) == 3)
    assert soon(lambda: unacked(p.a) == 0) and p.b.recv(9) == b"abc"


@fact(Net)
def siocoutq_counts_what_is_not_acknowledged(n):
    p = n.pair()
    n.path(a_to_b="blackhole")
    send(p.a, b"abc")
    assert never(lambda: unacked(p.a) != 3, .4) and unread(p.b) == 0
    p.say(b"heard")
    n.path()
    assert soon(lambda: unacked(p.a) == 0, 5) and unread(p.b) == 3


@fact(Local)
def a_busy_queue_is_seldom_empty(n):
    p = n.pair()
    empty = 0
    for _ in range(200):
        send(p.a, b"x" * 65536)
        empty += unacked(p.a) == 0
        recv(p.b, 1 << 20)
    assert empty < 200 and soon(lambda: recv(p.b, 1 << 20) == "EAGAIN" and unacked(p.a) == 0)


@fact(Net)
def acks_are_delayed(n):
    p = n.pair()
    p.b.setblocking(True)
    for _ in range(40):  # out of the quick ACKs of a new connection
        p.a.send(b"x")
        p.b.recv(9)
        p.b.send(b"y")
        p.a.settimeout(2)
        p.a.recv(9)
    time_to = []
    for _ in range(3):
        p.a.send(b"x")
        time_to.append(wait(lambda: unacked(p.a) == 0, 2, .001))
        p.b.recv(9)
        p.b.send(b"y")
        p.a.recv(9)
    assert .03 < max(time_to) < .25, time_to


@fact(Net)
def the_kernel_reports_an_ack(n):
    p = n.pair()
    p.a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, TX)
    send(p.a)
    assert soon(lambda: poll(p.a) == {"ERR"}) and info(p.a).state == ESTABLISHED and so_error(p.a) == 0
    assert poll(p.a) == {"ERR"} and acked(p.a) and not poll(p.a)
    n.path(b_to_a="blackhole")
    send(p.a)
    assert never(lambda: poll(p.a), .4) and not acked(p.a)
    n.path()
    assert soon(lambda: poll(p.a) == {"ERR"}, 5) and acked(p.a)


@fact(Local)
def the_report_is_about_these_bytes(n):
    p = n.pair(rcvbuf=4096, sndbuf=65536)
    p.a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, TX)
    send(p.a)
    assert soon(lambda: acked(p.a))
    p.a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 0)
    fill(p.a)
    while acked(p.a):
        pass
    assert unacked(p.a) > 0


@fact(Local)
def a_full_receive_buffer_drops_the_report(n):
    p = n.pair(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304))
    p.b.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    fill(p.b)
    p.a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, TX)
    send(p.a)
    assert soon(lambda: unacked(p.a) == 0) and never(lambda: acked(p.a), .2)
    assert soon(lambda: recv(p.a, 1 << 16) == "EAGAIN" and not unacked(p.b), 10)
    send(p.a)
    assert soon(lambda: acked(p.a))


@fact(Local)
def urgent_data(n):
    plain, inline, twice, apart = (n.pair() for _ in range(4))
    inline.a.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    got = []
    signal.signal(signal.SIGURG, lambda *_: got.append(1))
    fcntl.fcntl(plain.a, fcntl.F_SETOWN, os.getpid())
    for p in (plain, inline):
        p.b.send(b"ab!", socket.MSG_OOB)
        p.b.send(b"c")
        assert soon(lambda: "PRI" in poll(p.a, select.POLLPRI))
    assert got and poll(plain.a, select.POLLPRI) == {"PRI"} and plain.a.recv(1, socket.MSG_OOB) == b"!"
    streams = everything(plain.a, 3), everything(inline.a, 4)
    assert streams == (b"abc", b"ab!c"), streams
    for p, before in ((twice, b""), (apart, b"s")):
        p.b.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        p.b.send(before)
        p.b.send(b"1", socket.MSG_OOB)
        p.b.send(b"2", socket.MSG_OOB)
        p.b.send(b"e")
    streams = everything(twice.a, 1), everything(apart.a, 3)
    assert streams == (b"e", b"s1e"), f"lost, or in the stream: {streams}"


@fact(Local)
def an_urgent_byte_is_left_unread_by_who_polls(n):
    for polls in (True, False):
        listener = socket.create_server(("127.0.0.1", 0))

        def peer():
            s = listener.accept()[0]
            while not polls or poll(s, IN, -1):
                s.recv(99)

        pid = process(peer)
        s = socket.create_connection(listener.getsockname())
        listener.close()
        send(s, b"s")
        assert soon(lambda: unacked(s) == 0)
        send(s, b"!", socket.MSG_OOB)
        assert soon(lambda: unacked(s) == 0) and never(lambda: poll(s, RDHUP), .2)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert soon(lambda: poll(s, RDHUP) == ({"ERR", "HUP", "RDHUP"} if polls else {"RDHUP"})), poll(s, RDHUP)
        if not polls:
            assert send(s, b"!", socket.MSG_OOB) == 1 and soon(lambda: "HUP" in poll(s)) and send(s) == "EPIPE"


@fact(Net)
def only_an_answer_proves_the_application(n):
    listener = n.b.socket()
    listener.bind(("10.2.0.2", 0))
    listener.listen(1)

    def echo():
        s = listener.accept()[0]
        while data := s.recv(99):
            s.send(data)

    pid = process(echo)
    s = n.a.socket()
    s.connect(listener.getsockname())
    s.setblocking(False)
    c = Capture(n.a, "a0")
    s.send(b"PING\n")
    assert poll(s, IN, 1000) and recv(s, 99) == 5
    assert not poll(s, IN, 200) and not c.data()[2:], "a healthy peer with nothing to say is silent"
    stop(pid)
    s.send(b"PING\n")
    assert soon(lambda: unacked(s) == 0) and not poll(s, IN, 300)
    os.kill(pid, signal.SIGKILL)
    assert poll(s, IN, 1000) and recv(s) in (0, "ECONNRESET")


@fact(Net)
def a_poll_queues_behind_what_was_sent(n):
    p = n.pair(rcvbuf=4096, sndbuf=65536)
    fill(p.a)
    queued = unacked(p.a)
    assert queued > 4096 and send(p.a) == "EAGAIN"


@fact(Net)
def after_the_fin_no_answer_can_come(n):
    p, q = n.pair(), n.pair()
    p.half_close()
    q.fin()
    assert says(p.b.send, b"x") == "EPIPE"
    assert [send(p.a), send(q.a)] == [1, 1] and soon(lambda: poll(q.a))
    assert [send(p.a), send(q.a)] == [1, "EPIPE"]


def receiving(n):
    """A pair, with a receive of its first end left pending."""
    p, ring = n.pair(), Ring()
    p.a.setblocking(True)
    ring.receive(p.a)
    return p, ring


@fact(Local)
def a_pending_receive_completes(n):
    for act, result in ((lambda p: p.b.send(b"abc"), 3), (lambda p: p.b.close(), 0),
                        (lambda p: p.b.shutdown(socket.SHUT_WR), 0), (Pair.abort, -104)):
        p, ring = receiving(n)
        assert ring.done(.05) is None
        act(p)
        assert ring.done(1) == result and so_error(p.a) == 0 and unread(p.a) == 0
    p, ring = receiving(n)
    p.b.send(b"abc")
    p.b.close()
    assert ring.done(1) == 3
    ring.receive(p.a)
    assert ring.done(1) == 0


@fact(Net)
def a_pending_receive_of_a_silent_peer_stays(n):
    p, ring = receiving(n)
    c = Capture(n.a, "a0")
    n.lose_all()
    assert ring.done(.3) is None and not c.segments()


@fact(Net)
def a_pending_receive_holds_the_socket(n):
    p, ring = receiving(n)
    c = Capture(n.a, "a0")
    p.a.close()
    assert never(lambda: c.segments(), .3)
    ring.cancel()
    assert soon(lambda: [s for s in c.segments(out=True) if "F" in s.flags], 2)


@fact(Local)
def io_uring_can_be_forbidden(n):
    path = "/proc/sys/kernel/io_uring_disabled"
    if not os.path.exists(path):
        raise Missing("this kernel has no io_uring_disabled")
    with open(path) as f:
        assert f.read().strip() in ("0", "1", "2")
