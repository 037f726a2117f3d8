#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# The live view, as tmux shows it: what it draws, and that it leaves the terminal as
# it found it, whatever ends or stops it.

load helper
load servers

teardown() {
	[ ! -S "$BATS_TEST_TMPDIR/tmux" ] || screen kill-server
	reap
}

screen() { tmux -u -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@" 3>&- 4>&-; }

# terminal COLUMNS ROWS: an interactive shell, whose prompt is `> `.
terminal() {
	need tmux tmux
	locale -a | grep -qi '^c\.utf-\?8$' || skip 'the locale C.UTF-8 is missing'
	export TCPALIVE
	screen new-session -d -x "$1" -y "$2" \
		"exec env -u NO_COLOR -u COLUMNS PS1='> ' LC_ALL=C.UTF-8 bash --norc --noprofile"
	eventually 20 shows '^>$'
}

type_line() { screen send-keys -l "$*" && screen send-keys Enter; }
press() { screen send-keys "$@"; }
shown() { screen capture-pane -p; }
shown_ever() { screen capture-pane -p -S -; }
shows() { shown | LC_ALL=C.UTF-8 grep -qE -- "$1"; }
hides() { ! shows "$1" || { shown >&2; return 1; }; }
widest() { LC_ALL=C.UTF-8 wc -L; } # columns

await() {
	eventually 20 shows "$1" && return
	shown >&2
	return 1
}

# leaves: the frame is gone, and the shell has the terminal as it was.
leaves() {
	await '^status [0-9]+ same$'
	hides 'reports dead'
}

# begin WORD...: tcpalive in the terminal; its exit status is shown after it, and whether
# stty says the same as before.
begin() {
	type_line "clear; a=\$(stty -a); \"\$TCPALIVE\" $*; b=\$?; [ \"\$a\" = \"\$(stty -a)\" ] && c=same || c=changed; echo status \$b \$c"
}

dies() { echo "'kill -USR1 $server'"; }

# in_pty WORD...: tcpalive with a terminal of 80 x 24 for standard output; what it wrote
# is in $BATS_TEST_TMPDIR/raw.
in_pty() {
	timeout -k 5 60 python3 - "$TCPALIVE" "$@" >"$BATS_TEST_TMPDIR/raw" 3>&- 4>&- <<-'PYTHON'
		import fcntl, os, pty, struct, sys, termios
		pid, fd = pty.fork()
		if pid == 0:
		    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
		    os.execv(sys.argv[1], sys.argv[1:])
		while True:
		    try:
		        data = os.read(fd, 65536)
		    except OSError:
		        break
		    if not data:
		        break
		    os.write(1, data)
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	PYTHON
}

raw_has() { LC_ALL=C grep -qP -- "$1" "$BATS_TEST_TMPDIR/raw"; }
raw_lacks() { ! raw_has "$1" || return 1; }

draws_at() { # COLUMNS
	start_peer
	terminal "$1" 24
	begin -p peek,hup,heartbeat -w 6s --fault-exec "$(dies)" "127.0.0.1:$port"
	await '^peek +─[─┊│]*●' # a verdict on a lane
	await '^hup +─[─┊]*│─+'   # what the kernel knew, and a lane that goes on
	await '┊ the fault   │ kernel event   \? suspects   ● reports dead'
	await '#[0-9]+ +dead +'
	leaves
	shows '^peek +noticed'
	shows '^[0-9] of 3 probes noticed'
	shows '^ +[0-9.]+ +FAULT +exec ━+$'
	[ "$(shown_ever | grep -cE '^ +[0-9.]+ +#[0-9]+ +kernel ')" -eq 3 ]
	[ "$(shown_ever | widest)" -le "$1" ]
}

@test "80 columns: the timeline, below it lanes and marks; then the timeline and the table" { draws_at 80; }

@test "200 columns: the timeline, below it lanes and marks; then the timeline and the table" { draws_at 200; }

@test "what the timeline has the view does not repeat, also after lines that only -v shows" {
	start_peer
	terminal 100 40
	begin -p peek,hup,rdhup,read,zero-recv,so-error,peername,tcp-info,write-probe:every=1s -w 5s \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	await '^write-probe +─[─┊│]*●'
	await '#[0-9]+ +dead +write-probe'
	[ "$(shown | grep -cE '#[0-9]+ +dead +write-probe')" -eq 1 ]
	leaves
	shows '^\([0-9]+ more lines with -v\)$'
}

@test "more probes than rows: as many as fit, and how many do not; the whole timeline is left" {
	local json=$BATS_TEST_TMPDIR/json
	start_peer
	terminal 80 12
	begin --all -v -t 2s -o text -o "json=$json" "127.0.0.1:$port"
	await '^\.\.\. and [0-9]+ more probes'
	shows '^read +─'
	leaves
	shown_ever >"$BATS_TEST_TMPDIR/all"
	for event in connected kernel suspect dead result; do
		[ "$(grep -cE "^ +[0-9.]+ +#[0-9]+ +${event%ed} " "$BATS_TEST_TMPDIR/all")" -eq \
			"$(grep -c "\"event\":\"$event\"" "$json")" ] || { echo "$event" >&2; return 1; }
	done
}

@test "a resize draws anew" {
	start_peer --life echo
	terminal 160 40
	begin -p read,peek "127.0.0.1:$port"
	await '^peek +─+'
	screen resize-window -x 60 -y 20
	eventually 20 fits 60
	screen resize-window -x 120 -y 30
	eventually 20 fits 120
	[ "$(shown | grep -c 'reports dead')" -eq 1 ]
	press C-c
	await '^status 130' # stty's rows and columns are not the same
	hides 'reports dead'
}

# The axis reaches the right border, and nothing is beyond it.
fits() {
	local width
	width=$(shown | LC_ALL=C.UTF-8 grep -E '^ +[┬─]+$' | widest)
	[ "$width" -lt "$1" ] && [ "$width" -gt $(($1 - 20)) ]
}

@test "SIGINT and SIGTERM leave the terminal as it was" {
	start_peer --life echo
	terminal 80 24
	begin -p read,peek "127.0.0.1:$port"
	await '^peek +─+'
	press C-c
	await '^status 130 same$'
	leaves
	begin -p read,peek "127.0.0.1:$port"
	await '^peek +─+'
	screen list-panes -F '#{pane_pid}' >"$BATS_TEST_TMPDIR/pane"
	kill -TERM "$(cat "/proc/$(cat "$BATS_TEST_TMPDIR/pane")/task/$(cat "$BATS_TEST_TMPDIR/pane")/children")"
	await '^status 143 same$'
	leaves
}

@test "SIGTSTP leaves the terminal, SIGCONT draws again, and the clock ran on" {
	start_peer --life echo
	terminal 80 24
	type_line "clear; \"\$TCPALIVE\" -p read,peek 127.0.0.1:$port"
	await '^peek +─+'
	press C-z
	await 'Stopped'
	hides 'reports dead'
	type_line 'echo between; sleep 1'
	await '^between$'
	type_line 'fg'
	await '^peek +─+'
	shows '^between$'
	[ "$(shown_ever | grep -c 'reports dead')" -eq 1 ]
	await '^ +[2-9]\.[0-9]s '
	press C-c
	await 'probes? raised an alarm'
	hides 'reports dead'
}

@test "SIGSTOP: what others wrote meanwhile is left alone" {
	start_peer --life echo
	terminal 80 24
	type_line "clear; \"\$TCPALIVE\" -p read,peek 127.0.0.1:$port"
	await '^peek +─+'
	screen list-panes -F '#{pane_pid}' >"$BATS_TEST_TMPDIR/pane"
	kill -STOP "$(cat "/proc/$(cat "$BATS_TEST_TMPDIR/pane")/task/$(cat "$BATS_TEST_TMPDIR/pane")/children")"
	await 'Stopped'
	type_line 'echo between'
	await '^between$'
	type_line 'fg'
	eventually 20 drawn_again
	shows '^between$'
	press C-c
	await 'probes? raised an alarm'
}

drawn_again() { shown | sed '1,/^between$/d' | LC_ALL=C.UTF-8 grep -qE '^peek +─+'; }

# Once it was asked whose the terminal is, which a frame begins with.
@test "SIGSTOP amid a frame: nothing of it is written when the program goes on" {
	need strace strace
	strace -qq -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	start_peer --life echo
	# A leak cannot be looked for beneath strace.
	TERM=xterm ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 timeout -k 5 100 python3 - "$BATS_TEST_TMPDIR/calls" \
		"$TCPALIVE" -p hup "127.0.0.1:$port" 3>&- 4>&- <<-'PYTHON'
		import fcntl, os, pty, re, select, signal, struct, sys, termios

		calls = sys.argv[1]
		open(calls, "w").close()
		stops = ["strace", "-D", "-qq", "-o", calls, "-e", "trace=ioctl", "-e", "inject=ioctl:signal=SIGSTOP:when=30"]
		pid, fd = pty.fork()
		if pid == 0:
		    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
		    os.execvp("strace", stops + sys.argv[2:])

		def written(seconds):
		    return os.read(fd, 65536) if select.select([fd], [], [], seconds)[0] else b""

		def called():
		    with open(calls) as file:
		        return file.read()

		try:
		    before = b""
		    while "--- stopped by SIGSTOP ---" not in called():
		        before += written(0.05)
		    while more := written(0.2):
		        before += more
		    assert b"hup" in before, before
		    assert re.search(r"TIOCGPGRP, .*\n--- SIGSTOP .*\n--- stopped by SIGSTOP ---\n$", called()), called()
		    os.kill(pid, signal.SIGCONT)
		    after = b""
		    while b"hup" not in after:
		        after += written(20)
		    assert re.match(rb"[\r\n]*\n", after), after
		finally:
		    os.kill(pid, signal.SIGKILL)
	PYTHON
}

@test "-v: the timeline scrolls by above the lanes, and stays" {
	start_peer
	terminal 100 30
	begin -v -p peek,hup -w 2s --fault-exec "$(dies)" "127.0.0.1:$port"
	await '^peek +─[─┊│]*●'
	leaves
	shows ' FAULT +exec ━'
	shows ' kernel  FIN '
	[ "$(shown_ever | grep -c ' FAULT ')" -eq 1 ]
}

@test "LC_ALL=C: the lanes are ASCII" {
	start_peer
	LC_ALL=C TERM=xterm in_pty -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port" || true
	raw_has 'reports dead'
	raw_lacks '[^\x00-\x7f]'
}

@test "NO_COLOR: the same picture without a colour" {
	start_peer
	NO_COLOR=1 TERM=xterm in_pty -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port" || true
	raw_has 'reports dead'
	raw_has '\x1b\[[0-9]*A' # the cursor moves
	raw_lacks '\x1b\[[0-9;]*m'
}

@test "TERM=dumb: plain lines, and no escape sequence" {
	start_peer
	TERM=dumb in_pty -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port" || true
	raw_has ' FAULT +exec'
	raw_lacks '\x1b'
	raw_lacks 'reports dead'
}

@test "not a terminal: plain lines, and no escape sequence" {
	start_peer
	TERM=xterm run tcpalive -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[[ $output == *' FAULT   exec '* ]]
	[[ $output != *$'\e'* ]]
	[[ $output != *'reports dead'* ]]
}

@test "-q: one line, and one for what failed, also on a terminal" {
	start_peer
	TERM=xterm in_pty -q -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port" || true
	[ "$(wc -l <"$BATS_TEST_TMPDIR/raw")" -eq 2 ]
	raw_has 'expected all; seen: unnoticed deaths: 1, '
	raw_lacks '\x1b\[[0-9]*A'
}

@test "only what changes is written: a quiet second costs few bytes" {
	start_peer --life echo
	TERM=xterm in_pty -p read,peek,hup,rdhup -t 3s --expect alive "127.0.0.1:$port"
	# the first frame, some 30 small ones, the table
	[ "$(wc -c <"$BATS_TEST_TMPDIR/raw")" -lt 8000 ]
}

@test "the lab's matrix fills in place, and the whole one follows" {
	need_lab
	terminal 80 24
	begin lab none,rst,drop -p peek,rdhup,keepalive:idle=1s:intvl=1s:cnt=1 -t 5s
	await '^rst +0\.'
	await '3 faults, 3 probes, traffic: idle; [0-9]+ of 9 cells (report dead|judged)'
	leaves
	shows '^drop +- +- +[12]\.'
	[ "$(shown_ever | grep -c '^rst ')" -eq 1 ]
}

@test "a sentence or an error that is longer than a line is broken between words, with an indent" {
	start_peer
	terminal 60 30
	begin -q -p peek,hup,so-error,keepalive -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	await '^status 1 same$'
	shows '^1 of 4 probes noticed, peek first after [0-9.]+ms; 3 missed( it)?$'
	shows '^  (it )?\(hup, so-error, keepalive\)\.$'
	begin -p keepalive:no-such-parameter=1 "127.0.0.1:$port"
	await '^status 2 same$'
	shows '^tcpalive: keepalive: .no-such-parameter.: unknown parameter$'
	shows '^  \(it has '
	run -2 tcpalive -p keepalive:no-such-parameter=1 "127.0.0.1:$port"
	[ "${#lines[@]}" -eq 1 ]
}

# The letters above the last column of the marks, downwards.
turned() {
	shown | awk '/under way/ { n = 0; next } { line[n++] = $0 }
		/^fault .*  dead  runs$/ {
			for (i = 0; i < n; i++) printf "%s", substr(line[i], length($0) - 12, 1)
			exit
		}' | tr -d ' '
}

@test "the lab while it runs: the columns have names, and the faults say how far they are" {
	need_lab
	terminal 80 24
	begin lab rst,drop,freeze,close -t 3s
	await '^rst .*  22'
	shows '^ +0 of 4 faults over, at most [1-3]s left; under way: rst, drop, freeze, clo'
	[ "$(turned)" = uring ]
	shows '^drop  .* 0 +[0-2]s$'
	leaves
	[ "$(shown_ever | grep -cE '^ +[0-9.]+  (rst|drop|freeze|close): ')" -eq 4 ]
	screen resize-window -x 40 -y 7
	begin lab rst,drop,freeze,close -t 2s
	await '^(rst|drop|freeze|close) .* [0-9]s$'
	shows '^\.\.\. and [1-4] more faults?, [0-9]+ more columns$'
	await '^status [0-9]+'
}
