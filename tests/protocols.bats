# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# URLs as targets: a heartbeat in the peer's own protocol, against real servers, all of them
# targets of one watch.

load helper
load servers
load speakers

# serve SCHEME [PORT]: what was started last speaks it, at that port.
serve() {
	pids+=("$server")
	urls+=("$1://127.0.0.1:${2:-$port}")
}

start_all() {
	pids=() urls=()
	start_redis && serve redis
	start_memcached && serve memcached
	start_nats && serve nats
	start_smtpd && serve smtp
	start_imap && serve imap
	start_mosquitto && serve mqtt && serve ws "$ws_port"
	start_nginx && serve http "$port/health" && serve h2c "$h2c_port"
}

# signal_all SIGNAL: the command that sends it.
signal_all() { echo "for p in ${pids[*]}; do '$TESTS/kill-tree' $1 \$p; done"; }

no_complaint() {
	! grep -E '\[(ERR|WRN|error|warn)\]|ERROR|protocol error|[Mm]alformed|\bBAD\b|[^0-9]50[0-9] [A-Z]' \
		"$BATS_TEST_TMPDIR"/{redis,memcached,nats,smtpd,imap,mosquitto,nginx}.{out,err} || return
	# They have understood it, too.
	says "$BATS_TEST_TMPDIR/memcached.err" '<[0-9]+ version' || return
	says "$BATS_TEST_TMPDIR/nats.err" '<<- \[PING\]' || return
	says "$BATS_TEST_TMPDIR/mosquitto.err" 'Sending PINGRESP' || return
	says "$BATS_TEST_TMPDIR/smtpd.err" 'NOOP' || return
	says "$BATS_TEST_TMPDIR/imap.out" 'NOOP'
}

@test "each protocol: answered while its server lives, noticed when it is frozen, and when it is killed" {
	start_all
	watched -t 20s -p heartbeat:every=300ms:limit=1s --fault-at 2s --fault-exec "$(signal_all STOP)" "${urls[@]}"
	exits 0
	holds 'map(select(.event == "result")) | length == 9 and
		all(.probe == "heartbeat" and .result == "noticed" and .answered >= 2) and
		all(.note == "its kernel still answers: the process is stopped or stuck")'
	[ -n "${TCPALIVE_WRAPPED:-}" ] ||
		holds '[.[] | select(.event == "result") | .after] | max < 2.3'
	bash -c "$(signal_all CONT)"
	# A fresh connection each, of the protocol's own accord: no -p.
	watched -t 20s --fault-at 2500ms --fault-exec "$(signal_all KILL)" "${urls[@]}"
	exits 0
	holds 'map(select(.event == "start"))[0].probes == ["heartbeat"]'
	holds 'map(select(.event == "result")) | length == 9 and
		all(.probe == "heartbeat" and .result == "noticed" and .answered >= 1)'
	no_complaint
}

# at URL: the result there, as TEXT of a jq object.
at() { jq -c --arg url "$1" 'select(.event == "result" and .target == $url)' "$json"; }

# late_greeting: greets after a second, which is more than a poll's limit here, and then says nothing.
late_greeting() {
	port=$(free_port)
	spawn late python3 -c '
import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
c, _ = s.accept()
time.sleep(1)
c.sendall(b"220 late\r\n")
time.sleep(60)' "$port"
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/late.out" ready
}

@test "a refusal is an answer, a goodbye no death, and a greeting no answer" {
	local redis http python late
	start_redis && redis=redis://127.0.0.1:$port
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	printf 'CONFIG SET requirepass x\r\n' >&9 && read -r _ <&9 && exec 9>&-
	start_nginx && http=127.0.0.1:$port
	start_python_http && python=http://127.0.0.1:$port/
	late_greeting && late=smtp://127.0.0.1:$port
	watched -t 3s -p heartbeat:every=200ms:limit=1500ms "$redis" "http://$http/none" "http://$http/thrice" \
		"redis://$http" "$python" "$late"
	at "$redis" | jq -e '.result == "alive" and .answered >= 5 and .answered == .polls'
	at "http://$http/none" | jq -e '.result == "alive" and .answered >= 5'
	at "http://$http/thrice" | jq -e '.result == "inconclusive" and .answered == 3 and (.note | test("would close"))'
	# What the server knows no word of, or closes after, says nothing of its life.
	at "redis://$http" | jq -e '.result == "inconclusive" and (.note | test("own byte"))'
	at "$python" | jq -e '.result == "inconclusive" and (.note | test("own byte"))'
	at "$late" | jq -e '.result == "inconclusive" and (.how | test("^no answer within 1.5s, nor ever before"))'
	exits 1
}

@test "what another probe of the connection reads may have been the answer" {
	start_redis
	watched -t 2s -p heartbeat:every=200ms:limit=10s+read \
		-p 'read+heartbeat:every=200ms:limit=10s:send=PING\r\n:want=' "redis://127.0.0.1:$port"
	exits 1
	holds 'map(select(.event == "result" and .probe == "heartbeat")) |
		map(.result + " " + .note) == ["inconclusive read took what the peer sent on this connection, perhaps its answer too", "alive "]'
}

@test "where nothing may be asked the watch is passive, and says so" {
	start_sshd
	local url=ssh://127.0.0.1:$port
	watched -t 20s --fault-at 500ms --fault-exec "$TESTS/kill-tree KILL $server" "$url"
	exits 0
	holds 'map(select(.event == "note"))[0].text | startswith("ssh://127.0.0.1:") and
		contains("nothing is asked, because it takes no question before a login; OpenSSH")'
	holds 'map(select(.event == "result")) | length == 2 and all(.bytes_out == 0) and
		(.[] | select(.probe == "rdhup") | .result == "noticed")'
	start_redis
	watched --all -t 500ms "tls://127.0.0.1:$port"
	holds '.[] | select(.event == "result" and .probe == "heartbeat") | .result == "unsupported" and
		.how == "what is said there is encrypted"'
}

@test "what is said in a protocol can be read, and every protocol is listed" {
	run tcpalive explain smtp://
	[ "$status" -eq 0 ]
	[[ $output == 'smtp:// - NOOP'* && $output == *'greeting   220 '* && $output == *'send       NOOP\r\n'* ]]
	run tcpalive explain postgresql
	[ "$status" -eq 0 ]
	[[ $output == 'postgres://, postgresql:// - passive: it takes no question before a login'* ]]
	local scheme list explained
	list=$(tcpalive list) explained=$(tcpalive explain)
	for scheme in $(tcpalive rows protocols | cut -f1); do
		[[ $list == *" $scheme"* ]]
		tcpalive explain "$scheme" >"$BATS_TEST_TMPDIR/page"
	done
	[[ $explained == *Protocols:*redis*passive* ]]
}
