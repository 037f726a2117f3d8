# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# The private network itself: who may have it, what it counts and records, that it
# leaves nothing behind, and what there is where it is forbidden.
load helper

# What with_tun needs; not in it, since a skip within run ends only that.
need_with_tun() {
	need_capability SYS_ADMIN SETUID MKNOD # to play an ordinary user
	need_user_namespaces # which root of a chroot has not got
	need unshare util-linux
	need setpriv util-linux
}

# with_tun MODE COMMAND...: as nobody, with a /dev/net/tun of that mode in a mount namespace of its own.
with_tun() {
	local mode=$1
	shift
	chmod 755 "$BATS_TEST_TMPDIR"
	mknod "$BATS_TEST_TMPDIR/tun" c 10 200 && chmod "$mode" "$BATS_TEST_TMPDIR/tun"
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount --bind "$1" /dev/net/tun && shift &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"' \
		with_tun "$BATS_TEST_TMPDIR/tun" "$@" 3>&- 4>&-
}

# classes FILE: fault, probe and result of each cell.
classes() { jq -r 'select(.event == "result") | [.fault, .group // .probe, .result] | @tsv' "$1" | sort; }

@test "an ordinary user gets the same matrix" {
	need_lab
	need_with_tun
	need_descriptors 1300
	"$TCPALIVE" lab -o json >"$BATS_TEST_TMPDIR/root" 3>&- || [ "$?" -eq 1 ]
	with_tun 666 "$TCPALIVE" lab -o json >"$BATS_TEST_TMPDIR/nobody" || [ "$?" -eq 1 ]
	[ "$(classes "$BATS_TEST_TMPDIR/root" | wc -l)" -ge 500 ]
	diff <(classes "$BATS_TEST_TMPDIR/root") <(classes "$BATS_TEST_TMPDIR/nobody")
}

@test "where it is forbidden: one line that says what is missing, and what there is instead" {
	need_lab
	need_with_tun
	run --separate-stderr with_tun 600 "$TCPALIVE" lab rst -p hup
	[ "$status" -eq 4 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "tcpalive: "*/dev/net/tun*"permission denied"*"--net loopback"* ]]
}

@test "--net loopback: what a peer can do to itself" {
	run "$TCPALIVE" lab --net loopback -p rdhup,hup -o json
	[ "$status" -eq 0 ]
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/loopback"
	[ "$(classes "$BATS_TEST_TMPDIR/loopback" | grep -P '^(close|rst|freeze|none)\t')" = "$(
		printf '%s\t%s\t%s\n' close hup missed close rdhup noticed freeze hup missed freeze rdhup missed \
			none hup alive none rdhup alive rst hup noticed rst rdhup noticed)" ]
}

@test "the wire counts what the kernel counts" {
	need_lab
	"$TCPALIVE" lab none -p keepalive:idle=1s:intvl=1s:cnt=2 -o json >"$BATS_TEST_TMPDIR/none" 3>&-
	# Each keepalive segment that this kernel sent was answered by one.
	[ "$(jq 'select(.event == "result") | .segments_out >= 2 and .wire_packets == 2 * .segments_out' \
		"$BATS_TEST_TMPDIR/none")" = true ]
}

@test "--pcap: tcpdump reads what the wire counted" {
	need_lab
	need tcpdump tcpdump
	"$TCPALIVE" lab freeze -p unacked:every=100ms -w 2s --pcap "$BATS_TEST_TMPDIR" -o json \
		>"$BATS_TEST_TMPDIR/json" 3>&- || true
	counted=$(jq 'select(.event == "result") | .wire_packets' "$BATS_TEST_TMPDIR/json")
	recorded=$(tcpdump -nr "$BATS_TEST_TMPDIR/freeze.pcap" tcp 2>/dev/null | wc -l)
	[ "$counted" -ge 20 ]
	# The handshake is three more; the end of the connection at most four.
	[ "$recorded" -ge "$((counted + 3))" ]
	[ "$recorded" -le "$((counted + 7))" ]
	run ! grep -q 'bad cksum\|incorrect' <(tcpdump -vnr "$BATS_TEST_TMPDIR/freeze.pcap" 2>/dev/null)
}

@test "--sysctl: an unknown one is refused" {
	need_lab
	run --separate-stderr "$TCPALIVE" lab rst -p hup --sysctl tcp_nonsense=1
	[ "$status" -eq 2 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *tcp_nonsense* ]]
}

@test "killed with SIGKILL it leaves no process behind" {
	need_lab
	# The processes of the lab have the command line of the first: this option finds them.
	mark="$BATS_TEST_TMPDIR/mark"
	spawn lab "$TCPALIVE" lab -p peek -o "json=$mark"
	eventually 20 grep -q '"event":"connected"' "$mark"
	[ "$(pgrep -fc "$mark")" -gt 20 ]
	kill -KILL "$pid"
	gone() { ! pgrep -f "$mark" >/dev/null; }
	eventually 20 gone
}

@test "--net loopback: what it has no network for is refused" {
	local option
	for option in '--sysctl tcp_retries2=3' "--pcap $BATS_TEST_TMPDIR" '--rtt 10ms'; do
		# shellcheck disable=SC2086
		run --separate-stderr tcpalive lab --net loopback $option close -p rdhup
		[ "$status" -eq 2 ]
		[[ $stderr == "tcpalive: ${option%% *}: not with --net loopback, "* ]]
	done
	for option in forget:how=rst rst-injected icmp-host link-down; do
		run --separate-stderr tcpalive lab --net loopback close,$option -p rdhup
		[ "$status" -eq 2 ]
		[ "$stderr" = "tcpalive: '${option%:*}': not with --net loopback, which has no path and no host to break" ]
	done
}
