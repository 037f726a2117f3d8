#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031,SC2154
# -p @NAME: what software does out of the box. The rows of programs that are installed here are held against
# what these ask the kernel for.

load helper
load servers
load speakers

# stands_for NAME: the composite, from the start event.
stands_for() { "$TCPALIVE" predict -o json -p "$1" none | jq -r --arg name "$1" 'select(.stands_for).stands_for[$name]'; }

# by FAULT NAME: when that is noticed, in seconds or in a word; $json has the predictions.
by() { events prediction ".fault == \"$1\" and .group == \"$2\"" | jq -r 'if .by then .by + 0 else .result end'; }

@test "predict prints side by side when each would notice what, under the names of the programs" {
	run -0 env COLUMNS=80 "$TCPALIVE" predict -p @go,@redis,@grpc
	[[ $output == *$'\n'fault*' @go '*' @redis '*' @grpc'$'\n'* ]]
	[ "$(grep -c '^@redis is read+keepalive:idle=300s:intvl=100s:cnt=3$' <<<"$output")" -eq 1 ]
	run ! grep -E '.{81}' <<<"$output"

	# 15 + 9 * 15 and 300 + 3 * 100; without keepalive never.
	"$TCPALIVE" predict -o json --sysctl tcp_keepalive_probes=9 -p @go,@redis,@grpc drop kill >"$json"
	[ "$(by drop @go)" = 150 ]
	[ "$(by drop @redis)" = 600 ]
	[ "$(by drop @grpc)" = missed ]
	[ "$(by kill @grpc)" = 0 ]
	[ "$("$TCPALIVE" predict -o markdown -p @go drop | grep -c '^@go is read')" -eq 1 ]
}

@test "each row is predicted, listed, explained with its source, and in the manual" {
	local name names
	mapfile -t names < <("$TCPALIVE" rows profiles | cut -f1)
	[ "${#names[@]}" -gt 12 ]
	run -0 "$TCPALIVE" explain "${names[@]}"
	[ "$(grep -c '^Source: ' <<<"$output")" -eq "${#names[@]}" ]
	[ "$(grep -c '^Program: ' <<<"$output")" -eq "${#names[@]}" ]
	"$TCPALIVE" predict -o json -p "$(IFS=,; echo "${names[*]}")" none kill drop >"$json"
	"$TCPALIVE" list >"$BATS_TEST_TMPDIR/list"
	for name in "${names[@]}"; do
		[ "$(by kill "$name")" = 0 ]
		grep -q "^  $name  *[A-Za-z]" "$BATS_TEST_TMPDIR/list"
		grep -qx "\\.It Cm $name" "$TESTS/../man/tcpalive.1"
	done
}

# lab NAME ARGUMENT...: to be collected, all at once.
lab() { spawn "$1" "$TCPALIVE" lab --net loopback -o json -t 2s "${@:2}"; }

@test "a program is one row, and is expected to notice by its name, whichever of its probes does" {
	need_lab
	local runs=() status=0
	lab held kill -p '@redis,peek+@go' --expect '@redis<=2s' --expect 'peek+@go=never' --expect any
	runs+=("$pid")
	lab late drop -p @go,@redis --expect '@go<=1s' --expect '@redis=never'
	runs+=("$pid")
	wait "${runs[0]}" || status=$?
	[ "$status" -eq 1 ]
	wait "${runs[1]}" || status=1$?
	[ "$status" -eq 11 ]
	told() { jq -r 'select(.event == "expect") | "\(.text) \(.held)"' "$BATS_TEST_TMPDIR/$1.out"; }
	diff <(told held) <(printf '%s\n' '@redis<=2s true' 'peek+@go=never false' 'any true')
	diff <(told late) <(printf '%s\n' '@go<=1s false' '@redis=never true')
	jq -se 'map(select(.event == "result") | .group) | unique == ["@redis", "peek+@go"]' "$BATS_TEST_TMPDIR/held.out"
}

@test "a client of --listen is watched as the program would" {
	spawn listen "$TCPALIVE" --listen 127.0.0.1:0 -p @postgres -w 1s -o json
	json=$BATS_TEST_TMPDIR/listen.out
	wait_event listening
	exec 9<>"/dev/tcp/127.0.0.1/$(events listening | jq -r '.address | split(":")[-1]')"
	wait_event connected
	exec 9>&-
	status=0
	wait "$pid" || status=$?
	exits 0
	[ "$(events connected | jq -r .group)" = @postgres ]
}

# asked NAME: keepalive's idle, intvl and cnt, and the user timeout in seconds, that NAME's program asked of the
# kernel last: - where it did not.
asked() {
	awk -v FS='[][ ,]+' -v OFS=' ' 'BEGIN { on = idle = intvl = cnt = after = "-" }
		/SO_KEEPALIVE/ { on = $4 } /TCP_KEEPIDLE/ { idle = $4 } /TCP_KEEPINTVL/ { intvl = $4 }
		/TCP_KEEPCNT/ { cnt = $4 } /TCP_USER_TIMEOUT/ { after = $4 / 1000 }
		END { print on, idle, intvl, cnt, after }' <(sed 's/^[0-9]* *//' "$BATS_TEST_TMPDIR/$1.trace")
}

# wanted NAME: the same, as the row has it.
wanted() {
	stands_for "$1" | tr '+' '\n' | awk -v FS='[:=]' 'BEGIN { on = idle = intvl = cnt = after = "-" }
		function value(s) { sub(/s$/, "", s); return s == "system" ? "-" : s }
		/^keepalive:/ { on = 1; idle = value($3); intvl = value($5); cnt = value($7) }
		/^user-timeout:/ { after = value($3) }
		END { print on, idle, intvl, cnt, after }'
}

eval "untraced_$(declare -f spawn)"

# The tracer is a descendant, so the pid is the program's.
traced_spawn() {
	untraced_spawn "$1" strace -D -f -qq -e trace=setsockopt -o "$BATS_TEST_TMPDIR/$1.trace" "${@:2}"
}

# agrees NAME TRACE: did that program ask for what the row says?
agrees() {
	local row
	row=$(wanted "$1")
	as_the_row() { [ "$(asked "$1")" = "$row" ]; }
	eventually 10 as_the_row "$2" && return
	echo "$2 asked for $(asked "$2"); $1 says $row (on, idle, intvl, cnt, user timeout)" >&2
	return 1
}

@test "the rows of what is installed here are what it asks the kernel for" {
	need strace strace
	need curl curl
	need psql postgresql
	strace -qq -o /dev/null true 2>/dev/null || skip 'needs to trace (ptrace)'
	# shellcheck disable=SC2317
	spawn() { traced_spawn "$@"; }
	start_redis
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	start_nginx
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	start_sshd
	exec 6<>"/dev/tcp/127.0.0.1/$port"
	start_memcached
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	spawn() { untraced_spawn "$@"; }
	start_peer
	traced_spawn curl curl -s "http://127.0.0.1:$port/"
	traced_spawn ssh ssh -F none -o BatchMode=yes -p "$port" 127.0.0.1
	traced_spawn python3 python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)' "$port"
	traced_spawn redis-cli redis-cli -p "$port" ping
	traced_spawn psql psql -h 127.0.0.1 -p "$port" postgres
	connected() { [ "$(ss -tnH state established "dport = :$port" | wc -l)" -eq 5 ]; }
	eventually 20 connected
	agrees @redis redis
	agrees @nginx nginx
	agrees @openssh sshd
	agrees @openssh ssh
	agrees @curl curl
	agrees @python python3
	agrees @redis-cli redis-cli
	agrees @libpq psql
	agrees @memcached memcached
	exec 5>&- 6>&- 7>&- 8>&-
}
