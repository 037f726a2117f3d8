# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# A real program in the lab, once, in every report: each is valid to a tool that is not ours, and all say the same.

load helper

# valid FOLDER: json, tap, junit, svg and markdown in it; so many of the tests failed.
valid() {
	local dir=$1 result
	"$TESTS/valid-events" "$dir/json" || [ $? -eq 77 ] || return
	xmllint --noout --nonet --schema "$TESTS/junit.xsd" "$dir/junit" || return
	xmllint --noout --nonet "$dir/svg" || return
	result=$(env -u TAP_VERSION prove --nocolor -e cat "$dir/tap" || true)
	[[ $result != *'Parse errors'* && $result == *"$2"* ]] || { echo "$result" >&2; return 1; }
}

# agrees FOLDER: what the events say by themselves, and JUnit, TAP and the picture beside them.
agrees() {
	python3 - "$1" <<-'CHECK'
		import json, re, sys, xml.etree.ElementTree as xml
		folder = sys.argv[1] + "/"
		events = [json.loads(line) for line in open(folder + "json")]
		cases = {(c.get("classname"), c.get("name")): c for c in xml.parse(folder + "junit").iter("testcase")}
		tap = dict(reversed(m) for m in re.findall(r"^((?:not )?ok) \d+ - (.*?)(?: # SKIP.*)?$", open(folder + "tap").read(), re.M))
		titles = ["".join(t.itertext()) for t in xml.parse(folder + "svg").iter("{http://www.w3.org/2000/svg}title")]
		texts = ["".join(t.itertext()) for t in xml.parse(folder + "svg").iter("{http://www.w3.org/2000/svg}text")]
		results = {e["fault"]: e for e in events if e["event"] == "result"}
		assert set(results) == {"drop", "kill", "none"}, results
		for fault, r in results.items():
		    first = lambda what: next((e["after"] for e in events if e["event"] == "program" and e["program"] == "client"
		                               and e["fault"] == fault and e["what"] == what and e["after"] is not None), None)
		    assert r["program"] == "client" and r["connections"] == 1, r
		    assert r["kernel_after"] == first("kernel") and r["connecting_after"] == first("connecting"), r
		    assert r["after"] == r["given_up_after"] == first("closed"), r
		    assert r["after"] is None or abs(r["after"] - r["kernel_after"] - r["lag"]) < 2e-6, r
		    case = cases["tcpalive." + fault, "client"]
		    assert float(case.get("time")) == (r["after"] or 0), fault
		    judged = fault != "none"
		    assert (case.find("skipped") is None) == judged, fault
		    assert (case.find("failure") is not None) == (fault == "kill"), fault
		    assert tap[fault + " / client"] == ("not ok" if fault == "kill" else "ok"), tap
		    assert any(t.startswith(fault + "\n" + r["result"]) for t in titles), titles
		    assert fault in texts
		assert results["none"]["result"] == "alive" and not results["none"]["given_up"]
		assert results["kill"]["result"] == "noticed" and results["kill"]["cause"] in ("fin", "rst")
		drop = results["drop"]
		assert drop["result"] == "noticed" and drop["errno"] == "ETIMEDOUT" and 1.9 < drop["after"] <= 5, drop
		assert drop["connecting_after"] is not None and drop["reconnected_after"] is None, drop
		assert [e["held"] for e in events if e["event"] == "expect"] == [True, False]
		assert [e["fault"] for e in events if e["event"] == "expect"] == ["drop", "kill"]
		assert events[-1]["exit"] == 1
		for name, held in (("drop:noticed<=5s", True), ("kill:noticed<=1us", False)):
		    assert (cases["tcpalive.lab", name].find("failure") is None) == held and tap[name] == ("ok" if held else "not ok")
	CHECK
}

@test "a client that reconnects: every report is valid, and says what the events do" {
	local dir=$BATS_TEST_TMPDIR
	need prove perl
	need xmllint libxml2-utils
	need_lab
	run timeout 60 "$TCPALIVE" lab drop,kill,none -w 5s --color never \
		--client "python3 '$TESTS/programs/client.py' {host} {port}" --server "python3 '$TESTS/programs/socket-server.py' {host} {port}" \
		--expect 'drop:noticed<=5s' --expect 'kill:noticed<=1us' \
		-o text -o json="$dir/json" -o tap="$dir/tap" -o junit="$dir/junit" -o markdown="$dir/markdown" -o svg="$dir/svg"
	[ "$status" -eq 1 ] || { echo "$output" >&2; return 1; }
	valid "$dir" 'Failed 2/5 subtests'
	grep -q '^| *drop ' "$dir/markdown"
	agrees "$dir"
}

@test "the other end of a peer: every report has it" {
	local dir=$BATS_TEST_TMPDIR
	need prove perl
	need xmllint libxml2-utils
	watch peer --listen 127.0.0.1:0 --fault close --fault-at 300ms -w 10s --expect 'noticed<=9s' \
		-o text="$dir/text" -o tap="$dir/tap" -o junit="$dir/junit" -o markdown="$dir/markdown" -o svg="$dir/svg"
	wait_listening
	# It reads until EOF, and ends.
	spawn client bash -c "exec 9<>/dev/tcp/127.0.0.1/$port; cat <&9"
	finish
	exits 0
	cp "$json" "$dir/json"
	valid "$dir" 'All tests successful'
	holds '.[0].programs == ["client"] and (map(select(.event == "result")) | length == 1 and
		(.[0] | .program == "client" and .result == "noticed" and .given_up == 1 and .after == .given_up_after))'
	holds '(map(select(.event == "program" and .what == "closed"))[0].after) == (map(select(.event == "result"))[0].after)'
	grep -q '^The client noticed after ' "$dir/text"
	grep -q '^The client noticed after ' "$dir/markdown"
	grep -q '^ok 1 - noticed<=9s$' "$dir/tap"
	grep -q '^    The client noticed after ' "$dir/tap"
	grep -q 'name="noticed&lt;=9s"' "$dir/junit"
	grep -q '<text[^>]*>The client at the other end after close</text>' "$dir/svg"
}
