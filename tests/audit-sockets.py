# SPDX-License-Identifier: MIT
"""A process with a socket of each kind, its audit, and what the process itself and /proc say of each.

    audit-sockets.py DENY COMMAND...    the command of tcpalive; tests/deny, to take a system call away
"""
import array
import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

MPTCP = 262
SO_PROTOCOL, SO_COOKIE = 38, 57
SIOCINQ, SIOCOUTQ, SIOCOUTQNSD = 0x541B, 0x5411, 0x894B
STATES = {1: 'ESTABLISHED', 4: 'FIN_WAIT1', 5: 'FIN_WAIT2', 8: 'CLOSE_WAIT'}
TIMERS = {0: None, 1: 'retransmit', 2: 'keepalive', 4: 'window-probe'}
DENY, COMMAND = sys.argv[1], sys.argv[2:]


# ---- the process

def pair(family=socket.AF_INET, host='127.0.0.1', protocol=0):
    with socket.socket(family, socket.SOCK_STREAM, protocol) as l:
        l.bind((host, 0))
        l.listen()
        c = socket.socket(family, socket.SOCK_STREAM, protocol)
        c.connect(l.getsockname())
        return c, l.accept()[0]


def keepalive(s, **options):
    """It is on when all of it is set: whoever looks in between sees a connection without."""
    for name, value in options.items():
        s.setsockopt(socket.IPPROTO_TCP, getattr(socket, 'TCP_' + name), value)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def mapped():
    l = socket.socket(socket.AF_INET6)
    l.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    l.bind(('::', 0))
    l.listen()
    return socket.create_connection(('127.0.0.1', l.getsockname()[1])), l.accept()[0], l


def stuck():
    """The peer reads nothing, and its window is full."""
    c, a = pair()
    a.setblocking(False)
    try:
        while True:
            a.send(b'z' * 65536)
    except BlockingIOError:
        return c, a


def several():
    """Connections of each kind; and what is none."""
    held, none = [], []
    c, a = pair()
    keepalive(c, KEEPIDLE=300, KEEPCNT=4, USER_TIMEOUT=9000)
    c.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
    a.sendall(b'x' * 77)
    held += [c, a]
    held += pair(socket.AF_INET6, '::1') if socket.has_ipv6 and os.path.exists('/proc/net/if_inet6') else ()
    c, a, l = mapped()
    keepalive(a)
    held += [c, a]
    none += [l]
    c, a = pair()
    a.sendall(b'bye')
    a.close()  # CLOSE_WAIT with unread data; the other end is an orphan
    held += [c]
    c, a = pair()
    a.shutdown(socket.SHUT_WR)
    held += [c, a]
    c, a = pair()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    a.close()
    none += [c, *socket.socketpair(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()]  # c is over
    held += stuck()
    try:
        c, a = pair(protocol=MPTCP)
        keepalive(c, KEEPIDLE=77)
        a.sendall(b'y' * 100)
        held += [c, a]
    except OSError:
        pass  # this kernel has none
    return held, none


# ---- what it knows

def queue(s, request):
    n = array.array('i', [0])
    fcntl.ioctl(s, request, n)
    return n[0]


def option(s, level, name):
    try:
        return s.getsockopt(level, name)
    except OSError:
        return 0


def address(a):
    host = a[0][7:] if a[0].startswith('::ffff:') else a[0]
    return '%s:%d' % ('[%s]' % host if ':' in host else host, a[1])


def table():
    """Of each inode: the state and the timer of /proc/net/tcp."""
    rows = {}
    for name in ('tcp', 'tcp6'):
        with open('/proc/net/' + name) as file:
            for line in list(file)[1:]:
                f = line.split()
                rows[int(f[9])] = STATES.get(int(f[3], 16)), TIMERS.get(int(f[5][:2], 16))
    return rows


def expected(s, rows, system):
    get = lambda name: s.getsockopt(socket.IPPROTO_TCP, getattr(socket, 'TCP_' + name))
    state, timer = rows[os.fstat(s.fileno()).st_ino]
    row = {
        'fd': s.fileno(), 'local': address(s.getsockname()), 'remote': address(s.getpeername()), 'state': state, 'timer': timer,
        'mptcp': s.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL) == MPTCP, 'keepalive': None,
        'user_timeout': option(s, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) / 1000 or None, 'recverr': bool(option(s, socket.IPPROTO_IP, 11)),
        'unread': queue(s, SIOCINQ), 'unsent': queue(s, SIOCOUTQNSD), 'in_flight': queue(s, SIOCOUTQ) - queue(s, SIOCOUTQNSD),
    }
    if s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE):
        values = {'idle': get('KEEPIDLE'), 'intvl': get('KEEPINTVL'), 'cnt': get('KEEPCNT')}
        row['keepalive'] = {**values, **{name + '_default': values[name] == system[name] for name in values}}
    return row


def system():
    names = {'idle': 'time', 'intvl': 'intvl', 'cnt': 'probes'}
    return {name: int(open('/proc/sys/net/ipv4/tcp_keepalive_' + file).read()) for name, file in names.items()}


# ---- its audit

def audit(*args, before=(), status=0):
    done = subprocess.run([*before, *COMMAND, 'audit', '-v', '-o', 'json', *map(str, args)], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (args, done.returncode, done.stderr)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [e for e in events if e['event'] == 'socket']


def check(rows, want, but=(), **also):
    """Is each a row, and is there no other?"""
    by = {row['fd']: row for row in rows}
    assert len(by) == len(rows), rows
    assert by.keys() == {w['fd'] for w in want}, (sorted(by), want)
    for w in want:
        got = by[w['fd']]
        for name, value in {**w, **also}.items():
            assert name in but or got[name] == value, (name, got.get(name), value, got)
        assert 'incomplete' not in got or 'incomplete' in also or 'incomplete' in but, got


def check_times(rows, held, start):
    for s in held:
        row = next(r for r in rows if r['fd'] == s.fileno())
        assert 0 <= row['heard'] <= time.monotonic() - start + .1, row
        if row['timer'] == 'keepalive':
            idle = row['keepalive']['idle']
            assert idle - (time.monotonic() - start) - 1 <= row['expires'] <= idle + .1, row


def as_nobody():
    """Before a command: to run it as an ordinary user; None where this one is, or may not change."""
    done = subprocess.run(['setpriv', '--reuid', '65534', '--clear-groups', '--inh-caps=-all', 'true'], stderr=subprocess.DEVNULL)
    return ['setpriv', '--reuid', '65534', '--clear-groups', '--inh-caps=-all'] if os.geteuid() == 0 and not done.returncode else None


def check_denied(want):
    """No sock_diag: /proc and the copies have as much. No copies: sock_diag has the rest."""
    number = {'x86_64': (41, 438), 'aarch64': (198, 438)}.get(os.uname().machine)
    if number is None or subprocess.run([DENY, str(number[0]), 'true']).returncode == 77:
        return
    check(audit(os.getpid(), before=[DENY, str(number[0])]), want)
    rows = audit(os.getpid(), before=[DENY, str(number[1])])
    check(rows, want, but=('keepalive', 'user_timeout', 'recverr', 'mptcp', 'incomplete', 'unread'))
    assert not any('keepalive' in r for r in rows), rows
    assert all('a seccomp filter' in r['incomplete'] or 'CAP_SYS_PTRACE' in r['incomplete'] for r in rows), rows
    assert all(r['unread'] == w['unread'] for r in rows for w in want if r['fd'] == w['fd'] and not w['mptcp']), rows


def check_nobody(want):
    nobody = as_nobody()
    if nobody is None:
        return
    rows = audit(os.getpid(), before=nobody)
    named = {(w['local'], w['remote']): w for w in want}
    for row in rows:
        assert row['pid'] is None and row['fd'] is None and 'keepalive' not in row, row
        assert 'perhaps of %d (' % os.getpid() in row['incomplete'] and 'CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are needed, or to be user 0' in row['incomplete'], row
        for name in ('state', 'timer', 'unsent', 'in_flight'):
            assert row[name] == named[row['local'], row['remote']][name], (name, row)
    assert len(rows) == len(want), rows


def fork():
    """The child does not outlive this process."""
    child = os.fork()
    if not child:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    return child


def check_processes(want):
    """Threads, workers that hold the same, a zombie, and one that was given twice."""
    thread = threading.Thread(target=time.sleep, args=(60,), daemon=True)
    thread.start()
    ready, tell = os.pipe()
    worker = fork()
    if not worker:
        os.write(tell, b'.')
        signal.pause()
    zombie = os.fork()
    if not zombie:
        os._exit(0)
    os.read(ready, 1)
    os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT)
    check(audit(os.getpid(), thread.native_id, worker, zombie, os.getpid()), want, pid=os.getpid())
    check([r for r in audit('all') if r['pid'] == os.getpid()], want)
    assert not [r for r in audit('all') if r['pid'] == worker]
    assert not audit(zombie)
    os.kill(worker, signal.SIGKILL)


def check_elsewhere(want):
    """A socket that was brought here from another network, and the network's own sysctls."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open('/proc/self/ns/net', os.O_RDONLY)
    if libc.unshare(0x40000000):  # CLONE_NEWNET
        return
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    strangers = pair()
    keepalive(strangers[0])
    there = system()
    rows = table()
    more = [{**expected(s, rows, there)} for s in strangers]
    assert not libc.setns(home, 0), ctypes.get_errno()
    got = audit(os.getpid())
    check(got, want + more)
    assert all(r['elsewhere'] == (r['fd'] in {m['fd'] for m in more}) for r in got), got


def churn(ready):
    """Opens, closes and moves descriptors without a pause; the idle time of each connection tells which one it is."""
    os.closerange(3, ready)
    os.closerange(ready + 1, 1000)
    l = socket.socket()
    l.bind(('127.0.0.1', 0))
    l.listen(100)
    slots, other = [], []

    def make():
        c = socket.create_connection(l.getsockname())
        keepalive(c, KEEPIDLE=c.getsockname()[1] % 30000 + 1)
        other.append(l.accept()[0])
        return c.detach()

    slots = [make() for _ in range(30)]
    os.write(ready, b'.')
    while True:
        for i, slot in enumerate(slots):
            fd = make()
            os.dup2(fd, slot)
            os.close(fd)
            os.dup2(slots[i - 7], slots[i - 3])
            while len(other) > 30:
                other.pop(0).close()


def check_churn():
    ready, tell = os.pipe()
    child = fork()
    if not child:
        churn(tell)
    os.read(ready, 1)
    rows = [row for _ in range(20) for row in audit(child) if row.get('keepalive')]
    os.kill(child, signal.SIGKILL)
    assert rows
    for row in rows:
        assert row['keepalive']['idle'] == int(row['local'].rsplit(':', 1)[1]) % 30000 + 1, row


def main():
    start = time.monotonic()
    try:
        with open('/proc/sys/net/ipv4/tcp_keepalive_time', 'w') as file:
            file.write('600')
    except OSError:
        pass  # read-only, as in a container
    held, _none = several()
    deadline = time.monotonic() + 10
    while table()[os.fstat(held[-1].fileno()).st_ino][1] == 'retransmit' and time.monotonic() < deadline:
        time.sleep(.02)
    while True:  # what is sent meanwhile changes the queues
        want = [expected(s, table(), system()) for s in held]
        rows = audit(os.getpid())
        if want == [expected(s, table(), system()) for s in held] or time.monotonic() > deadline:
            break
    check(rows, want, pid=os.getpid(), count=1, elsewhere=False)
    check_times(rows, held, start)
    assert {w['state'] for w in want} == {'ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT2'}
    assert {w['timer'] for w in want} >= {None, 'keepalive', 'window-probe'}
    check_denied(want)
    check_nobody(want)
    check_processes(want)
    check_elsewhere(want)
    check_churn()


main()
