#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154
# A program under test, run as the lab runs it but without the lab (tests/unit/program.c): what it meets, how it is struck, and that
# nothing of it is left. Looked at from outside, with ps(1) and find(1).

load helper

setup_file() { one_by_one; }

setup() {
	fresh
	json=$BATS_TEST_TMPDIR/none
	errors=$json
	[ -x "$UNITS/program" ] || skip "$UNITS/program is missing: run make unit"
	{ has_capability SYS_ADMIN && has_capability NET_ADMIN; } || need_user_namespaces
	export TMPDIR=$BATS_TEST_TMPDIR/of-programs
	mkdir "$TMPDIR"
}

# launch NAME COMMAND: orders go to it by `order`, its news are in $news and what it writes in $log. Sets $launcher and $init
# too.
launch() {
	local fifo=$BATS_TEST_TMPDIR/$1.in logs=$BATS_TEST_TMPDIR/$1.logs
	mkfifo "$fifo"
	spawn "$1" bash -c 'exec "${@:2}" <"$1"' - "$fifo" "$UNITS/program" run "$2" "$logs"
	launcher=$pid
	exec {orders}>"$fifo"
	news=$BATS_TEST_TMPDIR/$1.out
	log=$logs/drop.server.log
	await '^init'
	init=$(sed -n 's/^init //p' "$news")
}

show() { tail -n 20 "$news" "${news%.out}.err" "$log" >&2; }
await() { eventually 20 says "$news" "$1" || { show; return 1; }; }
wrote() { eventually 20 says "$log" "$1" || { show; return 1; }; }
has() { says "$log" "$1" || { show; return 1; }; }

# order WORD...: and waits until it is carried out.
order() {
	local before
	before=$(grep -c '^done' "$news") || true
	echo "$*" >&"$orders"
	eventually 20 carried_out "$before" || { show; return 1; }
}
carried_out() { [ "$(grep -c '^done' "$news")" -gt "$1" ]; }

# What the test's programs are, as `ps -o` shows it. They have its directory in their environment; the number of a namespace soon is
# another one's.
processes() {
	local of
	of=$(grep -lzs "^TCPALIVE_DIR=$TMPDIR/" /proc/[0-9]*/environ | sed 's,/proc/\(.*\)/environ,\1,' | paste -sd,) || true
	[ -z "$of" ] || ps -o "$1"= -p "$of" | sort -u | tr '\n' ' '
}
are() { [ "$(processes "$1")" = "${2:+$2 }" ]; }
no_process() { gone "$init" && are pid ''; }

# nothing_runs: soon, as disks and schedulers go; else what it waits for.
nothing_runs() {
	eventually 20 no_process && return
	cat "/proc/$init/status" "/proc/$init/stack" >&2
	processes pid,stat,wchan,args >&2
	return 1
}
no_file() { [ -z "$(find "$TMPDIR" -mindepth 1)" ]; }

closed() {
	order close
	no_process
	no_file
}

@test "what it meets: the words, the directory of the caller, no terminal, nothing of the launcher" {
	cd "$BATS_TEST_TMPDIR"
	echo here >my.conf
	ulimit -Sn 64
	launch meets 'cat ./my.conf; echo "words {host} {port} {fault} {} {a,b} $TCPALIVE_HOST $TCPALIVE_PORT $TCPALIVE_FAULT"
		echo "dir $(ls -A {dir} | wc -l) $TCPALIVE_DIR"; [ "$TCPALIVE_DIR" = {dir} ] && touch {dir}/writable && echo writable
		read -r line || echo "no input"; (: </dev/tty) || echo "no terminal"
		echo "descriptors $(ulimit -Sn) $(ls /proc/self/fd | tr "\n" " ")" # the last one is that of ls
		grep -E "^Sig(Ign|Blk)" /proc/self/status; echo "ids $(id -u) session $(ps -o sid= -p $$ | tr -d " ") $$"
		echo "processes $(ps -e -o comm= | tr "\n" " ")"; grep -c : /proc/net/dev'
	await '^ended 0$'
	await '^over$'
	has '^here$'
	has '^words 127.0.0.1 9000 drop \{\} \{a,b\} 127.0.0.1 9000 drop$'
	has "^dir 0 $TMPDIR/tcpalive-run-......\$"
	has '^writable$'
	has '^no input$'
	has '^no terminal$'
	has '^descriptors 64 0 1 2 3 $'
	has '^SigBlk:\s0+$'
	has '^SigIgn:\s0{7}[01][08]0{7}$' # two of the C library's own are nobody's to reset
	has "^ids $(id -u) session ([0-9]+) \\1\$"
	has '^processes tcpalive-init sh '
	# Its init holds nothing of the launcher's; who may not look there knows only that it ends.
	[ ! -r "/proc/$init/fd" ] || run ! grep -qE 'meets\.(in|out)' <(ls -l "/proc/$init/fd")
	closed
}

@test "a command that does not exist, ends at once, is killed" {
	launch missing 'nonsense-{port} --x'
	await '^ended 127$'
	await '^over$'
	order tail 1
	says "$news" '^tail sh: .*nonsense-9000: not found$'
	closed
	launch at-once 'exit 3'
	await '^ended 3$'
	await '^over$'
	closed
	launch killed 'kill -KILL $$'
	await '^ended by signal 9$'
	await '^over$'
	order signal 9
	says "$news" '^done: the program: no process of it is left$'
	closed
}

# The processes are seen in /proc before their init has told of them.
ran_twice() { [ "$(grep -c '^runs$' "$news")" -eq 2 ]; }

# Double fork, and a session of its own.
@test "a daemon is still the program: found, struck, started again" {
	launch daemon '(setsid sh -c "(echo daemon; exec sleep 99) &" </dev/null &) & exit 0'
	await '^ended 0$'
	wrote '^daemon'
	eventually 20 are comm sleep
	run ! says "$news" '^over'
	order signal 19
	eventually 20 are state T
	order signal 18
	eventually 20 are state S
	order restart
	order signal 9
	eventually 20 are comm sleep
	eventually 20 ran_twice
	[ "$(grep -c '^over$' "$news")" -eq 1 ]
	order end 5
	are pid ''
	closed
}

@test "it is ended although it ignores SIGTERM, is stopped, forks without end, or holds a terminal" {
	launch ignores 'trap "" TERM; echo ready; while :; do sleep 99; done'
	wrote '^ready'
	order stop 1
	await '^over$'
	are pid ''
	no_file
	order restart # it was for good
	closed

	launch at-once 'trap "" TERM; echo ready; while :; do sleep 99; done'
	wrote '^ready'
	order end 0
	are pid ''
	closed

	launch stopped 'trap "echo caught; exit 7" TERM; echo ready; sleep 99 & wait' # nobody ends unseen by who is stopped
	wrote '^ready'
	order signal 19
	eventually 20 are state T
	order stop 30
	await '^over$'
	has '^caught$'
	closed

	# A chain of forks: whoever is looked for has forked again.
	launch forks 'trap "" TERM HUP INT; f() { f & exit; }; echo ready; f & f & f & f'
	wrote '^ready'
	await '^ended 0$'
	order signal 9
	await '^over$'
	are pid ''
	order restart
	order close
	no_process
	no_file

	launch terminal 'cat </dev/tty; stty -a; echo went on; exec sleep 99'
	wrote '^went on$'
	closed
}

@test "output without end is kept in part, and holds nobody up" {
	launch flood 'yes | head -c 60000000; echo the last'
	await '^ended 0$'
	order tail 1
	says "$news" '^tail the last$'
	closed
	[ "$(stat -c %s "$log")" -lt 9000000 ]
	[ "$(head -n 1 "$log")" = y ]
	[ "$(tail -n 1 "$log")" = 'the last' ]
	has 'bytes are left out here\]$'

	launch endless 'yes & yes >&2 & yes'
	eventually 20 eval '[ "$(stat -c %s "$log")" -ge 8388608 ]'
	order signal 19
	eventually 20 are state T
	closed
	[ "$(stat -c %s "$log")" -lt 9000000 ]
}

# What it leaves is its own; a link is not followed.
@test "nothing is left of its directory, whatever it leaves there" {
	mkdir "$BATS_TEST_TMPDIR/kept"
	touch "$BATS_TEST_TMPDIR/kept/file"
	launch leaves 'cd {dir}; ln -s "'"$BATS_TEST_TMPDIR"'/kept" link; mkdir -p a/b/c; touch a/b/file; chmod 0 a/b a; mkfifo pipe; : >"-rf *"
		i=0; while [ $i -lt 300 ]; do mkdir 0123456789abcdef && cd 0123456789abcdef || break; i=$((i + 1)); done
		chmod 0 {dir}; echo ready; exec sleep 99'
	wrote '^ready'
	closed
	[ -e "$BATS_TEST_TMPDIR/kept/file" ]

	launch removes 'cd /; rm -rf {dir}; echo ready'
	await '^over$'
	closed
}

@test "who changes the user can write to the directory, and nobody else can" {
	need_capability SETUID
	need setpriv util-linux
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR" # a way to it for others
	launch changes 'setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "mkdir -m 0 {dir}/data && echo mine >{dir}/file && cat {dir}/file && echo again >/dev/stdout"'
	await '^ended 0$'
	has '^mine$'
	has '^again$'
	run setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "ls '$TMPDIR'/tcpalive-run-*/"
	[ "$status" -ne 0 ]
	closed
}

@test "it ends with its launcher, and leaves no process and no file" {
	for how in runs stopped daemon; do
		case $how in
		runs) launch $how 'trap "" TERM HUP; touch {dir}/file; echo ready; while :; do sleep 99; done' ;;
		stopped) launch $how 'trap "" TERM; echo ready; sleep 99' ;;
		daemon) launch $how 'setsid sh -c "echo ready; exec sleep 99" & exit' ;;
		esac
		wrote '^ready'
		[ $how != stopped ] || order signal 19
		kill -STOP "$launcher"
		are pid '' && return 1
		kill -CONT "$launcher"
		order tail 1
		kill -KILL "$launcher"
		nothing_runs
		eventually 5 no_file
	done
}

@test "what a run leaves that is killed as a whole is removed by the next one" {
	launch killed 'touch {dir}/file; echo ready; exec sleep 99'
	wrote '^ready'
	mkdir "$TMPDIR/tcpalive-run-person" "$TMPDIR/tcpalive-run-somebody"
	kill -STOP "$init" # else it may remove its directory between the two deaths
	eventually 5 stopped "$init"
	kill -KILL "$launcher" "$init"
	nothing_runs
	[ "$(find "$TMPDIR" -maxdepth 1 -name 'tcpalive-run-*' | wc -l)" -eq 3 ]
	launch next 'exec sleep 99'
	[ "$(find "$TMPDIR" -maxdepth 1 -name 'tcpalive-run-*' | wc -l)" -eq 3 ]
	launch third 'exec sleep 99' # and takes nothing of one that runs
	[ "$(find "$TMPDIR" -maxdepth 1 -name 'tcpalive-run-*' | wc -l)" -eq 4 ]
	rmdir "$TMPDIR/tcpalive-run-person" "$TMPDIR/tcpalive-run-somebody"
	order close
	[ "$(find "$TMPDIR" -maxdepth 1 -name 'tcpalive-run-*' | wc -l)" -eq 1 ]
}

@test "where its init is killed it is over, and that is told" {
	launch init 'trap "" TERM; echo ready; kill -KILL 1; kill -TERM 1; sleep 99'
	wrote '^ready'
	eventually 20 are comm 'sh sleep'
	order tail 1 # nothing from within can end it
	kill -KILL "$init"
	await "^error the program's init: killed by signal 9\$"
	order signal 9
	says "$news" '^done: the program: it does not run$'
	closed
}

@test "a program that cannot be is told in one line" {
	run --separate-stderr env TMPDIR=/nowhere "$UNITS/program" run true
	[ "$status" -eq 4 ]
	[ "$stderr" = "'/nowhere': No such file or directory" ]
	run --separate-stderr "$UNITS/program" run true /dev/null
	[ "$status" -eq 4 ]
	[ "$stderr" = "'/dev/null/drop.server.log': Not a directory" ]
	# Whatever it is that needs the one descriptor too many: a file, a channel, a directory, the init.
	for most in {6..20}; do
		bash -c 'ulimit -n "$1" && exec "$2" run "exit 3" <<<close' - "$most" "$UNITS/program" >"$BATS_TEST_TMPDIR/few.out" 2>&1 || true
		no_file
		says "$BATS_TEST_TMPDIR/few.out" '(too many open files|Too many open files|^done$)'
	done
}

@test "a socket is found with who holds it, and a copy of it can be looked at" {
	need python3 python3
	launch holds 'exec python3 -uc "
import os, socket, time
kept = socket.socket()
if os.fork() == 0:
    kept.close()
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
os.write(1, b\"%s %d %d\\n\" % (b\"child\" if os.getpid() > 2 else b\"parent\", os.fstat(kept.fileno()).st_ino, kept.fileno()))
time.sleep(99)"'
	wrote '^parent'
	wrote '^child'
	order owner "$(sed -nE 's/^child ([0-9]+) .*/\1/p' "$log")"
	says "$news" "^owner [0-9]+ $(sed -nE 's/^child [0-9]+ //p' "$log") python3\$"
	says "$news" '^keepalive 1$'
	found=$(sed -nE 's/^owner ([0-9]+) .*/\1/p' "$news")
	[ "$(ps -o ppid= -p "$(ps -o ppid= -p "$found" | tr -d ' ')" | tr -d ' ')" = "$init" ]
	order owner "$(sed -nE 's/^parent ([0-9]+) .*/\1/p' "$log")"
	says "$news" '^keepalive 0$'
	order owner 1
	says "$news" '^done: socket 1: no process of the program holds it$'
	closed
}
