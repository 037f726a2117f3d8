#compdef tcpalive
# SPDX-License-Identifier: MIT
# tcpalive's verbs, options, probes, faults, protocols and reports for zsh. The lists come from
# the program itself when they are needed (tcpalive rows), so they are those
# of the tcpalive that is being typed.

# Lines of KIND's rows into the caller's array `rows`.
_tcpalive_rows() {
	rows=("${(@f)$(_call_program tcpalive-$1 $tcpalive rows $1 2>/dev/null)}")
	rows=(${rows:#})
}

# "name<TAB>help" as _describe wants it
_tcpalive_describe() {
	local -a rows items
	local row what=$1 list
	shift
	for list in "$@"; do
		_tcpalive_rows $list
		for row in $rows; do
			items+=("${${row%%$'\t'*}//:/\\:}:${row##*$'\t'}")
		done
	done
	[[ $what != probe ]] || items+=('default:the default probes')
	case $what in
	verb) _describe -t $what $what items ;;
	*) _describe -t $what $what items -S '' ;;
	esac
}

# What follows OWNER: in a spec
_tcpalive_params() {
	local -a rows names fields
	local row key
	compset -P '*:'
	_tcpalive_rows params
	if [[ $PREFIX == *=* ]]; then
		key=${PREFIX%%=*}
		compset -P '*='
	fi
	for row in $rows; do
		fields=("${(@ps:\t:)row}")
		[[ $fields[1] == $1 ]] || continue
		if [[ -z $key ]]; then
			names+=("$fields[2]:$fields[4]")
		elif [[ $fields[2] == $key ]]; then
			compadd -S '' -- ${(s:,:)fields[3]}
		fi
	done
	[[ -n $key ]] || _describe -t parameters parameter names -S '='
}

# _tcpalive_spec WHAT SEPARATORS LIST...: the last member of a spec. Values in double quotes are masked: they
# separate nothing, and within one there is nothing to offer.
_tcpalive_spec() {
	local masked=$PREFIX member match mbegin mend MATCH MBEGIN MEND
	while [[ $masked =~ '^([^"]*)("[^"]*")(.*)$' ]]; do
		masked=$match[1]${(l:$#match[2]::x:)}$match[3]
	done
	[[ $masked != *\"* ]] || return 1
	member=${masked##*[$2]}
	compset -p $(( $#PREFIX - $#member ))
	if [[ $PREFIX == *:* ]]; then
		_tcpalive_params ${PREFIX%%:*}
	else
		_tcpalive_describe $1 "${@:3}"
	fi
}

_tcpalive_probes() { _tcpalive_spec probe ',+' probes profiles }
_tcpalive_faults() { _tcpalive_spec fault ',' faults }
_tcpalive_fault() { _tcpalive_spec fault ',' faults }
_tcpalive_explain() { _tcpalive_spec page ',+' probes profiles faults }
_tcpalive_verbs() { _tcpalive_describe verb verbs }
_tcpalive_protocols() { _tcpalive_describe protocol protocols }
_tcpalive_hosts() { _hosts -S '' }
_tcpalive_targets() { _alternative 'hosts:HOST\:PORT:_tcpalive_hosts' 'protocol:URL:_tcpalive_protocols' }
_tcpalive_expect() { _tcpalive_describe expectation expects }
_tcpalive_pids() { _alternative 'processes:PID:_pids' 'all:every process:(all)' }
_tcpalive_command() { _command_names -e }
_tcpalive_directory() { _files -/ }
_tcpalive_file() { _files }
_tcpalive_none() { _message -e value value }

_tcpalive_report() {
	if compset -P '*='; then
		_files
	else
		_tcpalive_describe report reports
	fi
}

# The row of an option as _arguments wants it, into the caller's array `specs`
_tcpalive_option() {
	local name=$2 letter=$3 how=$4 arg=${5//:/\\:} action
	local help="[${${6//\[/\\[}//\]/\\]}]"
	case $how in
	words:*) action="(${${how#words:}//,/ })" ;;
	*) action=_tcpalive_$how ;;
	esac
	if [[ $how == - ]]; then
		specs+=("*$name$help")
		[[ $letter == - ]] || specs+=("*$letter$help")
	else
		specs+=("*$name=$help:$arg:$action")
		[[ $letter == - ]] || specs+=("*$letter+$help:$arg:$action")
	fi
}

_tcpalive() {
	local -a rows specs fields
	local row verb=watch operands=targets tcpalive=${(q)${~words[1]}}
	if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
		_alternative 'verb:verb:_tcpalive_verbs' 'hosts:HOST\:PORT:_tcpalive_hosts' \
			'protocol:URL:_tcpalive_protocols'
		return
	fi
	_tcpalive_rows verbs
	for row in $rows; do
		fields=("${(@ps:\t:)row}")
		[[ $fields[1] == $words[2] ]] || continue
		verb=$fields[1] operands=$fields[2]
		shift words
		(( CURRENT-- ))
		break
	done
	_tcpalive_rows options
	for row in $rows; do
		[[ $row != $verb$'\t'* ]] || _tcpalive_option "${(@ps:\t:)row}"
	done
	_arguments -s -S $specs "*:operand:_tcpalive_$operands"
}

_tcpalive "$@"
