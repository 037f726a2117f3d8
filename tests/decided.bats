#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# When a watch ends: once all that is waited for is decided, and not before.

load helper
load servers

# at NAME COMMAND OPTION...: a watch of that name, of a peer of its own whose pid the command has as PEER.
at() {
	local name=$1 command=$2
	shift 2
	start_peer --life echo
	spawn "$name" "$TCPALIVE" -o json --fault-at 300ms --fault-exec "${command//PEER/$server}" "$@" "127.0.0.1:$port"
	watches+=("$pid")
}

# ended NAME STATUS FILTER: that watch did so; of its events together, with the end and the last verdict at $over and $dead.
ended() {
	local got=0
	wait "${watches[$1]}" || got=$?
	[ "$got" -eq "$3" ] && jq -es '(map(select(.event == "end"))[0].t) as $over |
		(map(select(.event == "dead").t) | max) as $dead | (map(select(.event == "fault"))[0].t) as $fault |
		(map(select(.event == "result")) | map({ (.probe): . }) | add) as $result | '"$4" "$BATS_TEST_TMPDIR/$2.out" && return
	echo "$2: status $got" >&2
	cat "$BATS_TEST_TMPDIR/$2.out" >&2
	return 1
}

# bound SECONDS: a bound that a slowed build cannot keep.
bound() { [ -n "${TCPALIVE_WRAPPED:-}" ] && echo 60 || echo "$1"; }

@test "a watch ends when all that is waited for is decided" {
	local watches=() heartbeat='heartbeat:want=\n:every=300ms:limit=600ms'
	at frozen 'kill -STOP PEER' -p "$heartbeat" --within 10s --expect 'heartbeat<=10s'
	at thaws 'kill -STOP PEER; (sleep 2; kill -CONT PEER) >/dev/null 2>&1 &' -p "$heartbeat" --within 6s
	at default 'kill -KILL PEER'
	at named 'kill -KILL PEER' -w 2500ms --expect any --expect keepalive=never
	at program 'kill -KILL PEER' -p @redis
	at chosen 'kill -KILL PEER' -w 2500ms -p rdhup+keepalive
	# The answer would have come; the path to it, and its process, are not the command's any more.
	ended 0 frozen 0 "\$result.heartbeat.result == \"noticed\" and \$over - \$dead < $(bound 3)"
	# What the command has started may still undo it.
	ended 1 thaws 1 '$result.heartbeat.result == "false-alarm"'
	# One of them has told the end, and nobody asked how long the other would take for it.
	ended 2 default 0 "\$over - \$dead < $(bound 1)"' and $result.rdhup.result == "noticed" and
		($result.keepalive | .result == "inconclusive" and .note == "not waited for: rdhup had reported the end")'
	# Who asks for a probe gets its result.
	ended 3 named 0 '$result.keepalive.result == "missed" and $over - $fault >= 2.5'
	# The same of what a program does out of the box, which would take ten minutes.
	ended 4 program 0 "\$over - \$dead < $(bound 1)"' and $result.read.result == "noticed" and
		($result.keepalive | .result == "inconclusive" and .note == "not waited for: read had reported the end")'
	ended 5 chosen 0 '$result.keepalive.result == "missed" and $over - $fault >= 2.5'
}
