# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016
# tcpalive's verbs, options, probes, faults and reports for bash. The lists come from
# the program itself when they are needed (tcpalive rows), so they are those
# of the tcpalive that is being typed.
#
# bash parts words at : and =, which occur in the middle of a SPEC, so the word is
# taken from the line, and what bash keeps of it anyway is cut off the answers.

# _tcpalive_rows KIND FIELD [CONDITION [A [B]]]: a field of the rows for which awk's
# condition holds. What was typed is A and B there, and never part of the program.
_tcpalive_rows() {
	"$_tcpalive_cmd" rows "$1" 2>/dev/null |
		A=${4-} B=${5-} awk -F '\t' 'BEGIN { a = ENVIRON["A"]; b = ENVIRON["B"] }
			'"${3:-1}"' { print $'"$2"' }'
}

# _tcpalive_before TEXT: puts it before each line
_tcpalive_before() {
	local line
	while IFS= read -r line; do printf '%s\n' "$1$line"; done
}

# _tcpalive_params OWNER VALUE: the parameters of a probe or fault, or what one can be
_tcpalive_params() {
	local key=${2%%=*}
	if [[ $2 == *=* ]]; then
		_tcpalive_rows params 3 '$1 == a && $2 == b' "$1" "$key" | tr ',' '\n' | _tcpalive_before "$key="
	else
		_tcpalive_rows params 2 '$1 == a' "$1" | sed 's/$/=/'
	fi
}

# _tcpalive_spec SEPARATORS VALUE KIND...: what can stand after VALUE's last separator, behind the rest of it.
# Within a value in double quotes that is nothing; elsewhere such values are masked, and separate nothing.
_tcpalive_spec() {
	local masked=$2 member rest kind last
	while [[ $masked =~ ^([^\"]*)(\"[^\"]*\")(.*)$ ]]; do
		masked=${BASH_REMATCH[1]}${BASH_REMATCH[2]//?/x}${BASH_REMATCH[3]}
	done
	[[ $masked != *\"* ]] || return 0
	member=${masked##*["$1"]}
	rest=${2:0:${#2}-${#member}}
	if [[ $member == *:* ]]; then
		last=${member##*:}
		_tcpalive_params "${member%%:*}" "$last" | _tcpalive_before "${2:0:${#2}-${#last}}"
	else
		for kind in "${@:3}"; do
			_tcpalive_rows "$kind" 1
		done | _tcpalive_before "$rest"
	fi
}

_tcpalive_pids() {
	local process
	for process in /proc/[0-9]*; do printf '%s\n' "${process##*/}"; done
}

_tcpalive_files() {
	local file
	compgen -f -- "$1" | while IFS= read -r file; do
		if [[ -d $file ]]; then file+=/; fi
		printf '%s\n' "$file"
	done
}

# _tcpalive_values HOW VALUE: what the value of an option or an operand can be, as its row says
_tcpalive_values() {
	case $1 in
	probes) _tcpalive_spec ,+ "$2" probes profiles; printf 'default\n' ;;
	faults | fault) _tcpalive_spec , "$2" faults ;;
	explain) _tcpalive_spec ,+ "$2" probes profiles faults ;;
	verbs) _tcpalive_rows verbs 1 ;;
	pids)
		_tcpalive_pids
		printf 'all\n'
		;;
	targets)
		compgen -A hostname -- "$2"
		_tcpalive_rows protocols 1
		;;
	expect) _tcpalive_rows expects 1 ;;
	command) compgen -c -- "$2" ;;
	directory) compgen -d -- "$2" ;;
	file) _tcpalive_files "$2" ;;
	words:*) tr ',' '\n' <<<"${1#words:}" ;;
	report)
		case $2 in
		*=*) _tcpalive_files "${2#*=}" | _tcpalive_before "${2%%=*}=" ;;
		*) _tcpalive_rows reports 1 ;;
		esac
		;;
	esac
}

# Keeps of the lines those that begin with $word. Uses the caller's variables.
_tcpalive_answer() {
	local cut='' line
	[[ $COMP_WORDBREAKS != *[:=]* || -n $quote ]] || cut=${word%"${word##*[:=]}"}
	# what follows the last @ is a word of its own, with the @
	[[ $COMP_WORDBREAKS != *@* || -n $quote || ${word:${#cut}} != *@* ]] || cut=${word%@*}
	while IFS= read -r line; do
		line=$prefix$line
		if [[ -z $quote ]]; then
			line=${line//\\/\\\\}
			line=${line//</\\<}
		fi
		[[ $line != "$word"* ]] || COMPREPLY+=("${line:${#cut}}")
	done
}

# _tcpalive_verb LINE: the verb of what is before the word; without one it is watch
_tcpalive_verb() {
	local words verb
	read -ra words <<<"$1"
	verb=$(_tcpalive_rows verbs 1 '$1 == a' "${words[1]-}")
	printf '%s\n' "${verb:-watch}"
}

# _tcpalive_option VERB WORD: the option that takes the next word as its value
_tcpalive_option() {
	[[ $2 == -* ]] || return 0
	_tcpalive_rows options 2 '$1 == a && ($2 == b || $3 == b) && $4 != "-"' "$1" "$2"
}

_tcpalive() {
	local _tcpalive_cmd=$1 line=${COMP_LINE:0:COMP_POINT} before word last verb quote='' option='' prefix='' how

	COMPREPLY=()
	word=${line##*[[:space:]]}
	before=${line%"$word"}
	last=${before%"${before##*[![:space:]]}"}
	verb=$(_tcpalive_verb "$last")
	last=${last##*[[:space:]]}
	case $word in \"* | \'*) quote=${word:0:1} word=${word:1} ;; esac
	if [[ $word == --*=* ]]; then
		option=${word%%=*}
		prefix=$option=
	else
		option=$(_tcpalive_option "$verb" "$last")
	fi
	if [[ -n $option && ($word != -* || -n $prefix) ]]; then
		how=$(_tcpalive_rows options 4 '$1 == a && $2 == b' "$verb" "$option")
		_tcpalive_answer < <(_tcpalive_values "$how" "${word#"$prefix"}")
		compopt -o nospace 2>/dev/null
	elif [[ $word == -* ]]; then
		_tcpalive_answer < <(_tcpalive_rows options 2 '$1 == a' "$verb"
			_tcpalive_rows options 3 '$1 == a && $3 != "-"' "$verb")
	elif [[ $before != *[![:space:]]*[[:space:]]*[![:space:]]* ]]; then
		_tcpalive_answer < <(_tcpalive_values verbs; _tcpalive_values targets "$word")
	else
		how=$(_tcpalive_rows verbs 2 '$1 == a' "$verb")
		_tcpalive_answer < <(_tcpalive_values "$how" "$word")
		[[ $how == verbs ]] || compopt -o nospace 2>/dev/null
	fi
}

complete -F _tcpalive tcpalive
