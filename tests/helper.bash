# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# What every test file loads: children that end with their test, waits that have
# a limit, and questions to the JSON that tcpalive wrote.
#
# A file that defines its own setup calls fresh in it, and in its own teardown reap.

bats_require_minimum_version 1.5.0

TESTS=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
TCPALIVE=${TCPALIVE:-$TESTS/../tcpalive}
UNITS=${UNITS:-$TESTS/../build/unit}
export TCPALIVE LC_ALL=C

# A failure is told with the line of the test; to note each line run here costs a waiting test most of its time.
! declare -F bats_add_debug_exclude_path >/dev/null || bats_add_debug_exclude_path "$TESTS"

setup() {
	fresh
}

fresh() {
	CHILDREN=()
	STARTED=()
	json=$BATS_TEST_TMPDIR/watch.out
	errors=$BATS_TEST_TMPDIR/watch.err
}

teardown() {
	reap
}

# --- children

# spawn NAME COMMAND...: in the background, its pid in $pid, its output in NAME.out
# and NAME.err. bats' signals and its descriptor 3 stay away from it.
spawn() {
	local name=$1
	shift
	# Before the child comes to it: else what one before of that name has written passes for its own.
	: >"$BATS_TEST_TMPDIR/$name.out"
	env --default-signal "$@" </dev/null >"$BATS_TEST_TMPDIR/$name.out" \
		2>"$BATS_TEST_TMPDIR/$name.err" 3>&- 4>&- &
	pid=$!
	own "$pid"
}

# started PID: when, in $start. With it a number is one process: alone it comes again, on a busy machine within a minute.
started() {
	local stat
	start=
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	read -ra stat <<<"${stat##*)}"
	start=${stat[19]}
}

# own PID: a child that is to be killed in the end.
own() {
	local start
	CHILDREN+=("$1")
	started "$1" || return 0
	STARTED[$1]=$start
}

# adopt PID: to be killed in the end, with all its descendants of now. For a
# server whose master a test kills alone.
adopt() {
	local p
	own "$1"
	# shellcheck disable=SC2013
	for p in $(cat /proc/"$1"/task/*/children 2>/dev/null); do adopt "$p"; done
}

reap() {
	local p start
	keep_events
	for p in "${CHILDREN[@]}"; do
		! started "$p" || [ "$start" != "${STARTED[$p]:-}" ] || "$TESTS/kill-tree" KILL "$p" 2>/dev/null || true
	done
	# Only for these: bats has children of its own.
	[ ${#CHILDREN[@]} -eq 0 ] || wait "${CHILDREN[@]}" 2>/dev/null || true
}

# Or nobody waits for it: the first process of a container is no init.
gone() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	[[ ${stat##*)} == ' Z '* ]]
}

# --- waits

# nap: 50 ms, without a process for each of some ten thousand.
exec {NAP}<> <(:)
nap() { read -rt 0.05 -u "$NAP" || true; }

# eventually SECONDS COMMAND...: polls until the command holds.
eventually() {
	local end=$((SECONDS + $1 + 1)) -
	set +T # nor of what is asked
	shift
	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			printf 'did not come true in time: %s\n' "$*" >&2
			return 1
		fi
		nap
	done
}

# stopped PID: by a signal.
stopped() { [ "$(awk '/^State:/ { print $2 }' "/proc/$1/status")" = T ]; }

# within SECONDS CHILD: it ends; its status is in $status. Waited for without looking.
within() {
	local limit
	if ! gone "$2"; then
		sleep "$1" >/dev/null 2>&1 3>&- 4>&- &
		limit=$!
		# It knows nothing of a child that has just ended; wait below does.
		wait -n "$2" "$limit" || true
		# Not TERM: one that is not sleep yet would run the test's own end.
		kill -KILL "$limit" 2>/dev/null || true
		wait "$limit" 2>/dev/null || true
		gone "$2" || { printf 'did not end in %s s: %s\n' "$1" "$2" >&2; return 1; }
	fi
	wait "$2" || status=$?
}

says() { grep -qE -- "$2" "$1" 2>/dev/null; }
answers() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# on_time: $output and $lines, but for what is said of its own lateness on a machine that kept it waiting.
on_time() {
	output=$(grep -vE '^(- )?tcpalive itself was up to [0-9.]+m?s late: it was stopped or starved\.$' <<<"$output")
	mapfile -t lines < <(grep . <<<"$output") # as run does
}

# need COMMAND PACKAGE: skips the test where a command is missing.
need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || skip "$1 is missing: sudo apt-get install $2"
}

# --- what a test needs of the system: never a uid, since root of a container may do little

declare -gA CAPABILITIES=([SETUID]=7 [NET_ADMIN]=12 [NET_RAW]=13 [SYS_ADMIN]=21 [MKNOD]=27)

# has_capability NAME: without CAP_. In one piece: between two reads of a line each the file's lengths change.
has_capability() {
	[[ $(</proc/self/status) =~ CapEff:[[:space:]]+([0-9a-f]+) ]] &&
		((16#${BASH_REMATCH[1]} >> CAPABILITIES[$1] & 1))
}

# need_capability NAME...
need_capability() {
	local name
	for name; do has_capability "$name" || skip "needs CAP_$name"; done
}

# With its mounts and its network.
need_user_namespaces() { unshare -Urmn true 2>/dev/null || skip 'needs user namespaces'; }

need_descriptors() {
	local most
	most=$(ulimit -Hn)
	[ "$most" = unlimited ] || [ "$most" -ge "$1" ] || skip "needs $1 descriptors"
}

has_ipv6() { grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null; }
need_ipv6() { has_ipv6 || skip 'needs IPv6'; }

# io_uring_setup(2) works here: containers and sysctl io_uring_disabled forbid it.
uring_allowed() {
	python3 -c 'import ctypes; c = ctypes.CDLL(None)
raise SystemExit(c.syscall(425, 1, ctypes.create_string_buffer(120)) < 0)'
}
need_uring() { uring_allowed || skip 'needs io_uring'; }

# A copy of another process's descriptor, by pidfd_getfd(2): containers forbid it.
copies_allowed() {
	python3 -c 'import ctypes, os; c = ctypes.CDLL(None)
raise SystemExit(c.syscall(438, os.pidfd_open(os.getppid()), 2, 0) < 0)'
}
need_copies() { copies_allowed || skip 'needs pidfd_getfd(2)'; }

# The result that `uring` must have where one that can run has $1.
uring_or() { if uring_allowed; then echo "$1"; else echo unsupported; fi; }

# What is expected or predicted of every probe, without the lines of `uring` where it cannot run.
possible_here() { if uring_allowed; then cat; else grep -vw uring; fi; }

# need_lab: skips the test where the kernel lets nobody make a private network.
# Asked once for all tests.
need_lab() {
	local why
	[ ! -e "$BATS_RUN_TMPDIR/lab" ] || return 0
	why=$(timeout 20 "$TCPALIVE" lab none -p rdhup -t 200ms 2>&1 >/dev/null 3>&- 4>&-) || {
		[ $? -ne 4 ] || skip "$why"
		return 0
	}
	: >"$BATS_RUN_TMPDIR/lab"
}

# without_privilege ARGUMENT...: runs tcpalive as somebody who may do nothing special, as with run --separate-stderr.
without_privilege() {
	local as=() dir=$BATS_TEST_TMPDIR
	cp "$TCPALIVE" "$dir/tcpalive"
	if has_capability NET_ADMIN; then
		need setpriv util-linux
		as=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "${dir%/*}" "$dir" "$dir/tcpalive"
		"${as[@]}" test -x "$dir/tcpalive" || skip 'the temporary directory is closed to others'
	fi
	run --separate-stderr timeout 20 "${as[@]}" "$dir/tcpalive" "$@" 3>&- 4>&-
}

# one_by_one: for setup_file, where the tests of a file take less than to begin them side by side does:
# not with a slowed build.
one_by_one() { [ -n "${TCPALIVE_WRAPPED:-}" ] || export BATS_NO_PARALLELIZE_WITHIN_FILE=true; }

# alone: one at a time of what would take both processors from the others: a whole matrix of the
# lab (some 70 processes, and what they wait for each other is in its times), thousands of connections.
alone() {
	exec 8>"$BATS_RUN_TMPDIR/alone"
	flock 8
}

# A port where nobody listens, below the ephemeral ones that other tests' connections use.
free_port() {
	local port
	while port=$((10000 + RANDOM % 20000)) && answers "$port"; do :; done
	echo "$port"
}

# --- tcpalive

# tcpalive ARGUMENT...: in the foreground, never longer than LIMIT seconds.
tcpalive() {
	timeout -k 5 "${LIMIT:-60}" "$TCPALIVE" "$@" 3>&- 4>&-
}

# both ARGUMENT...: what it says and what it complains of, as after `run --separate-stderr tcpalive`,
# which takes five processes more.
both() {
	status=0
	output=$(tcpalive "$@" 2>"$BATS_TEST_TMPDIR/stderr") || status=$?
	stderr=$(<"$BATS_TEST_TMPDIR/stderr")
	lines=() stderr_lines=()
	[ -z "$output" ] || mapfile -t lines <<<"$output"
	[ -z "$stderr" ] || mapfile -t stderr_lines <<<"$stderr"
}

# watch [VERB] ARGUMENT...: in the background, its JSON in $json, its pid in $watcher.
watch() {
	local verb=()
	case $1 in lab | peer | predict | advise) verb=("$1"); shift ;; esac
	keep_events
	spawn watch "$TCPALIVE" "${verb[@]}" -o json "$@"
	watcher=$pid
}

# finish: the watch's end, within LIMIT seconds; its exit status is in $status. A
# crash is a failure of the test, whatever else it looks at.
finish() {
	status=0
	within "${LIMIT:-60}" "$watcher" || return
	case $status in
	99 | 132 | 134 | 135 | 136 | 139) # a sanitizer's or valgrind's finding, a crash
		exits 0
		return 1 ;;
	esac
}

# Where the runner wants them, all lines that the tests saw are held against the schema.
keep_events() {
	[ -z "${EVENTS:-}" ] || [ ! -s "$json" ] || cp "$json" "$(mktemp "$EVENTS/XXXXXXXX")"
}

# watched ARGUMENT...: a whole watch.
watched() {
	watch "$@"
	finish
}

# exits STATUS: what finish saw.
exits() {
	[ "$status" -eq "$1" ] && return
	printf 'exit status %s, expected %s\n' "$status" "$1" >&2
	tell
	return 1
}

# --- JSON

# events EVENT [FILTER]: the lines of that event for which a jq filter holds. A
# line that is still being written is left for the next look.
events() {
	jq -c --arg event "$1" "select(.event == \$event) | select(${2:-true})" "$json" 2>/dev/null
}

# seen EVENT [FILTER]
seen() {
	if as_text "$@"; then
		grep -qE "$line" "$json" 2>/dev/null
	else
		[ -n "$(events "$@")" ]
	fi
}

# as_text EVENT [FILTER]: the usual ones as a pattern of a whole line, in $line: jq is slow to start.
as_text() {
	line='"event":"'$1'",'
	[ $# -eq 1 ] || { [[ $2 =~ ^\.conn\ ==\ ([0-9]+)$ ]] && line+=".*\"conn\":${BASH_REMATCH[1]},"; } || return
	line+='.*}$'
}

# wait_event EVENT [FILTER]: jq is asked only when there is more to read.
wait_event() {
	local size=none line
	eventually 20 newly_seen "$@" || { tell; return 1; }
}

newly_seen() {
	local now
	if ! as_text "$@"; then
		now=$(stat -c %s "$json" 2>/dev/null) || return
		[ "$now" != "$size" ] || return
		size=$now
	fi
	seen "$@"
}

wait_listening() {
	wait_event listening
	port=$(sed -n '/"event":"listening"/{s/.*"address":"[^"]*:\([0-9]*\)".*/\1/p;q}' "$json")
}

# holds FILTER: over the array of all events.
holds() {
	jq -es "$1" "$json" >/dev/null && return
	printf 'does not hold: %s\n' "$1" >&2
	tell
	return 1
}

# What happened, for the reader of a failure.
tell() {
	[ ! -s "$json" ] || grep -v '"event":"connected"' "$json" >&2
	[ ! -s "$errors" ] || tail -n 20 "$errors" >&2
}

# expect_results <<LINES: PROBE RESULT [# why], one a line: that, and for every
# probe of the watch. `noticed,alive` are two connections that ended differently.
expect_results() {
	local probe want got bad=0
	local -A seen=() named=()
	while IFS=$'\t' read -r probe got; do
		seen[$probe]+=${seen[$probe]:+,}$got
	done < <(jq -r 'select(.event == "result") | [.probe, .result] | @tsv' "$json" 2>/dev/null | sort -u)
	while read -r probe want _; do
		case $probe in '' | '#'*) continue ;; esac
		named[$probe]=1
		[ "${seen[$probe]:-}" = "$want" ] && continue
		printf '%s: %s, expected %s\n' "$probe" "${seen[$probe]:-no result}" "$want" >&2
		bad=1
	done
	for probe in "${!seen[@]}"; do
		[ -z "${named[$probe]:-}" ] || continue
		printf 'no line for %s in %s, where it is %s\n' "$probe" "$(basename "$BATS_TEST_FILENAME")" \
			"${seen[$probe]}" >&2
		bad=1
	done
	[ "$bad" -eq 0 ] || tell
	return "$bad"
}

# noticed_within SECONDS PROBE...: after the fault, by all that are named.
noticed_within() {
	local limit=$1 probe
	shift
	for probe in "$@"; do
		holds "[.[] | select(.event == \"result\" and .probe == \"$probe\")] |
			length > 0 and all(.result == \"noticed\" and .after >= 0 and .after <= $limit)" || return
	done
}
