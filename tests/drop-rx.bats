# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Peers that receive nothing, for a moment or for good: what is dead then, and when the watch ends.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

# start_drop_rx_peer OPTION...: on SIGUSR1 its connections receive nothing, on SIGUSR2 they do again.
start_drop_rx_peer() {
	need_capability NET_ADMIN # for a filter on a TCP socket
	start_peer --death drop-rx "$@"
}

pauses() { echo "kill -USR1 $server; sleep $1; kill -USR2 $server"; }

@test "the keepalive segments that a probe sent in vain do not answer the judge" {
	start_drop_rx_peer
	watch -p keepalive:idle=1s:intvl=5s:cnt=9 "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	wait_event suspect '.how | startswith("3 of 9")'
	kill -USR2 "$server"
	kill -INT "$watcher"
	finish
	expect_results <<<'keepalive alive'
	exits 130
}

@test "a closed window, and then a dead path: the next window probe is waited for" {
	start_drop_rx_peer --room 2048
	local data
	data=$(printf 'x%.0s' {1..256})
	# The window probes double their pause: one at 7 s, the next at 14 s.
	watched -p "write-probe:every=10ms:data=$data" -w 1s --fault-at 7s --fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<<'write-probe missed'
	exits 1
}

@test "a signal, and the next retransmission is far away: the summary comes all the same" {
	start_drop_rx_peer
	watch -p write-probe:every=200ms "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	sleep 13.5 # the sixth retransmission comes after 12.6 s, the next 12.8 s later
	SECONDS=0
	kill -INT "$watcher"
	finish
	((SECONDS < 10))
	expect_results <<<'write-probe missed'
	exits 130
}

@test "a path that only paused is not dead: data is in flight, and sent again" {
	start_drop_rx_peer --life echo
	watched -p unacked:every=200ms:limit=1s,tx-ack:every=200ms:limit=1s,heartbeat:every=200ms:limit=1s \
		--fault-exec "$(pauses 3)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		unacked   false-alarm
		tx-ack    false-alarm
		heartbeat false-alarm
	RESULTS
	exits 1
}

@test "a process is not called stuck for a poll that the path swallowed" {
	start_drop_rx_peer --life echo
	watched -p heartbeat:every=200ms:limit=1s \
		--fault-exec "$(pauses 2); sleep 0.2; kill -STOP $server" "127.0.0.1:$port"
	expect_results <<<'heartbeat false-alarm'
	exits 1
}

@test "a path that stays dead is, with data in flight, and no process is called stuck" {
	start_drop_rx_peer --life echo
	LIMIT=30 watched -p unacked:every=200ms,tx-ack:every=200ms,heartbeat:every=200ms \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		unacked   noticed
		tx-ack    noticed
		heartbeat noticed
	RESULTS
	holds 'map(select(.event == "result")) | all(has("note") | not)'
	exits 0
}

@test "a peer that sends but receives nothing is dead for a probe that waits for its ACK" {
	start_drop_rx_peer --life tick
	watched -p unacked:every=200ms:limit=1s,tx-ack:every=200ms:limit=2500ms --fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		unacked noticed
		tx-ack  noticed
	RESULTS
	exits 0
}

@test "the FIN of a peer that receives nothing is no answer" {
	start_drop_rx_peer --life sink
	watch -p unacked:every=200ms:limit=1s "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	wait_event dead
	kill -KILL "$server"
	finish
	expect_results <<<'unacked noticed'
	exits 0
}

@test "who half-closes and hears nothing from then on is dead, and not half-closed" {
	start_drop_rx_peer --life sink --death half-close-drop-rx
	watched -p rdhup,write-probe:every=50ms -w 500ms --fault-at 200ms --fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		rdhup       noticed
		write-probe missed
	RESULTS
	holds 'map(select(.event == "note"))[0].text | contains("none was")'
}

@test "--timeout does not cut the liveness poll short" {
	start_drop_rx_peer
	watched -p hup,rdhup -w 1s -t 3s --fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		hup   missed
		rdhup missed
	RESULTS
	exits 1
}

@test "--timeout after a signal does not end the poll either" {
	start_drop_rx_peer
	watch -p hup -t 2s "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	kill -INT "$watcher"
	finish
	expect_results <<<'hup missed'
	exits 130
}

@test "a signal, and then the last connection is established: the watch ends all the same" {
	start_drop_rx_peer
	local silent=$port first=$server
	silent_port
	watch -p hup "127.0.0.1:$silent" "127.0.0.1:$port"
	wait_event connected '.conn == 1'
	kill -USR1 "$first"
	kill -INT "$watcher"
	kill -USR1 "$server"
	LIMIT=20 finish
	exits 130
	holds 'map(select(.event == "connected")) | length == 1'
}

@test "a signal, the last connection is established, and then --timeout: the watch ends all the same" {
	start_drop_rx_peer
	local silent=$port first=$server
	silent_port
	watch -p hup -t 3500ms "127.0.0.1:$silent" "127.0.0.1:$port"
	wait_event connected '.conn == 1'
	kill -USR1 "$first"
	kill -INT "$watcher"
	kill -USR1 "$server"
	LIMIT=20 finish
	expect_results <<<'hup missed'
	exits 130
}
