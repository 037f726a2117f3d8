#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2030,SC2031
# The text report through the program: what fits where, and that nothing is lost.

load helper
load servers

# Every probe against one death, in $output.
every_probe() {
	start_peer
	run tcpalive --all -w 2s --fault-exec "kill -USR1 $server" "$@" "127.0.0.1:$port"
	[ "$status" -le 1 ]
}

widest() { LC_ALL=C.UTF-8 wc -L <<<"$output"; }
table() { sed -n '/^probe /,$p' <<<"$output"; }

@test "LC_ALL=C, COLUMNS=80: the table is ASCII and fits" {
	COLUMNS=80 every_probe
	! LC_ALL=C grep -P '[^\x00-\x7f]' <<<"$output" || return 1
	[ "$(table | sed '$d' | wc -L)" -le 80 ]
	[ "$(table | grep -cE '(noticed|missed|false-alarm|alive|unsupported)')" -ge "$("$TCPALIVE" rows probes | wc -l)" ]
}

@test "COLUMNS=200: more columns, and still all fits" {
	COLUMNS=200 every_probe
	[ "$(widest)" -le 200 ]
	[[ $(table | head -n 1) == *'worst case'* ]]
}

@test "UTF-8: the same table, with lines" {
	locale -a | grep -qi '^c\.utf-\?8$' || skip 'the locale C.UTF-8 is missing'
	COLUMNS=100 LC_ALL=C.UTF-8 every_probe
	[[ $output == *'●'* ]]
	[ "$(table | sed '$d' | LC_ALL=C.UTF-8 wc -L)" -le 100 ]
}

@test "every mark of the lanes is in the legend" {
	COLUMNS=100 every_probe
	[[ $output == *'| kernel events'*'* noticed'*'. missed'* ]]
}

# All at once, each with a peer of its own.
@test "text in brackets is not broken, nor is a line too long but the last, for scripts" {
	local width watches=()
	for width in 80 90 94 96 98; do
		start_peer
		spawn "width$width" env COLUMNS="$width" timeout 30 "$TCPALIVE" --all -w 2s \
			--fault-exec "kill -USR1 $server" "127.0.0.1:$port"
		watches+=("$pid")
	done
	for width in 80 90 94 96 98; do
		wait "${watches[0]}"
		watches=("${watches[@]:1}")
		output=$(<"$BATS_TEST_TMPDIR/width$width.out")
		[[ $output == *probe*result* ]]
		! grep -E '\((lag|[0-9.]+[mu]?s)( behind( the)?)?$' <<<"$output" || return 1
		[ "$(sed '$d' <<<"$output" | LC_ALL=C.UTF-8 wc -L)" -le "$width" ]
	done
}

@test "-q is one line, which says it all" {
	every_probe -q
	on_time
	[ "${#lines[@]}" -eq 1 ]
	[[ ${lines[0]} == [0-9]*" of $("$TCPALIVE" rows probes | wc -l) probes noticed, "*' after '*'missed it'*. ]]
}

# Who looks first of those that one event wakes is the loop's choice: nobody's merit.
@test "probes that notice within a millisecond of the first are first together" {
	local probes times together first
	for probes in --all -ppeek,tcp-info,hup -ppeek,tcp-info; do
		start_peer
		run tcpalive -q "$probes" -o "json=$BATS_TEST_TMPDIR/json" -o text -w 500ms \
			--fault-exec "kill -USR1 $server" "127.0.0.1:$port"
		times=$(jq 'select(.result == "noticed") | .after' "$BATS_TEST_TMPDIR/json" | sort -g)
		together=$(awk 'NR == 1 { first = $1 } $1 - first < 0.001 { n++ } END { print n }' <<<"$times")
		case $probes/$together in
		--all/[123] | -p*hup/1) first=', [a-z-]+((, [a-z-]+)? and [a-z-]+)? first after ' ;;
		--all/*) first=", the first $together together after " ;;
		-p*hup/2) first=', (peek and tcp-info|tcp-info and peek) first after ' ;;
		*/2) first='^All 2 probes noticed, together after [0-9.]+m?u?s\.$' ;;
		*/1) first='^All 2 probes noticed, [a-z-]+ first after .*, [a-z-]+ last after ' ;;
		esac
		[[ $output =~ $first ]] || { printf '%s together: %s\n' "$together" "$output" >&2; return 1; }
	done
}

@test "one probe: a sentence about it" {
	start_peer
	run tcpalive -q -p peek --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[[ $output == 'peek noticed after '*' (EOF).' ]]
}

@test "an end that came before the fault proves nothing, and the sentence says why" {
	start_peer --life closes
	run tcpalive -q -p heartbeat:every=100ms -w 500ms --fault-at 2s --fault-exec true "127.0.0.1:$port"
	[[ $output =~ ^heartbeat\ is\ inconclusive\ \(EOF\):\ ended\ [0-9.]+m?s\ before\ the\ fault\.$'\n' ]]
	run tcpalive -q -p heartbeat:every=100ms,peek -w 500ms --fault-at 2s --fault-exec true "127.0.0.1:$port"
	[[ $output =~ ^The\ peer.s\ kernel\ answers.\ 1\ of\ 2\ probes\ raised\ no\ alarm.\ 1\ inconclusive\ \(heartbeat\):\ ended\  ]]
}

@test "a living peer: no probe raises an alarm" {
	start_peer --life echo
	run tcpalive -q -p read,peek -t 1s --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[ "$output" = "The peer's kernel answers; none of 2 probes raised an alarm." ]
	# Whether its process lives, only an answer of its own tells.
	run tcpalive -q -p heartbeat:every=100ms,peek -t 1s --expect alive "127.0.0.1:$port"
	[ "$output" = 'The peer lives; none of 2 probes raised an alarm.' ]
	run tcpalive -q -p peek -t 500ms "127.0.0.1:$port"
	[ "${lines[0]}" = 'peek watched a peer whose kernel answers.' ]
}

@test "what the peer sends reaches the terminal without control characters" {
	start_peer --greet '\x1b[2J\x07' --life echo
	run tcpalive -p 'heartbeat:send=\x1b[31mhello' -t 1s "127.0.0.1:$port"
	[[ $output != *$'\e'* ]]
	[[ $output != *$'\a'* ]]
}

@test "a file has no escape sequence, unless --color=always" {
	start_peer
	tcpalive -p peek -o "text=$BATS_TEST_TMPDIR/file" -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	! grep -q $'\e' "$BATS_TEST_TMPDIR/file" || return 1
	start_peer
	run tcpalive -p peek --color=always -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[[ $output == *$'\e[32m'* ]]
	! [[ $output =~ $'\e['[0-9]*[AJK] ]] || return 1
}

# Many lines for a reader who sleeps first: more than a pipe and the buffer hold.
@test "a reader that does not read loses nothing" {
	need_descriptors 4000
	start_peer --life echo
	run bash -c '"$@" | { sleep 7; cat; } | tail -n 1' - timeout 60 "$TCPALIVE" -o json \
		-p read,peek,rdhup -n 600 -t 4s --expect alive "127.0.0.1:$port"
	[ "$(jq -c '[.event, .exit]' <<<"$output")" = '["end",0]' ]
}

@test "a reader that does not read: SIGINT ends the wait" {
	need_descriptors 4000
	start_peer --life echo
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	spawn reader bash -c "exec tail -f /dev/null 9<'$BATS_TEST_TMPDIR/pipe'"
	spawn stuck "$TCPALIVE" -o "json=$BATS_TEST_TMPDIR/pipe" -q -p read,peek,rdhup -n 600 -t 1s \
		--expect alive "127.0.0.1:$port"
	sleep 4 # far longer than it watches
	! gone "$pid" || return 1
	kill -INT "$pid"
	eventually 5 gone "$pid"
	local status=0
	wait "$pid" || status=$?
	[ "$status" -ne 0 ]
	grep -q "^tcpalive: '.*/pipe': " "$BATS_TEST_TMPDIR/stuck.err"
}

# --- the lab

# lab WORD...: in $output, or skipped where the system forbids it.
lab() {
	need_lab
	run tcpalive lab "$@"
}

quick=keepalive:idle=1s:intvl=1s:cnt=1

@test "the lab: a line for each fault as it ends, the matrix, the numbers, a sentence" {
	COLUMNS=80 lab none,rst,drop,half-close -p "peek,$quick,rdhup,hup" -t 5s
	grep -qE '^ +[0-9.]+  none: the peer lives, and none of 4 raised an alarm' <<<"$output"
	grep -qE '^ +[0-9.]+  rst: 4 of 4 noticed, first ' <<<"$output"
	grep -qE '^ +[0-9.]+  drop: 1 of 4 noticed, first keepalive [12]\.[0-9]+s' <<<"$output"
	grep -qE '^ +[0-9.]+  half-close: the peer lives, and 2 of 4 gave a false alarm' <<<"$output"
	[[ $output == *'4 faults, 4 probes, traffic: idle'* ]]
	grep -qE '^fault +peek +keepalive +rdhup +hup$' <<<"$output"
	grep -qE '^none +\. +\. +\. +\.$' <<<"$output"
	grep -qE '^drop +- +[12]\.[0-9]{2} +- +-$' <<<"$output"
	grep -qE '^half-close +[0-9.]+! +\. +[0-9.]+! +\.$' <<<"$output"
	[[ $output == *'-: missed'*'!: false alarm'*'.: alive'* ]]
	grep -qE '^keepalive +2/2 +0 +[0-9.]+m?u?s +[0-9]+ +[0-9]+  nothing$' <<<"$output"
	grep -qE '^hup +1/2 +0 .*  drop$' <<<"$output"
	[[ $output == *$'What to use'*"-p '$quick'"* ]]
	[[ $output == *'keepalive noticed 2 of 2 deaths, within '*'2 of 4 probes gave a false alarm'* ]]
}

@test "the lab: a death that nobody noticed without a false alarm is a death in every report" {
	lab drop,freeze,none -p fionread -t 3s -o text -o "markdown=$BATS_TEST_TMPDIR/md" \
		-o "svg=$BATS_TEST_TMPDIR/svg"
	grep -qE '^ +[0-9.]+  drop: 0 of 1 noticed, 1 false alarm' <<<"$output"
	grep -qE '^ +[0-9.]+  none: the peer lives, and 1 of 1 gave a false alarm' <<<"$output"
	grep -qE '^fionread +0/2 +3 ' <<<"$output"
	[[ $output == *'2 deaths, and no probe noticed any without a false alarm elsewhere; 1 of 1 probes gave a false alarm'* ]]
	grep -qF '| fionread | 0 of 2 | 3 |' "$BATS_TEST_TMPDIR/md"
	grep -q '^2 deaths, ' "$BATS_TEST_TMPDIR/md"
	grep -q '>the peer is dead<' "$BATS_TEST_TMPDIR/svg"
	grep -q '>the peer lives<' "$BATS_TEST_TMPDIR/svg"
	grep -q '>0/2<' "$BATS_TEST_TMPDIR/svg"
}

@test "the lab: a false alarm from before the fault is a mark without a time" {
	lab rst,drop -p fionread,peek -t 3s -o text -o "tap=$BATS_TEST_TMPDIR/tap" \
		-o "markdown=$BATS_TEST_TMPDIR/md" -o "svg=$BATS_TEST_TMPDIR/svg"
	grep -qE '^rst +! +[0-9.]+$' <<<"$output"
	grep -qE '^drop +! +-$' <<<"$output"
	grep -qE '^\| drop \| \*\*!\*\* \| - \|$' "$BATS_TEST_TMPDIR/md"
	[ "$(grep -cE '^ +false-alarm [0-9.]+ s before the fault$' "$BATS_TEST_TMPDIR/tap")" -eq 2 ]
	grep -qE 'fionread: false-alarm [0-9.]+ s before the fault' "$BATS_TEST_TMPDIR/svg"
}

@test "the lab in 80 columns: blocks that fit" {
	COLUMNS=80 lab none,rst,close,kill,half-close -t 3s
	[ "$(grep -cE '^(fault|probe) .*(none|read|peek)' <<<"$output")" -ge 1 ]
	[ "$(sed -n '/^Seconds until/,/^2\.13/p' <<<"$output" | wc -L)" -le 80 ]
	! LC_ALL=C grep -P '[^\x00-\x7f]' <<<"$output" || return 1
}

@test "the lab: a composite has a row of its own, and one for each of its probes" {
	lab rst,drop -p "rdhup+$quick,peek" -t 5s
	grep -qE '^rdhup\+keepalive' <<<"$output"
	grep -qE '^ \+rdhup +2/2 ' <<<"$output" # of drop too: keepalive ends the connection
	grep -qE '^ \+keepalive +2/2 ' <<<"$output"
}

@test "the lab with one fault reads like a watch" {
	lab drop -p "$quick,peek" -t 5s
	grep -qE '^keepalive +noticed +[12]\.[0-9]+s ' <<<"$output"
	grep -qE '^peek +missed ' <<<"$output"
	[[ $output == *'fault drop, 2 probes, traffic: idle'* ]]
	[[ $output == *'1 of 2 probes noticed, keepalive first after '* ]]
}

@test "the lab: -q is one line" {
	lab -q rst,drop -p "$quick" -t 5s
	on_time
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == 'keepalive noticed 2 of 2 deaths, within '* ]]
}
