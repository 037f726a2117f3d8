#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031,SC2154
# For how long a path remembers an idle connection: through a NAT of the kernel's own that forgets after 5 and after
# 12 seconds, and of servers that close. All that waits, waits side by side.

load helper
load servers
load routed

# masquerade SECONDS: the router of the network that was made last forgets after so long. What it does not know then
# it drops, or, of port 9002, answers with RST.
masquerade() {
	at router nft -f - <<-RULES
		table ip forgets {
			chain leaving { type nat hook postrouting priority srcnat; oifname "east" masquerade; }
			chain through {
				type filter hook forward priority filter
				ct state invalid tcp dport 9002 reject with tcp reset
				ct state invalid drop
			}
		}
	RULES
	at router sh -c "cd /proc/sys/net/netfilter && echo $1 >nf_conntrack_tcp_timeout_established && echo 0 >nf_conntrack_tcp_loose" ||
		skip 'needs conntrack in this kernel'
}

# measure NAME HOST ARGUMENT...: in the background, from that host or from here (-); its JSON in NAME.out.
measure() {
	local name=$1 host=$2
	shift 2
	if [ "$host" = - ]; then
		spawn "$name" "$TCPALIVE" idle-limit -o json "$@"
	else
		spawn_at "$host" "$name" "$TCPALIVE" idle-limit -o json "$@"
	fi
	declare -g "pid_$name=$pid"
}

# found NAME STATUS: it ends so, with what is asked of its last word by jq in the lines that follow.
found() {
	local child=pid_$1 status=0 out=$BATS_TEST_TMPDIR/$1.out condition
	within 60 "${!child}"
	[ "$status" -eq "$2" ] || { echo "$1: status $status" >&2; cat "$BATS_TEST_TMPDIR/$1".* >&2; return 1; }
	while read -r condition; do
		jq -se "map(select(.final)) | length == 1 and (.[0] | $condition)" "$out" >/dev/null ||
			{ echo "$1: not $condition" >&2; grep '"final":true' "$out" >&2; return 1; }
	done
	"$TESTS/valid-events" "$out" || [ $? -eq 77 ]
}

# Who is silent for so many seconds is left, each client in turn.
closes='
import itertools, socket, sys, threading
def serve(c, limit):
    c.settimeout(float(limit))
    try:
        while c.recv(100): c.send(b".")
    except OSError: pass
    c.close()
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
for limit in itertools.cycle(sys.argv[1:]): threading.Thread(target=serve, args=(s.accept()[0], limit), daemon=True).start()'

# Bounds within 5 percent of each other; the kernel's timers have jiffies of up to 10 ms.
limit() { echo ".at_least <= $1 + 0.02 and .at_most >= $1 and .at_most - .at_least <= 0.05 * .at_most"; }

@test "a masquerade that forgets after 5 and after 12 s, dropping and rejecting, and servers that close by themselves" {
	need_routed
	need nft nftables
	local seconds redis_port nginx_port
	for seconds in 5 12; do
		routed
		masquerade "$seconds"
		spawn_at server "peer$seconds" "$TCPALIVE" peer -o json --listen 9001
		spawn_at server "peer2$seconds" "$TCPALIVE" peer -o json --listen 9002
		eventually 20 says "$BATS_TEST_TMPDIR/peer$seconds.out" listening
		eventually 20 says "$BATS_TEST_TMPDIR/peer2$seconds.out" listening
		measure "drops$seconds" watcher --up-to 1h "$SERVER4:9001"
		measure "rejects$seconds" watcher --up-to 1h "$SERVER4:9002"
	done
	need redis-server redis-server
	redis_port=$(free_port)
	spawn redis redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --timeout 4 --dir "$BATS_TEST_TMPDIR"
	need nginx nginx-light
	nginx_port=$(free_port)
	nginx_conf "$BATS_TEST_TMPDIR" "client_header_timeout 3s; keepalive_timeout 6s; server { listen 127.0.0.1:$nginx_port; }"
	spawn nginx /usr/sbin/nginx -e stderr -p "$BATS_TEST_TMPDIR" -c "$BATS_TEST_TMPDIR/nginx.conf"
	eventually 20 answers "$redis_port"
	eventually 20 answers "$nginx_port"
	measure redis - "127.0.0.1:$redis_port"
	measure ping - "redis://127.0.0.1:$redis_port"
	measure nginx - "127.0.0.1:$nginx_port"
	measure head - "http://127.0.0.1:$nginx_port"
	# When all is over the connection that is kept was asked at 5.9 s, so that it is waited for.
	spawn closes python3 -c "$closes" 4.6 6.05
	eventually 20 says "$BATS_TEST_TMPDIR/closes.out" '[0-9]'
	measure waits - --ask byte "127.0.0.1:$(<"$BATS_TEST_TMPDIR/closes.out")"
	measure never - --up-to 3s --ask byte "127.0.0.1:$redis_port"
	measure stopped - "127.0.0.1:$redis_port"
	eventually 20 says "$BATS_TEST_TMPDIR/stopped.out" '"asked":2'
	kill -INT "$pid_stopped"

	found drops5 0 <<<"$(limit 5) and .how == \"drop\" and .kept and .keepalive == 2 and .unasked == false"
	found rejects5 0 <<<"$(limit 5) and .how == \"rst\" and .kept and .unasked == false"
	found drops12 0 <<<"$(limit 12) and .how == \"drop\" and .kept and .keepalive == 5"
	found rejects12 0 <<<"$(limit 12) and .how == \"rst\" and .kept and .mixed == false"
	# The time that it takes is little more than the longest silence, and for who says nothing some seconds of asking.
	[ -n "${TCPALIVE_WRAPPED:-}" ] || found rejects12 0 <<<'.t < 12 * 1.3 + 1'
	[ -n "${TCPALIVE_WRAPPED:-}" ] || found drops12 0 <<<'.t < 12 * 1.3 + 9'
	# Redis looks at its clients each second, and a keepalive segment is no request.
	found redis 0 <<<'.how == "peer" and .unasked and .at_least > 3.9 and .at_most < 7 and .kept == false'
	found ping 0 <<<'.how == "peer" and .unasked and .at_least > 3.9 and .at_most < 7 and .kept'
	found nginx 0 <<<'.how == "peer" and .unasked and .at_least > 2.9 and .at_most < 5 and .kept == false'
	found head 0 <<<'.how == "peer" and .unasked and .at_least > 2.9 and .at_most < 8'
	found waits 0 <<<'.how == "peer" and .unasked and .at_most > 6 and .kept'
	found never 5 <<<'.at_most == null and .at_least >= 3 and .how == null'
	found stopped 130 <<<'.at_most == null and .at_least >= 1 and .asked >= 2'
}

@test "what it cannot do is one line, and a peer that is not there is status 3" {
	local word
	refuses() {
		run --separate-stderr "$TCPALIVE" idle-limit "${@:3}"
		[ "$status" -eq "$1" ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == *"$2"* ]] || { echo "$*: $status: $stderr" >&2; return 1; }
	}
	refuses 2 "idle-limit: no HOST:PORT"
	refuses 2 "'b:2': a second target" a:1 b:2
	for word in 0 0.9% 51% 5s x % ''; do refuses 2 '--precision: ' a:1 --precision "$word"; done
	refuses 2 "--up-to: '1s'" a:1 --up-to 1s
	refuses 2 "--ask: 'ping': unknown word" a:1 --ask ping
	for word in tap junit=x svg=x; do refuses 2 'cannot report an idle limit' a:1 -o "$word"; done
	refuses 3 'Connection refused' "127.0.0.1:$(free_port)"
}

@test "a server that the question ends, or that ends some only, has no idle limit" {
	local port
	port=$(free_port)
	# The first ends who sends it anything; the second takes 5, and closes each one more.
	spawn picky python3 -c "
import socket, sys
def listen(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', port))
    s.listen(64)
    return s
import selectors
ready = selectors.DefaultSelector()
for l in (listen($port), listen($port + 1)):
    ready.register(l, selectors.EVENT_READ)
kept = []
while True:
    for key, _ in ready.select():
        s = key.fileobj
        if s in kept:
            ready.unregister(s)
            s.close()
            kept.remove(s)
            continue
        c, _ = s.accept()
        if s.getsockname()[1] == $port + 1 and sum(k.getsockname()[1] == $port + 1 for k in kept) >= 5:
            c.close()
            continue
        kept.append(c)
        ready.register(c, selectors.EVENT_READ)
"
	eventually 20 answers "$port"
	eventually 20 answers "$((port + 1))"
	measure few - --up-to 3s "127.0.0.1:$((port + 1))"
	run --separate-stderr "$TCPALIVE" idle-limit --ask byte "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $stderr == *'a byte is not answered even at once: it ends the connection'* ]]
	found few 5 <<<'.at_most == null and .at_least >= 2'
	grep -q 'ended by the peer, and .* live' "$BATS_TEST_TMPDIR/few.out"
}
