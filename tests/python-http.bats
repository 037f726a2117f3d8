# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Python's http.server: a thread for each client, asleep in recv for a request line.

load helper
load servers

process_died() {
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
		write-probe   noticed      # the RST for its byte, then EPIPE
		oob           noticed      # as above: a thread asleep in recv skipped the urgent byte
		keepalive     missed       # FIN_WAIT2 acknowledges
		ack-age       missed
		user-timeout  missed
		unacked       noticed
		tx-ack        noticed
		icmp          missed
		heartbeat     inconclusive # an empty request line ends the connection
		idle          noticed      # EOF
		uring         $(uring_or noticed)
	RESULTS
}

@test "http.server, SIGKILL: each probe's result" {
	start_python_http
	watched --all -w 5s --fault-at 1500ms --fault-exec "kill -KILL $server" "127.0.0.1:$port"
	process_died
	noticed_within 2 read recv-nowait peek zero-recv poll-fionread rdhup tcp-info idle
}

@test "http.server, SIGTERM: dies as if killed" {
	start_python_http
	watched --all -w 5s --fault-at 1500ms --fault-exec "kill -TERM $server" "127.0.0.1:$port"
	process_died
}

@test "http.server, SIGSTOP: no probe of the kernel notices" {
	start_python_http
	watched -p read,peek,rdhup,tcp-info,write-probe,unacked,keepalive:idle=1s:intvl=1s:cnt=2 \
		-w 4s -t 6s --fault-exec "kill -STOP $server" "127.0.0.1:$port"
	holds '[.[] | select(.event == "dead")] == []'
	holds '[.[] | select(.event == "result")] | length == 7 and all(.result == "alive")'
}

@test "http.server, SIGSTOP and SIGCONT: nothing died" {
	start_python_http
	watched -p read,peek,rdhup,tcp-info,write-probe,unacked -w 3s -t 5s \
		--fault-exec "kill -STOP $server; sleep 1; kill -CONT $server" "127.0.0.1:$port"
	holds '[.[] | select(.event == "result")] | length == 6 and all(.result == "alive")'
}
