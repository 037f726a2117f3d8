#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# All reports of one run say the same: what tests/agree computes from its JSON.

load helper
load servers

setup_file() { one_by_one; }

# reports: the options for one report of each kind, in the test's directory.
reports() {
	local kind
	for kind in json text tap junit markdown; do printf -- '-o\n%s\n' "$kind=$BATS_TEST_TMPDIR/$kind"; done
}

@test "a watch in which some notice, some miss, and expectations hold and break" {
	local options
	start_peer
	mapfile -t options < <(reports)
	COLUMNS=100 run tcpalive -p peek,hup,rdhup -n 2 -i 300ms -w 1s "${options[@]}" \
		--expect all --expect any --expect 'peek<=900ms' --expect 'hup<=1s' --expect 'rdhup<=1us' \
		--fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	"$TESTS/agree" "$BATS_TEST_TMPDIR"
}

@test "a watch in which all that is expected holds" {
	local options
	start_peer --death rst
	mapfile -t options < <(reports)
	COLUMNS=100 run tcpalive -p peek,hup,so-error -n 3 -i 100ms -w 1s "${options[@]}" \
		--expect any --expect all --expect 'peek<=900ms' --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	"$TESTS/agree" "$BATS_TEST_TMPDIR"
}

@test "a watch in which nothing dies" {
	local options
	start_peer --life echo
	mapfile -t options < <(reports)
	COLUMNS=100 run tcpalive -p peek,read -n 2 -t 500ms "${options[@]}" --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	"$TESTS/agree" "$BATS_TEST_TMPDIR"
}

@test "how many polls the peer answered, and how fast, is in every report" {
	local options got
	start_peer --life echo --think 0.04
	mapfile -t options < <(reports)
	COLUMNS=100 run tcpalive -p rdhup,heartbeat:every=100ms -n 2 -t 900ms "${options[@]}" --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	"$TESTS/agree" "$BATS_TEST_TMPDIR"
	jq -es 'map(select(.event == "result")) | (.[] | select(.probe == "rdhup") | has("polls") | not) and
		(.[] | select(.probe == "heartbeat") | .polls >= 2 and .answered == .polls and
		.answer_min >= 0.04 and .answer_min <= .answer_max and .answer_max < 0.8)' "$BATS_TEST_TMPDIR/json"
	got='heartbeat: alive, \([0-9]*\) of \1 answered, [0-9][0-9]*\( to [0-9][0-9]*\)\{0,1\} ms$'
	for kind in text tap junit markdown; do
		grep -q -- "$got" "$BATS_TEST_TMPDIR/$kind" || { cat "$BATS_TEST_TMPDIR/$kind" >&2; return 1; }
	done
}

# is_start FILE BEFORE AFTER SED: what sed finds in it is an RFC 3339 time in UTC between these (date +%s).
is_start() {
	local at
	at=$(sed -nE "$4" "$BATS_TEST_TMPDIR/$1") && [ -n "$at" ] && at=$(date -u -d "$at" +%s) &&
		[ "$at" -ge "$2" ] && [ "$at" -le "$3" ] && return
	echo "$1: '$at' is not from $2 to $3" >&2
	return 1
}

@test "the time of day at the start is in every report, and the same" {
	local options before=${EPOCHSECONDS} after z='([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}'
	start_peer
	mapfile -t options < <(reports)
	# A zone of its own must not matter.
	TZ=Asia/Kolkata run tcpalive -p rdhup -t 200ms "${options[@]}" -o svg="$BATS_TEST_TMPDIR/svg" "127.0.0.1:$port"
	after=${EPOCHSECONDS}
	is_start json "$before" "$after" "1s/.*\"time\":\"$z\\.[0-9]{6}Z)\".*/\\1/p"
	is_start text "$before" "$after" "1s/^ +0\\.[0-9]+ +start +$z\\.[0-9]{4}Z)\$/\\1/p"
	is_start junit "$before" "$after" "s/.* timestamp=\"$z)\".*/\\1Z/p"
	is_start tap "$before" "$after" "s/^# started $z"'Z)$/\1/p'
	is_start markdown "$before" "$after" "s/^Started $z"'Z)\.$/\1/p'
	is_start svg "$before" "$after" "s/.*>$z"'Z)<.*/\1/p'
	run tcpalive -q -p rdhup -t 100ms "127.0.0.1:$port"
	[[ $output != *start* ]]
}

@test "the lab: deaths and lives, noticed, missed, false alarms, a composite" {
	need_lab
	local options
	mapfile -t options < <(reports)
	COLUMNS=100 run tcpalive lab none,rst,drop,close,half-close -t 4s "${options[@]}" \
		-p peek,rdhup+keepalive:idle=1s:intvl=1s:cnt=1,fionread,hup
	[ "$status" -eq 0 ]
	"$TESTS/agree" "$BATS_TEST_TMPDIR"
}
