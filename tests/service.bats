#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# Under a service manager (sd_notify(3)): when it has begun, its signs of life, and its end.

load helper

# managed NAME LINES [VARIABLE=VALUE]... -- ARGUMENT...: tcpalive below tests/manager.py, in the background, in NAME.out.
managed() {
	local name=$1 lines=$2 variables=()
	shift 2
	while [ "$1" != -- ]; do variables+=("$1"); shift; done
	spawn "$name" env "${variables[@]}" python3 "$TESTS/manager.py" "${socket:-$BATS_TEST_TMPDIR/$name.socket}" "$lines" "$TCPALIVE" "${@:2}"
}

said() { cat "$BATS_TEST_TMPDIR/$1.out"; }

@test "the manager hears when it listens or is connected, that it lives, and that it ends; who is stuck is silent" {
	local port
	spawn peer python3 "$TESTS/peer.py"
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '[0-9]'
	port=$(head -1 "$BATS_TEST_TMPDIR/peer.out")
	managed listens 1 -- --listen 127.0.0.1:0
	managed connects 1 "UNTIL=STATUS=1 of 1 connection is established" WATCHDOG_USEC=60000000 WATCHDOG_PID=1 -- -p rdhup "127.0.0.1:$port"
	managed lives 7 WATCHDOG_USEC=400000 -- --listen 127.0.0.1:0
	managed stuck 9 WATCHDOG_USEC=100000 STUCK=1 -- --listen 127.0.0.1:0
	socket=@tcpalive-$BASHPID managed abstract 1 -- --listen 127.0.0.1:0
	for name in listens connects lives stuck abstract; do
		eventually 30 says "$BATS_TEST_TMPDIR/$name.out" '^exit'
		# The exit status of SIGTERM, after the end was announced.
		[ "$(said $name | tail -2 | xargs)" = 'STOPPING=1 exit 143' ]
		[ "$(said $name | grep -c READY=1)" -eq 1 ]
	done
	# The watchdog is of another process, or nobody asked for it.
	run ! says "$BATS_TEST_TMPDIR/connects.out" WATCHDOG
	run ! says "$BATS_TEST_TMPDIR/listens.out" WATCHDOG
	# At half of its time.
	[ "$(said lives | grep -c WATCHDOG=1)" -ge 4 ]
	[ -n "${TCPALIVE_WRAPPED:-}" ] || said lives | awk '/WATCHDOG/ && n++ && ($1 < 0.1 || $1 > 0.4) { bad = 1 } END { exit bad }'
	said stuck | grep -qx silent
}

@test "a manager that is not there, or speaks over vsock, is none" {
	local socket
	for socket in vsock:2:1234 "$BATS_TEST_TMPDIR/none" relative @ "$(printf '/%0200d' 1)"; do
		NOTIFY_SOCKET=$socket WATCHDOG_USEC=nonsense both --listen 127.0.0.1:0 -t 100ms
		[ "$status" -eq 5 ]
		[ -z "$stderr" ]
	done
	# What the fault's command starts is not asked to speak for the service.
	spawn peer python3 "$TESTS/peer.py"
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '[0-9]'
	NOTIFY_SOCKET=$BATS_TEST_TMPDIR/none WATCHDOG_USEC=1000000 both -p rdhup -w 1s "127.0.0.1:$(head -1 "$BATS_TEST_TMPDIR/peer.out")" \
		--fault-at 1ms --fault-exec "env >$BATS_TEST_TMPDIR/env"
	grep -q ^PATH= "$BATS_TEST_TMPDIR/env"
	run ! says "$BATS_TEST_TMPDIR/env" 'NOTIFY|WATCHDOG'
}
