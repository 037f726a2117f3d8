#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2046,SC2154,SC1003
# What bash, zsh and fish offer, asked of the shells themselves.

load helper

setup_file() { one_by_one; }

completions=$TESTS/../completions

setup() {
	fresh
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(realpath "$TCPALIVE")" "$BATS_TEST_TMPDIR/bin/tcpalive"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# Each asks SHELL what it offers behind LINE, one a line.
bash_offers() {
	# shellcheck disable=SC2016
	bash --norc -c '
		framework=/usr/share/bash-completion/bash_completion
		[ ! -r $framework ] || . $framework
		. "$1"
		COMP_LINE=$2 COMP_POINT=${#2}
		set -- $(complete -p tcpalive)
		while [ "$1" != -F ]; do shift; done
		"$2" tcpalive "" ""
		printf "%s\n" "${COMPREPLY[@]}"' _ "$completions/tcpalive.bash" "$1"
}

# One that was started answers all questions: zsh takes its time to begin.
start_zsh() {
	mkfifo "$BATS_TEST_TMPDIR/questions" "$BATS_TEST_TMPDIR/answers"
	zsh -f "$TESTS/complete.zsh" "$completions/tcpalive.zsh" <"$BATS_TEST_TMPDIR/questions" \
		>"$BATS_TEST_TMPDIR/answers" 3>&- &
	own "$!"
	exec 7>"$BATS_TEST_TMPDIR/questions" 8<"$BATS_TEST_TMPDIR/answers"
}

zsh_offers() {
	local answer
	printf '%s\n' "$1" >&7
	while read -r -t 60 answer <&8 && [ "$answer" != . ]; do printf '%s\n' "$answer"; done
}

fish_offers() {
	HOME=$BATS_TEST_TMPDIR fish -N -c 'source $argv[1]; complete -C $argv[2]' \
		"$completions/tcpalive.fish" "$1" | cut -f1
}

# offers SHELL LINE WORD...: exactly these, in whatever order.
offers() {
	local shell=$1 line=$2
	shift 2
	diff <(printf '%s\n' "$@" | sort) <("${shell}_offers" "$line" | sort -u) && return
	printf '%s, behind: %s\n' "$shell" "$line" >&2
	return 1
}

options() { "$TCPALIVE" help "$1" | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*'; }
names() { "$TCPALIVE" rows "$1" | cut -f1; }
parameters() { "$TCPALIVE" rows params | awk -F '\t' -v owner="$1" '$1 == owner { print $2 }'; }

# The same questions for each shell. BEFORE: does it offer the whole word, with what
# comes before the last member of a spec?
questions() {
	local shell=$1 before=$2
	local verb
	offers "$shell" 'tcpalive pr' predict
	offers "$shell" 'tcpalive help ' $(names verbs)
	offers "$shell" 'tcpalive --' $(options watch)
	for verb in lab peer explain; do
		offers "$shell" "tcpalive $verb --" $(options "$verb")
	done
	offers "$shell" 'tcpalive lab -p keepa' keepalive
	offers "$shell" 'tcpalive lab --net ' tun loopback
	offers "$shell" 'tcpalive lab -6 ' $(names faults)
	offers "$shell" 'tcpalive predict ' $(names faults)
	offers "$shell" 'tcpalive lab drop fre' freeze
	offers "$shell" 'tcpalive lab drop,fre' "${before:+drop,}freeze"
	offers "$shell" 'tcpalive explain ' $(names probes) $(names profiles) $(names faults)
	offers "$shell" 'tcpalive explain drop keepa' keepalive
	offers "$shell" 'tcpalive -p ' $(names probes) $(names profiles) default
	offers "$shell" 'tcpalive -p peek,keepa' "${before:+peek,}keepalive"
	offers "$shell" 'tcpalive -p peek+keepa' "${before:+peek+}keepalive"
	# The sign in quotes separates nothing, nor is there anything to offer behind it.
	offers "$shell" "tcpalive -p 'peek,heartbeat:want=\"+a,keepa\",keepa" "${before:+peek,heartbeat:want=\"+a,keepa\",}keepalive"
	[ -z "$("${shell}_offers" "tcpalive -p 'heartbeat:want=\"+keepa")" ]
	offers "$shell" 'tcpalive -p @redis-' @redis-cli @redis-py
	offers "$shell" "tcpalive --expect '@redis-c" '@redis-cli<=' @redis-cli=never
	offers "$shell" 'tcpalive -p @redis+keepa' "${before:+@redis+}keepalive"
	offers "$shell" 'tcpalive --fault ' $(names faults)
	offers "$shell" 'tcpalive redi' redis:// rediss://
	offers "$shell" 'tcpalive watch memc' memcached:// memcache://
	offers "$shell" 'tcpalive --color ' auto always never
	offers "$shell" 'tcpalive audit al' all
	offers "$shell" 'tcpalive -o js' json
}

@test "bash offers the verbs, their options, the probes, the faults and the reports" {
	questions bash before
	offers bash 'tcpalive lab -n 2 drop,dro' $(names faults | sed -n 's/^dro/drop,&/p')
	# bash replaces what follows the last colon or sign, and from the last @ on; bash-completion takes the @ out
	local taken=
	[ ! -r /usr/share/bash-completion/bash_completion ] || taken=peek,
	offers bash 'tcpalive -p peek,@redis-' "$taken@redis-cli" "$taken@redis-py"
	offers bash 'tcpalive -p peek+keepalive:' $(parameters keepalive | sed 's/$/=/')
	offers bash 'tcpalive -p peek+keepalive:idle=sys' system
	offers bash "tcpalive -p 'heartbeat:want=\"+a:b\":li" 'heartbeat:want="+a:b":limit='
	offers bash 'tcpalive --probe=peek,keepa' peek,keepalive
	offers bash 'tcpalive -p write-probe:data=' '\\x00'
	offers bash "tcpalive --expect 'keepa" 'keepalive<=' keepalive=never
	offers bash 'tcpalive --expect keepa' 'keepalive\<=' keepalive=never
	offers bash 'tcpalive -o json=/etc/hostn' /etc/hostname
	offers bash 'tcpalive lab --verb' --verbose
}

@test "zsh offers the verbs, their options, the probes, the faults and the reports" {
	need zsh zsh
	start_zsh
	questions zsh ''
	offers zsh 'tcpalive -p peek+keepalive:' $(parameters keepalive)
	offers zsh 'tcpalive -p peek+keepalive:idle=sys' system
	offers zsh "tcpalive -p 'heartbeat:want=\"+a:b\":li" limit
	offers zsh 'tcpalive --probe=peek,keepa' keepalive
	offers zsh 'tcpalive --expect keepa' 'keepalive\<=' keepalive=never
	offers zsh 'tcpalive -o json=/etc/hostn' hostname
}

@test "fish offers the verbs, their options, the probes, the faults and the reports" {
	need fish fish
	questions fish before
	offers fish 'tcpalive -p peek+keepalive:' $(parameters keepalive | sed 's/.*/peek+keepalive:&=/')
	offers fish 'tcpalive -p peek+keepalive:idle=sys' peek+keepalive:idle=system
	offers fish "tcpalive -p 'heartbeat:want=\"+a:b\":li" 'heartbeat:want="+a:b":limit='
	offers fish 'tcpalive --probe=peek,keepa' --probe=peek,keepalive
	offers fish 'tcpalive --expect keepa' 'keepalive<=' keepalive=never
	offers fish 'tcpalive -o json=/etc/hostn' json=/etc/hostname
}

@test "a shell without a tcpalive offers nothing and says nothing" {
	rm "$BATS_TEST_TMPDIR/bin/tcpalive"
	run bash_offers 'tcpalive --'
	[ -z "$output" ]
	need fish fish
	run fish_offers 'tcpalive --'
	[ -z "$output" ]
}

@test "what was typed is never run" {
	local mark=$BATS_TEST_TMPDIR/mark line
	for line in "tcpalive -p \$(touch\$IFS$mark)" "tcpalive -p x\";system(\"touch\$IFS$mark\");\":" \
		"tcpalive \"; system(\"touch $mark\") "; do
		run bash_offers "$line"
		[ "$status" -eq 0 ]
		[ ! -e "$mark" ]
	done
}
