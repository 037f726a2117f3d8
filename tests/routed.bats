# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What is dead and what only seemed so, over a routed network.

load helper
load servers
load routed

# connects HOST ADDRESS: what becomes of a connection from there to $port, in one word.
connects() {
	at "$1" python3 -c '
import errno, socket, sys
host, port = sys.argv[1:]
s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
s.settimeout(0.2)
try:
    s.connect((host, int(port)))
    s.sendall(b"x")
    print("answered" if s.recv(1) else "closed")
except TimeoutError:
    print("silence")
except OSError as e:
    print(errno.errorcode[e.errno])' "$2" "$port"
}

@test "the network: what the router does to a path, and only to it" {
	routed
	start_peer_at server --life echo
	local address
	for address in "$SERVER4" "$SERVER6"; do
		[ "$(connects watcher "$address")" = answered ]
		drop_to "$port"
		[ "$(connects watcher "$address")" = silence ]
		heal_path
		drop_from "$port"
		[ "$(connects watcher "$address")" = silence ]
		heal_path
		drop_path 1
		[ "$(connects watcher "$address")" = answered ]
		reset_path "$port"
		[ "$(connects watcher "$address")" = ECONNREFUSED ]
		heal_path
		[ "$(connects watcher "$address")" = answered ]
		pull server
		[[ $(connects watcher "$address") =~ silence|EHOSTUNREACH ]]
		plug_in server
		eventually 5 connects_to "$address" answered
	done
	reject_path "$port"
	[ "$(connects watcher "$SERVER4")" = ENETUNREACH ]
	heal_path
	prohibit_path "$port"
	[ "$(connects watcher "$SERVER4")" = EHOSTUNREACH ]
	heal_path
	sh -c "$(fault drop_path "$port")"
	[ "$(connects watcher "$SERVER4")" = silence ]
	at watcher sh -c "$(fault heal_path)"
	[ "$(connects watcher "$SERVER4")" = answered ]
}

connects_to() { [ "$(connects watcher "$1")" = "$2" ]; }

setup_file() {
	run_situations outage_of_3s outage_of_6s outage_of_12s outage_of_20s outage_and_all \
		half_close_then_silence mute_half_close requests_dropped requests_rejected stream_killed \
		outage_past_the_deadline full_backlog short_backlog one_of_three
}

# --- an outage that heals

# Every probe whose limit is shorter than the outage says dead while the path is silent,
# but the peer lives, and answers in the end: a false alarm each. The keepalive that gave
# up has ended its own connection, whose peer lived all the same.
during_outage() {
	start_peer_at server --life echo
	watch_routed -w "$2s" --fault-exec "$(fault outage "$1" "$port")" "$SERVER4:$port" \
		-p rdhup,peek,idle:limit=1500ms,ack-age:idle=1s:intvl=1s:limit=2200ms \
		-p unacked:every=500ms:limit=1s,tx-ack:every=500ms:limit=1s,heartbeat:every=500ms:limit=1s \
		-p keepalive:idle=1s:intvl=1s:cnt=1
	ended
}
# After a silence TCP sends again when the last pause has doubled: that is waited for.
outage_of_3s() { during_outage 3 8; }
outage_of_6s() { during_outage 6 14; }
outage_of_12s() { during_outage 12 20; }
outage_of_20s() { during_outage 20 28; }

outage_survived() {
	expect_results <<-RESULTS
		rdhup     alive
		peek      alive
		idle      false-alarm
		ack-age   false-alarm
		unacked   false-alarm
		tx-ack    false-alarm
		heartbeat false-alarm
		keepalive false-alarm  # its own option ended the connection
	RESULTS
	exits 1
	# From when to when the path was silent.
	holds "map(select(.event == \"note\" and (.text | test(\"silent\")))) | length >= 1"
}

@test "an outage of 3 s is no death" { outcome outage_of_3s && outage_survived; }
@test "an outage of 6 s is no death" { outcome outage_of_6s && outage_survived; }
@test "an outage of 12 s is no death" { outcome outage_of_12s && outage_survived; }
@test "an outage of 20 s is no death" { outcome outage_of_20s && outage_survived; }

outage_and_all() {
	start_peer_at server --life echo
	watch_routed -a -w 28s --fault-exec "$(fault outage 20 "$port")" "$SERVER4:$port"
	ended
}

@test "an outage of 20 s, and every probe: one peer, one truth" {
	outcome outage_and_all
	holds 'map(select(.event == "result" and .result != "unsupported")) |
		length >= 22 and all(.result == "alive" or .result == "false-alarm")'
	holds 'map(select(.event == "result" and (.probe | IN("heartbeat", "unacked", "tx-ack", "ack-age", "keepalive", "idle")))) |
		length == 6 and all(.result == "false-alarm")'
	holds 'map(select(.event == "result" and (.probe | IN("peek", "read", "rdhup", "tcp-info", "uring", "hup")))) |
		all(.result == "alive" or .result == "unsupported")'
}

# The end of the watch comes while nothing passes: then that is the truth.
outage_past_the_deadline() {
	start_peer_at server --life echo
	watch_routed -w 3s --fault-exec "$(fault outage 20 "$port")" "$SERVER4:$port" \
		-p rdhup,unacked:every=500ms:limit=1s,ack-age:idle=1s:intvl=1s:limit=2200ms
	ended
}

@test "an outage that the watch does not see the end of is a death" {
	outcome outage_past_the_deadline
	expect_results <<-RESULTS
		rdhup   missed
		unacked noticed
		ack-age noticed
	RESULTS
	exits 1
}

# --- half-closed, and then nothing passes for good

# answered CONN: data have come from the peer.
answered() {
	awk -v port="$(sed -n '/"event":"connected".*"conn":'"$1"',/s/.*"local":"[^"]*:\([0-9]*\)".*/\1/p' "$json")" \
		'$2 == port && $6 == "from" && $5 > 0 { found = 1 } END { exit !found }' "$BATS_TEST_TMPDIR/wire.out"
}

all_accepted() { [ "$(at server ss -Htln "sport = :$port" | awk '{ print $2 }')" = 0 ]; }

# half_close LIFE
half_close() {
	start_peer_at server --life "$1" --death half-close
	watch_routed -w 4s --fault-at 4s --fault-exec "$(fault drop_path "$port")" "$SERVER4:$port" \
		-p rdhup,unacked:every=500ms:limit=1s,write-probe:every=500ms,heartbeat:every=500ms:limit=500ms:eof=ignore
	wait_event connected '.conn == 4'
	# What waits to be accepted would not be half-closed with the others.
	case $1 in
	echo) eventually 20 answered 4 ;;
	*) eventually 20 all_accepted && wait_event dead ;;
	esac
	kill -USR1 "$server"
	ended
}
half_close_then_silence() { half_close echo; }
mute_half_close() { half_close sink; }

then_silence() {
	expect_results <<-RESULTS
		rdhup       false-alarm  # the peer lived, and read, for some more seconds
		unacked     noticed      # acknowledged until the path died
		write-probe missed       # a write fills a buffer, whatever comes of it
		heartbeat   $1
	RESULTS
	exits 1
	# Until then the peer acknowledged what came after its FIN.
	holds 'map(select(.event == "note" and (.text | contains("none was")))) | length == 0'
}

@test "a half-close, and then silence for good: dead since then" {
	outcome half_close_then_silence
	then_silence 'missed        # told to expect no answer after a FIN'
}

@test "a half-close, then silence, and a verdict that came before both" {
	outcome mute_half_close
	then_silence 'inconclusive  # the peer never answered it'
}

# --- requests that are lost while the peer goes on talking

# What arrives proves that the peer speaks, and not that it hears.
lost_requests() {
	start_peer_at server --life tick
	watch_routed -w 6s --fault-exec "$(fault "$1" "$port")" "$SERVER4:$port" \
		-p rdhup,unacked:every=500ms:limit=1s,tx-ack:every=500ms:limit=1s,write-probe:every=500ms \
		-p heartbeat:every=500ms:limit=1s:want=never,user-timeout:after=1s+write-probe:every=500ms
	ended
}
requests_dropped() { lost_requests drop_to; }
requests_rejected() { lost_requests reject_path; }

requests_were_lost() {
	expect_results <<-RESULTS
		rdhup        missed
		unacked      noticed
		tx-ack       noticed
		write-probe  missed,noticed  # alone; where the user timeout has ended its connection
		heartbeat    inconclusive    # never answered, before the fault neither
		user-timeout noticed
	RESULTS
	exits 1
}

@test "requests are dropped, and the peer goes on talking" { outcome requests_dropped && requests_were_lost; }
@test "requests are rejected, and the peer goes on talking" { outcome requests_rejected && requests_were_lost; }

# --- a server that streams to probes that do not read, and is killed

stream_killed() {
	start_peer_at server --life flood
	watch_routed -a -w 8s --fault-at 2s --fault-exec "kill -KILL $server" "$SERVER4:$port"
	ended
}

@test "a streaming server is killed: none that never read is alive" {
	outcome stream_killed
	holds 'map(select(.event == "result" and .result == "alive")) | length == 0'
	# The FIN is behind data that nobody takes; whoever takes them finds it, and a byte finds the RST.
	holds 'map(select(.event == "result" and (.probe | IN("read", "idle", "heartbeat", "write-probe", "unacked", "tx-ack")))) |
		length >= 6 and all(.result == "noticed" or (.probe == "tx-ack" and .result == "false-alarm"))'
	holds 'map(select(.event == "result" and (.probe | IN("peek", "hup", "rdhup", "keepalive", "tcp-info")))) |
		length == 5 and all(.result == "missed")'
}

# --- a short backlog

listener() {
	spawn_at server listener python3 -c '
import socket, sys, time
s = socket.create_server(("", 0), backlog=int(sys.argv[1]))
print(s.getsockname()[1], flush=True)
time.sleep(60)' "$1"
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/listener.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/listener.out")
}

# A queue of two takes three. The kernel answers no more SYN then, and tcpalive does not go on
# with connections that this side alone believes in.
full_backlog() {
	listener 2
	watch_routed -p rdhup -n 8 --connect-timeout 3s -w 3s --fault-at 4s --fault-exec "kill -KILL $server" "$SERVER4:$port"
	ended
}

@test "a listener that does not accept: beyond its backlog nobody is connected" {
	outcome full_backlog
	holds 'map(select(.event == "connected")) | length == 3'
	exits 3
}

# It accepts at once: opened gently, each of the connections gets a place in its backlog.
short_backlog() {
	port=8000
	spawn_at server http python3 -m http.server "$port"
	server=$pid
	eventually 20 listens server "$port"
	watch_routed -a -w 5s --fault-at 3s --fault-exec "kill -KILL $server" "$SERVER4:$port"
	ended
}

@test "http.server, whose backlog is 5, accepts every probe" {
	outcome short_backlog
	holds 'map(select(.event == "result" and (.probe | IN("read", "peek", "rdhup", "tcp-info", "write-probe", "unacked")))) |
		length == 6 and all(.result == "noticed")'
	holds 'map(select(.event == "result" and .result == "inconclusive")) | all(.probe == "heartbeat")'
	holds 'map(select(.event == "result" and (.probe | IN("hup", "keepalive")))) | all(.result == "missed")'
}

# --- several targets

one_of_three() {
	local targets=() servers=()
	for _ in 1 2 3; do
		start_peer_at server --life echo
		targets+=("$SERVER4:$port") servers+=("$server")
	done
	watch_routed -p rdhup,unacked:every=500ms:limit=1s -w 2s -t 8s "${targets[@]}"
	wait_event connected '.conn == 6'
	kill -KILL "${servers[1]}"
	ended
	echo "${targets[1]}" >"$BATS_TEST_TMPDIR/dead"
}

@test "one of three targets dies: the others live, and are watched on" {
	outcome one_of_three
	holds "map(select(.event == \"connected\" and .remote == \"$(<"$BATS_FILE_TMPDIR/one_of_three/dead")\").conn) as \$dead |
		map(select(.event == \"result\")) | length == 6 and
		all(.result == (if .conn | IN(\$dead[]) then \"noticed\" else \"alive\" end))"
	holds '.[-1].t >= 7.5'
	exits 0
}

@test "what it said was so on the wire" { were_so; }
