# SPDX-License-Identifier: MIT
"""What one call says of a connection's end: the checks that send nothing."""
from calls import *
from rig import Capture, Local, Net, Pair
from table import fact


@fact(Local)
def a_half_close_looks_like_a_close(n):
    closed, half = n.pair(), n.pair()
    closed.fin()
    half.half_close()
    looks = [(recv(p.a, 1, PEEK), recv(p.a), poll(p.a, IN | RDHUP), unread(p.a), info(p.a).state, so_error(p.a),
              recv_nothing(p.a), send(p.a)) for p in (closed, half)]
    assert looks[0] == looks[1] == (0, 0, {"IN", "RDHUP"}, 0, CLOSE_WAIT, 0, 0, 1), looks
    wait(lambda: unread(half.b))
    assert recv(half.b, 9) == 1 and half.b.fileno() > 0
    wait(lambda: poll(closed.a))
    assert not poll(half.a) and send(half.a) == 1 and send(closed.a) == "EPIPE"


@fact(Local)
def a_reader_finds_the_end_behind_the_data(n):
    idle = n.pair()
    assert recv(idle.a, 99) == "EAGAIN"
    for end, says_then in ((Pair.fin, 0), (Pair.rst, "ECONNRESET")):
        p = n.pair()
        p.say(b"last")
        end(p)
        assert (recv(p.a, 99), recv(p.a, 99)) == (4, says_then)


@fact(Net)
def a_timeout_is_the_kernels_own_verdict(n):
    n.a.sysctl(tcp_retries2=1)
    sees = (recv, lambda s: send(s, b""), so_error, lambda s: recv(s, 1, PEEK))
    pairs, idle = [n.pair() for _ in sees], n.pair()
    n.lose_all()
    for p in pairs:
        p.a.send(b"?")
    assert recv(pairs[0].a) == "EAGAIN" and info(pairs[0].a).state == ESTABLISHED
    for p, see in zip(pairs, sees):
        assert ends(p.a, 8) and peername(p.a) == "ENOTCONN"
        assert poll(p.a, IN | RDHUP) == {"IN", "ERR", "HUP", "RDHUP"}
        assert info(p.a).state == CLOSE and see(p.a) == "ETIMEDOUT"
    assert recv(idle.a) == "EAGAIN" and info(idle.a).state == ESTABLISHED and so_error(idle.a) == 0


@fact(Local)
def a_byte_read_without_waiting_is_taken(n):
    p, q = n.pair(), n.pair()
    assert recv(p.a) == "EAGAIN"
    p.say(b"timeout")
    p.fin()
    assert recv(p.a, 1, PEEK) == 1 and unread(p.a) == 7
    assert p.a.recv(1) == b"t" and p.a.recv(9) == b"imeout" and recv(p.a) == 0
    q.rst()
    assert recv(q.a) == "ECONNRESET"


@fact(Local)
def the_error_is_taken_once(n):
    for take in (recv, lambda s: recv(s, 1, PEEK), recv_nothing, lambda s: send(s, b""), send, so_error):
        p = n.pair()
        p.rst()
        assert "ERR" in poll(p.a) and take(p.a) == "ECONNRESET"
        assert recv(p.a) == 0 and recv(p.a, 1, PEEK) == 0 and send(p.a) == "EPIPE" and so_error(p.a) == 0
        assert poll(p.a, IN | RDHUP) == {"IN", "HUP", "RDHUP"}


@fact(Local)
def some_checks_take_nothing(n):
    p = n.pair()
    p.say(b"x")
    p.rst()
    for _ in range(3):
        assert poll(p.a, IN | RDHUP) == {"IN", "ERR", "HUP", "RDHUP"}
        assert unread(p.a) == 1 and peername(p.a) == "ENOTCONN" and info(p.a).state == CLOSE
    assert recv(p.a) == 1 and recv(p.a) == "ECONNRESET"


@fact(Local)
def a_peek_sees_the_byte_before_the_end(n):
    p, q, r, s = (n.pair() for _ in range(4))
    assert recv(p.a, 1, PEEK) == "EAGAIN"
    p.say(b"x")
    assert recv(p.a, 1, PEEK) == recv(p.a, 1, PEEK) == 1 == unread(p.a)
    p.fin()
    assert recv(p.a, 1, PEEK) == 1
    q.say(b"x")
    q.rst()
    assert recv(q.a, 1, PEEK) == 1 and poll(q.a) == {"ERR", "HUP"} and recv(q.a, 1, PEEK) == 1
    assert recv(q.a) == 1 and recv(q.a) == "ECONNRESET"
    r.say(b"x")
    r.rst()
    assert so_error(r.a) == "ECONNRESET"
    s.rst()
    assert recv(s.a, 1, PEEK) == "ECONNRESET"


@fact(Local)
def a_receive_of_no_bytes_is_0_with_data(n):
    idle, data, fin, rst = (n.pair() for _ in range(4))
    data.say()
    fin.fin()
    rst.rst()
    assert [recv_nothing(p.a) for p in (idle, data, fin, rst)] == ["EAGAIN", 0, 0, "ECONNRESET"]
    assert unread(data.a) == 1


@fact(Local)
def a_read_of_no_bytes_always_succeeds(n):
    idle, data, fin, rst = (n.pair() for _ in range(4))
    data.say()
    fin.fin()
    rst.rst()
    assert [read_nothing(p.a) for p in (idle, data, fin, rst)] == [0, 0, 0, 0]
    assert so_error(rst.a) == "ECONNRESET"


@fact(Net)
def a_send_of_no_bytes_sends_none(n):
    idle, data, fin, rst, full, shut = (n.pair(rcvbuf=4096, sndbuf=8192) for _ in range(6))
    data.say()
    fin.fin()
    rst.rst()
    fill(full.a)
    shut.a.shutdown(socket.SHUT_WR)
    c = Capture(n.a, "a0")
    assert [send(p.a, b"") for p in (idle, data, fin, full)] == [0, 0, 0, 0]
    assert not [s for s in c.segments(out=True) if s.sport != full.sport]
    assert send(rst.a, b"") == "ECONNRESET" and send(rst.a, b"") == "EPIPE" and send(shut.a, b"") == "EPIPE"
    data.rst()
    assert send(data.a, b"") == "ECONNRESET"


@fact(Net)
def fionread_is_0_on_an_idle_connection(n):
    idle, data, late = n.pair(), n.pair(), n.pair()
    c = Capture(n.a, "a0")
    assert unread(idle.a) == 0 and not c.segments()
    idle.fin()
    assert unread(idle.a) == 0 and poll(idle.a, IN) == {"IN"}
    for p, end in ((data, Pair.fin), (late, Pair.rst)):
        p.say(b"abc")
        assert unread(p.a) == 3
        end(p)
        assert unread(p.a) == 3 and recv(p.a, 9, PEEK) == 3


@fact(Local)
def readable_with_0_bytes(n):
    idle, fin, rst, data, gone = (n.pair() for _ in range(5))
    fin.fin()
    rst.rst()
    data.say()
    gone.say()
    assert not poll(idle.a, IN) and "IN" in poll(data.a, IN) and unread(data.a) == 1
    assert ["IN" in poll(p.a, IN) and unread(p.a) for p in (fin, rst)] == [0, 0]
    assert recv(fin.a) == 0 and recv(rst.a) == "ECONNRESET"
    assert poll(gone.a, IN) and recv(gone.a.dup()) == 1 and unread(gone.a) == 0 and recv(gone.a) == "EAGAIN"
    for end in (Pair.fin, Pair.rst):
        p = n.pair()
        p.say()
        end(p)
        assert "IN" in poll(p.a, IN) and unread(p.a) == 1
    urgent = n.pair()
    urgent.b.send(b"!", socket.MSG_OOB)
    urgent.b.send(b"x")
    assert soon(lambda: "IN" in poll(urgent.a, IN)) and unread(urgent.a) == 0 and recv(urgent.a) == 1
    u, v = n.a.socket(socket.AF_INET, socket.SOCK_DGRAM), n.a.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("127.0.0.1", 0))
    v.sendto(b"", u.getsockname())
    assert poll(u, IN, 1000) and unread(u) == 0 and u.recv(9) == b"" and not poll(u, IN)
    listener = n.a.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    v = n.a.socket()
    v.connect(listener.getsockname())
    assert poll(listener, IN, 1000) and says(unread, listener) == "EINVAL"


@fact(Local)
def what_sets_hup(n):
    wr, rdwr, rd, fin, err, data = (n.pair() for _ in range(6))
    wr.a.shutdown(socket.SHUT_WR)
    rdwr.a.shutdown(socket.SHUT_RDWR)
    rd.a.shutdown(socket.SHUT_RD)
    assert poll(wr.a) == set() and poll(rdwr.a) == {"HUP"} and poll(rd.a) == set()
    assert poll(rd.a, RDHUP) == {"RDHUP"} and poll(wr.a, RDHUP) == set()
    fin.fin()
    assert poll(fin.a) == set() and poll(fin.a, RDHUP) == {"RDHUP"}
    fin.a.shutdown(socket.SHUT_WR)
    assert wait(lambda: poll(fin.a) == {"HUP"})
    err.rst()
    assert poll(err.a) == {"ERR", "HUP"} and poll(err.a, RDHUP) == {"ERR", "HUP", "RDHUP"}
    data.say()
    data.fin()
    assert soon(lambda: poll(data.a, RDHUP) == {"RDHUP"}) and recv(data.a, 1, PEEK) == 1


@fact(Local)
def a_byte_after_the_fin_leaves_epipe(n):
    for flags in (0, socket.MSG_OOB):
        p = n.pair()
        p.fin()
        assert poll(p.a) == set() and so_error(p.a) == 0 and peername(p.a) == "named" and send(p.a, b"?", flags) == 1
        assert wait(lambda: poll(p.a) == {"ERR", "HUP"}) is not None and peername(p.a) == "ENOTCONN"
        if flags:
            assert send(p.a, b"?", flags) == "EPIPE"
        else:
            assert so_error(p.a) == "EPIPE" and send(p.a) == "EPIPE"


@fact(Local)
def so_error_has_an_error_and_no_fin(n):
    fin, data = n.pair(), n.pair()
    fin.fin()
    assert so_error(fin.a) == 0
    data.say()
    data.rst()
    assert poll(data.a) == {"ERR", "HUP"} and so_error(data.a) == "ECONNRESET" and recv(data.a) == 1
    late = n.a.socket()
    late.setblocking(False)
    assert says(late.connect, ("127.0.0.1", 1)) in ("EINPROGRESS", "ECONNREFUSED")


@fact(Local)
def so_error_after_a_connect(n):
    s = n.a.socket()
    s.setblocking(False)
    listener = n.a.socket()
    listener.bind(("127.0.0.1", 0))
    at = listener.getsockname()
    listener.close()
    if says(s.connect, at) == "EINPROGRESS":
        assert "ERR" in poll(s, select.POLLOUT, 1000) and so_error(s) == "ECONNREFUSED"


@fact(Net)
def getpeername_fails_when_closed(n):
    p, half, rst, never = n.pair(), n.pair(), n.pair(), n.a.socket()
    half.half_close()
    rst.rst()
    c = Capture(n.a, "a0")
    assert [peername(s) for s in (p.a, half.a, rst.a, never)] == ["named", "named", "ENOTCONN", "ENOTCONN"]
    assert so_error(rst.a) == "ECONNRESET" and not c.segments()
    p.a.shutdown(socket.SHUT_WR)
    assert peername(p.a) == "named"


@fact(Local)
def the_state_in_tcp_info(n):
    p, fin, rst = n.pair(), n.pair(), n.pair()
    assert p.a.getsockopt(6, TCP_INFO, 1)[0] == ESTABLISHED
    fin.say()
    fin.fin()
    assert info(fin.a).state == CLOSE_WAIT and recv(fin.a) == 1 and recv(fin.a) == 0
    assert poll(fin.a, IN | RDHUP) == {"IN", "RDHUP"} and so_error(fin.a) == 0
    rst.rst()
    assert poll(rst.a, IN | RDHUP) == {"IN", "ERR", "HUP", "RDHUP"}
    assert so_error(rst.a) == "ECONNRESET" and info(rst.a).state == CLOSE
