#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# Faults on programs that are not the lab's own: on the wire they are what they are on the lab's own peer, whatever the
# program is made of. The packets are read by tcpdump.

load helper

setup_file() {
	one_by_one
	# Says something each 50 ms, reads what comes, and ends when it cannot say more.
	cat >"$BATS_FILE_TMPDIR/chatter.py" <<'EOF'
import socket, sys, time
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
for _ in range(40):
    try:
        s.send(sys.argv[3].encode().decode("unicode_escape").encode(), socket.MSG_DONTWAIT)
        s.recv(4096, socket.MSG_DONTWAIT)
    except BlockingIOError:
        pass
    except OSError:
        break
    time.sleep(.05)
EOF
	# A process for each connection, and the first one holds them all, too.
	cat >"$BATS_FILE_TMPDIR/forking.py" <<'EOF'
import os, signal, socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
held = []
while True:
    c, _ = s.accept()
    held.append(c)
    if not os.fork():
        while (data := c.recv(4096)) and c.send(data):
            pass
        signal.pause()
EOF
	# Says on its first connection that no more comes, and holds it.
	cat >"$BATS_FILE_TMPDIR/half.py" <<'EOF'
import socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
first, _ = s.accept()
first.shutdown(socket.SHUT_WR)
while True:
    c, _ = s.accept()
    while (data := c.recv(4096)) and c.send(data):
        pass
EOF
	# Connects again at once when its latest connection ends, which it has beside so many others.
	cat >"$BATS_FILE_TMPDIR/eager.py" <<'EOF'
import socket, sys, time
others = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(int(sys.argv[3]))]
while True:
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
            s.recv(100)
    except OSError:
        time.sleep(.05)
EOF
	# Whose listener ends late: the process that holds it has much memory to give back before.
	cat >"$BATS_FILE_TMPDIR/slow.py" <<'EOF'
import contextlib, mmap, os, signal, socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
if os.fork():
    much = mmap.mmap(-1, 128 << 20, mmap.MAP_PRIVATE)
    with contextlib.suppress(OSError):
        much.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, 128 << 20, 4096):
        much[at] = 1
    signal.pause()
while True:
    c, _ = s.accept()
    while (data := c.recv(4096)) and c.send(data):
        pass
EOF
	# Four processes that share the port.
	cat >"$BATS_FILE_TMPDIR/nginx.conf" <<'EOF'
daemon off; worker_processes 4; pid nginx.pid; error_log stderr;
events { worker_connections 16; }
http {
	access_log off; keepalive_timeout 60; client_body_temp_path 1; proxy_temp_path 2; fastcgi_temp_path 3; uwsgi_temp_path 4;
	scgi_temp_path 5; server { listen 9000 reuseport; location / { return 204; } }
}
EOF
}

# lab NAME OPTION...: its JSON in NAME.json, its packets in NAME/.
lab() {
	local name=$1
	shift
	mkdir -p "$BATS_TEST_TMPDIR/$name"
	spawn "$name" "$TCPALIVE" lab -o json --pcap "$BATS_TEST_TMPDIR/$name" --fault-at 300ms -t 4s "$@"
	pids+=("$pid")
}

chatter() { echo "exec python3 $BATS_FILE_TMPDIR/chatter.py {host} {port} '$1'"; }

# ended FAULT: what the server's end of the connection said of its end. The answer to what belongs to none has no ACK.
ended() {
	tcpdump -nr "$1" 'src host 192.0.2.2 and src port 9000 and tcp[tcpflags] & (tcp-fin|tcp-rst) != 0' 2>/dev/null |
		sed -nE 's/.*Flags \[([^]]*)\].*/\1/p' | uniq | paste -sd' '
}

# result NAME FAULT: of the program, and what its kernel knew.
result() {
	jq -r --arg f "$2" 'select(.event == "result" and .program and .fault == $f) | "\(.result) \(.how)"' "$BATS_TEST_TMPDIR/$1.out"
}

@test "a dying program is on the wire what the peer of the lab is" {
	need_lab
	need tcpdump tcpdump
	need redis-server redis-server
	need nginx nginx-light
	local nginx="cp $BATS_FILE_TMPDIR/nginx.conf {dir}/c.conf; exec nginx -p {dir} -c c.conf"
	local faults=close,kill,rst,half-close,reboot,reboot-late:for=600ms name p f got bad=0 pids=()
	local redis="exec redis-server --port {port} --bind {host} --protected-mode no --save '' --dir {dir}"
	lab own "$faults" --client "$(chatter .)"
	lab forking "$faults" --client "$(chatter .)" --server "exec python3 $BATS_FILE_TMPDIR/forking.py {host} {port}"
	lab redis "$faults" --client "$(chatter 'PING\r\n')" \
		--server "$redis"
	lab nginx "$faults" --client "$(chatter 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')" \
		--server "$nginx"
	for p in "${pids[@]}"; do within 40 "$p"; done
	# Killed with unread input it is an RST; and what was under way then is answered, too.
	declare -A is=(
		[close]='F. R' [kill]='(F. R|R.( R)?)' [rst]='R.( R)?' [half-close]='F.' [reboot]='R' [reboot-late:for=600ms]='R'
	)
	for name in own forking redis nginx; do
		for f in ${faults//,/ }; do
			got=$(ended "$BATS_TEST_TMPDIR/$name/$f.pcap")
			[[ $got =~ ^${is[$f]}$ ]] || { echo "$name $f: $got" >&2; bad=1; }
		done
	done
	[ "$bad" = 0 ]
}

# Who changes its user is another one's, whose descriptors a root without CAP_SYS_PTRACE may not touch.
@test "a strike that is not permitted is an error, and not a fault that struck nobody" {
	need_lab
	need_capability SYS_ADMIN
	need setpriv util-linux
	need nginx nginx-light
	run --separate-stderr timeout 30 setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace \
		"$TCPALIVE" lab close --client "$(chatter 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')" \
		--server "cp $BATS_FILE_TMPDIR/nginx.conf {dir}/c.conf; exec nginx -p {dir} -c c.conf"
	[ "$status" -eq 4 ]
	[ "$stderr" = "tcpalive: 'close': not permitted: the descriptors of 'nginx': Permission denied" ]
}

# again [hold]: connects again whenever a connection ends, beside one that it holds whatever comes.
again() {
	cat >"$BATS_TEST_TMPDIR/again.py" <<'EOF'
import socket, sys, time
held = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in sys.argv[3:]]
while True:
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
            while s.send(b".") and s.recv(100):
                time.sleep(.05)
    except OSError:
        time.sleep(.05)
EOF
	echo "exec python3 $BATS_TEST_TMPDIR/again.py {host} {port} $*"
}

@test "a program that dies: killed for good, started again after a reboot, and what cannot be done to it" {
	need_lab
	need redis-server redis-server
	local server="exec python3 $BATS_FILE_TMPDIR/forking.py {host} {port}" p f pids=()
	local redis="exec redis-server --port {port} --bind {host} --protected-mode no --save '' --dir {dir}"
	# A busy machine accepts, and starts a server again, in seconds.
	lab server kill,reboot,close,freeze --client "$(again)" --server "$server" --fault-at 1s -t 10s
	lab slow kill --client "exec python3 $BATS_FILE_TMPDIR/eager.py {host} {port} 0" --server "exec python3 $BATS_FILE_TMPDIR/slow.py {host} {port}"
	lab many kill --client "exec python3 $BATS_FILE_TMPDIR/eager.py {host} {port} 400"
	lab half reboot --client "$(again hold)" --server "exec python3 $BATS_FILE_TMPDIR/half.py {host} {port}" --fault-at 1s -t 10s
	lab client close,kill,rst,reboot --client "$(chatter 'PING\r\n')" --server "$redis" --dies client
	lab own close,kill,rst,half-close --server "$redis" --say 'PING\r\n'
	lab undone close-unread,data-then-close,data-then-rst,zero-window,zero-window-drop --client "$(chatter .)" --server "$server" -t 500ms
	for p in "${pids[@]}"; do within 40 "$p"; done

	# The client is there again where a server is.
	for f in kill freeze; do run ! reconnected server "$f"; done
	for p in slow many; do run ! reconnected "$p" kill; done
	[[ $(result slow kill) == 'noticed kernel '* ]]
	for f in reboot close; do reconnected server "$f"; done
	reconnected half reboot
	[[ $(result server freeze) == missed* ]]
	for f in kill reboot close; do [[ $(result server "$f") == 'noticed kernel '* ]]; done

	# Where the client dies the server is who is measured; nobody starts a client again.
	[[ $(result client close) == 'noticed kernel FIN'* ]]
	[[ $(result client kill) =~ ^'noticed kernel '(FIN|ECONNRESET) ]]
	[ "$(jq -r 'select(.what == "started" and .fault == "reboot") | .program' "$BATS_TEST_TMPDIR/client.out" | paste -sd' ')" = 'server client' ]
	[[ $(result client rst) == 'noticed kernel ECONNRESET'* ]]
	[[ $(result own close) == 'noticed kernel FIN'* ]]
	[[ $(result own kill) == 'noticed kernel FIN'* ]]
	[[ $(result own rst) == 'noticed kernel ECONNRESET'* ]]
	[[ $(result own half-close) == 'false-alarm kernel FIN'* ]]

	[ "$(result undone data-then-rst)" = 'unsupported only the program knows its final data' ]
	[ "$(result undone close-unread)" = 'unsupported only the program knows what it leaves unread' ]
	[ "$(jq -r 'select(.event == "result") | .result' "$BATS_TEST_TMPDIR/undone.out" | sort | uniq -c | tr -s ' ')" = ' 5 unsupported' ]
}

reconnected() {
	[ "$(jq -r --arg f "$2" 'select(.event == "result" and .program and .fault == $f) | .reconnected_after != null' "$BATS_TEST_TMPDIR/$1.out")" = true ] ||
		{ cat "$BATS_TEST_TMPDIR/$1.err"; jq -c 'select(.program or .event == "end")' "$BATS_TEST_TMPDIR/$1.out"; return 1; } >&2
}
