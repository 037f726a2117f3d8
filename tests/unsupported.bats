# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What was not watched proves nothing.

load helper
load servers

# The numbers of io_uring_setup and io_uring_enter are the same on every machine.
denied() { run --separate-stderr timeout 20 "$TESTS/deny" "$@" 3>&- 4>&-; }

need_denial() {
	need_uring
	denied 999 true
	[ "$status" -ne 77 ] || skip 'needs seccomp filters'
}

@test "4: nothing was watched, whatever was expected" {
	need_denial
	start_peer
	for expect in alive any 'uring<=1s' uring=never; do
		denied 426 "$TCPALIVE" -p uring -t 500ms --expect "$expect" "127.0.0.1:$port"
		[ "$status" -eq 4 ]
		[ "$stderr" = "tcpalive: nothing was watched: 'uring': io_uring_enter: Operation not permitted" ]
	done
	denied 425 "$TCPALIVE" -p uring -t 500ms --expect alive "127.0.0.1:$port"
	[ "$status" -eq 4 ]
	[[ $stderr == 'tcpalive: '*'io_uring is forbidden'* ]]
}

@test "1: a part of what was chosen was not watched" {
	need_denial
	start_peer
	denied 426 "$TCPALIVE" -p uring,rdhup -t 500ms --expect alive "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *"expected alive; seen: not watched: 1 of 2 ('uring': io_uring_enter"* ]]
	denied 426 "$TCPALIVE" -p uring,rdhup -w 500ms --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *"expected all; seen: not watched: 1 of 2 ('uring': io_uring_enter"* ]]
}

@test "with --all a probe that cannot run is shown, and breaks nothing" {
	need_denial
	start_peer
	denied 426 "$TCPALIVE" --all -w 500ms --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output == *'1 unsupported (uring)'* ]]
}

@test "1: too little memory for every ring" {
	need_uring
	# Of the program as it is installed: a sanitizer reserves terabytes.
	[ -z "${TCPALIVE_WRAPPED:-}" ] || return 0
	start_peer
	local kilobytes
	for ((kilobytes = 8000; kilobytes < 30000; kilobytes += 500)); do
		run timeout 20 bash -c 'ulimit -v "$1"; shift; exec "$@"' - "$kilobytes" "$TCPALIVE" -p uring -n 200 \
			-t 500ms --expect alive "127.0.0.1:$port" 3>&- 4>&-
		[[ $output != *' of 200 connections'* ]] || break
	done
	[[ $output == *"expected alive; seen: not watched: "*" of 200 ('uring': "* ]]
	[ "$status" -eq 1 ]
}
