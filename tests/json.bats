# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# -o json: what scripts rely on, whatever the run was.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

# valid FILE...: each line is an event of the schema, and the last one is the end.
valid() {
	local status=0
	"$TESTS/valid-events" "$@" || status=$?
	[ "$status" -ne 77 ] || skip 'jsonschema is missing: sudo apt-get install python3-jsonschema'
	return "$status"
}

@test "a watch with every probe, and a death" {
	start_peer
	watched --all -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds '.[0].probes == (map(select(.event == "result").probe))'
	holds 'map(select(.event == "dead")) | length > 5 and all(.call != null)'
	valid "$json"
}

@test "suspicion, a timeout and a false alarm" {
	start_peer
	need_capability NET_ADMIN
	watched -p keepalive:idle=1s:intvl=1s:cnt=2,fionread --fault-at 300ms --fault drop "127.0.0.1:$port"
	holds 'any(.[]; .event == "suspect") and any(.[]; .event == "kernel" and .errno == "ETIMEDOUT")'
	holds 'any(.[]; .event == "result" and .result == "false-alarm" and .after < 0)'
	valid "$json"
}

@test "an expectation that did not hold says why, and one that held does not" {
	start_peer
	watched -p rdhup,hup -w 500ms --expect all --expect any --expect 'rdhup<=1us' \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	exits 1
	holds 'map(select(.event == "expect")) | map(.text) == ["all", "any", "rdhup<=1us"] and
		map(.held) == [false, true, false] and map(has("why")) == [true, false, true]'
	holds '.[-1] | .exit == 1 and (has("why") | not)'
	valid "$json"
}

@test "exit status 0 is that every expectation held" {
	start_peer
	watched -p rdhup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	exits 0
	holds 'map(select(.event == "expect")) | length == 1 and all(.held)'
	start_peer
	watched -p rdhup -t 300ms "127.0.0.1:$port"
	exits 5
	holds 'map(select(.event == "expect")) | length == 1 and all(.held | not)'
	valid "$json"
}

@test "composites, copies and parameters" {
	start_peer
	watched -p 'peek+write-probe:data=\x00\n\"\\,rdhup' -n 2 -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds 'map(select(.event == "connected")) | length == 4 and all(.conn >= 1)'
	holds 'map(select(.event == "result")) | length == 6'
	valid "$json"
}

@test "listen: an address, clients, and a signal" {
	watch -k -p read --listen 127.0.0.1:0
	wait_listening
	(exec 9<>"/dev/tcp/127.0.0.1/$port")
	wait_event result
	kill -TERM "$watcher"
	finish
	exits 143
	holds '.[-1] | .event == "end" and .exit == 143 and .why == "SIGTERM"'
	holds 'all(.[]; .event != "expect")'
	valid "$json"
}

@test "errors have a start and an end, which says why" {
	watched -p read nosuch.invalid:80
	exits 3
	holds 'map(.event) == ["start", "end"] and .[1].exit == 3 and (.[1].why | test("nosuch.invalid"))'
	valid "$json"
	watched -p read "127.0.0.1:$(free_port)"
	exits 3
	holds '.[0].event == "start" and .[-1].exit == 3 and (.[-1].why | test("refused"))'
	valid "$json"
	watched -o text=/nonexistent/file -p read 127.0.0.1:9
	exits 4
	holds 'map(.event) == ["start", "end"] and .[1].exit == 4'
	valid "$json"
}

@test "a lab that the kernel forbids has a start and an end too" {
	need_lab
	need_user_namespaces
	mkdir "$BATS_TEST_TMPDIR/empty"
	# shellcheck disable=SC2016
	spawn watch unshare -r -m sh -c 'mount --bind "$1" /dev/net && shift && exec "$@"' - \
		"$BATS_TEST_TMPDIR/empty" "$TCPALIVE" lab drop -p rdhup -o json
	watcher=$pid
	finish
	exits 4
	holds 'map(.event) == ["start", "end"] and .[1].exit == 4 and (.[1].why | test("/dev/net/tun"))'
	valid "$json"
}

@test "usage errors come before the run: not a line" {
	watched -p nosuch 127.0.0.1:80
	exits 2
	[ ! -s "$json" ]
}

@test "strings are UTF-8 whatever came in" {
	watched -p read $'a\xff\x01"\\\xed\xa0\x80b:80'
	exits 3
	iconv -f UTF-8 -t UTF-8 "$json" >/dev/null
	valid "$json"
	start_peer
	watched -p 'write-probe:data=\xff\x01é' -t 300ms "127.0.0.1:$port"
	iconv -f UTF-8 -t UTF-8 "$json" >/dev/null
	holds '.[1].group | test("write-probe:data=")'
	valid "$json"
}

@test "the lab" {
	need_lab
	LIMIT=120 watched lab rst,drop,none -t 3s -p 'rdhup,keepalive:idle=1s:intvl=1s:cnt=1,peek+hup'
	[ "$status" -le 1 ]
	holds 'map(select(.event == "result")) | length == 12 and all(.fault != null)'
	holds 'map(select(.event == "result") | has("predicted")) | unique | length == 1'
	valid "$json"
}

# Runs that never were, of tests/unit/scenes-programs.h: everything that a program may come to.
@test "what programs under test do is of the schema, member by member" {
	for scene in program program-beside program-pool program-error other-end other-end-again other-end-missed; do
		sed 's/"version":""/"version":"0.0.0"/' "$TESTS/reports/$scene.json" >"$BATS_TEST_TMPDIR/$scene.json"
	done
	json=$BATS_TEST_TMPDIR/program.json
	valid "$BATS_TEST_TMPDIR"/*.json
	holds '.[0] | .programs == ["client"] and .probes == []'
	holds 'map(select(.event == "result")) | length == 10 and all(.program == "client" and (has("conn") or has("probe") | not))'
	holds 'map(select(.event == "result" and .result == "noticed")) | all(.how != null and .after != null)'
	holds 'map(select(.event == "program" and .what == "kernel")) | length > 0 and all(.cause == "timeout" and .errno == "ETIMEDOUT")'
	holds 'map(select(.event == "program" and .what == "exited")) | map(.exit) == [1] and all(has("signal") | not)'
	json=$BATS_TEST_TMPDIR/program-beside.json
	holds '.[0] | .programs == ["server"] and .probes == ["rdhup", "keepalive", "idle"]'
	holds 'map(select(.event == "result" and .fault == "close" and .program)) | .[0].exit == null and .[0].signal == "SIGABRT"'
	for wrong in 's/"exit":1,/"exit":"1",/' 's/"told":1/"told":1,"conn":1/' 's/"lag":0.000200,//' 's/"cause":"timeout",//' 's/"what":"closed"/"what":"shut"/'; do
		sed "$wrong" "$BATS_TEST_TMPDIR/program.json" >"$BATS_TEST_TMPDIR/wrong"
		! "$TESTS/valid-events" "$BATS_TEST_TMPDIR/wrong" >/dev/null || { echo "valid after $wrong" >&2; return 1; }
	done
}
