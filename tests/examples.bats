# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# The manual's examples work as typed: each is run for a few seconds, with free
# ports in the place of its own.

load helper

page=$TESTS/../man/tcpalive.1

# example N: the Nth block of the EXAMPLES as a shell reads it.
example() {
	awk -v want="$1" '
		/^\.Sh / { examples = $2 == "EXAMPLES" }
		examples && /^\.Bd/ { n++; inside = 1; next }
		/^\.Ed/ { inside = 0 }
		inside && n == want' "$page" | sed 's/\\e/\\/g'
}

# try N: its text, with more patience for a loaded machine, and in statuses.N how each of its calls of tcpalive ended.
try() {
	local dir=$BATS_TEST_TMPDIR/$1
	mkdir -p "$dir"
	cat >"$dir/tcpalive" <<-'SH'
		#!/bin/bash
		# Not timeout(1): its SIGCONT disturbs LeakSanitizer.
		"$TCPALIVE" "$@" &
		for ((i = 0; i < 40; i++)); do
			kill -0 $! 2>/dev/null || break
			sleep 0.1
		done
		kill $! 2>/dev/null
		wait $!
		printf '%s %s\n' "$?" "$*" >>"${0%/*}/statuses"
	SH
	chmod +x "$dir/tcpalive"
	{
		example "$1"
		echo 'sleep 3; kill -KILL $(jobs -p) 2>/dev/null; true'
	} | sed "s/sleep 1$/sleep 3/; s/7379/$(free_port)/g; s/8007/$(free_port)/g; s/9000/$(free_port)/g" >"$dir/script"
	spawn "example$1" env "TCPALIVE=$TCPALIVE" "PATH=$dir:$PATH" bash "$dir/script"
}

@test "the examples can be typed into an interactive zsh, which takes !\" for the end of no quotes" {
	local n=1
	while [ -n "$(example "$n")" ]; do
		run ! grep -n '!"' <<<"$(example "$n")"
		n=$((n + 1))
	done
	[ "$n" -gt 10 ]
}

@test "the examples run: each connects or listens, and none is misunderstood" {
	need redis-server redis-server
	need nc netcat-openbsd
	local n=0 running=() status line
	while [ -n "$(example $((n + 1)))" ]; do
		n=$((n + 1))
		try "$n"
		running+=("$pid")
	done
	[ "$n" -ge 10 ]
	for pid in "${running[@]}"; do
		eventually 60 gone "$pid" && continue
		tr '\0' ' ' <"/proc/$pid/cmdline" >&2
		return 1
	done
	for ((; n > 0; n--)); do
		[ -s "$BATS_TEST_TMPDIR/$n/statuses" ] || { echo "example $n called nothing" >&2; return 1; }
		while read -r status line; do
			# 143: still watching when its time was over.
			case $status:$line in
			0:* | 1:* | 5:* | 143:*) ;;
			4:*'--fault drop'*) ! has_capability NET_ADMIN ;;
			4:lab* | 4:advise*--verify*) (need_lab) >/dev/null; [ ! -e "$BATS_RUN_TMPDIR/lab" ] ;;
			*)
				echo "example $n: status $status of tcpalive $line" >&2
				cat "$BATS_TEST_TMPDIR/example$n.err" >&2
				return 1
				;;
			esac
		done <"$BATS_TEST_TMPDIR/$n/statuses"
	done
}
