# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# redis-server, an idle connection on which it never speaks first, killed in every
# way that a process can be. A NUL byte without a newline is to Redis the begin of
# a command: it waits for the rest.

load helper
load servers

# The death of a process whose input is read is a FIN and nothing else: its kernel
# keeps acknowledging for the minute of FIN_WAIT2 that follows.
idle_process_died() {
	expect_results <<-RESULTS
		read          noticed      # 0 is EOF
		recv-nowait   noticed
		peek          noticed      # 0 is EOF, and no unread byte hides it
		zero-recv     noticed      # 0 after a FIN, EAGAIN before
		zero-read     missed       # 0 before and after
		zero-write    missed       # 0 before and after; only an error shows
		fionread      false-alarm  # 0 on an idle connection too
		poll-fionread noticed      # readable, and 0 bytes
		hup           missed       # HUP needs both directions shut
		rdhup         noticed
		so-error      missed       # a FIN is no error
		peername      missed       # CLOSE_WAIT still has a peer
		tcp-info      noticed      # CLOSE_WAIT
		write-probe   noticed      # the first byte provokes the RST, a later send fails
		oob           noticed      # as above, or the unread urgent byte made the close an RST
		keepalive     missed       # FIN_WAIT2 acknowledges
		ack-age       missed       # FIN_WAIT2 acknowledges
		user-timeout  missed       # nothing of its own is unacknowledged
		unacked       noticed      # its byte is answered with RST
		tx-ack        noticed      # its byte is answered with RST
		icmp          missed       # no ICMP error came
		heartbeat     noticed      # reads, and so sees EOF
		idle          noticed      # reads, and so sees EOF
		uring         $(uring_or noticed)
	RESULTS
}

only_the_gullible_said_dead() {
	expect_results <<-RESULTS
		read          alive
		recv-nowait   alive
		peek          alive
		zero-recv     alive
		zero-read     alive
		zero-write    alive
		fionread      false-alarm  # 0 on an idle connection
		poll-fionread alive
		hup           alive
		rdhup         alive
		so-error      alive
		peername      alive
		tcp-info      alive
		write-probe   alive        # the kernel acknowledges for a stopped process
		oob           alive
		keepalive     alive        # the path lives, whatever the process does
		ack-age       alive
		user-timeout  alive
		unacked       alive
		tx-ack        alive
		icmp          alive
		heartbeat     inconclusive # Redis answers no empty line, alive or not
		idle          alive        # its limit is longer than this watch
		uring         $(uring_or alive)
	RESULTS
}

@test "redis, SIGKILL: each probe's result" {
	start_redis
	watched --all -w 5s --fault-exec "kill -KILL $server" "127.0.0.1:$port"
	idle_process_died
	noticed_within 2 read recv-nowait peek zero-recv poll-fionread rdhup tcp-info heartbeat idle
}

@test "redis, SIGKILL: the kernel event is a FIN, and readers lag little behind it" {
	start_redis
	watched -p read,rdhup,tcp-info -w 3s --fault-exec "kill -KILL $server" "127.0.0.1:$port"
	exits 0
	holds '[.[] | select(.event == "kernel")] | length == 3 and all(.what == "fin")'
	holds '[.[] | select(.event == "dead")] | length == 3 and all(.lag >= 0 and .lag < 1.5 and .after >= .lag)'
	# Woken by the socket, not by the clock.
	holds '[.[] | select(.event == "dead" and .probe == "rdhup")] | length == 1'
}

@test "redis, SIGTERM: dies as if killed" {
	start_redis
	watched --all -w 5s --fault-exec "kill -TERM $server" "127.0.0.1:$port"
	idle_process_died
}

@test "redis, SIGSTOP: its kernel answers for it" {
	start_redis
	watched --all -w 3s -t 6s --fault-exec "kill -STOP $server" "127.0.0.1:$port"
	only_the_gullible_said_dead
}

@test "redis, SIGSTOP and SIGCONT: busy for 2 seconds is no death" {
	start_redis
	watched --all -w 4s -t 7s --fault-exec "kill -STOP $server; sleep 2; kill -CONT $server" \
		"127.0.0.1:$port"
	only_the_gullible_said_dead
}

@test "redis, SIGSTOP: only a request to the process itself finds it frozen" {
	start_redis
	watched -p 'heartbeat:send=PING\r\n:want=PONG:limit=1s' -p keepalive:idle=1s:intvl=1s:cnt=2 \
		-w 4s -t 8s --fault-at 2500ms --fault-exec "kill -STOP $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		heartbeat noticed
		keepalive missed   # one peer has one truth
	RESULTS
	holds 'map(select(.event == "result" and .probe == "keepalive"))[0].note ==
		"its kernel still answers: the process is stopped or stuck"'
}

@test "redis, SIGKILL: the text report names every probe and those that missed it" {
	start_redis
	run tcpalive --all -w 5s --color=never --fault-exec "kill -KILL $server" "127.0.0.1:$port"
	for probe in $(events start | jq -r '.probes[]') read peek hup keepalive uring; do
		[[ $output == *"$probe"* ]]
	done
	[[ $output == *missed* && $output == *noticed* ]]
	[[ $output != *$'\e'* ]]
}
