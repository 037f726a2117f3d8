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
