#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2020,SC2046,SC2086,SC2154
# The pages of explain: they fit, they are complete, and the C on each of them compiles
# and gives what the page says, on a connection over loopback.

load helper

probes() { "$TCPALIVE" rows probes | cut -f1; }
faults() { "$TCPALIVE" rows faults | cut -f1; }
page() { "$TCPALIVE" explain "$1"; }

# part TITLE: the indented lines under the first line that begins so.
part() { awk -v title="$1" 'on && /^[^ ]/ { exit } on; index($0, title) == 1 { on = 1 }'; }

code() { page "$1" | part 'In C:' | sed 's/^    //'; }

# compile NAME[:KEY=VALUE]...: the C of that page, as $scratch/NAME.o
compile() {
	local name=${1%%:*}
	scratch=$BATS_TEST_TMPDIR/checks
	mkdir -p "$scratch"
	code "$1" >"$scratch/$name.c"
	gcc -Wall -Wextra -Werror -c "$scratch/$name.c" -o "$scratch/$name.o"
}

# verdicts NAME STATE=VERDICT...: in that state of the connection the page's peer_is_dead() says
# so, asked once, or for $ASKED seconds. Skips the test where a state cannot be made here, after the others.
verdicts() {
	local name=$1 pair state got bad=0 missing=''
	shift
	gcc -o "$scratch/$name" "$TESTS/try-check.c" "$scratch/$name.o"
	for pair; do
		state=${pair%=*}
		timeout 30 "$scratch/$name" "$state" "${ASKED:-0}" >"$scratch/$name.$state" \
			2>"$scratch/$name.$state.err" 3>&- 4>&- &
		own "$!"
	done
	for pair; do
		state=${pair%=*} status=0
		wait "${CHILDREN[0]}" || status=$?
		CHILDREN=("${CHILDREN[@]:1}")
		[ "$status" -ne 4 ] || { missing=$(<"$scratch/$name.$state.err"); continue; }
		[ "$status" -eq 0 ] || bad=1
		got=$(cat "$scratch/$name.$state")
		[ "$got" = "${pair#*=}" ] && continue
		echo "$name: $state: $got, expected ${pair#*=}" >&2
		bad=1
	done
	[ "$bad" -ne 0 ] || [ -z "$missing" ] || skip "$missing"
	return "$bad"
}

# gives NAME[:KEY=VALUE]... STATE=VERDICT...
gives() {
	local spec=$1
	shift
	compile "$spec" && verdicts "${spec%%:*}" "$@"
}

@test "the pages fit the window, in ASCII, without a trailing space" {
	local name columns most all
	all="$(probes) $(faults) keepalive+user-timeout default"
	cd "$BATS_TEST_TMPDIR"
	for columns in '' 60 80 100 1000 x; do
		for name in $all; do COLUMNS=$columns "$TCPALIVE" explain "$name" >"page-$name"; done
		COLUMNS=$columns "$TCPALIVE" explain >page-
		case $columns in 100 | 1000) most=100 ;; *) most=80 ;; esac
		awk -v most="$most" 'length > most || /[ \t]$/ || /[^ -~]/ { print FILENAME ": " $0; bad = 1 }
			END { exit bad }' page-* || { echo "$columns" >&2; return 1; }
	done
}

@test "without a name it lists every page" {
	tcpalive explain >"$BATS_TEST_TMPDIR/index"
	diff <({ probes; faults; } | sort) \
		<(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$BATS_TEST_TMPDIR/index" | sort)
}

@test "a probe's page has all its parts" {
	local name title text
	for name in $(probes); do
		text=$(page "$name")
		for title in "$name - " 'The check: ' 'Also called: ' 'At the latest' 'up to an eighth late' \
			'Each fault, on' 'What differs while' 'Who relies on it:' 'In C:'; do
			[[ $text == *"$title"* ]] || { echo "$name: no '$title'" >&2; return 1; }
		done
	done
}

# names: the words that stand in a table of predictions, without labels and reasons.
names() {
	awk '{ text = text " " substr($0, 19) }
		END { gsub(/\([^)]*\)/, ",", text); n = split(text, word, /[, ]+/); for (i = 1; i <= n; i++) if (word[i]) print word[i] }' | sort
}

@test "a probe's page has every fault once, a fault's page every probe" {
	local name
	cd "$BATS_TEST_TMPDIR"
	probes | sort >all-probes
	faults | sort >all-faults
	for name in $(probes) keepalive+user-timeout; do
		diff <(page "$name" | part 'Each fault' | names) all-faults || { echo "$name" >&2; return 1; }
	done
	for name in $(faults); do
		diff <(page "$name" | part 'Who notices' | names) all-probes || { echo "$name" >&2; return 1; }
	done
}

@test "the page of the default says what it does not see, and what would" {
	page default >"$BATS_TEST_TMPDIR/page"
	diff "$BATS_TEST_TMPDIR/page" <(page rdhup+keepalive)
	tr '\n' ' ' <"$BATS_TEST_TMPDIR/page" | grep -q 'do not see a frozen process.* -p heartbeat:'
	run ! grep -q 'default probes' <(page keepalive+user-timeout)
}

# ends FAULT LABEL [TRAFFIC]: the page on standard input has the fault in a group of that label.
ends() {
	part 'Each fault' | awk -v want="$1" -v label="$2" '
		/^  [^ ]/ { now = substr($0, 3, 16) }
		{ text = substr($0, 19); gsub(/[(),:]/, " ", text); n = split(text, w, " ")
		  for (i = 1; i <= n; i++) if (w[i] == want && index(now, label) == 1) found = 1 }
		END { exit !found }'
}

@test "the predictions are those that are known" {
	page peek | ends close within
	page peek | ends data-then-close never
	page peek | ends drop never
	page peek | ends half-close 'false alarm'
	page keepalive | ends drop 'within 14s'
	page keepalive | ends freeze never
	page keepalive:idle=10s:intvl=5s:cnt=3 | ends drop 'within 25s'
	page keepalive | ends flap alive
	page zero-read | ends rst never
	page fionread | ends none 'false alarm'
	page heartbeat | ends freeze within
}

@test "what sends nothing by itself is silenced by the application's data" {
	page keepalive | part 'What differs while' | grep -q drop
}

@test "the silence after which this system's keepalive gives up is said in words" {
	local idle intvl cnt
	read -r idle </proc/sys/net/ipv4/tcp_keepalive_time
	read -r intvl </proc/sys/net/ipv4/tcp_keepalive_intvl
	read -r cnt </proc/sys/net/ipv4/tcp_keepalive_probes
	[ "$((idle + intvl * cnt))" -eq 7875 ] || skip 'this machine has keepalive sysctls of its own'
	page keepalive | grep -q 'a silent peer is noticed after 2 h 11 min 15 s'
	page keepalive | grep -q "tcp_keepalive_time $idle, tcp_keepalive_intvl $intvl, tcp_keepalive_probes $cnt"
}

@test "parameters are put into the code, and what is left to the system is not" {
	code keepalive:idle=10s:intvl=system:cnt=7 >"$BATS_TEST_TMPDIR/code"
	grep -q 'TCP_KEEPIDLE, 10)' "$BATS_TEST_TMPDIR/code"
	grep -q 'TCP_KEEPCNT, 7)' "$BATS_TEST_TMPDIR/code"
	run ! grep -q TCP_KEEPINTVL "$BATS_TEST_TMPDIR/code"
	compile keepalive:idle=system:intvl=system:cnt=system
	code user-timeout:after=1500ms | grep -q 'after = 1500;'
	code user-timeout:after=system | grep -q 'after = 0;'
	code 'heartbeat:send=PING\r\n' | grep -qF '"PING\015\012"'
	compile "write-probe:data=$(printf 'a"\\\\?%.0s' {1..50})"
	[ "$(awk 'length > 80' "$scratch/write-probe.c")" = '' ]
}

@test "a fault's page takes its parameters, and a wrong one is refused" {
	page flap:for=20s | part 'Who notices' | grep -q '^  false alarm .*keepalive'
	run bash -c '"$TCPALIVE" explain flap | grep "^  false alarm .*keepalive"'
	[ "$status" -ne 0 ]
	run --separate-stderr tcpalive explain flap:for=x
	[ "$status" -eq 2 ]
	run --separate-stderr tcpalive explain keepalive+flap
	[ "$status" -eq 2 ]
}

@test "the C of every page compiles without a warning" {
	need gcc gcc
	local name
	for name in $(probes); do
		compile "$name" || { echo "$name" >&2; return 1; }
	done
}

# The table of what one call says, proved by the code that the pages give.
@test "the C that only looks says what the pages say" {
	need gcc gcc
	local blind='idle=0 silent=0 silent-sent=0 full=0 reboot=0'
	local fin='fin=1 half-close=1' no_fin='fin=0 half-close=0'
	gives read $blind data=0 $fin data-fin=1 rst=1 data-rst=1
	gives recv-nowait $blind data=1 $fin data-fin=1 rst=1 data-rst=1
	gives peek $blind data=0 $fin data-fin=0 rst=1 data-rst=0
	gives zero-recv $blind data=1 $fin data-fin=1 rst=1 data-rst=1
	gives zero-read $blind data=0 $no_fin data-fin=0 rst=0 data-rst=0
	gives zero-write $blind data=0 $no_fin data-fin=0 rst=1 data-rst=1
	gives fionread idle=1 silent=1 full=1 reboot=1 data=0 $fin data-fin=0 rst=1 data-rst=0
	gives poll-fionread $blind data=0 $fin data-fin=0 rst=1 data-rst=0
	gives hup $blind data=0 $no_fin data-fin=0 rst=1 data-rst=1
	gives rdhup $blind data=0 $fin data-fin=1 rst=1 data-rst=1
	gives so-error $blind data=0 $no_fin data-fin=0 rst=1 data-rst=1
	gives peername $blind data=0 $no_fin data-fin=0 rst=1 data-rst=1
	gives tcp-info $blind data=0 $fin data-fin=1 rst=1 data-rst=1
}

@test "the C of uring says what its page says" {
	need gcc gcc
	need_uring
	ASKED=1 gives uring idle=0 data=0 silent=0 full=0 reboot=0 fin=1 half-close=1 data-fin=1 rst=1 data-rst=1
}

@test "the C that sends or waits says what the pages say" {
	need gcc gcc
	ASKED=1
	gives write-probe idle=0 fin=1 half-close=0 rst=1 reboot=1 silent=0 full=0
	gives oob idle=0 fin=1 half-close=0 rst=1 reboot=1 silent=0 full=0
	gives unacked:limit=300ms idle=0 data=0 fin=1 half-close=0 rst=1 reboot=1 silent=1 full=1
	gives tx-ack:limit=300ms idle=0 data=0 fin=1 half-close=0 rst=1 reboot=1 silent=1 full=1
	gives icmp idle=0 fin=0 half-close=0 rst=1 reboot=0 silent=0 full=0
	gives heartbeat:limit=300ms talking=0 idle=1 fin=1 half-close=1 rst=1 reboot=1 silent=1 full=1
	gives idle:limit=300ms talking=0 idle=1 fin=1 half-close=1 rst=1 reboot=1 silent=1 full=1
}

@test "the C that sets an option says what the pages say" {
	need gcc gcc
	ASKED=3 gives user-timeout:after=500ms idle=0 fin=0 half-close=0 rst=1 reboot=0 silent=0 silent-sent=1 full=1
	ASKED=5 gives keepalive:idle=1s:intvl=1s:cnt=1 idle=0 data=0 fin=0 half-close=0 rst=1 reboot=1 silent=1 \
		silent-sent=0 full=0
}

@test "the C that counts since the last ACK says what its page says" {
	need gcc gcc
	ASKED=5 gives ack-age:limit=2.1s idle=0 data=0 fin=0 half-close=0 rst=1 reboot=1 silent=1 silent-sent=1 full=0
}

# why FAULT: why it cannot be done to a program of one's own, and not be measured of one.
why() { page "$1" | sed -n '/^Programs:/,/^$/p' | tr -s '\n ' ' '; }

@test "a fault says what cannot be done to one of your programs" {
	local f said=''
	for f in $(faults); do [ -z "$(why "$f")" ] || said+=" $f"; done
	[ "$said" = ' close-unread data-then-close data-then-rst zero-window zero-window-drop' ]
	[ "$(why data-then-rst)" = 'Programs: none dies so: only the program knows its final data ' ]
	[ "$(why close-unread)" = 'Programs: none dies so: only the program knows what it leaves unread none is measured against it: only the survivor could write what is left unread ' ]
	[ "$(why zero-window)" = "Programs: none dies so: only the survivor's own data would fill its buffer none is measured against it: only the survivor's own data would fill the window " ]
}
