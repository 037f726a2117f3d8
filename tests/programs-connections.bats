#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154
# Which connections of a program under test its result is about, and which moments of theirs and of the program.

load helper

setup() {
	fresh
	need python3 python3
	need_lab
}

@test "a result has the first that the kernel knew, and the last that the program gave up" {
	cat >"$BATS_TEST_TMPDIR/two.py" <<-'EOF'
		import socket, sys, time
		server = sys.argv[1], int(sys.argv[2])
		first, second = socket.create_connection(server), socket.create_connection(server)
		first.recv(1)
		first.close()
		again = socket.create_connection(server)
		time.sleep(.3)
		second.close()
		time.sleep(99)
	EOF
	watched lab close --fault-at 1s -t 5s --client "exec python3 $BATS_TEST_TMPDIR/two.py {host} {port}"
	exits 0
	holds 'def steps($what): map(select(.event == "program" and .what == $what and .after != null));
		def moments($what): steps($what) | map(.after);
		steps("kernel") as $kernel | steps("closed") as $closed | moments("reconnected") as $again | moments("connecting") as $syn
		| ($kernel | min_by(.after)) as $first
		| map(select(.event == "result"))[0]
		| .result == "noticed" and .connections == 2 and .told == 2 and .given_up == 2 and ($kernel | length) == 2 and ($closed | length) == 2
		and .kernel_after == $first.after and .after == ($closed | map(.after) | max) and .given_up_after == .after and .after > 0.3
		and ([.lag - (($closed[] | select(.local == $first.local)).after - .kernel_after)] | .[0] < 2e-6 and .[0] > -2e-6)
		and [.reconnected_after] == $again and [.connecting_after] == $syn and .reconnected_after < .after'
}

# The server's queue is full when the first SYN comes, which is sent again after a second; and it closes the second connection at once.
@test "a connection that ended before the fault was not struck, and one whose SYN left before it is no reconnection" {
	local dir=$BATS_TEST_TMPDIR
	cat >"$dir/server.py" <<-'EOF'
		import socket, sys, time
		host, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
		def dropped():
		    names, values = [line.split() for line in open("/proc/net/netstat") if line.startswith("TcpExt")]
		    return int(values[names.index("ListenOverflows")])
		listener = socket.socket()
		listener.bind((host, port))
		listener.listen(0)
		own = socket.create_connection((host, port))
		open(folder + "/full", "w").close()
		while not dropped():
		    time.sleep(.01)
		held = [listener.accept()]
		open(folder + "/room", "w").close()
		listener.accept()[0].close()
		while True:
		    held.append(listener.accept())
	EOF
	cat >"$dir/client.py" <<-'EOF'
		import os, socket, sys, time
		server, folder = (sys.argv[1], int(sys.argv[2])), sys.argv[3]
		def wait_for(name):
		    while not os.path.exists(folder + "/" + name):
		        time.sleep(.01)
		wait_for("full")
		late = socket.socket()
		late.setblocking(False)
		late.connect_ex(server)
		wait_for("room")
		ended = socket.create_connection(server)
		ended.recv(1)
		soon = socket.create_connection(server)
		time.sleep(99)
	EOF
	watch lab none --fault-at 400ms -t 1s --server "exec python3 $dir/server.py {host} {port} $dir" \
		--client "exec python3 $dir/client.py {host} {port} $dir"
	finish
	holds 'map(select(.event == "fault"))[0].t as $struck | def before($what): map(select(.what == $what and .t < $struck)) | length;
		before("connected") as $stood | before("kernel") as $ended | map(select(.event == "result"))[0]
		| $ended == 1 and .connections == $stood - $ended and .reconnected_after == null and .connecting_after == null'
}

@test "a program that ends: when, and how" {
	cat >"$BATS_TEST_TMPDIR/ends.py" <<-'EOF'
		import socket, sys, time
		connection = socket.create_server((sys.argv[1], int(sys.argv[2]))).accept()[0]
		connection.recv(1)
		connection.close()
		time.sleep(.1)
		sys.exit(3)
	EOF
	watched lab kill --fault-at 300ms -t 20s --server "exec python3 $BATS_TEST_TMPDIR/ends.py {host} {port}"
	exits 0
	holds 'map(select(.what == "exited"))[0] as $exited | map(select(.event == "result"))[0]
		| .result == "noticed" and .exit == 3 and $exited.exit == 3 and .exited_after == $exited.after and .exited_after >= .after + 0.1'
}

@test "what it wrote after the fault counts for what its socket options promise" {
	cat >"$BATS_TEST_TMPDIR/writes.py" <<-'EOF'
		import socket, sys, time
		connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
		connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 500)
		try:
		    while connection.send(b"x"):
		        time.sleep(.1)
		except OSError:
		    connection.close()
	EOF
	watched lab drop --fault-at 300ms -t 20s --client "exec python3 $BATS_TEST_TMPDIR/writes.py {host} {port}"
	exits 0
	holds 'map(select(.event == "result"))[0] | .errno == "ETIMEDOUT"
		and (.promise | test("^its user timeout of 500ms promises [0-9.]+m?s from its write; measured "))'
}

@test "a fault strikes the connections with its server, and no other one of the program" {
	cat >"$BATS_TEST_TMPDIR/pair.py" <<-'EOF'
		import socket, sys, time
		listener = socket.create_server(("127.0.0.1", 0))
		one = socket.create_connection(listener.getsockname())
		other, _ = listener.accept()
		connection, _ = socket.create_server((sys.argv[1], int(sys.argv[2]))).accept()
		try:
		    connection.recv(1)
		except OSError:
		    pass
		try:
		    other.send(b"unharmed")
		    print(one.recv(99).decode(), flush=True)
		except OSError as error:
		    print(error, flush=True)
		time.sleep(99)
	EOF
	watched lab close,rst --fault-at 300ms -t 500ms --logs "$BATS_TEST_TMPDIR" --client "$TESTS/programs/bad idle {host} {port}" \
		--server "exec python3 $BATS_TEST_TMPDIR/pair.py {host} {port}"
	exits 0
	for fault in close rst; do
		[ "$(<"$BATS_TEST_TMPDIR/$fault.client.log")" = here ]
		[ "$(<"$BATS_TEST_TMPDIR/$fault.server.log")" = unharmed ]
	done
}

@test "each connection that stood when the fault struck counts, though it came right before" {
	cat >"$BATS_TEST_TMPDIR/more.py" <<-'EOF'
		import socket, sys, time
		held = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(600)]
		time.sleep(99)
	EOF
	# Hosts that are busy with it at the same time.
	watch lab drop,freeze,none,icmp-host --fault-at 60ms -t 300ms -w 300ms --client "exec python3 $BATS_TEST_TMPDIR/more.py {host} {port}"
	finish
	holds '. as $all | map(select(.event == "result")) | length == 4 and all(. as $of |
		.connections == ($all | map(select(.what == "connected" and .fault == $of.fault and .after == null)) | length))'
}
