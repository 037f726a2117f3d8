# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# Further servers, each for the protocol of its URL (servers.bash has the others and says how).

start_memcached() {
	need memcached memcached
	port=$(free_port)
	spawn memcached memcached -vv -u "$(id -un)" -U 0 -l 127.0.0.1 -p "$port"
	server=$pid
	eventually 20 answers "$port"
}

start_nats() {
	need nats-server nats-server
	port=$(free_port)
	spawn nats nats-server -a 127.0.0.1 -p "$port" -DV
	server=$pid
	eventually 20 answers "$port"
}

# With WebSockets at $ws_port.
start_mosquitto() {
	need mosquitto mosquitto
	port=$(free_port)
	ws_port=$(free_port)
	printf '%s\n' "listener $port 127.0.0.1" "listener $ws_port 127.0.0.1" 'protocol websockets' \
		'allow_anonymous true' 'persistence false' 'log_type all' "user $(id -un)" \
		>"$BATS_TEST_TMPDIR/mosquitto.conf"
	spawn mosquitto mosquitto -c "$BATS_TEST_TMPDIR/mosquitto.conf"
	server=$pid
	eventually 20 answers "$port"
	eventually 20 answers "$ws_port"
}

start_smtpd() {
	python3 -c 'import aiosmtpd' 2>/dev/null || skip 'aiosmtpd is missing: sudo apt-get install python3-aiosmtpd'
	port=$(free_port)
	spawn smtpd python3 -m aiosmtpd -n -d -l "127.0.0.1:$port"
	server=$pid
	eventually 20 answers "$port"
}

# What IMAP's servers say before a login (RFC 3501); Dovecot wants a user and a directory of its own.
start_imap() {
	port=$(free_port)
	spawn imap python3 -c '
import socketserver, sys

class Imap(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready.\r\n")
        for line in self.rfile:
            tag, command = line.split()[:2]
            print(line, flush=True)
            self.wfile.write(tag + (b" OK done.\r\n" if command == b"NOOP" else b" BAD what?\r\n"))

socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Imap).serve_forever()' "$port"
	server=$pid
	eventually 20 answers "$port"
}
