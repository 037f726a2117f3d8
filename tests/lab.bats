# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# The lab's matrix: what is measured, what the program predicts, and what is in
# lab-golden.tsv by reasoning, are three sources that must agree.

load helper
load golden

# measured: the same of what was just watched.
measured() {
	events result | jq -r '[.probe + (if (.group // "") | contains("eof=ignore") then ":eof=ignore" else "" end),
		.fault, .result, .after // "-"] | join(" ")'
}

# Timers of the kernel run late by up to an eighth (FACTS), and whoever looks has to
# wait for its turn. What another program forbids here may be missing.
agrees_with_golden() {
	local bad
	bad=$(awk '
		NR == FNR { class[$1 " " $2] = $3; from[$1 " " $2] = $4; by[$1 " " $2] = $5; count[$1 " " $2]++; next }
		{
			cell = $1 " " $2
			seen[cell]++
			if (!(cell in class)) print cell ": not in the golden table"
			else if ($3 == "unsupported" && $1 == "uring") next
			else if ($3 != class[cell]) print cell ": " $3 ", expected " class[cell]
			else if ($3 != "noticed") next
			else if ($4 < from[cell] - 0.3 || $4 > by[cell] * 1.125 + 0.3)
				print cell ": after " $4 "s, expected " from[cell] " to " by[cell]
		}
		END {
			for (cell in count) {
				if (count[cell] != 1) print cell ": " count[cell] " times in the golden table"
				if (!seen[cell]) print cell ": was not measured"
			}
		}' <(golden) <(measured))
	[ -z "$bad" ] && return
	printf '%s\n' "$bad" >&2
	return 1
}

# Each cell is as the program itself predicts, and there are some.
as_predicted() {
	local off
	holds 'map(select(.event == "result")) | length > 0 and all(has("off") and has("predicted"))' || return
	off=$(events result '.off' | jq -c '{fault, probe, group, result, after, how, predicted, predicted_by}')
	[ -z "$off" ] && return
	printf '%s\n' "$off" >&2
	return 1
}

@test "IPv4: every cell of the matrix is what TCP makes it, and what is predicted" {
	need_lab
	need_descriptors 1300
	alone
	watched lab -4
	agrees_with_golden
	as_predicted
	exits 0
}

@test "IPv6: every cell of the matrix is what TCP makes it, and what is predicted" {
	need_lab
	need_descriptors 1300
	alone
	LIMIT=60 tcpalive lab none -6 -p rdhup -t 200ms >/dev/null 2>&1 || skip 'needs IPv6'
	watched lab -6
	agrees_with_golden
	as_predicted
	exits 0
}

@test "amid requests: every cell is what is predicted" {
	need_lab
	need_descriptors 1300
	alone
	watched lab --traffic request
	as_predicted
	exits 0
}

# noticed PROBE FROM BY: at a time since the fault.
noticed() {
	holds "map(select(.event == \"result\" and .probe == \"$1\")) | length > 0 and
		all(.result == \"noticed\" and .after >= $2 and .after <= $3 and (.off | not))"
}

@test "keepalive 5s, 3s, 3 on a silent peer: 14 s after the connection was established" {
	need_lab
	watched lab drop --fault-at 500ms -t 20s -p keepalive:idle=5s:intvl=3s:cnt=3
	noticed keepalive 13.2 14.8
	exits 0
}

@test "keepalive 1s, 11s, 3 with a user timeout of 5 s: 12 s after the connection was established" {
	need_lab
	watched lab drop --fault-at 500ms -t 20s -p 'keepalive:idle=1s:intvl=11s:cnt=3+user-timeout:after=5s'
	noticed keepalive 11.3 13.2
	noticed user-timeout 11.3 13.2
	exits 0
}

@test "data in flight: the user timeout counts from the first retransmission" {
	need_lab
	watched lab drop,freeze,zero-window -p user-timeout:after=3s+write-probe:every=100ms
	holds 'map(select(.event == "result" and .probe == "user-timeout" and .fault == "drop"))[0] |
		.result == "noticed" and .after >= 3.1 and .after <= 4.1'
	holds 'map(select(.event == "result" and .probe == "user-timeout" and .fault == "zero-window"))[0] |
		.result == "noticed" and .after >= 3.1 and .after <= 4.1'
	holds 'map(select(.event == "result" and .probe == "user-timeout" and .fault == "freeze"))[0].result == "missed"'
	as_predicted
	exits 0
}

@test "retransmission until tcp_retries2: 15 s when no timeout is longer than one" {
	need_lab
	[ -e /proc/sys/net/ipv4/tcp_rto_max_ms ] || skip 'this kernel has no tcp_rto_max_ms'
	watched lab drop --sysctl tcp_rto_max_ms=1000 -t 22s -w 20s -p write-probe:every=500ms
	noticed write-probe 14.4 18
	exits 0
}

@test "with --rtt the link delays, both ways, and all is as predicted" {
	need_lab
	watched lab none,kill,drop,zero-window,reboot,flap:for=1s --rtt 200ms -t 7s \
		-p peek,rdhup,write-probe:every=500ms,tx-ack,unacked:every=500ms,heartbeat:every=500ms:limit=1s:eof=ignore \
		-p keepalive:idle=1s:intvl=1s:cnt=2+hup -p user-timeout:after=2s+heartbeat:every=500ms:limit=6s -p tx-ack:every=100ms:limit=100ms
	as_predicted
	# The FIN takes half a round trip.
	holds 'map(select(.event == "result" and .probe == "rdhup" and .fault == "kill"))[0] | .after >= 0.1 and .after < 0.4'
	holds 'map(select(.event == "result" and .group == "tx-ack:every=100ms:limit=100ms" and .fault == "none"))[0].result == "false-alarm"'
	# The kernel's timeout is three round trips after the handshake, and there are two of them: the connection knows.
	# Beside the heartbeat up to 500 ms and a round trip pass before there are data in flight, and longer until a window is full.
	holds 'map(select(.event == "result" and .probe == "user-timeout" and .fault == "drop"))[0].worst_case | . > 3.8 and . < 6'
}

@test "the worst case of a composite is the composite's: nothing takes longer, and it is near" {
	need_lab
	watched lab drop -t 12s -p keepalive:idle=1s:intvl=3s:cnt=9+user-timeout:after=1500ms+rdhup \
		-p rdhup+keepalive:idle=1s:intvl=1s:cnt=2 -p user-timeout:after=1s+unacked:every=3s:limit=9s \
		-p keepalive:idle=1s:intvl=1s:cnt=2+unacked:every=500ms:limit=1s
	as_predicted
	# Kernel timers fire late, which is no part of it.
	holds 'map(select(.event == "result" and .result == "noticed")) | length == 8 and
		all(.after <= .worst_case * 1.05 + 0.25)'
	holds 'map(select(.event == "result" and (.group | startswith("keepalive:idle=1s:intvl=3s")))) | length == 3 and
		all(.worst_case >= 6 and .worst_case < 6.5)' # the next segment comes after intvl, and the one that tells after as much
	# What the byte keeps silent has none, and does not notice.
	holds 'map(select(.event == "result" and .worst_case == null)) | map([.probe, .result]) == [["keepalive", "missed"]]'
}

@test "few retries: window probes are counted, also those that keepalive sent before" {
	need_lab
	watched lab drop,zero-window,zero-window-drop,link-down -t 5s --sysctl tcp_retries2=1 \
		-p user-timeout:after=4s,user-timeout:after=4s+write-probe:every=50ms \
		-p keepalive:idle=1s:intvl=1s:cnt=9+tx-ack:every=1700ms:limit=3s
	as_predicted
	holds '[.[] | select(.event == "result" and .fault == "drop" and .probe == "user-timeout")] |
		length == 2 and any(.result == "noticed")'
	exits 0
}

# Here the keepalive's first segment, a second after the connection, comes between the order and the act.
@test "a strike that waits for the kernel: what it adds is told as late, and no prediction is called wrong for it" {
	need_lab
	need strace strace
	strace -qq -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	# A leak cannot be looked for beneath strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 run timeout 60 strace -f -qq -o /dev/null -e trace=setns \
		-e inject=setns:delay_enter=400ms:when=3 "$TCPALIVE" lab addr-gone,link-down --fault-at 850ms -t 6s \
		-p keepalive:idle=1s:intvl=1s:cnt=2,ack-age:idle=1s:intvl=1s:limit=3s -o "json=$json" 3>&- 4>&-
	[ "$status" -eq 0 ] || { echo "$output" >&2; return 1; }
	holds 'map(select(.event == "result")) | length == 4 and all(.result == "noticed" and .late >= 0.4 and .late < .after and
		(.off | not) and (.note | test("^struck up to [0-9.]+ s late: this machine was busy$")))'
}

# became FAULT PROBE RESULT FROM BY: on all connections; a verdict came then.
became() {
	holds "map(select(.event == \"result\" and .fault == \"$1\" and (.group // .probe) == \"$2\")) | length > 1 and
		all(.result == \"$3\" and (.after // $4) >= $4 and (.after // $4) <= $5)"
}

@test "a path that forgets is noticed by who speaks too seldom, and spares who speaks often" {
	need_lab
	local drop=forget:idle=2s rst=forget:idle=2s:how=rst seldom=keepalive:idle=4s:intvl=1s:cnt=2
	watched lab $drop $rst -n 2 --fault-at 500ms -p rdhup,$seldom,rdhup+keepalive:idle=1s:intvl=1s,heartbeat:every=3s:limit=1s \
		-p idle:limit=1500ms,unacked:every=5s:limit=1s+keepalive:idle=1s:intvl=1s
	for fault in $drop $rst; do
		became "$fault" rdhup missed 0 0
		became "$fault" rdhup+keepalive:idle=1s:intvl=1s alive 0 0
		became "$fault" unacked:every=5s:limit=1s+keepalive:idle=1s:intvl=1s alive 0 0
		became "$fault" idle:limit=1500ms false-alarm 0.9 1.4
	done
	became $drop $seldom noticed 5.3 6.3
	became $rst $seldom noticed 3.3 4
	became $drop heartbeat:every=3s:limit=1s noticed 1.5 5.8
	became $rst heartbeat:every=3s:limit=1s noticed 1.4 4.8
	as_predicted
	exits 0
}

@test "a path that forgets spares a program whose keepalive is shorter, and another misses it" {
	need_lab
	need python3 python3
	keep_events
	watched lab forget:idle=2s -t 4s --client "python3 '$TESTS/programs/client.py' {host} {port}"
	holds 'map(select(.event == "result")) | length == 1 and .[0].result == "alive" and
		.[0].predicted == "alive" and (.[0].promise | contains("1/1/2 keeps the connection"))'
	watched lab forget:idle=1s:how=rst -t 2s --client 'bash -c "sleep 9 </dev/tcp/{host}/{port}"'
	holds 'map(select(.event == "result")) | length == 1 and .[0].result == "missed"'
}
