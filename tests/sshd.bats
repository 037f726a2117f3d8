# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# sshd sends its version first: from then on unread data wait in front of the FIN,
# on every connection whose probe does not read. Each client has a process of its own.

load helper
load servers

@test "sshd, SIGKILL: unread data hides the FIN from all that only look" {
	start_sshd
	local probes=read,recv-nowait,peek,zero-recv,zero-read,poll-fionread,hup,rdhup,so-error,peername,tcp-info,keepalive,icmp,idle,uring
	uring_allowed || probes=${probes%,uring}
	watched -p "$probes" \
		-w 3s --fault-at 2s --fault-exec "$TESTS/kill-tree KILL $server" "127.0.0.1:$port"
	expect_results < <(possible_here <<-RESULTS
		read          noticed      # takes the data, and then sees EOF
		recv-nowait   false-alarm  # the version is an unexpected byte
		peek          missed       # data then FIN: still 1
		zero-recv     false-alarm  # 0 with unread data, as with a FIN
		zero-read     missed
		poll-fionread missed       # readable, but never 0 bytes
		hup           missed
		rdhup         noticed      # told of the FIN whatever is unread
		so-error      missed
		peername      missed
		tcp-info      noticed      # CLOSE_WAIT whatever is unread
		keepalive     missed
		icmp          missed
		idle          noticed      # takes the data, and then sees EOF
		uring         noticed
	RESULTS
	)
}

@test "sshd: FIONREAD alone is wrong before the greeting, and blind after it" {
	start_sshd
	watched -p fionread -w 2s --fault-at 2s \
		--fault-exec "$TESTS/kill-tree KILL $server" "127.0.0.1:$port"
	# Which of the two it is depends on whether it looked before the greeting came.
	holds '[.[] | select(.event == "result")] | length == 1 and
		(.[0].result == "false-alarm" or .[0].result == "missed")'
	exits 1
}

@test "sshd: a byte that is no version string ends the connection" {
	start_sshd
	watched -p write-probe,unacked,heartbeat,rdhup -w 3s --fault-at 4s \
		--fault-exec "$TESTS/kill-tree KILL $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		write-probe inconclusive
		unacked     inconclusive
		heartbeat   inconclusive
		rdhup       noticed
	RESULTS
	holds 'map(select(.event == "result" and .probe != "rdhup")) |
		length == 3 and all(.note | test("^ended [0-9.]+ ms after .*own byte"))'
}

@test "sshd, SIGTERM or SIGKILL of the listener alone: every client's process lives on" {
	for signal in TERM KILL; do
		start_sshd
		watch -p read,rdhup,tcp-info -w 2s -t 4s --fault-at 2s \
			--fault-exec "kill -$signal $server" "127.0.0.1:$port"
		wait_event connected '.conn == 3'
		adopt "$server"
		finish
		expect_results <<-RESULTS
			read     alive
			rdhup    alive
			tcp-info alive
		RESULTS
	done
}

@test "sshd, SIGSTOP: its kernel answers for it" {
	start_sshd
	watched -p read,rdhup,tcp-info,keepalive:idle=1s:intvl=1s:cnt=2 -w 4s -t 6s \
		--fault-exec "$TESTS/kill-tree STOP $server" "127.0.0.1:$port"
	expect_results <<-RESULTS
		read      alive
		rdhup     alive
		tcp-info  alive
		keepalive alive
	RESULTS
}

# ssh_session NAME [OPTION...] COMMAND: a client's, whose process is in $pid.
ssh_session() {
	local name=$1
	shift
	spawn "$name" ssh -n -F none -i "$BATS_TEST_TMPDIR/host_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o BatchMode=yes -o IdentitiesOnly=yes -p "$port" "$@"
	eventually 10 says "$BATS_TEST_TMPDIR/$name.out" begins || skip 'sshd lets nobody in here'
}

# What the pages of advise say of these versions; a later one asks whatever else happens.
@test "sshd 9.2 to 9.4: ClientAliveInterval does not ask a session that prints, ServerAliveInterval asks each" {
	case $(sshd -V 2>&1) in *OpenSSH_9.[2-4]*) ;; *) skip 'another version of OpenSSH' ;; esac
	start_sshd
	kill "$server"
	eventually 10 gone "$server"
	cat >>"$BATS_TEST_TMPDIR/sshd.conf" <<-CONF
		AuthorizedKeysFile $BATS_TEST_TMPDIR/host_key.pub
		StrictModes no
		PermitRootLogin yes
		ClientAliveInterval 1
		ClientAliveCountMax 1
	CONF
	spawn sshd /usr/sbin/sshd -D -e -f "$BATS_TEST_TMPDIR/sshd.conf"
	server=$pid
	eventually 20 answers "$port"
	ssh_session quiet 127.0.0.1 'echo begins; echo $PPID; exec sleep 300'
	quiet=$pid
	ssh_session busy 127.0.0.1 'echo begins; echo $PPID; while sleep 0.3; do echo .; done'
	busy=$pid
	ssh_session client -o ServerAliveInterval=1 -o ServerAliveCountMax=1 127.0.0.1 \
		'echo begins; echo $PPID; while sleep 0.3; do echo .; done'
	client=$pid
	served() { sed -n 2p "$BATS_TEST_TMPDIR/$1.out"; }
	kill -STOP "$quiet" "$busy" "$(served client)"
	eventually 8 gone "$(served quiet)"
	eventually 8 gone "$client"
	# Asked at all, it would have been asked in every interval, and not in every second one.
	run ! gone "$(served busy)"
	kill -CONT "$(served client)"
}
