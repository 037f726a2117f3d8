#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# What is expected of a program under test, of each fault or of one.

load helper

@test "an expectation is broken by the fault that it is for, and by nothing that was measured" {
	need python3 python3
	need_lab
	watched lab kill,flap:for=100ms,zero-window -t 1s --client "$TESTS/programs/bad idle {host} {port}" -p rdhup \
		--expect 'noticed<=900ms' --expect 'kill:noticed<=900ms' --expect 'flap:noticed<=900ms' --expect 'flap:for=100ms:rdhup=never' \
		--expect exited=never --expect 'flap:reconnected<=1s' --expect 'kill:any' --expect 'flap:any'
	exits 1
	diff <(events expect | jq -r '"\(.text) \(.why // "held")"') - <<-'TEXT'
		noticed<=900ms kill: client: missed
		kill:noticed<=900ms kill: client: missed
		flap:noticed<=900ms held
		flap:for=100ms:rdhup=never held
		exited=never held
		flap:reconnected<=1s held
		kill:any held
		flap:any held
	TEXT
	watched lab zero-window -t 1s --client "$TESTS/programs/bad idle {host} {port}" --expect 'noticed<=1s'
	exits 1
	seen expect '.why == "nothing was measured for it (zero-window: only the survivor'\''s own data would fill the window)"'
}

@test "what could not be measured is no success, also where nothing was expected" {
	need python3 python3
	need_lab
	watched lab drop -t 500ms --client 'exec python3 -c "
import socket, time
socket.create_connection((\"{host}\", {port})).close()
time.sleep(99)"'
	exits 1
	seen result '.result == "inconclusive" and (.note | test("^the client had no connection when the fault struck: it closed its last one [0-9.]+m?s before$"))'
	watched lab drop -t 500ms --dies client --server 'exec python3 -c "
import socket, time
kept = socket.create_server((\"{host}\", {port})).accept()
time.sleep(99)"' --client 'exec python3 -c "
import socket, time
socket.create_connection((\"{host}\", {port})).close()
time.sleep(99)"'
	exits 1
	seen result '.note | test("^the server had no connection when the fault struck: the client closed its last one [0-9.]+m?s before$")'
}

@test "a run that is interrupted says nothing of who may still notice" {
	need python3 python3
	need_lab
	watch lab drop -t 1h --fault-at 100ms --client "$TESTS/programs/bad idle {host} {port}"
	wait_event fault
	kill -INT "$watcher"
	finish
	exits 130
	holds 'map(select(.event == "result")) | length == 1 and .[0].result == "inconclusive" and (.[0].note | contains("interrupted"))'
}
