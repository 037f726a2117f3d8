# SPDX-License-Identifier: MIT
# What a person reads of a program in the lab.

load helper

# A pool of ten, of which eight have a keepalive of 1/1/2; it closes what it is told of.
client_pool() {
	cat >"$BATS_TEST_TMPDIR/pool.py" <<-'END'
		import selectors, socket, sys
		ready = selectors.DefaultSelector()
		for i in range(10):
		    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
		    if i < 8:
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
		        for option, value in (socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2):
		            s.setsockopt(socket.IPPROTO_TCP, option, value)
		    ready.register(s, selectors.EVENT_READ)
		while True:
		    for key, _ in ready.select():
		        try:
		            alive = key.fileobj.recv(10)
		        except OSError:
		            alive = b""
		        if not alive:
		            ready.unregister(key.fileobj)
		            key.fileobj.close()
	END
	echo "exec python3 $BATS_TEST_TMPDIR/pool.py {host} {port}"
}

@test "a pool is told apart from one that gave up all, and beside it is who noticed" {
	local text=$BATS_TEST_TMPDIR/text
	need_lab
	need python3 python3
	LIMIT=60 tcpalive lab drop,freeze --client "$(client_pool)" -p heartbeat:every=500ms:limit=1s -t 4s >"$text"
	says "$text" '^ +[0-9.]+  drop: client missed it: gave up 8 of 10 connections, the last after [123]\.[0-9]+s; the kernel knew of 8 \(ETIMEDOUT\)'
	says "$text" '^ +[0-9.]+  freeze: client missed it: nobody knew'
	says "$text" '^drop +- +1\.[0-9]+$' # of the matrix
	says "$text" '^drop +missed +[123]\.[0-9]+s ETIMEDOUT +([0-9.]+[mu]?s|0) +'
	says "$text" '^drop .*; the weakest of 10: no keepalive, no user timeout: nothing will ever tell it$'
	says "$text" '^The client noticed 0 of 2 deaths; missed drop, freeze\.$'
	says "$text" "^-p 'heartbeat:every=500ms:limit=1s' noticed what the client missed \\(drop, freeze\\), after 1\\.[0-9]+s at the latest, for [0-9]+ packets a minute; the peer's application answered it\\.\$"
}
