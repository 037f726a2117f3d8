# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Root of a default container, as tests/confine.c makes one: that it is one, and what the program says there.

load helper
load servers

setup_file() {
	gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$BATS_FILE_TMPDIR/confine" "$TESTS/confine.c" || return 0
}

# confined COMMAND...
confined() {
	need gcc gcc
	need_capability SYS_ADMIN
	run --separate-stderr timeout 60 "$BATS_FILE_TMPDIR/confine" "$@" 3>&- 4>&-
}

# one_line STATUS TEXT...: on standard error, with each of these in it.
one_line() {
	[ "$status" -eq "$1" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	shift
	for text; do [[ $stderr == "tcpalive: "*"$text"* ]] || { printf '%s\n' "$stderr" >&2; return 1; }; done
}

@test "what a default container takes away is gone, and the rest is there" {
	confined cat /proc/self/status
	grep -q $'^CapEff:\t00000000a80425fb$' <<<"$output"
	grep -q $'^CapBnd:\t00000000a80425fb$' <<<"$output"
	grep -q $'^NoNewPrivs:\t0$' <<<"$output"
	confined python3 -c '
import ctypes, errno, os
c = ctypes.CDLL(None, use_errno=True)
def fails(why, call, *args):
    assert call(*args) < 0 and ctypes.get_errno() == why, (call, args, ctypes.get_errno())
for flag in 0x20000, 0x10000000, 0x20000000, 0x40000000:
    fails(errno.EPERM, c.unshare, flag)
    fails(errno.EPERM, c.syscall, 56 if os.uname().machine == "x86_64" else 220, flag | 17, 0, 0, 0, 0)
fails(errno.ENOSYS, c.syscall, 435, 0, 0)
for number in 425, 426, 427:
    fails(errno.EPERM, c.syscall, number, 0, 0, 0, 0, 0, 0)
fails(errno.EPERM, c.mount, b"none", b"/mnt", b"tmpfs", 0, 0)
assert not os.path.exists("/dev/net/tun")
for name, why in ("/proc/sys/net/ipv4/tcp_retries2", errno.EROFS), ("/dev/null", 0):
    try:
        open(name, "w").close()
        assert not why
    except OSError as e:
        assert e.errno == why, e
assert os.getpid() == 1'
	[ "$status" -eq 0 ]
	confined setpriv --reuid 65534 --clear-groups sh -c 'exit 7'
	[ "$status" -eq 7 ]
}

@test "what is forbidden in a container is said in one line, with what would help" {
	start_peer
	confined "$TCPALIVE" lab close -p rdhup
	one_line 4 'user namespace: forbidden by a seccomp filter, as in a container' 'CAP_SYS_ADMIN and CAP_NET_ADMIN' '--net loopback'
	confined "$TCPALIVE" advise -q 2s --verify
	one_line 4 'user namespace: forbidden by a seccomp filter'
	confined "$TCPALIVE" --fault drop -p rdhup "127.0.0.1:$port"
	one_line 4 "'drop': CAP_NET_ADMIN is missing" '--cap-add'
	[[ $stderr != *'use tcpalive lab'* ]]
	confined "$TCPALIVE" lab --net loopback drop -p rdhup
	one_line 4 "'drop': CAP_NET_ADMIN is missing" '--cap-add'
	[[ $stderr != *'use tcpalive lab'* ]]
	confined "$TCPALIVE" -p uring "127.0.0.1:$port"
	one_line 4 "'uring': io_uring is forbidden by a seccomp filter, as in a container"
	confined "$TCPALIVE" peer --fault reboot --listen 127.0.0.1:0
	one_line 4 "'reboot': CAP_NET_ADMIN is missing" '--cap-add'
}

@test "what a container allows works there" {
	start_peer
	confined "$TCPALIVE" lab --net loopback -q -t 3s -p rdhup,hup close rst
	[ "$status" -eq 0 ]
	confined "$TCPALIVE" --all -t 500ms "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	[[ $output == *'1 unsupported (uring)'* ]]
}
