# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# What is said of a path that was silent for a while: when that was, and what it ended. Watches wait
# side by side.

load helper
load routed

# begin NAME ARGUMENT...: a watch of $port beside others, which end NAME judges.
declare -A watchers
begin() {
	local name=$1
	shift
	spawn_at watcher "$name" "$TCPALIVE" -o json "$@" "$SERVER4:$port"
	watchers[$name]=$pid
	json=$BATS_TEST_TMPDIR/$name.out errors=$BATS_TEST_TMPDIR/$name.err
	wait_event connected
}

# end NAME: that watch is over; what follows is about its events.
end() {
	keep_events
	watcher=${watchers[$1]}
	json=$BATS_TEST_TMPDIR/$1.out errors=$BATS_TEST_TMPDIR/$1.err
	finish
}

# heal_port PORT: the fault of the path to that port is over.
heal_port() {
	local family
	for family in -4 -6; do
		at router ip "$family" rule del pref 5 iif west ipproto tcp dport "$1"
		at router ip "$family" rule del pref 5 iif east ipproto tcp sport "$1"
	done
}

# nobody_died: whatever its probes said, and the report says why it seemed so.
nobody_died() {
	holds 'map(select(.event == "result")) | length > 0 and
		all(.result == "alive" or .result == "false-alarm")'
	holds 'map(select(.event == "note" and (.text | test("^the path (was silent from [0-9.]+ s (to|on)|fell silent between)")))) | length == 1'
}

@test "an outage that heals: the report says when it was, and what an own option ended meanwhile" {
	local length now=0
	local -A ports
	routed
	for length in 3 8; do
		start_peer_at server --life echo
		ports[$length]=$port
	done
	port=${ports[3]} begin 3 -p idle:limit=2500ms,peek -t 8s
	port=${ports[8]} begin 8 -w 12s -t 20s \
		-p heartbeat:every=300ms:limit=3s,keepalive:idle=1s:intvl=1s:cnt=2,user-timeout:after=2s+unacked:limit=5s,rdhup
	sleep 0.5 # the heartbeat is answered once
	for length in 3 8; do drop_path "${ports[$length]}"; done
	for length in 3 8; do
		sleep $((length - now)) # the outage
		heal_port "${ports[$length]}"
		now=$length
	done
	end 3
	nobody_died
	# Nothing was sent before the first poll.
	holds 'map(select(.event == "note"))[0].text | [scan("[0-9.]+") | tonumber] |
		length == 3 and .[0] < 1 and .[1] > 2 and .[1] < 4 and .[2] > 3 and .[2] < 8'
	exits 1
	end 8
	nobody_died
	holds 'map(select(.event == "result" and (.probe | IN("keepalive", "user-timeout")))) | length == 2 and
		all(.result == "false-alarm" and .note == "its own option ended it (ETIMEDOUT) while the path was silent")'
	exits 1
}
