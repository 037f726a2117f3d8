# SPDX-License-Identifier: MIT
"""Single calls on a socket, and what they say: the facts are written with these. What a call
returns is its value, or the name of its error."""
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import time
from collections import namedtuple

PEEK, DONTWAIT = socket.MSG_PEEK, socket.MSG_DONTWAIT
IN, RDHUP = select.POLLIN, select.POLLRDHUP
FIONREAD, SIOCOUTQ = 0x541B, 0x5411
TCP_INFO, TCP_USER_TIMEOUT = 11, 18
SO_ATTACH_FILTER, SO_TIMESTAMPNS, SO_TIMESTAMPING = 26, 35, 37
ESTABLISHED, CLOSE, CLOSE_WAIT = 1, 7, 8
RECVERR = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}
libc = ctypes.CDLL(None, use_errno=True)


class Missing(Exception):
    """This machine lacks something: the fact is skipped, with the reason."""


def says(call, *args):
    """What a call returns, bytes by their number; or the name of its error."""
    try:
        got = call(*args)
    except OSError as e:
        return errno.errorcode[e.errno]
    return len(got) if isinstance(got, bytes) else got


def recv(s, n=1, flags=0):
    return says(s.recv, n, flags | DONTWAIT)


def everything(s, size):
    """That many bytes of the stream, or what has come of them within a second."""
    data = b""

    def more():
        nonlocal data
        try:
            data += s.recv(99, DONTWAIT)
        except BlockingIOError:
            pass
        return len(data) >= size

    wait(more, 1)
    return data


def recv_nothing(s):
    """recv(fd, buf, 0): Python's own returns without a system call."""
    got = libc.recv(s.fileno(), ctypes.create_string_buffer(1), 0, DONTWAIT)
    return got if got >= 0 else errno.errorcode[ctypes.get_errno()]


def read_nothing(s):
    got = libc.read(s.fileno(), ctypes.create_string_buffer(1), 0)
    return got if got >= 0 else errno.errorcode[ctypes.get_errno()]


def send(s, data=b"?", flags=0):
    return says(s.send, data, flags | DONTWAIT | socket.MSG_NOSIGNAL)


def fill(s):
    """Writes until nothing more fits, as the peer does not read."""
    full = 0
    while full < 20:
        if send(s, b"x" * 65536) == "EAGAIN":
            full += 1
            time.sleep(.005)
        else:
            full = 0


def unread(s):
    return struct.unpack("i", fcntl.ioctl(s, FIONREAD, b"\0" * 4))[0]


def unacked(s):
    return struct.unpack("i", fcntl.ioctl(s, SIOCOUTQ, b"\0" * 4))[0]


def so_error(s):
    e = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return errno.errorcode[e] if e else 0


def poll(s, events=0, ms=0):
    p = select.poll()
    p.register(s, events)
    got = p.poll(ms)
    return {name for name in ("IN", "OUT", "PRI", "ERR", "HUP", "RDHUP")
            if got and got[0][1] & getattr(select, "POLL" + name)}


def peername(s):
    got = says(s.getpeername)
    return got if isinstance(got, str) else "named"


Info = namedtuple("Info", "state retransmits last_data_sent last_data_recv last_ack_recv rto")


def info(s):
    t = s.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 104)
    n = struct.unpack_from("24I", t, 8)
    return Info(t[0], t[2], n[9], n[11], n[12], n[0] / 1e6)


def keepalive(s, idle, intvl, cnt):
    for name, value in ((socket.TCP_KEEPIDLE, idle), (socket.TCP_KEEPINTVL, intvl), (socket.TCP_KEEPCNT, cnt)):
        s.setsockopt(socket.IPPROTO_TCP, name, value)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def user_timeout(s, ms):
    s.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, ms)


def drop_rx(s):
    """A filter that accepts nothing."""
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
    program = struct.pack("HxxxxxxQ", 1, ctypes.addressof(code))
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    except PermissionError as e:
        raise Missing(f"SO_ATTACH_FILTER: {e}")


def wait(condition, limit=10.0, step=.004):
    """Until it holds; returns how long that took, or None if it never did."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > limit:
            return None
        time.sleep(step)
    return time.monotonic() - start


def soon(condition, limit=3.0):
    """Whether it holds before long."""
    return wait(condition, limit) is not None


def never(condition, during):
    """Whether it does not hold for so long."""
    return wait(condition, during) is None


def ends(s, limit=10.0):
    """Seconds until the kernel gives up on it; None: not within limit."""
    return wait(lambda: poll(s) & {"ERR", "HUP"}, limit)


def process(run):
    """Runs in a child; returns its pid. It ends with this process at the latest."""
    pid = os.fork()
    if pid:
        return pid
    libc.prctl(1, signal.SIGKILL)
    try:
        run()
    finally:
        os._exit(0)


def stop(pid):
    os.kill(pid, signal.SIGSTOP)
    os.waitpid(pid, os.WUNTRACED)
