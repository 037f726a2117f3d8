#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154
# -o openmetrics: what Prometheus and node_exporter's textfile collector take, whole at any moment.

load helper

# start_peer ARGUMENT...: its port in $port, its pid in $peer.
start_peer() {
	spawn peer python3 "$TESTS/peer.py" "$@"
	peer=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '[0-9]'
	port=$(head -1 "$BATS_TEST_TMPDIR/peer.out")
}

# value SERIES...: of $file, which must be right as a whole.
value() { python3 "$TESTS/openmetrics.py" "$file" "$@"; }

# is VALUE SERIES
is() { [ "$(value "$2")" = "$1" ]; }

# are VALUES SERIES...: a value each; else the whole file is shown.
are() {
	local values
	values=$(value "${@:2}" | xargs)
	[ "$values" = "$1" ] || { printf 'not %s but %s:\n%s\n' "$1" "$values" "$(<"$file")" >&2; return 1; }
}

@test "the file is whole at any moment, follows the target, and has its death in the end" {
	local target reader
	file=$BATS_TEST_TMPDIR/watch.prom
	# Not close: what the heartbeat has sent and nobody has read would make a reset of it.
	start_peer --life echo --death half-close
	target="target=\"127.0.0.1:$port\""
	ln -s watch.prom "$BATS_TEST_TMPDIR/link.prom"
	echo old >"$file.tmp" # of a process that was killed
	spawn metered bash -c 'umask 077; exec "$@"' watch "$TCPALIVE" -q -p 'heartbeat:every=20ms:limit=5s' \
		-o "openmetrics=$BATS_TEST_TMPDIR/link.prom" "127.0.0.1:$port"
	watcher=$pid
	eventually 20 test -s "$file"
	spawn reader bash -c 'while :; do [ "$(tail -n 1 "$1")" = "# EOF" ] || echo half; done' reader "$file"
	reader=$pid
	eventually 20 is 1 "tcpalive_up{$target}"
	[ "$(stat -c %a "$file")" = 644 ]
	[ -L "$BATS_TEST_TMPDIR/link.prom" ]
	is none "tcpalive_exit_status{mode=\"connect\",file=\"link.prom\"}"
	kill -USR1 "$peer"
	status=0
	within 30 "$watcher"
	exits 0
	kill "$reader"
	run ! grep half "$BATS_TEST_TMPDIR/reader.out"
	[ ! -e "$file.tmp" ]
	are '0 0 1 0 1 0 1' "tcpalive_up{$target}" "tcpalive_connections{$target}" "tcpalive_deaths_total{$target,cause=\"fin\"}" \
		"tcpalive_deaths_unnoticed_total{$target}" tcpalive_notice_seconds_count \
		'tcpalive_exit_status{mode="connect",file="link.prom"}' \
		'tcpalive_expectation_kept{mode="connect",file="link.prom",expect="all"}'
	# The sum of so many answers, of which each took some microseconds at least and less than it may.
	value "tcpalive_answer_seconds_sum{$target}" "tcpalive_answer_seconds_count{$target}" |
		xargs | awk '{ exit !($2 >= 3 && $1 > $2 * 1e-6 && $1 < $2 * 5) }'
	# When it changed: just now.
	value "tcpalive_last_change_timestamp_seconds{$target}" | awk -v now="$(date +%s)" '{ exit !($1 > now - 60 && $1 < now + 2) }'
}

@test "silence is counted from when the peer was heard last; who accepts has no targets" {
	need_capability NET_ADMIN # for a filter on a TCP socket
	local target
	file=$BATS_TEST_TMPDIR/watch.prom
	start_peer --death drop-rx
	target="target=\"127.0.0.1:$port\""
	spawn metered "$TCPALIVE" -q -p keepalive:idle=1s:intvl=1s:cnt=1 -o "openmetrics=$file" "127.0.0.1:$port"
	watcher=$pid
	spawn listens "$TCPALIVE" -q -t 300ms --listen 127.0.0.1:0 -o "openmetrics=$BATS_TEST_TMPDIR/listen.prom"
	eventually 20 is 1 "tcpalive_up{$target}"
	kill -USR1 "$peer"
	status=0
	within 30 "$watcher"
	exits 0
	is 1 "tcpalive_deaths_total{$target,cause=\"timeout\"}"
	# A segment after a second, and one more second for its answer; the last that was answered may have been one before.
	value "tcpalive_last_notice_seconds{$target}" | awk '{ exit !($1 > 1.9 && $1 < 3.6) }' || [ -n "${TCPALIVE_WRAPPED:-}" ]
	file=$BATS_TEST_TMPDIR/listen.prom
	eventually 20 is 5 'tcpalive_exit_status{mode="listen",file="listen.prom"}'
	run ! grep 'tcpalive_up\|target=""' "$file"
}

@test "to standard output at the end; no device is replaced; what cannot be written is said at once" {
	file=$BATS_TEST_TMPDIR/out.prom
	tcpalive audit $$ --expect 'drop<=60s' -o openmetrics >"$file"
	is 1 'tcpalive_expectation_kept{mode="audit",file="standard output",expect="drop<=60s"}'
	[ "$(value 'tcpalive_build_info{mode="audit",file="standard output",version="'"$("$TCPALIVE" --version | cut -d' ' -f2)"'"}')" = 1 ]
	ln -s /dev/null "$BATS_TEST_TMPDIR/null.prom"
	tcpalive audit $$ -q -o openmetrics="$BATS_TEST_TMPDIR/null.prom"
	[ -c /dev/null ]
	[ -L "$BATS_TEST_TMPDIR/null.prom" ]
	both --listen 127.0.0.1:0 -t 100ms -o openmetrics=/nowhere/x.prom
	[ "$status" -eq 4 ]
	[ "$stderr" = "tcpalive: '/nowhere/x.prom': No such file or directory" ]
	both --listen 127.0.0.1:0 -t 100ms -o json="$file" -o openmetrics="$BATS_TEST_TMPDIR/./out.prom"
	[ "$status" -eq 2 ]
	[[ $stderr == *'would write into the same file'* ]]
	both lab -o openmetrics="$file"
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: --output: 'openmetrics=$file': reports only what watch and audit find (give text or json)" ]
}
