#!/usr/bin/env zsh
# SPDX-License-Identifier: MIT
# complete.zsh FUNCTION: what zsh offers when tab is pressed after each line of standard
# input, one a line, and a dot after the last. A real interactive zsh in a terminal of its
# own is asked, since zsh completes nowhere else; there compadd also writes what it was
# given into a file.
emulate -L zsh
zmodload zsh/zpty || exit 1

scratch=$(mktemp -d) || exit 1
trap 'zpty -d shell 2>/dev/null; rm -rf $scratch' EXIT
cp $1 $scratch/_tcpalive

cat >$scratch/setup <<'SETUP'
PS1= PS2= RPS1=
fpath=($scratch $fpath)
autoload -Uz compinit
compinit -D -u
compadd() {
	local -a hits=()
	if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)* ]]; then
		builtin compadd -A hits "$@"
		(( ! $#hits )) || print -rl -- $hits >>$scratch/offers
	fi
	builtin compadd "$@"
}
zstyle ':completion:*' list-max 0
LISTMAX=1000
done-completing() { BUFFER=; print done >$scratch/done }
zle -N done-completing
bindkey '^Xd' done-completing # ^D would end the line if it came before zle did
print ready >$scratch/ready
SETUP

# A file that the inner shell writes when it is there. Its terminal is read meanwhile, or it would block.
await() {
	local -i tries=0
	until [[ -s $1 ]]; do
		(( ++tries < 2000 )) || { print -u2 "zsh: no answer"; exit 1 }
		while zpty -rt shell _ 2>/dev/null; do :; done
		sleep 0.01
	done
}

zpty shell "scratch=$scratch zsh -f -i"
zpty -w shell "source $scratch/setup"
await $scratch/ready
while IFS= read -r line; do
	rm -f $scratch/done
	: >$scratch/offers
	zpty -w -n shell "$line"$'\t'$'\x18d'
	await $scratch/done
	sort -u $scratch/offers
	print .
done
