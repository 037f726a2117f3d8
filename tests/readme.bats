#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154
# The README's commands are pasted into interactive shells, and what it shows is what is printed.

load helper

readme=$TESTS/../README.md

# block N: the Nth command block.
block() {
	awk -v want="$1" '/^```sh$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside && n == want' "$readme"
}

# stub NAME LINE...: a program in $bin that notes how it was called.
stub() {
	local name=$1
	shift
	printf '%s\n' '#!/bin/sh' "printf '%s\\n' \"$name \$*\" >>\"\$DONE\"" "$@" >"$bin/$name"
	chmod +x "$bin/$name"
}

# paste N NAME SHELL...: pastes block N in a folder of its own, whose calls are then in $dir/NAME/done. As root
# (there is no sudo) in brackets, as terminals do that a shell asks for it.
paste() {
	local n=$1 home=$dir/$2 programs=$bin
	shift 2
	[[ $home != *root* ]] || programs=$dir/root
	set -- env -i "HOME=$home" "PATH=$programs" TERM=xterm "DONE=$home/done" "$@"
	[[ $home != *root* ]] || set -- --bracketed "$@"
	mkdir -p "$home"
	: >"$home/.zshrc"
	ln -s "$bin/tcpalive" "$home/tcpalive"
	block "$n" | (cd "$home" && exec python3 "$TESTS/paste.py" "$@") >"$home/shown" 3>&- &
	pasting[$!]=$home
}

@test "the commands can be pasted into interactive bash and zsh, with sudo and without" {
	need zsh zsh
	local dir=$BATS_TEST_TMPDIR bin=$BATS_TEST_TMPDIR/bin n pid home
	local -A pasting=()
	mkdir "$bin"
	ln -s "$(command -v sleep)" "$(command -v sh)" "$bin"
	stub apt-get
	stub make
	stub redis-server 'exec sleep 60'
	stub tcpalive 'for last; do case $last in kill*) $last;; esac; done'
	cp -r "$bin" "$dir/root"
	stub sudo 'exec "$@"'
	for n in 1 2; do
		paste "$n" "bash$n" "$(command -v bash)" --norc -i
		paste "$n" "zsh$n" "$(command -v zsh)" -f -i
		paste "$n" "bash-root$n" "$(command -v bash)" -i
		paste "$n" "zsh-root$n" "$(command -v zsh)" -i
	done
	for pid in "${!pasting[@]}"; do
		home=${pasting[$pid]}
		wait "$pid" || { echo "$home"; cat "$home/shown"; return 1; } >&2
		case $home in
		*1) grep -qE '^tcpalive --all --fault-exec kill -9 [0-9]+ redis://localhost:7379$' "$home/done" ;;
		*2) [ "$(tail -n 1 "$home/done")" = 'make check' ] ;;
		esac || { cat "$home/shown" "$home/done"; return 1; } >&2
		[ "$(grep -c '^apt-get' "$home/done")" -eq 2 ]
		[ "$(grep -c '^sudo apt-get' "$home/done")" -eq "$([[ $home == *root* ]] && echo 0 || echo 2)" ]
	done
}

@test "the advice that is shown is what is printed" {
	local said line shown=0
	said=$(COLUMNS=100 "$TCPALIVE" advise 10s)
	while IFS= read -r line; do
		[ -n "$line" ] && [ "$line" != '  ...' ] || continue
		shown=$((shown + 1))
		grep -qxF -- "$line" <<<"$said" || { echo "not in tcpalive advise 10s: $line" >&2; return 1; }
	done < <(awk '/^## / { here = $0 == "## What to set"; next } here && /^```/ { inside = !inside; next } here && inside' "$readme")
	[ "$shown" -gt 20 ]
}
