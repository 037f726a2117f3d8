#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154
# Options of programs under test do what they say.

load helper

setup() {
	fresh
	need python3 python3
	need_lab
}

@test "one fault at once, over IPv6: what the client of the lab says, and what the server wrote is kept, also when it is told to end" {
	cat >"$BATS_TEST_TMPDIR/hears.py" <<-'EOF'
		import os, signal, socket, sys
		def goodbye(*_):
		    print("good evening", flush=True)
		    os._exit(0)
		signal.signal(signal.SIGTERM, goodbye)
		with socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6) as listener:
		    connection, _ = listener.accept()
		print(os.environ["TCPALIVE_HOST"], os.environ["TCPALIVE_FAULT"], sys.argv[3], connection.recv(99).decode().strip())
		sys.stdout.flush()
		connection.recv(1)
	EOF
	watched lab none,drop,flap:for=50ms --jobs 1 -6 -t 100ms --fault-at 400ms --say 'good morning\n' --logs "$BATS_TEST_TMPDIR/logs" \
		--server "exec python3 $BATS_TEST_TMPDIR/hears.py {host} {port} {fault}" --expect 'drop:noticed<=50ms'
	exits 1
	for fault in none drop flap:for=50ms; do
		[ "$(<"$BATS_TEST_TMPDIR/logs/$fault.server.log")" = "2001:db8::1 $fault $fault good morning"$'\ngood evening' ]
	done
	# What is told of one fault is all told before anything of the next one.
	[ "$(jq -r 'select(.event != "expect").fault // empty | split(":")[0]' "$json" | uniq | xargs)" = 'none drop flap' ]
	# What breaks an expectation is told with what it wrote.
	[ "$(events note | jq -r .text)" = 'the server wrote last: 2001:db8::1 drop drop good morning' ]
	# The fault counts from the connection.
	holds '[(map(select(.event == "fault" and .fault == "none")), map(select(.what == "connected" and .fault == "none")))[0].t]
		| .[0] - .[1] >= 0.4'
}

@test "how long it may take to get ready, and no longer" {
	watch lab drop --ready 100ms --client 'sleep 100'
	finish
	exits 3
	holds 'map(select(.event == "end"))[0].t < 8'
	watch lab drop --ready 100ms --server 'sleep 100'
	finish
	exits 3
	holds 'map(select(.event == "end"))[0].t < 8'
}

@test "probes beside a server are connected by the client that dies, and --within is how long all have" {
	watched lab kill,none --fault-at 100ms -w 100ms -p rdhup --server "$TESTS/programs/bad listen {host} {port}"
	holds 'map(select(.event == "result" and .probe == "rdhup") | .result) | sort == ["alive", "noticed"]'
	watched lab drop --fault-at 100ms -w 100ms --client "$TESTS/programs/bad idle {host} {port}"
	exits 0
	holds 'map(select(.event == "end"))[0].t < 8'
}
