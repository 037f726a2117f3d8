# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# nginx, waiting for a request. A byte that no request begins with is answered with
# 400 and a close: the probes that send it bring their own connection's death about.

load helper
load servers

@test "nginx, SIGKILL: each probe's result, and who provoked its own end" {
	start_nginx
	# Late, so that what the probes' own bytes do has been done before.
	watched --all -w 5s --fault-at 2s --fault-exec "$TESTS/kill-tree KILL $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		read          noticed
		recv-nowait   noticed
		peek          noticed
		zero-recv     noticed
		zero-read     missed       # 0 before and after
		zero-write    missed       # a FIN does not stop a write
		fionread      false-alarm  # 0 on an idle connection too
		poll-fionread noticed
		hup           missed       # HUP needs both directions shut
		rdhup         noticed
		so-error      missed       # a FIN is no error
		peername      missed
		tcp-info      noticed
		write-probe   inconclusive # 400 and a close for its own byte
		oob           noticed      # nginx is not woken by an urgent byte; unread, it makes the end an RST
		keepalive     missed       # FIN_WAIT2 acknowledges
		ack-age       missed
		user-timeout  missed
		unacked       inconclusive # 400 and a close for its own byte
		tx-ack        inconclusive # 400 and a close for its own byte
		icmp          missed
		heartbeat     noticed      # skips the empty line; EOF
		idle          noticed
		uring         $(uring_or noticed)
	RESULTS
	noticed_within 2 read recv-nowait peek zero-recv poll-fionread rdhup tcp-info idle
}

@test "nginx: the death that a probe's own byte provoked is reported as that" {
	start_nginx
	watched -p write-probe,rdhup -w 3s --fault-at 4s \
		--fault-exec "$TESTS/kill-tree KILL $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		write-probe inconclusive
		rdhup       noticed
	RESULTS
	# It died before anything was done to the server, and says through whom.
	holds '(map(select(.event == "fault"))[0].t) as $fault |
		map(select(.event == "kernel" and .t < $fault)) | length >= 1'
	holds 'map(select(.event == "result" and .probe == "write-probe"))[0].note |
		test("^ended [0-9.]+ ms after write-probe.s own byte")'
	holds 'map(select(.event == "result" and .probe == "rdhup"))[0] | has("note") | not'
}

@test "nginx, SIGTERM: idle connections are closed at once" {
	start_nginx
	watched -p read,rdhup,hup -w 3s --fault-exec "kill -TERM $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		read  noticed
		rdhup noticed
		hup   missed
	RESULTS
	exits 1
}

@test "nginx, SIGKILL of the master alone: the worker lives on, and nothing died" {
	start_nginx
	adopt "$server"
	watched -p read,rdhup,tcp-info -w 2s -t 4s --fault-exec "kill -KILL $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		read     alive
		rdhup    alive
		tcp-info alive
	RESULTS
}

@test "nginx, SIGSTOP and SIGCONT: a busy worker is no death" {
	start_nginx
	watched -p read,peek,rdhup,keepalive:idle=1s:intvl=1s:cnt=2 -w 4s -t 6s \
		--fault-exec "$TESTS/kill-tree STOP $server; sleep 2; $TESTS/kill-tree CONT $server" \
		"127.0.0.1:$port"
	expect_results <<-RESULTS
		read      alive
		peek      alive
		rdhup     alive
		keepalive alive
	RESULTS
}
