# SPDX-License-Identifier: MIT
"""A process under audit -p: its peers die in different ways, and what it finds itself must be what it finds unwatched.

    audit-watch.py SCENE JSON COMMAND...    the command of tcpalive; its JSON goes to that file
    audit-watch.py process PORT N           the process: N connections, and orders from its standard input
"""
import ctypes
import errno
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time

LINGER = struct.pack('ii', 1, 0)
PROBES = 'rdhup,hup,tcp-info,peek,poll-fionread,unacked:limit=1s'
OPTIONS = [(socket.SOL_SOCKET, n) for n in (socket.SO_KEEPALIVE, socket.SO_LINGER, socket.SO_RCVBUF, socket.SO_SNDBUF, 37)]
OPTIONS += [(socket.IPPROTO_TCP, n) for n in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT,
                                               socket.TCP_NODELAY)]
OPTIONS += [(socket.IPPROTO_IP, 11)]  # IP_RECVERR; 37 is SO_TIMESTAMPING


# ---- the process

def options_of(s):
    return [fcntl.fcntl(s, fcntl.F_GETFL)] + [s.getsockopt(level, name, 16).hex() for level, name in OPTIONS]


def obey(sockets, order, n, *args):
    s = sockets[int(n)]
    if order == 'read':
        return s.recv(100).decode()
    if order == 'send':
        return s.send(b'x' * int(args[0]))
    if order == 'set':
        return s.setsockopt(*map(int, args))
    if order == 'shut':
        return s.shutdown(socket.SHUT_WR)
    if order == 'close':
        return s.close()
    return options_of(s)


def process(port, n):
    sockets = [socket.create_connection(('127.0.0.1', port)) for _ in range(n)]
    print(json.dumps([s.fileno() for s in sockets]), flush=True)
    for line in sys.stdin:
        try:
            answer = obey(sockets, *line.split())
        except OSError as e:
            answer = errno.errorcode[e.errno]
        print(json.dumps(answer), flush=True)


# ---- the scene

class Scene:
    def __init__(self, n):
        # Nobody is left behind where the test ends early.
        die = lambda: ctypes.CDLL(None).prctl(1, 9)
        listener = socket.create_server(('127.0.0.1', 0), backlog=n)
        self.die = die
        self.process = subprocess.Popen([sys.executable, __file__, 'process', str(listener.getsockname()[1]), str(n)], preexec_fn=die,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.fds = json.loads(self.process.stdout.readline())
        at = dict((s.getpeername(), s) for s in (listener.accept()[0] for _ in range(n)))
        # In the order of the process's descriptors, which accept need not keep.
        self.peers = [at[a] for a in sorted(at, key=lambda a: self.number(a))]

    def number(self, address):
        wanted = ':%04X' % address[1]
        with open('/proc/%d/net/tcp' % self.process.pid) as table:
            inode = next(f[9] for f in map(str.split, table) if f[1].endswith(wanted))
        return next(i for i, fd in enumerate(self.fds) if os.readlink('/proc/%d/fd/%d' % (self.process.pid, fd)) == 'socket:[%s]' % inode)

    def order(self, *words):
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def audit(self, path, command, *args):
        self.path = path
        self.audited = subprocess.Popen(command + ['audit', str(self.process.pid), '-o', 'json', *args], stdout=open(path, 'w'), preexec_fn=self.die)
        self.wait(lambda e: e['event'] == 'connected', len(self.fds))

    def events(self):
        with open(self.path) as file:
            return [json.loads(line) for line in file if line.endswith('\n')]

    def wait(self, wanted, count=1):
        end = time.monotonic() + 30
        while sum(map(wanted, self.events())) < count:
            assert time.monotonic() < end and self.audited.poll() is None, self.events()
            time.sleep(0.02)

    def conn(self, i):
        return next(e['conn'] for e in self.events() if e['event'] == 'connected' and e['fd'] == self.fds[i])

    def seen(self, i, probe):
        n = self.conn(i)
        self.wait(lambda e: e['event'] == 'dead' and e['conn'] == n and e['probe'] == probe)

    def results(self, i):
        n = self.conn(i)
        return {e['probe']: e['result'] for e in self.events() if e['event'] == 'result' and e['conn'] == n}

    def kernel(self, i):
        n = self.conn(i)
        return [e['what'] for e in self.events() if e['event'] == 'kernel' and e['conn'] == n]


def deaf(s):
    """It hears nothing, and so acknowledges nothing."""
    code = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0))
    s.setsockopt(socket.SOL_SOCKET, 26, struct.pack('HP', 1, ctypes.addressof(code)))


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    s.close()


def ends_within(peer, limit):
    since = time.monotonic()
    peer.settimeout(20)
    try:
        assert peer.recv(1) == b''
    except ConnectionResetError:
        pass
    took = time.monotonic() - since
    assert took < limit, took


ALL = set('rdhup hup tcp-info peek poll-fionread unacked'.split())


def noticed_by(s, i, *but):
    r = s.results(i)
    wrong = {p: r.get(p) for p in ALL if r.get(p) != ('missed' if p in but else 'noticed')}
    assert not wrong, (i, wrong)


def deaths(path, command):
    closes, resets, data, silent, in_flight, own_close, killed = range(7)
    s = Scene(7)
    for name, value in ((socket.SO_KEEPALIVE, 1),):
        s.order('set', silent, socket.SOL_SOCKET, name, value)
    for name, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
        s.order('set', silent, socket.IPPROTO_TCP, name, value)
    s.order('set', in_flight, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 4000)
    before = [s.order('options', i) for i in range(7)]
    s.audit(path, command, '-p', PROBES)

    deaf(s.peers[silent])
    deaf(s.peers[in_flight])
    s.order('send', in_flight, 10)
    s.peers[closes].close()
    reset(s.peers[resets])
    s.peers[data].send(b'hello')
    reset(s.peers[data])
    for probe in ('rdhup', 'peek'):
        s.seen(resets, probe)
        s.seen(closes, probe)
    s.seen(data, 'tcp-info')
    # All has been looked at: its own error and its own bytes are still there.
    assert s.order('read', resets) == 'ECONNRESET'
    assert s.order('read', closes) == ''
    assert s.order('read', data) == 'hello'
    s.seen(data, 'peek')
    assert s.order('read', data) == 'ECONNRESET'

    s.seen(in_flight, 'unacked')
    assert s.kernel(in_flight) == []
    for probe in ('rdhup', 'hup', 'peek', 'poll-fionread', 'tcp-info'):
        s.seen(silent, probe)
        s.seen(in_flight, probe)
    assert s.order('read', silent) == 'ETIMEDOUT'
    assert s.order('read', in_flight) == 'ETIMEDOUT'
    s.wait(lambda e: e['event'] == 'result', 5 * 6)
    assert [s.order('options', i) for i in range(7)] == before

    s.order('close', own_close)
    ends_within(s.peers[own_close], 2)
    s.process.kill()
    ends_within(s.peers[killed], 2)
    assert s.audited.wait(20) == 0, s.audited.returncode

    noticed_by(s, closes, 'hup', 'unacked')
    noticed_by(s, resets, 'unacked')
    noticed_by(s, data, 'unacked')
    noticed_by(s, silent, 'unacked')
    noticed_by(s, in_flight)
    assert [s.kernel(i) for i in range(7)] == [['fin'], ['rst'], ['rst'], ['timeout'], ['timeout'], [], []]
    for i in (own_close, killed):
        assert set(s.results(i).values()) == {'alive'}, s.results(i)
    notes = [e['conn'] for e in s.events() if e['event'] == 'note' and e['text'].startswith('closed by its program: ')]
    assert set(notes) >= {s.conn(own_close), s.conn(killed)}, notes
    assert all(e.get('bytes_out') is None for e in s.events() if e['event'] == 'result')


def shut(path, command):
    """What the process ends itself is no death of its peer, whoever of the two is seen first, nor is a half-close; and what stays is said."""
    s = Scene(3)
    before = s.order('options', 1)
    s.audit(path, command, '-p', 'rdhup,hup,tcp-info,keepalive:idle=7s:intvl=3s:cnt=4', '--intrusive')
    s.peers[2].shutdown(socket.SHUT_WR)
    s.seen(2, 'rdhup')
    half_closed = time.monotonic()
    s.order('send', 2, 5)
    s.order('send', 0, 5)
    s.process.stdin.write('shut 0\n')
    s.process.stdin.flush()
    while s.peers[0].recv(10):
        pass
    s.peers[0].close()
    s.wait(lambda e: e['event'] == 'note' and e['text'].startswith('shut down by its program: ') and
           e['text'].endswith('[%d] fd %d' % (s.process.pid, s.fds[0])))
    assert set(s.results(0).values()) == {'alive'} and s.kernel(0) == [], s.events()
    assert [e['text'] for e in s.events() if e['event'] == 'note'][0] == 'what keepalive sets on these sockets stays there afterwards'
    time.sleep(max(0, half_closed + 0.3 - time.monotonic()))  # a reset would have come by then
    s.audited.send_signal(2)
    assert s.audited.wait(20) == 130
    assert s.results(2) == {'rdhup': 'false-alarm', 'tcp-info': 'false-alarm', 'hup': 'alive', 'keepalive': 'alive'}, s.results(2)
    s.process.stdout.readline()
    after = s.order('options', 1)
    changed = [OPTIONS[i - 1] for i in range(len(after)) if after[i] != before[i]]
    assert changed == [(socket.SOL_SOCKET, socket.SO_KEEPALIVE), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                       (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT)], changed
    s.process.kill()


if sys.argv[1] == 'process':
    process(int(sys.argv[2]), int(sys.argv[3]))
else:
    {'deaths': deaths, 'shut': shut}[sys.argv[1]](sys.argv[2], sys.argv[3:])
