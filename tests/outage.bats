# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# A path that falls silent, for a while or for good, in both ways or in one: one peer has one
# truth, and it is what holds at the end of the watch. Watches wait side by side.

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
	holds 'map(select(.event == "result" and .result != "inconclusive")) | length > 0 and
		all(.result == "alive" or .result == "false-alarm")'
	holds 'map(select(.event == "note" and (.text | test("^the path (was silent from [0-9.]+ s (to|on)|fell silent between)")))) | length == 1'
}

@test "an outage that heals is no death, be it 3, 6, 12 or 20 seconds long" {
	local length
	local -A ports
	routed
	for length in 3 6 12 20; do
		start_peer_at server --life echo
		ports[$length]=$port
	done
	port=${ports[3]} begin 3 -p idle:limit=2500ms,peek -t 8s
	port=${ports[6]} begin 6 -p idle:limit=4s,heartbeat:every=300ms:limit=2s,unacked,tx-ack,ack-age,peek -t 14s
	port=${ports[12]} begin 12 -w 18s \
		-p heartbeat:every=300ms:limit=3s,keepalive:idle=2s:intvl=1s:cnt=3,user-timeout:after=3s+unacked:limit=20s,rdhup
	port=${ports[20]} begin 20 --all -w 24s
	sleep 0.5 # each heartbeat is answered once
	for length in 3 6 12 20; do drop_path "${ports[$length]}"; done
	local now=0
	for length in 3 6 12 20; do
		sleep $((length - now)) # the outage
		heal_port "${ports[$length]}"
		now=$length
	done
	end 3
	nobody_died
	holds 'map(select(.event == "note"))[0].text | [scan("[0-9.]+") | tonumber] |
		length == 3 and .[0] < 1 and .[1] > 2 and .[1] < 4 and .[2] > 3 and .[2] < 8'
	expect_results <<-RESULTS
		idle false-alarm
		peek alive
	RESULTS
	exits 1
	end 6
	nobody_died
	expect_results <<-RESULTS
		idle      false-alarm
		heartbeat false-alarm
		unacked   false-alarm
		tx-ack    false-alarm
		ack-age   false-alarm
		peek      alive
	RESULTS
	end 12
	nobody_died
	holds 'map(select(.event == "result" and (.probe | IN("keepalive", "user-timeout")))) | length == 2 and
		all(.result == "false-alarm" and .note == "its own option ended it (ETIMEDOUT) while the path was silent")'
	end 20
	nobody_died
	holds 'map(select(.event == "result" and .probe == "keepalive"))[0] | .result == "false-alarm" and
		.note == "its own option ended it (ETIMEDOUT) while the path was silent"'
}

@test "a peer that half-closes, and then falls silent for good, is dead since then" {
	routed
	start_peer_at server --life sink --death half-close
	begin half -p unacked:limit=2s,write-probe,heartbeat:eof=ignore:unanswered=ignore,rdhup -w 7s
	kill -USR1 "$server"
	wait_event kernel '.what == "fin" and .conn == 4'
	wait_event dead '.probe == "rdhup"'
	sleep 1.5 # bytes are acknowledged meanwhile
	drop_path "$port"
	end half
	expect_results <<-RESULTS
		unacked     noticed
		write-probe missed
		heartbeat   missed
		rdhup       false-alarm
	RESULTS
	holds 'map(select(.event == "note")) | length > 0 and all(.text | contains("none was") | not)'
	holds 'map(select(.event == "result" and .probe == "rdhup"))[0].note | contains("half-closed before it died")'
	exits 1
}

@test "a peer that goes on streaming while nothing arrives there is dead" {
	local way
	routed
	for way in drop_to reject_path; do
		start_peer_at server --life flood
		begin $way -p unacked,write-probe,read,read+unacked -w 5s -t 10s
		$way "$port"
	done
	for way in drop_to reject_path; do
		end $way
		# The window of those who do not read is closed, and the peer asks for it.
		holds 'map(select(.event == "result")) | length == 5 and
			all(.result == if .probe | IN("write-probe", "read") then "missed" else "noticed" end)'
	done
}

@test "the kernel of a streaming server that was killed does not answer for it" {
	routed
	start_peer_at server --life flood
	begin flood --all -w 2s
	wait_event connected '.conn == 24'
	kill -KILL "$server"
	end flood
	holds 'map(select(.event == "result" and .result == "alive")) == []'
	holds 'map(select(.event == "result" and (.probe | IN("peek", "rdhup", "hup")))) | all(.result == "missed")'
	holds 'map(select(.event == "result" and .probe == "read"))[0].result == "noticed"'
}
