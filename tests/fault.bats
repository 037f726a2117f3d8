# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# The options around the watch: faults, deadlines, expectations, connections, output.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

@test "--fault drop: this side receives nothing more, and the truth is dead" {
	need_capability NET_ADMIN
	start_peer --life echo
	watched -p read,rdhup,keepalive:idle=1s:intvl=1s:cnt=2,heartbeat:every=1s:limit=1s -w 7s \
		--fault drop "127.0.0.1:$port"
	exits 1
	expect_results <<-RESULTS
		read      missed
		rdhup     missed
		keepalive noticed
		heartbeat noticed
	RESULTS
	noticed_within 6 keepalive heartbeat
	holds 'map(select(.event == "fault"))[0].fault == "drop"'
}

@test "--fault drop without the privilege: says which, status 4" {
	start_peer
	without_privilege -p read --fault drop -w 1s "127.0.0.1:$port"
	# Older kernels let everyone filter his own socket.
	[ "$status" -ne 1 ] || skip 'this kernel asks for no privilege'
	[ "$status" -eq 4 ]
	[[ $stderr == "tcpalive: "*CAP_NET_ADMIN* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "--fault-exec: time counts from the command's start" {
	start_peer
	watched -p rdhup -w 5s --fault-exec "sleep 1; $(dies)" "127.0.0.1:$port"
	exits 0
	holds 'map(select(.event == "result"))[0] | .after >= 1 and .after < 3'
}

@test "--fault-exec where there is no shell: it is the shell that is missing" {
	need_user_namespaces
	start_peer
	: >"$BATS_TEST_TMPDIR/empty"
	run --separate-stderr timeout 20 unshare -rm bash -c 'mount --bind "$1" /bin/sh && shift && exec "$@"' - \
		"$BATS_TEST_TMPDIR/empty" "$TCPALIVE" -p rdhup -t 2s --fault-exec true "127.0.0.1:$port" 3>&- 4>&-
	[ "$status" -eq 4 ]
	[ "$stderr" = "tcpalive: --fault-exec 'true': /bin/sh: Permission denied" ]
}

@test "--fault-exec that fails: told, and status 4 if nothing died of it" {
	start_peer
	run --separate-stderr tcpalive -p rdhup -w 1s -t 3s --fault-exec 'exit 7' "127.0.0.1:$port"
	[ "$status" -eq 4 ]
	[[ $stderr == "tcpalive: "*"exit 7"*"exit status 7"* ]]
	watched -p rdhup -w 2s --fault-exec "$(dies); exit 7" "127.0.0.1:$port"
	exits 0
	holds 'map(select(.event == "result"))[0].result == "noticed"'
}

@test "--fault-exec: what the command prints is not mixed into the results" {
	start_peer
	run --separate-stderr tcpalive -o json -p rdhup -w 2s --fault-exec "echo noise; $(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output != *noise* ]]
	jq -es 'length > 0' <<<"$output" >/dev/null
}

@test "--fault-at: counted from when every connection is established" {
	start_peer
	watched -p rdhup -n 5 -w 1s --fault-at 500ms --fault-exec "$(dies)" "127.0.0.1:$port"
	holds '(map(select(.event == "connected").t) | max) as $stand |
		(map(select(.event == "fault"))[0].t - $stand) | . >= 0.5 and . < 1.5'
}

@test "--within: a probe without a verdict by then has missed it" {
	start_peer
	watched -p hup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds '.[-1].t - map(select(.event == "fault"))[0].t | . >= 1 and . < 3'
	expect_results <<<'hup missed'
}

@test "--timeout: the end of a watch in which nothing dies" {
	start_peer
	watched -p hup,read -t 1s "127.0.0.1:$port"
	exits 5
	holds '.[-1].t | . >= 1 and . < 8'
	holds 'map(select(.event == "result")) | length == 2 and all(.result == "alive")'
}

# All at once, each with a peer of its own.
@test "--expect: each form, held and broken" {
	local forms=() wants=() pids=() want expect got n
	while read -r want expect; do
		start_peer --life sink
		# shellcheck disable=SC2086
		spawn expect timeout 30 "$TCPALIVE" -q -w 1s -p peek,hup ${expect//,/ --expect } \
			--fault-exec "$(dies)" "127.0.0.1:$port"
		forms+=("$expect") wants+=("$want") pids+=("$pid")
	done <<-FORMS
		0 ,any
		1 ,all
		1 ,alive
		0 ,peek<=900ms
		1 ,peek<=1us
		0 ,hup=never
		1 ,peek=never
		1 ,hup<=1s
		1 ,any,peek=never
	FORMS
	[ "${#forms[@]}" -eq 9 ]
	for n in "${!forms[@]}"; do
		got=0
		wait "${pids[n]}" || got=$?
		[ "$got" -eq "${wants[n]}" ] || { echo "${forms[n]}: $got, expected ${wants[n]}" >&2; return 1; }
	done
}

@test "--expect that names a probe which is not watched is a mistake" {
	run --separate-stderr tcpalive -p peek --expect 'hup<=1s' 127.0.0.1:1
	[ "$status" -eq 2 ]
	[[ $stderr == *hup* ]]
}

@test "-n: that many connections for each target and probe" {
	start_peer
	first=$port
	start_peer
	watched -p rdhup,peek -n 3 -w 1s --fault-exec "$(dies)" "127.0.0.1:$first" "127.0.0.1:$port" \
		--expect any
	holds "map(select(.event == \"connected\")) | length == 12 and
		(map(select(.remote == \"127.0.0.1:$first\")) | length == 6)"
	# One of the two peers lives: each of its connections does.
	expect_results <<-RESULTS
		rdhup alive,noticed
		peek  alive,noticed
	RESULTS
}

@test "-p with + : one connection; with , : one each" {
	start_peer
	watched -p rdhup+peek -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds 'map(select(.event == "connected")) | length == 1 and .[0].probes == ["rdhup", "peek"]'
	start_peer
	watched -p rdhup,peek -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds 'map(select(.event == "connected")) | length == 2'
}

@test "-s: the address that one connects from" {
	start_peer
	watched -p rdhup -s 127.0.0.2 -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	exits 0
	holds 'map(select(.event == "connected"))[0].local | startswith("127.0.0.2:")'
	run --separate-stderr tcpalive -p rdhup -s 192.0.2.77 "127.0.0.1:$port"
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: "*192.0.2.77* ]]
}

@test "-4 and -6: one family alone" {
	start_peer
	watched -4 -p rdhup -w 1s --fault-exec "$(dies)" "localhost:$port"
	exits 0
	holds 'map(select(.event == "connected"))[0].remote | startswith("127.0.0.1:")'
	run --separate-stderr tcpalive -6 -p rdhup "127.0.0.1:$port"
	[ "$status" -eq 3 ] || [ "$status" -eq 2 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a name with several addresses: all are tried until one answers" {
	# The peer listens on 127.0.0.1 alone; localhost may be ::1 first.
	start_peer
	watched -p rdhup -w 1s --fault-exec "$(dies)" "localhost:$port"
	exits 0
}

@test "-i: how often a polled probe checks" {
	start_peer
	watched -i 1s -p tcp-info -w 3s --fault-exec "$(dies)" "127.0.0.1:$port"
	slow=$(events result | jq .worst_case)
	start_peer
	watched -i 10ms -p tcp-info -w 3s --fault-exec "$(dies)" "127.0.0.1:$port"
	fast=$(events result | jq .worst_case)
	jq -en "$slow >= 1 and $fast < 0.5" >/dev/null
	noticed_within 0.9 tcp-info
}

@test "-q: the summary alone; -v: more" {
	start_peer
	for how in -q '' -v; do
		# shellcheck disable=SC2086
		run --separate-stderr tcpalive $how -p rdhup,read -w 20s --color=never --expect any \
			--fault-exec "$(dies)" "127.0.0.1:$port"
		[ "$status" -eq 0 ]
		declare "lines_${how#-}=${#lines[@]}"
		start_peer
	done
	[ "$lines_q" -lt "$lines_" ]
	[ "$lines_v" -gt "$lines_" ]
}

@test "--color and NO_COLOR" {
	start_peer
	run env -u NO_COLOR "$TCPALIVE" --color=always -p rdhup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[[ $output == *$'\e['* ]]
	start_peer
	run env -u NO_COLOR "$TCPALIVE" --color=auto -p rdhup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[[ $output != *$'\e['* ]]
	start_peer
	run env NO_COLOR=1 "$TCPALIVE" -p rdhup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[[ $output != *$'\e['* ]]
}

@test "several reports at once: text to the terminal, JSON to a file" {
	start_peer
	run tcpalive -o text -o "json=$BATS_TEST_TMPDIR/copy.json" --color=never -p rdhup -w 1s \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output == *rdhup* && $output != *'{"event"'* ]]
	jq -es '.[0].event == "start" and .[-1].event == "end"' "$BATS_TEST_TMPDIR/copy.json" >/dev/null
}

@test "ASCII alone where the locale is not UTF-8" {
	start_peer
	LC_ALL=C run tcpalive --color=never -p rdhup,hup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ -n "$output" ]
	run ! grep -qP '[^\x00-\x7f]' <<<"$output"
}
