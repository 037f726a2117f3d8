# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# What a command line comes to, without any network.

# refuses STATUS PATTERN ARGUMENT...: one line on standard error that begins with the
# program's name and matches; nothing on standard output.
refuses() {
	local want=$1 pattern=$2
	shift 2
	LIMIT=10 both "$@"
	[ "$status" -eq "$want" ] && [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] &&
		[[ $stderr == "tcpalive: "* ]] && [[ $stderr == *"$pattern"* ]] && return
	printf 'tcpalive %.200s: status %s (expected %s)\nexpected: %s\nerror: %.600s\noutput: %.600s\n' \
		"$*" "$status" "$want" "$pattern" "$stderr" "$output" >&2
	return 1
}

# takes ARGUMENT...: all of it is right, for the one fault that is put behind it is found.
# --expect is read after everything but --output.
takes() {
	refuses 2 "--expect: 'sentinel'" "$@" --expect sentinel
}

# prints ARGUMENT...: a page on standard output and nothing else, no line wider than 80.
prints() {
	both "$@"
	[ "$status" -eq 0 ] && [ -z "$stderr" ] && [ -n "$output" ] || return
	local wide
	wide=$(awk 'length > 80' <<<"$output")
	[ -z "$wide" ] || { printf 'too wide: %s\n' "$wide" >&2; return 1; }
}
