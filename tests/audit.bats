#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# audit: the connections of processes, as these processes and /proc know them.

load helper

@test "each column of an audit is what the process itself and /proc say" {
	local inside=(unshare -n)
	need unshare util-linux
	need ip iproute2
	if ! "${inside[@]}" true 2>/dev/null; then
		need_user_namespaces
		inside=(unshare -Urn)
	fi
	# shellcheck disable=SC2016
	timeout 90 "${inside[@]}" sh -c 'ip link set lo up && exec python3 "$@"' - "$TESTS/audit-sockets.py" "$TESTS/deny" "$TCPALIVE" 3>&- 4>&-
}

@test "a PID that is none is refused in one line" {
	local gone
	(exit 0) &
	gone=$!
	wait "$gone"
	while IFS='|' read -r status_wanted words why; do
		# shellcheck disable=SC2086
		both audit $words
		[ "$status" -eq "$status_wanted" ]
		[ "$stderr" = "tcpalive: $why" ]
	done <<-END
		2||audit: no PID: give one, or all (tcpalive audit all)
		2|redis|audit: 'redis': no PID: not a number (give PIDs, or all)
		2|0|audit: '0': no PID: must be 1 to 2147483647 (give PIDs, or all)
		2|-- -5|audit: '-5': no PID: must be 1 to 2147483647, not negative (give PIDs, or all)
		2|$$ all|audit: 'all' and a PID: one of the two
		3|$gone|'$gone': no such process
		3|2147483647|'2147483647': no such process
	END
	# One without a connection is no error.
	both audit -o json $$
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == '{"event":"end"'*'"exit":0}' ]]
}

@test "an audit sets nothing, sends nothing and stops nobody" {
	need strace strace
	local trace=$BATS_TEST_TMPDIR/trace
	strace -f -o "$trace" true 2>/dev/null || skip 'nothing may be traced here'
	# A leak cannot be looked for beneath strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -o "$trace" "$TCPALIVE" audit all >/dev/null 3>&- 4>&-
	grep -q 'socket(AF_NETLINK' "$trace"
	run grep -E '^[0-9]+ +(setsockopt|shutdown|ptrace|kill|tkill|tgkill|pidfd_send_signal|process_vm_|bind|connect)' "$trace"
	[ -z "$output" ]
	# What is sent are questions to sock_diag, and the report.
	run bash -c 'grep -E "^[0-9]+ +(send|write)" "$1" | grep -vE " (sendto\([0-9]+, \[\{nlmsg_len=|(sendto|write)\(1,)"' - "$trace"
	[ -z "$output" ]
}
