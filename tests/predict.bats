#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# predict: what is known beforehand. Nothing is sent, so these take no time; that the
# predictions come true is for the lab's tests to say.

load helper
load golden

setup_file() { one_by_one; }

# predicted ARGUMENT...: its events in $json.
predicted() {
	keep_events
	rm -f "$BATS_TEST_TMPDIR/cells"
	status=0
	tcpalive predict -o json "$@" >"$json" 2>"$errors" || status=$?
}

# by FAULT [GROUP]: what the prediction of that cell is, in seconds or in a word.
by() {
	local fault group value
	[ -e "$BATS_TEST_TMPDIR/cells" ] || jq -r 'select(.event == "prediction") |
		"\(.fault)\t\(.group)\t\(if .by then .by + 0 else .result end)"' "$json" >"$BATS_TEST_TMPDIR/cells"
	while IFS=$'\t' read -r fault group value; do
		[[ $fault != "$1" || $group != "${2:-$probes}" ]] || echo "$value"
	done <"$BATS_TEST_TMPDIR/cells"
}

@test "keepalive gives up at idle + cnt * intvl, and does not notice a stopped process" {
	probes=keepalive:idle=5s:intvl=3s:cnt=3
	predicted -p "$probes"
	exits 0
	[ "$(by drop)" = 14 ]
	[ "$(by freeze)" = missed ]
	[ "$(by none)" = alive ]
	[ "$(by rst)" = 0 ]
}

@test "a user timeout beside keepalive is looked at when a keepalive timer fires" {
	probes=keepalive:idle=1s:intvl=11s:cnt=3+user-timeout:after=5s
	predicted -p "$probes" drop
	# An answered segment is followed by the next after intvl, longer than idle: 11 s, and 11 s more.
	[ "$(by drop)" = 22 ]
}

@test "what is left to the system comes from its sysctls, or from --sysctl" {
	probes=keepalive:idle=system:intvl=system:cnt=system
	predicted -p "$probes" drop --sysctl tcp_keepalive_time=60 \
		--sysctl net.ipv4.tcp_keepalive_intvl=10 --sysctl tcp_keepalive_probes=3
	[ "$(by drop)" = 90 ]

	local idle intvl cnt
	read -r idle </proc/sys/net/ipv4/tcp_keepalive_time
	read -r intvl </proc/sys/net/ipv4/tcp_keepalive_intvl
	read -r cnt </proc/sys/net/ipv4/tcp_keepalive_probes
	predicted -p "$probes" drop
	[ "$(by drop)" = $((idle + cnt * intvl)) ]
}

@test "keepalive is silent while data are unacknowledged, and tcp_retries2 decides" {
	probes=keepalive
	predicted -p keepalive drop --traffic stream --sysctl tcp_retries2=15 \
		--sysctl tcp_rto_max_ms=120000
	holds 'map(select(.event == "prediction")) | .[0].by > 900 and .[0].by < 960'
	predicted -p keepalive drop --traffic stream --sysctl tcp_retries2=15 \
		--sysctl tcp_rto_max_ms=1000
	holds 'map(select(.event == "prediction")) | .[0].by > 14 and .[0].by < 17'
}

@test "tcp_rto_min_us moves each timeout, and tcp_fin_timeout what a closed peer remembers" {
	# A loss probe and a timeout of a second each, and the three of the option: measured 5.05 s.
	predicted -p user-timeout:after=3s+write-probe:every=10ms drop --sysctl tcp_rto_min_us=1000000
	holds 'map(select(.event == "prediction"))[0].by | . > 5 and . < 5.5'
	predicted -p user-timeout:after=3s+write-probe:every=10ms drop --sysctl tcp_rto_min_us=5000
	holds 'map(select(.event == "prediction"))[0].by | . > 3 and . < 3.4'
	# The first of the segments, one a second, that comes after the ten of the sysctl.
	predicted -p keepalive:idle=1s:intvl=1s kill --sysctl tcp_fin_timeout=10
	holds 'map(select(.event == "prediction"))[0].by | . > 10.9 and . < 12.5'
	# What exceeds a minute counts twice, and the minute not at all: measured 2.05 s.
	predicted -p keepalive:idle=1s:intvl=1s kill --sysctl tcp_fin_timeout=61
	holds 'map(select(.event == "prediction"))[0].by | . > 2 and . < 3.3'
	predicted -p keepalive:idle=1s:intvl=1s kill --sysctl tcp_fin_timeout=60
	holds 'map(select(.event == "prediction"))[0].by | . > 61 and . < 64'
}

@test "the model of tcp_retries2 is compared when a timer fires, which is coarse" {
	# At 250 Hz measured 13.5 s and 939.7 s.
	predicted -p write-probe:every=10ms drop --sysctl tcp_retries2=5 --sysctl tcp_rto_max_ms=120000
	holds 'map(select(.event == "prediction"))[0].by | . > 13 and . < 27'
	predicted -p write-probe:every=10ms drop --sysctl tcp_retries2=15 --sysctl tcp_rto_max_ms=120000
	holds 'map(select(.event == "prediction"))[0].by | . > 930 and . < 950'
}

@test "with --rtt what the peer sends takes half of it, and timeouts grow" {
	predicted -p rdhup,heartbeat:every=1s:limit=200ms,user-timeout:after=3s+write-probe:every=10ms kill drop none --rtt 300ms
	holds '.[0].rtt == 0.3'
	holds 'map(select(.probe == "rdhup" and .fault == "kill"))[0].by == 0.3'
	[[ $(tcpalive predict --rtt 300ms kill -p rdhup) == *", idle connections, round trip 300ms"* ]]
	holds 'map(select(.probe == "heartbeat" and .fault == "none"))[0].result == "false-alarm"'
	# A timeout of 504 to 900 ms, twice, and the three of the option: measured 4.16 and 4.75 s.
	holds 'map(select(.event == "prediction" and .fault == "drop" and (.group | startswith("user-timeout"))))[0].by | . > 4.7 and . < 5.6'
	# Measured 16 min 26 s.
	predicted -p write-probe:every=10ms drop --rtt 60ms --sysctl tcp_retries2=15 --sysctl tcp_rto_max_ms=120000
	holds 'map(select(.event == "prediction"))[0].by | . > 980 and . < 1000'
	local bad
	for bad in -1s 1001ms 1h x; do
		run --separate-stderr tcpalive predict --rtt "$bad"
		[ "$status" -eq 2 ] && [[ $stderr == "tcpalive: --rtt: '$bad'"* ]] || { echo "$bad: $stderr" >&2; return 1; }
	done
}

@test "urgent data are left unread by a peer that polls, and skipped by one that blocks in recv" {
	# An RST at the kill, or one that its next byte provokes and the one after that finds.
	predicted -p oob:every=1s kill
	holds 'map(select(.event == "prediction"))[0] | .result == "noticed" and .by == 2'
}

@test "window probes are doubled and counted by tcp_retries2, whatever the user timeout" {
	local few=(--sysctl tcp_retries2=4 --sysctl tcp_rto_max_ms=120000)
	predicted -p user-timeout:after=system,user-timeout:after=30m zero-window,zero-window-drop "${few[@]}"
	# 0.2 s (answered), 0.4, 0.8, 1.6, and 3.2 twice, each late by an eighth at the most.
	holds 'map(select(.fault == "zero-window-drop")) | length == 2 and all(.by > 9.3 and .by < 10.7 and (.why | endswith("tcp_retries2")))'
	[ "$(by zero-window user-timeout:after=system)" = missed ]
	[ "$(by zero-window user-timeout:after=30m)" != missed ]
	# Of two window probes within half a second the second is never answered.
	predicted -p keepalive zero-window --sysctl tcp_retries2=1
	# What is left of the window may wait for one more.
	holds 'map(select(.event == "prediction"))[0] | .result == "noticed" and .by > 0.9 and .by < 1.5'
}

@test "a silence that heals: a late retransmission, a peer that gave up, a probe that sends no more" {
	local few=(--sysctl tcp_retries2=3 --sysctl tcp_rto_max_ms=1000)
	# The retransmission before the end of the silence may just miss it, and the next come after the timeout.
	predicted -p user-timeout:after=4400ms,user-timeout:after=8s flap:for=3160ms --traffic stream
	holds 'map(select(.group == "user-timeout:after=4400ms"))[0].perhaps == true'
	holds 'map(select(.group == "user-timeout:after=8s"))[0] | .result == "alive" and (has("perhaps") | not)'
	predicted -p heartbeat:limit=30s flap:for=1s,flap:for=9s "${few[@]}"
	holds 'map(select(.fault == "flap:for=1s"))[0] | .result == "alive" and (has("perhaps") | not)'
	holds 'map(select(.fault == "flap:for=9s"))[0].perhaps == true'
	predicted -p idle:limit=3s+heartbeat:limit=1s:every=500ms,idle:limit=3s+heartbeat:limit=9s:every=500ms \
		flap:for=800ms
	holds 'map(select(.group // "" | contains("limit=9s")))[0] | .result == "alive" and (has("perhaps") | not)'
	holds 'map(select(.group // "" | contains("limit=1s")))[0].perhaps == true'
}

@test "unacked is confused by others only if they can send before each of its checks" {
	predicted --traffic request half-close -p unacked:limit=315ms+oob:every=177ms \
		-p unacked:limit=315ms,unacked:limit=2500ms+oob,unacked:limit=310ms+oob:every=177ms
	holds 'map(select(.group == "unacked:limit=315ms+oob:every=177ms"))[0].perhaps == true'
	# The look when the limit is over may follow another so closely that a byte is seen by both.
	holds 'map(select(.group == "unacked:limit=310ms+oob:every=177ms"))[0].perhaps == true'
	holds 'map(select(.group == "unacked:limit=315ms"))[0] | .result == "alive" and (has("perhaps") | not)'
	holds 'map(select(.group == "unacked:limit=2500ms+oob"))[0] | .result == "alive" and (has("perhaps") | not)'
}

@test "a composite notices with the first of its probes, and any of them may give a false alarm" {
	predicted -p 'keepalive,unacked,keepalive+unacked,rdhup+keepalive' drop,half-close
	[ "$(by drop keepalive)" = 14 ]
	[ "$(by drop unacked)" = 4 ]
	[ "$(by drop keepalive+unacked)" = 4 ]
	[ "$(by half-close keepalive+unacked)" = alive ]
	[ "$(by half-close rdhup+keepalive)" = false-alarm ]
	holds 'map(select(.group == "keepalive+unacked" and .fault == "drop")) | .[0].probe == "unacked"'
}

@test "a limit that an outage may just outlast is a race, and is predicted as one" {
	predicted -p heartbeat:limit=1s,heartbeat:limit=4s flap:for=900ms
	holds 'map(select(.group == "heartbeat:limit=1s")) | .[0].perhaps == true'
	holds 'map(select(.group == "heartbeat:limit=4s")) | .[0].result == "alive" and (.[0] | has("perhaps") | not)'
}

@test "without -p every probe with its own parameters; the word default stands for the default probes" {
	predicted -p default
	holds '[.[] | select(.event == "start")] | length == 1 and .[0].mode == "predict"'
	holds '(.[0].probes) as $names | map(select(.event == "prediction") | .group) | unique | length == 1 and
		(.[0] | split("+") | map(sub(":.*"; ""))) == $names'
	predicted drop
	holds "map(select(.event == \"prediction\")) | length == $("$TCPALIVE" rows probes | wc -l)"
	[ "$(by drop keepalive)" = 14 ]
	holds '.[-1].event == "end" and .[-1].exit == 0'
}

@test "text: a table of 80 columns, with -v the reasons, with -q the sums" {
	run tcpalive predict
	[ "$status" -eq 0 ]
	[ -z "$(sed '/^ *[a-z+-]*:/,$d' <<<"$output" | awk 'length > 80')" ]
	[[ $output == *'keepalive: 19 of 21 deaths'* ]]
	run ! grep -q ' $' <<<"$output"
	run tcpalive predict -v -p keepalive drop,freeze
	[[ $output == *'drop'*'14.0s'*'keepalive gives up: idle + cnt * intvl'* ]]
	[[ $output == *'freeze'*'never'* ]]
	run tcpalive predict -q -p keepalive drop,freeze
	[ "${lines[*]}" = 'keepalive: 1 of 2 deaths, the slowest within 14.0s; never freeze' ]
}

@test "markdown: the same as a table" {
	run tcpalive predict -o markdown -p peek,rdhup+keepalive drop,half-close
	[ "$status" -eq 0 ]
	[[ $output == *'| fault | peek | rdhup+keepalive |'* ]]
	[[ $output == *'| drop | never | 14.0s |'* ]]
	[[ $output == *'| half-close | false alarm | false alarm |'* ]]
}

@test "no socket is made, and no privilege is needed" {
	need strace strace
	# A leak cannot be looked for beneath strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -o "$BATS_TEST_TMPDIR/calls" -e trace=socket,socketpair,connect,bind,unshare,clone,clone3 "$TCPALIVE" predict >/dev/null 3>&- 4>&-
	run ! grep -qv 'exited with' "$BATS_TEST_TMPDIR/calls"
	[ "$(id -u)" -eq 0 ] || return 0
	chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
	cp "$TCPALIVE" "$BATS_TEST_TMPDIR/ours"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$BATS_TEST_TMPDIR/ours" predict -q
	[ "$status" -eq 0 ]
}

@test "what a prediction has no use for is refused" {
	local args
	while read -r args; do
		# shellcheck disable=SC2086
		run --separate-stderr tcpalive $args
		[ "$status" -eq 2 ] && [ "$(wc -l <<<"$stderr")" -eq 1 ] && [ -z "$output" ] ||
			{ printf '%s: status %s\n' "$args" "$status" >&2; return 1; }
	done <<-ARGS
		predict localhost:1
		predict --listen 0
		predict --all
		predict --max-clients 3
		predict --fault drop
		predict --timeout 3s
		predict --expect any
		predict -o svg=$BATS_TEST_TMPDIR/x
		predict -o tap
		predict --sysctl tcp_syn_retries=3
		predict --sysctl tcp_retries2=256
		predict --sysctl tcp_retries2=many
		predict nonsense
		--traffic idle localhost:1
	ARGS
}

@test "a report that cannot be written is an error" {
	run --separate-stderr tcpalive predict -o json=/dev/full
	[ "$status" -eq 4 ]
	[[ $stderr == *'/dev/full'* ]]
}

# The lab ends after 15 s, and strikes within a second of the connect: what is predicted
# to come later is missed there, and keepalive may have sent one segment less.
@test "every cell of the golden table is what is predicted" {
	local faults bad
	faults=$("$TCPALIVE" rows faults | cut -f1 | sed 's/^flap$/flap:for=1s/; s/^reboot-late$/&:for=3s/')
	# shellcheck disable=SC2086
	predicted -p "$("$TCPALIVE" rows lab | paste -sd,)" $faults
	exits 0
	bad=$(awk '
		NR == FNR { class[$1 " " $2] = $3; from[$1 " " $2] = $4; by[$1 " " $2] = $5; next }
		{ cell = $1 " " $2; seen[cell] = 1 }
		!(cell in class) { print cell ": not in the golden table"; next }
		$3 == "noticed" && $4 > 14 { $3 = "missed" }
		$3 != class[cell] { print cell ": " $3 ", expected " class[cell]; next }
		$3 == "noticed" && ($4 < from[cell] || $4 > by[cell] * 1.125 + (cell == "keepalive reboot-late" ? 1 : 0.3)) {
			print cell ": by " $4 "s, expected " from[cell] " to " by[cell]
		}
		END { for (cell in class) if (!(cell in seen)) print cell ": was not predicted" }
	' <(golden | possible_here) <(events prediction | jq -r '[.probe + (if .group | contains("eof=ignore") then ":eof=ignore" else "" end),
		(.fault | sub(":.*"; "")), .result, .by // "-"] | join(" ")' | possible_here))
	[ -z "$bad" ] || { printf '%s\n' "$bad" >&2; return 1; }
}

# What a rule of the model says of every fault, alone and together with others, in each
# traffic. Where it is to change, run tests/predictions and look at what became of each line.
@test "each prediction is what it was when the lab found it true" {
	local bad share
	# The timer wheel of another HZ than that of the file has other grains, an eighth at the most.
	share=$(python3 -c 'import time; print(0 if time.clock_getres(6) == 0.004 else 0.15)') # CLOCK_MONOTONIC_COARSE
	bad=$("$TESTS/predictions" "$TCPALIVE" | possible_here | awk -F'\t' -v share="$share" '
		NR == FNR { row[$1 FS $2 FS $3] = $0; next }
		!(($1 FS $2 FS $3) in row) { print $1, $2, $3 ": not in tests/predictions.tsv (CONTRIBUTING.md, Add a probe, says how it gets there)"; next }
		{
			key = $1 FS $2 FS $3
			n = split(row[key], want)
			seen[key] = 1
			if (n != NF) print $1, $2, $3 ": " NF - 3 " faults, expected " n - 3
			for (i = 4; i <= NF; i++) {
				split($i, a, "@"); split(want[i], b, "@")
				# The longest jiffy is 10 ms.
				off = 0.03 + share * b[2]
				if (a[1] != b[1] || (a[2] == "") != (b[2] == "") || a[2] - b[2] > off || b[2] - a[2] > off)
					print $1, $2, $3 ": " $i ", expected " want[i]
			}
		}
		END { for (key in row) if (!(key in seen)) print key ": is no longer predicted" }
	' <(possible_here <"$TESTS/predictions.tsv") -)
	[ -z "$bad" ] || { printf '%s\n' "$bad" >&2; return 1; }
}

@test "columns that differ in a parameter are headed by it, and by no other; the sums say it all" {
	local both=hup+heartbeat:every=500ms:limit=1s
	run tcpalive predict -p "$both,$both:eof=ignore" drop
	[ "$status" -eq 0 ]
	[[ $output == *$'\nfault  hup+heartbeat  hup+heartbeat eof=ignore\n'* ]]
	[[ $output == *$'\n'"$both: "* && $output == *$'\n'"$both:eof=ignore: "* ]]
	run tcpalive predict -p "$both,$both:eof=ignore" -o markdown drop
	[[ $output == *$'\n| fault | hup+heartbeat | hup+heartbeat eof=ignore |\n'* ]]
}
