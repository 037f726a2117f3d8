#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2046,SC2154
# The verbs and the pages that some of them print: each takes what is its own, and the pages fit.

load helper
load command-line

setup_file() { one_by_one; }

@test "the verbs that print pages, and --help and --version everywhere" {
	prints --help
	[[ $output == *'Usage: tcpalive '* && $output == *'Examples:'* ]]
	local overview=$output
	prints -h
	[ "$output" = "$overview" ]
	prints help
	[ "$output" = "$overview" ]
	prints h:1 --help
	[ "$output" = "$overview" ]
	for word in --version -V version 'lab --version' 'list -V'; do
		# shellcheck disable=SC2086
		prints $word
		[[ $output =~ ^tcpalive\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
	prints list
	prints explain
	refuses 2 "list: 'peek': this verb takes no operand" list peek
	refuses 2 "version: '3': this verb takes no operand" version 3
}

@test "each verb has a help page, and --help behind the verb is that page" {
	local verb page
	for verb in $("$TCPALIVE" rows verbs | cut -f1); do
		prints help "$verb"
		[[ $output == "tcpalive $verb - "*"Usage: tcpalive "* ]]
		page=$output
		prints "$verb" --help
		[ "$output" = "$page" ]
		prints "$verb" h:1 -h
		[ "$output" = "$page" ]
		[[ $("$TCPALIVE" --help) == *"  $verb "* ]]
	done
	refuses 2 "help: 'lba': unknown verb (did you mean 'lab'?)" help lba
	refuses 2 "help: 'frobnicate': unknown verb (see tcpalive help)" help frobnicate
	refuses 2 "help: 'peer': one verb at a time" help lab peer
}

@test "a verb takes its own options, and says of another's whose it is" {
	local verb name how
	while IFS=$'\t' read -r verb name _ how _; do
		case $name in --help | --version) continue ;; esac
		if [ "$how" = - ]; then
			refuses 2 "'$name=x': takes no value" "$verb" "$name=x"
		else
			refuses 2 "$name: no value" "$verb" "$name"
		fi
	done < <("$TCPALIVE" rows options)
	refuses 2 "'--pcap': not an option of watch (of lab, advise)" --pcap x h:1
	refuses 2 "'--pcap': not an option of watch (of lab, advise)" watch --pcap=x h:1
	refuses 2 "'--listen': not an option of lab (of watch, peer)" lab --listen 0
	refuses 2 "'--probe': not an option of peer (of watch, lab, predict, audit)" peer --probe peek h:1
	refuses 2 "'--fault': not an option of lab (of watch, peer)" lab --fault drop
	refuses 2 "'-p': not an option of peer (of watch, lab, predict, audit)" peer -p peek h:1
	refuses 2 "'-k': not an option of lab (of watch, peer)" lab -vk
	refuses 2 "'--tolerate': not an option of watch (of advise)" --tolerate 1s h:1
	refuses 2 "'-o': not an option of explain (of watch, lab, peer, predict, advise, audit, idle-limit)" explain -o json
	refuses 2 "'--prbe': unknown option (did you mean '--probe'?)" lab --prbe peek
	refuses 2 "'--frobnicate': unknown option (see --help)" peer --frobnicate
}

@test "a verb of its own: operands, its place, hosts of that name" {
	takes watch h:1
	takes watch -p peek h:1
	takes lab:80
	takes watch lab:80
	refuses 2 "--expect: 'sentinel'" lab drop freeze,reboot-late:for=2s --expect sentinel
	refuses 2 "--expect: 'sentinel'" lab -4 --expect sentinel drop
	refuses 2 "'lab': a verb comes first: tcpalive lab" -v lab
	refuses 2 "'localhost:80': lab takes faults, not HOST:PORT" lab localhost:80
	refuses 2 "'[::1]:80': predict takes faults, not HOST:PORT" predict drop '[::1]:80'
	refuses 2 "'flap:': nothing after the ':'" lab flap:
	refuses 2 "flap: 'for': no value (give for=DUR)" lab flap:for
	refuses 2 "'lab': no port" watch lab
	refuses 2 "'lba': no port (such as lba:6379 or lba 6379), and no verb (did you mean 'lab'?)" lba
	refuses 2 "'lba': no port (such as lba:6379 or lba 6379), and no verb (did you mean 'lab'?)" lba drop
	refuses 2 "'xyzzy': no port (such as xyzzy:6379 or xyzzy 6379), and no verb (see --help)" xyzzy
	refuses 2 "audit: no PID: give one, or all" audit
	refuses 2 "audit: 'redis': no PID: not a number (give PIDs, or all)" audit redis
	refuses 2 'advise: no DUR: give one' advise
	refuses 2 "advise: 'ten': not a time" advise ten
	refuses 2 "advise: '10s': a second operand" advise 10s 10s
	prints predict -p keepalive drop reboot-late:for=2s,kill
	[[ $output == *drop* && $output == *reboot-late:for=2s* && $output == *kill* ]]
}

@test "an option that is a verb now has the new spelling as a hint" {
	refuses 2 "'--lab': this is a verb now: tcpalive lab" --lab
	refuses 2 "'--lab=drop': this is a verb now: tcpalive lab drop" --lab=drop
	refuses 2 "'--lab=drop': this is a verb now: tcpalive lab drop" predict --lab=drop
	refuses 2 "'--peer': this is a verb now: tcpalive peer" --peer --listen 0
	refuses 2 "'--predict': this is a verb now: tcpalive predict" --predict -p peek
	refuses 2 "'--advise': this is a verb now: tcpalive advise 10s" --advise 10s
	refuses 2 "'--advise=10s': this is a verb now: tcpalive advise 10s" --advise=10s
	refuses 2 "'--advise': this is a verb now: tcpalive advise DUR" --advise
	refuses 2 "'--explain': this is a verb now: tcpalive explain keepalive" --explain keepalive
	refuses 2 "'--advise=': this is a verb now: tcpalive advise DUR" --advise=
	refuses 2 "'--explain': this is a verb now: tcpalive explain" --explain
	refuses 2 "'--list': this is a verb now: tcpalive list" --list
	refuses 2 "'--rows': this is a verb now: tcpalive rows options" --rows options
	refuses 2 "'--lab-net': this option is --net now" lab --lab-net loopback
	refuses 2 "'--lab-sysctl': this option is --sysctl now" lab --lab-sysctl=tcp_retries2=8
}

@test "explain has a page for each probe and each fault" {
	local name
	for name in $("$TCPALIVE" rows probes | cut -f1) $("$TCPALIVE" rows faults | cut -f1); do
		prints explain "$name"
		[[ $output == "$name - "* ]]
		[ "${#lines[@]}" -gt 5 ]
	done
	refuses 2 "'kepalive': no such probe, fault or protocol (did you mean 'keepalive'?)" explain kepalive
}

@test "explain prints a page for each name, or none if one of them is wrong" {
	prints explain peek keepalive:idle=10s drop
	[ "$(grep -cE '^(peek|keepalive|drop) - ' <<<"$output")" -eq 3 ]
	refuses 2 "'kepalive': no such probe, fault or protocol" explain peek kepalive
	refuses 2 "keepalive: 'idle=0'" explain peek keepalive:idle=0
}

@test "explain computes the worst case for the parameters given and for the machine's own" {
	prints explain keepalive:idle=10s:intvl=5s:cnt=3
	grep -q '^  25s  *keepalive:idle=10s:intvl=5s:cnt=3$' <<<"$output"
	local idle intvl cnt hours
	read -r idle </proc/sys/net/ipv4/tcp_keepalive_time
	read -r intvl </proc/sys/net/ipv4/tcp_keepalive_intvl
	read -r cnt </proc/sys/net/ipv4/tcp_keepalive_probes
	[ "$((idle + intvl * cnt))" -eq 7875 ] || skip 'this machine has keepalive sysctls of its own'
	hours=2h11m15s
	grep -q "^  $hours  *left to the sysctls" <<<"$output"
}

@test "a standard output that cannot be written is status 4" {
	local page
	for page in --help --version list explain 'explain keepalive' 'rows options' 'help lab'; do
		# shellcheck disable=SC2086
		run --separate-stderr bash -c '"$TCPALIVE" "$@" >/dev/full' _ $page
		[ "$status" -eq 4 ]
		[ "$stderr" = 'tcpalive: standard output: No space left on device' ]
	done
	run --separate-stderr bash -c '"$TCPALIVE" --help >&-'
	[ "$status" -eq 4 ]
	run --separate-stderr bash -c '"$TCPALIVE" list | true; echo "${PIPESTATUS[0]}"'
	[[ $output == 0 || $output == 141 ]]
	[ -z "$stderr" ]
}

# ascii ARGUMENT...: a page without any other byte than those of ASCII's text.
ascii() {
	"$TCPALIVE" "$@" >"$BATS_TEST_TMPDIR/page" || return
	if LC_ALL=C grep -n '[^ -~	]' "$BATS_TEST_TMPDIR/page" >&2; then
		echo "not ASCII: tcpalive $*" >&2
		return 1
	fi
}

@test "the pages are plain ASCII" {
	local word
	ascii --help
	ascii list
	for word in probes faults reports output-options; do
		ascii rows "mdoc-$word"
	done
	for word in $("$TCPALIVE" rows verbs | cut -f1); do
		ascii help "$word"
		ascii rows "mdoc-$word-options"
	done
	for word in $("$TCPALIVE" rows probes | cut -f1) $("$TCPALIVE" rows faults | cut -f1); do
		ascii explain "$word"
	done
}
