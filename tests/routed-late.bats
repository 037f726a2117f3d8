# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# tcpalive is late itself, over a routed network, on 1 to 1,000 connections: the truth is the same.

load helper
load servers
load routed

setup_file() {
	alone
	run_situations stopped_1 stopped_64 stopped_1000 reader_stalled thousand_killed thousand_cut_off thousand_alive
}
# dies_meanwhile ARGUMENT...: the server dies while tcpalive is stopped, which is longer than
# there is time to notice. The fault's shell is tcpalive's child, and ends before it goes on.
dies_meanwhile() {
	start_peer_at server --life sink
	watch_routed -w 1s "$@" "$SERVER4:$port" \
		--fault-exec "kill -STOP \$PPID; kill -KILL $server; (sleep 3; kill -CONT \$PPID) >/dev/null 2>&1 &"
	ended
}
stopped_1() { dies_meanwhile -p read,rdhup,peek; }
stopped_64() { dies_meanwhile -p read,peek -n 64; }
stopped_1000() { need_descriptors 2100 && dies_meanwhile -p rdhup -n 1000; }

# all_noticed N: everything that died before the look is found by it, however late.
all_noticed() {
	holds "map(select(.event == \"result\")) | length == $1 and all(.result == \"noticed\")"
	exits 0
}

@test "stopped while the server died: its FIN is found" {
	outcome stopped_1
	all_noticed 3
}

@test "stopped while the server died: 128 connections" { outcome stopped_64 && all_noticed 128; }
@test "stopped while the server died: 1,000 connections" { outcome stopped_1000 && all_noticed 1000; }

# Its pipe holds 4 KiB, and nobody reads for five seconds, in which the server dies.
reader_stalled() {
	start_peer_at server --life sink
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	spawn reader python3 -c '
import fcntl, sys, time
with open(sys.argv[1], "rb") as pipe:
    fcntl.fcntl(pipe, 1031, 4096)  # F_SETPIPE_SZ
    time.sleep(5)
    sys.stdout.buffer.write(pipe.read())' "$BATS_TEST_TMPDIR/pipe"
	local reader=$pid ENTER
	enter watcher
	"${ENTER[@]}" "$TCPALIVE" -o json -p read,peek -n 64 -w 1s --fault-exec "kill -KILL $server" \
		"$SERVER4:$port" >"$BATS_TEST_TMPDIR/pipe" 2>"$errors" &
	watcher=$!
	own "$watcher"
	ended
	wait "$reader" || true
	cp "$BATS_TEST_TMPDIR/reader.out" "$json"
}

@test "nobody reads its report: what it saw, and when, is the same" {
	outcome reader_stalled
	all_noticed 128
	holds '(map(select(.event == "fault"))[0].t) as $fault |
		map(select(.event == "kernel")) | length == 128 and all(.t - $fault < 0.5)'
	holds 'map(select(.event == "dead")) | length == 128 and all(.lag < 0.5)'
}

# thousand ARGUMENT...: 1,000 connections, in little time and memory.
thousand() {
	local ENTER
	need_descriptors 2100
	enter watcher
	spawn watch "${ENTER[@]}" python3 -c '
import json, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as f:
    json.dump({"cpu": used.ru_utime + used.ru_stime, "kib": used.ru_maxrss}, f)
sys.exit(status)' "$BATS_TEST_TMPDIR/used" "$TCPALIVE" -o json -n 1000 "$@" "$SERVER4:$port"
	watcher=$pid
	ended
}

# A word of each connection is 8 KiB, and its share of the processor 2 ms.
in_bounds() {
	[ -n "${TCPALIVE_WRAPPED:-}" ] ||
		jq -e '.cpu < 2 and .kib < 16384' "$BATS_FILE_TMPDIR/$1/used" || { cat "$BATS_FILE_TMPDIR/$1/used" >&2; return 1; }
}

thousand_killed() {
	start_peer_at server --life sink
	thousand -p rdhup -w 2s --fault-exec "kill -KILL $server"
}
thousand_cut_off() {
	start_peer_at server --life sink
	thousand -p ack-age:idle=1s:intvl=1s:limit=3s -w 8s --fault-exec "$(fault drop_path)"
}
thousand_alive() {
	start_peer_at server --life echo
	thousand -p heartbeat:every=1s:limit=3s -t 5s --expect alive
}

@test "1,000 connections to a server that is killed" { outcome thousand_killed && all_noticed 1000 && in_bounds thousand_killed; }
@test "1,000 connections that are cut off" { outcome thousand_cut_off && all_noticed 1000 && in_bounds thousand_cut_off; }
@test "1,000 connections to a server that answers each second" {
	outcome thousand_alive
	holds 'map(select(.event == "result")) | length == 1000 and all(.result == "alive")'
	exits 0
	in_bounds thousand_alive
}

@test "what it said was so on the wire" {
	! grep -q small "$BATS_FILE_TMPDIR/reader_stalled/wire.out" || skip 'needs root: a buffer for 1,000 handshakes'
	were_so reader_stalled thousand_killed thousand_alive
}
