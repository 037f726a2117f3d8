# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# The exit status, code by code.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

@test "0: the peer died, and every probe noticed" {
	start_peer
	run tcpalive -p read,rdhup -w 2s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
}

@test "0: --expect alive, and it lived until --timeout" {
	start_peer
	run tcpalive -p read,rdhup -t 1s --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
}

@test "1: the peer died, and a probe that had to notice did not" {
	start_peer
	run tcpalive -p read,hup -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
}

@test "1: a false alarm" {
	start_peer --life sink
	run tcpalive -p read,fionread -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
}

@test "1: --expect alive, and it died" {
	start_peer
	run tcpalive -p read -w 1s --expect alive --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
}

@test "2: usage" {
	for wrong in --no-such-option '-p nosuch' '-p peek:no=1' '-w -1' '--fault nosuch' ''; do
		# shellcheck disable=SC2086
		run --separate-stderr tcpalive $wrong ${wrong:+127.0.0.1:80}
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ $stderr == "tcpalive: "* ]]
	done
}

@test "3: refused" {
	run --separate-stderr tcpalive -p read "127.0.0.1:$(free_port)"
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: "*"refused"* ]]
}

@test "4: an output that cannot be written" {
	start_peer
	run --separate-stderr tcpalive -p read -t 1s -o json=/nonexistent/file "127.0.0.1:$port"
	[ "$status" -eq 4 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "tcpalive: "*"/nonexistent/file"* ]]
}

@test "4: a full disk behind standard output" {
	start_peer
	for format in text json; do
		run --separate-stderr bash -c '"$@" >/dev/full' - timeout 30 "$TCPALIVE" \
			-o "$format" -p read -t 2s "127.0.0.1:$port"
		[ "$status" -eq 4 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "tcpalive: "*"No space left"* ]]
	done
}

@test "4: a closed standard output" {
	start_peer
	for format in text json; do
		run --separate-stderr bash -c '"$@" >&-' - timeout 30 "$TCPALIVE" \
			-o "$format" -p read -t 2s "127.0.0.1:$port"
		[ "$status" -eq 4 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

# read_once WORD...: its first line is read, and then nobody reads: it ends by itself, and says nothing.
read_once() {
	run --separate-stderr bash -c '"$@" | head -n 1; exit "${PIPESTATUS[0]}"' - timeout 30 "$TCPALIVE" "$@"
	[ "$status" -eq 141 ] && [ -z "$stderr" ] && [ "${#lines[@]}" -le 1 ] && return
	printf '%s: status %s, error: %s\n' "$*" "$status" "$stderr" >&2
	return 1
}

@test "141: a reader that has gone away ends it silently, also when there is nothing to write" {
	start_peer
	for format in text json; do
		read_once -o "$format" -p read "127.0.0.1:$port"
	done
	read_once peer --listen 0
	read_once --listen 127.0.0.1:0
	read_once lab --net loopback kill -p peek -o json
	read_once predict -o json
	# shellcheck disable=SC2046
	read_once explain $("$TCPALIVE" rows probes | cut -f1)
}

@test "141: a report in a file is ended as a whole" {
	start_peer
	read_once -p read -o json="$BATS_TEST_TMPDIR/file.json" "127.0.0.1:$port"
	[ "$(jq -r 'select(.event == "result").result' "$BATS_TEST_TMPDIR/file.json")" = alive ]
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/file.json" | jq -r '"\(.event) \(.exit) \(.why)"')" = 'end 141 SIGPIPE' ]
}

@test "--help and --version into a closed or full output are status 4 too" {
	for page in --help --version list; do
		run --separate-stderr bash -c '"$@" >/dev/full' - "$TCPALIVE" "$page"
		[ "$status" -eq 4 ]
	done
}

@test "5: nothing died before --timeout" {
	start_peer
	run tcpalive -p read,rdhup -t 1s "127.0.0.1:$port"
	[ "$status" -eq 5 ]
}

@test "5: the sentence says what was waited for" {
	start_peer
	run tcpalive -p rdhup -t 500ms "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	[[ $output == *$'\nexpected all; seen: nothing died before --timeout' ]]
	run tcpalive -p rdhup -w 500ms --fault-at 0 --fault-exec true "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	[[ $output == *$'\nexpected all; seen: nothing died after the fault, within --within' ]]
	run tcpalive -p fionread --expect any "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	[[ $output == *$'\nexpected any; seen: nothing died, and every probe has reported' ]]
}

@test "1: PROBE<=DUR, and nothing died" {
	start_peer
	run tcpalive -p rdhup -t 500ms --expect 'rdhup<=1s' "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *$'\nexpected rdhup<=1s; seen: nothing died before --timeout' ]]
	run tcpalive -p rdhup -w 500ms --fault-at 0 --fault-exec true --expect 'rdhup<=1s' --expect any "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *$'\nexpected rdhup<=1s; seen: nothing died after the fault, within --within\nexpected any; seen: '* ]]
}

@test "1: each expectation that failed is a line, also of Markdown and with -q" {
	start_peer
	run tcpalive -q -p read,hup -w 1s --expect all --expect 'hup<=1s' --expect 'read<=1s' -o text \
		-o markdown="$BATS_TEST_TMPDIR/a.md" --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *$'\nexpected all; seen: unnoticed deaths: 1, false alarms: 0\nexpected hup<=1s; seen: connection 2: missed' ]]
	grep -qxF -- '- expected all; seen: unnoticed deaths: 1, false alarms: 0' "$BATS_TEST_TMPDIR/a.md"
	grep -qxF -- '- expected hup\<=1s; seen: connection 2: missed' "$BATS_TEST_TMPDIR/a.md"
	run ! grep -q 'read' <(grep expected "$BATS_TEST_TMPDIR/a.md")
}

@test "5: nobody came to --listen before --timeout" {
	run tcpalive --listen 127.0.0.1:0 -p read -t 1s
	[ "$status" -eq 5 ]
}

@test "128+N: SIGINT and SIGTERM end the watch, after the summary" {
	start_peer
	for signal in INT:130 TERM:143; do
		watch -p read,rdhup "127.0.0.1:$port"
		wait_event connected '.conn == 2'
		kill -s "${signal%:*}" "$watcher"
		finish
		exits "${signal#*:}"
		holds 'map(select(.event == "result")) | length == 2 and all(.result == "alive")'
		holds ".[-1] | .event == \"end\" and .exit == ${signal#*:}"
	done
}

@test "128+N: also where --fault-exec failed and nothing died of it" {
	start_peer
	watch -p rdhup --fault-at 100ms --fault-exec 'exit 7' "127.0.0.1:$port"
	wait_event note
	kill -TERM "$watcher"
	finish
	exits 143
}

@test "128+N: the text report ends with its table too" {
	start_peer
	spawn text "$TCPALIVE" -p read,rdhup --color=never "127.0.0.1:$port"
	watcher=$pid
	eventually 10 says "$BATS_TEST_TMPDIR/text.out" "#2 connect"
	kill -INT "$watcher"
	finish
	exits 130
	says "$BATS_TEST_TMPDIR/text.out" '^rdhup .*alive'
}

@test "the JSON's last line says the exit status" {
	start_peer
	watched -p read -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	exits 0
	holds '.[-1] | .event == "end" and .exit == 0'
	watched -p read -t 1s "127.0.0.1:$port" # it lives again: new connections
	exits 5
	holds '.[-1].exit == 5'
}
