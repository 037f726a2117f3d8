# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# -o junit=FILE: what the CI servers read.

load helper
load servers

setup_file() { one_by_one; }

dies() { echo "kill -USR1 $server"; }

asked() { xmllint --xpath "$1" "$BATS_TEST_TMPDIR/a.xml"; }

# reported ARGUMENT...: a run whose JUnit is well-formed, is of the schema, and counts right.
reported() {
	need xmllint libxml2-utils
	run tcpalive "$@" -q -o junit="$BATS_TEST_TMPDIR/a.xml"
	counts_right
}

counts_right() {
	xmllint --noout --nonet --schema "$TESTS/junit.xsd" "$BATS_TEST_TMPDIR/a.xml" || return
	local pair
	for pair in tests:testcase failures:failure errors:error skipped:skipped; do
		[ "$(asked "string(//testsuite/@${pair%:*})")" -eq "$(asked "count(//${pair#*:})")" ] || return
	done
}

@test "expectations that held" {
	start_peer
	reported -p rdhup,read --expect all --expect 'rdhup<=1s' -w 2s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[ "$(asked 'count(//testcase)')" -eq 2 ]
	[ "$(asked 'count(//failure | //error | //skipped)')" -eq 0 ]
	[ "$(asked 'string(//testcase[2]/@name)')" = 'rdhup<=1s' ]
	[ "$(asked 'number(//testcase[2]/@time) > 0 and number(//testcase[2]/@time) < 1')" = true ]
	[ "$(asked 'string(//property[@name="target"]/@value)')" = "127.0.0.1:$port" ]
	[[ $(asked 'string(//system-out)') == *'rdhup: noticed, after 0.'* ]]
}

@test "a failure says which probe missed, which noticed when, and the kernel events" {
	start_peer
	reported -p rdhup,hup --expect all --expect any -w 500ms --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[ "$(asked 'count(//failure)')" -eq 1 ]
	[[ $(asked 'string(//testcase[@name="all"]/failure/@message)') == 'unnoticed deaths: 1'* ]]
	[[ $(asked 'string(//failure)') == *'hup: missed'* ]]
	[[ $(asked 'string(//failure)') == *'kernel events: fin'* ]]
	[ "$(asked 'number(//testcase[@name="all"]/@time) > 0.4')" = true ]
}

@test "nothing died: a failure" {
	start_peer
	reported -p rdhup -t 300ms "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	[ "$(asked 'string(//failure/@message)')" = 'nothing died before --timeout' ]
}

@test "an error, and a signal" {
	reported -p read nosuch.invalid:80
	[ "$status" -eq 3 ]
	[[ $(asked 'string(//error/@message)') == *nosuch.invalid* ]]
	start_peer
	watch -o junit="$BATS_TEST_TMPDIR/a.xml" -p read "127.0.0.1:$port"
	wait_event connected
	kill -TERM "$watcher"
	finish
	exits 143
	counts_right
	[ "$(asked 'string(//error/@message)')" = SIGTERM ]
	[[ $(asked 'string(//system-out)') == *'read: alive'* ]]
}

@test "whatever the parameters and names are" {
	start_peer
	local bytes=$'<&"\x27>]]>\xc3\xa9\xff\x01\xef\xbf\xbf'
	reported -p "write-probe:data=${bytes/\"/\\\"},write-probe:data=x" -t 300ms "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	reported -p read "$bytes:80"
	[ "$status" -eq 3 ]
}

@test "the lab: a test for each cell" {
	need_lab
	LIMIT=120 reported lab kill,drop,none -t 4s -p 'rdhup,keepalive:idle=1s:intvl=1s:cnt=1'
	[ "$(asked 'count(//testcase)')" -eq 6 ]
	[ "$(asked 'count(//testcase[@classname="tcpalive.drop"])')" -eq 2 ]
	[ "$(asked 'number(//testcase[@classname="tcpalive.drop" and @name="keepalive"]/@time) > 0.5')" = true ]
}

# Runs that never were, of tests/unit/scenes-programs.h.
@test "programs: skipped where nothing was expected, failed where it did not hold" {
	need xmllint libxml2-utils
	local scene
	for scene in program-beside other-end program; do
		sed 's/timestamp=""/timestamp="2026-11-21T16:00:00"/; s/hostname=""/hostname="h"/' \
			"$TESTS/reports/$scene.junit" >"$BATS_TEST_TMPDIR/a.xml"
		counts_right || { echo "$scene" >&2; return 1; }
	done
	[ "$(asked 'count(//testcase[@name="client"]/skipped)')" -eq 7 ]
	[ "$(asked 'count(//testcase[@classname="tcpalive.zero-window" and @name="client"]/failure)')" -eq 1 ] # inconclusive
	[[ $(asked 'string(//testcase[@classname="tcpalive.freeze"]/skipped/@message)') == 'nothing was expected; seen: missed'* ]]
	[[ $(asked 'string(//testcase[contains(@classname, "reboot-late")]/skipped/@message)') == 'unsupported: '* ]]
	[ "$(asked 'count(//testcase[@classname="tcpalive.drop" and @name="client"]/*)')" -eq 0 ]
	[ "$(asked 'number(//testcase[@classname="tcpalive.drop"]/@time)')" = 3.0102 ]
	[[ $(asked 'string(//testcase[@classname="tcpalive.flap:for=2s"]/failure[@type="expectation"]/@message)') == 'expected flap:for=2s:reconnected<=4s; seen: '* ]]
	[ "$(asked 'number(//testcase[@name="flap:for=2s:reconnected<=4s"]/@time)')" = 4.2 ]
	[[ $(asked 'string(//testcase[@name="flap:for=2s:reconnected<=4s"]/failure)') != *'drop: '* ]]
}
