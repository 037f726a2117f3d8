# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# audit -p: probes upon the very connections of a process, which must not find anything changed by them.

load helper

# scene NAME: in a network of its own. Who may, audits from outside of it.
scene() {
	local inside=(unshare -n) outside=(nsenter -t $$ -n)
	need unshare util-linux
	need ip iproute2
	if ! "${inside[@]}" true 2>/dev/null; then
		inside=(unshare -Urn) outside=()
		"${inside[@]}" true 2>/dev/null || skip 'needs user namespaces'
	fi
	# shellcheck disable=SC2016
	timeout 90 "${inside[@]}" sh -c 'ip link set lo up && exec python3 "$@"' - "$TESTS/audit-watch.py" "$1" "$json" \
		"${outside[@]}" "$TCPALIVE" 3>&- 4>&-
}

@test "a process under audit finds its own bytes, errors and options, and each death is noticed" {
	scene deaths
}

@test "what a process shuts down itself is no death, and what --intrusive sets stays" {
	scene shut
}

@test "what would disturb a process is refused with the reason" {
	local line probe why
	while read -r probe why; do
		both audit $$ -p "rdhup,$probe"
		[ "$status" -eq 2 ]
		[ "$stderr" = "tcpalive: '${probe%%:*}': $why" ]
	done <<-'END'
		write-probe it sends data into the stream of a process
		heartbeat it sends data into the stream of a process
		read it takes data that the process is to read
		zero-recv it takes the error that the process is to see
		keepalive it sets options, which the sockets of the process keep (--intrusive allows it)
		icmp it sets options, which the sockets of the process keep (--intrusive allows it)
		ack-age it sets options, which the sockets of the process keep (--intrusive allows it)
		user-timeout it sets options, which the sockets of the process keep (--intrusive allows it)
		zero-write it takes the error that the process is to see
		so-error it takes the error that the process is to see
		oob it sends data into the stream of a process
		tx-ack it sends data into the stream of a process
		uring it takes data that the process is to read
		recv-nowait it takes data that the process is to read
		idle it takes data that the process is to read
	END
	both audit $$ -p so-error --intrusive
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: 'so-error': it takes the error that the process is to see" ]
	for line in '--intrusive' '--interval 1s' '--timeout 1s'; do
		# shellcheck disable=SC2086
		both audit $$ $line
		[ "$status" -eq 2 ]
		[ "$stderr" = "tcpalive: '${line% *}': only with --probe" ]
	done
	# All the others are not.
	both audit $$ -p rdhup,hup,tcp-info,peek,poll-fionread,unacked,fionread,peername,zero-read
	[ "$status" -eq 3 ]
	[ "$stderr" = "tcpalive: audit: no connection is established there" ]
}
