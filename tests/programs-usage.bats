# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# Command lines with programs under test that cannot be meant: refused before anything runs.

load helper

# refused WHY WORD...: status 2, nothing on standard output, and one line that ends so.
refused() {
	local why=$1
	shift
	run --separate-stderr tcpalive "$@"
	[ "$status" -eq 2 ] && [ -z "$output" ] && [ "$stderr" = "tcpalive: $why" ] && return
	printf '%s: status %s, said: %s\n' "$*" "$status" "$stderr" >&2
	return 1
}

# lab WHY WORD...
lab() { refused "$1" lab drop "${@:2}"; }

@test "a command that is none" {
	lab "--client: '': empty (give CMD)" --client ''
	lab "--server: '': empty (give CMD)" --server $' \t\n'
	lab "--client: no value (give --client CMD)" --client
	refused "'--client': not an option of watch (of lab)" --client x localhost:1
	refused "'--server': not an option of peer (of lab)" peer --server x localhost:1
	refused "'--client': not an option of advise (of lab)" advise 5s --verify --client x
}

@test "options that need a program" {
	for option in '--dies client' '--ready 1s' '--jobs 2' '--logs .'; do
		# shellcheck disable=SC2086
		lab "'${option%% *}': only with --client or --server" $option
	done
	lab "'--say': only with --server" --say x
	lab "--dies: 'host': unknown word (client|server)" --client x --dies host
	lab "--jobs: '0': must be 1 to 1000" --client x --jobs 0
	lab "--ready: '0': must be 1ms to 1h" --client x --ready 0
}

@test "nobody would be measured" {
	lab "--dies: 'server': nobody is measured, as the lab's own peer survives (add --client CMD, or probes with -p)" \
		--server x --dies server
	lab "--dies: 'client': nobody is measured, as the lab's own peer survives (add --server CMD)" \
		--client x --dies client
	lab "--dies: 'client': nobody is measured, as the lab's own peer survives (add --server CMD)" \
		--client x --dies client -p peek
}

@test "options that a program does not heed" {
	local probes='only for probes beside the program (add -p or --all)'
	lab "'--traffic': $probes" --client x --traffic request
	lab "'--connections': $probes" --client x -n 2
	lab "'--interval': $probes" --client x -i 1ms
	lab "--net: 'loopback': not with programs, whose deaths and packets are their network's" --client x --net loopback
}

@test "what the lab or the peer says first" {
	lab "'--say' and '--client': that client speaks for itself" --client x --say y
	lab "'--say': only where the client dies that says it (the server's clients are the probes)" \
		--server x --say y --dies server -p peek
	lab "--say: '': empty (give BYTES)" --server x --say ''
	lab "--say: 'postgres://': not known, because it takes no question before a login (give the bytes)" \
		--server x --say postgres://
	refused "'--say' and '--listen': only a peer that connects speaks first" peer --listen 0 --say x
	refused "'--say' and '--to': a relay says nothing of its own" peer localhost:1 --to localhost:2 --say x
	refused "'db': no port (such as db:6379 or db 6379)" peer --listen 0 --to db
}

@test "expectations that a program cannot break" {
	lab "--expect: 'noticed<=1s': of a program, and there is none (add --client CMD or --server CMD)" --expect 'noticed<=1s'
	lab "--expect: 'flap:noticed<=1s': 'flap' is not among the faults (add it: tcpalive lab flap)" \
		--client x --expect 'flap:noticed<=1s'
	lab "--expect: 'dorp': unknown fault (did you mean 'drop'?)" --client x --expect 'dorp:noticed<=1s'
	lab "--expect: 'drop:alive' and 'drop:noticed<=1s' contradict each other" \
		--client x --expect drop:alive --expect 'drop:noticed<=1s'
	lab "--expect: a limit of 20s, and '--timeout' ends the watch before (give a longer one)" \
		--client x -t 10s --expect 'noticed<=20s'
	lab "--expect: a limit of 20s, and '--within' ends the watch before (give a longer one)" \
		--client x -w 10s --expect 'reconnected<=20s'
	refused "--expect: 'any': give noticed<=DUR, reconnected<=DUR or alive" peer --listen 0 --fault rst --expect any
	refused "'--expect': only with --fault" peer --listen 0 --expect alive
	refused "'--within': only with --fault" peer --listen 0 -w 5s
	refused "--expect: a limit of 5s, and '--timeout' ends the watch before (give a longer one)" \
		peer --listen 0 --fault rst --fault-at 1s -t 5s --expect 'noticed<=5s'
}
