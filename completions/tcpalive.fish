# SPDX-License-Identifier: MIT
# tcpalive's verbs, options, probes, faults, protocols and reports for fish. The lists come from
# the program itself (tcpalive rows): the options once, the rest when they
# are needed.

# The rows of a list, from the tcpalive that is being typed.
function __tcpalive_rows
    set -l typed (commandline -opc 2>/dev/null)[1]
    test -n "$typed"; and command -q $typed; or set typed tcpalive
    command -q $typed; and command $typed rows $argv[1] 2>/dev/null
end

# The value that is being typed, without the option and the shell's own quote before it.
function __tcpalive_value
    commandline -ct | string replace -r -- '^--[^=]*=' '' | string replace -r -- '^[\'"]' ''
end

# __tcpalive_params BEFORE OWNER REST: the parameters of a probe or fault, or what one can be
function __tcpalive_params
    set -l key (string split -m1 = -- $argv[3])
    __tcpalive_rows params | while read -l -d \t owner name values help
        test "$owner" = "$argv[2]"; or continue
        if not set -q key[2]
            printf '%s%s=\t%s\n' $argv[1] $name $help
        else if test "$name" = "$key[1]"
            for value in (string split , -- $values)
                printf '%s%s=%s\n' $argv[1] $name $value
            end
        end
    end
end

# __tcpalive_spec SEPARATORS LIST...: what can stand after the last separator, behind the rest of it; within a
# value in double quotes there is none
function __tcpalive_spec
    set -l value (__tcpalive_value)
    set -l outside '^(?:[^"]|"[^"]*")*'
    string match -qr -- $outside'$' "$value"; or return
    set -l before (string match -r -- $outside"[$argv[1]]" "$value")
    set -l member (string replace -r -- $outside"[$argv[1]]" '' "$value")
    if string match -q -- '*:*' "$member"
        set -l owner (string split -m1 : -- $member)[1]
        set -l head (string match -r -- $outside: $member)
        __tcpalive_params "$before$head" $owner (string replace -r -- $outside: '' $member)
        return
    end
    for list in $argv[2..]
        __tcpalive_rows $list | while read -l row
            printf '%s%s\n' "$before" $row
        end
    end
end

function __tcpalive_report
    set -l report (string split -m1 = -- (__tcpalive_value))
    if set -q report[2]
        __fish_complete_path $report[2] | while read -l path
            printf '%s=%s\n' $report[1] $path
        end
    else
        __tcpalive_rows reports
    end
end

# What the value of an option or an operand can be, as its row says.
function __tcpalive_values
    switch $argv[1]
        case probes
            __tcpalive_spec ,+ probes profiles
            printf 'default\tthe default probes\n'
        case fault faults
            __tcpalive_spec , faults
        case explain
            __tcpalive_spec ,+ probes profiles faults
        case verbs
            __tcpalive_rows verbs | while read -l -d \t name operands help
                printf '%s\t%s\n' $name $help
            end
        case pids
            __fish_complete_pids
            printf 'all\tevery process\n'
        case targets
            __fish_print_hostnames
            __tcpalive_rows protocols
        case expect
            __tcpalive_rows expects
        case command
            __fish_complete_command
        case directory
            __fish_complete_directories (__tcpalive_value)
        case file
            __fish_complete_path (__tcpalive_value)
        case report
            __tcpalive_report
        case 'words:*'
            string replace words: '' -- $argv[1] | string split ,
    end
end

# Does the line have no word behind the command yet?
function __tcpalive_first
    set -l words (commandline -opc)
    test (count $words) -eq 1
end

# __tcpalive_verb VERB...: is the line's verb one of these? Without one it is watch.
function __tcpalive_verb
    set -l first (commandline -opc)[2]
    contains -- "$first" $__tcpalive_verbs; or set first watch
    contains -- $first $argv
end

set -g __tcpalive_verbs

complete -c tcpalive -f -n __tcpalive_first -a '(__tcpalive_values verbs)'

__tcpalive_rows verbs | while read -l -d \t name operands help
    set -a __tcpalive_verbs $name
    complete -c tcpalive -f -n "__tcpalive_verb $name" -a "(__tcpalive_values $operands)"
end

__tcpalive_rows options | while read -l -d \t verb name letter how arg help
    set -l option -n "__tcpalive_verb $verb" -l (string sub -s 3 -- $name) -d $help
    test $letter = -; or set -a option -s (string sub -s 2 -- $letter)
    if test $how = -
        complete -c tcpalive $option
    else
        complete -c tcpalive $option -x -a "(__tcpalive_values $how)"
    end
end
