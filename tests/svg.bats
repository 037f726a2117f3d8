# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# -o svg=FILE: pictures that every viewer takes, and that tell what was measured.

load helper
load servers

setup_file() { one_by_one; }

dies() { echo "kill -USR1 $server"; }

# is_picture FILE: well-formed, it scales, it is readable in light and dark, and it asks
# for nothing from elsewhere and runs nothing.
is_picture() {
	need xmllint libxml2-utils
	xmllint --noout --nonet "$1" || return
	asked "$1" 'string(/*/@viewBox)' | grep -qE '^0 0 [0-9]+ [0-9]+$' || return
	[ "$(asked "$1" 'local-name(/*)')" = svg ] || return
	grep -q 'prefers-color-scheme:dark' "$1" || return
	[ "$(asked "$1" 'count(//*[local-name()="script" or local-name()="image" or local-name()="use" or
		local-name()="foreignObject" or local-name()="a" or local-name()="animate"])')" -eq 0 ] || return
	[ "$(asked "$1" 'count(//@*[contains(., "://") or starts-with(name(), "on") or local-name()="href"])')" -eq 0 ] || return
	! grep -qE 'url\(|@import|@font-face|<!DOCTYPE|<!ENTITY|<\?xml-stylesheet' "$1"
}

asked() { xmllint --xpath "$2" "$1"; }

# titled FILE TEXT...: there is a title that has all of these.
titled() {
	local file=$1 path='//*[local-name()="title"]' text
	shift
	for text in "$@"; do path+="[contains(., \"$text\")]"; done
	[ "$(asked "$file" "count($path)")" -ge 1 ]
}

@test "a watch: its target, its sum, a lane for each probe, a title for each mark" {
	start_peer
	run tcpalive --all -q -w 1s -o svg="$BATS_TEST_TMPDIR/a.svg" --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	is_picture "$BATS_TEST_TMPDIR/a.svg"
	grep -q "<text[^>]*>exec at 127.0.0.1:$port</text>" "$BATS_TEST_TMPDIR/a.svg"
	grep -q '<text[^>]*>[0-9]* probes noticed, [0-9]* missed it' "$BATS_TEST_TMPDIR/a.svg"
	[ "$(asked "$BATS_TEST_TMPDIR/a.svg" 'count(//*[local-name()="text"]/*[local-name()="title"])')" -eq "$("$TCPALIVE" rows probes | wc -l)" ]
	titled "$BATS_TEST_TMPDIR/a.svg" 'rdhup: noticed' 'poll: POLLRDHUP' 'worst case'
	titled "$BATS_TEST_TMPDIR/a.svg" 'kernel event' 'fin'
	titled "$BATS_TEST_TMPDIR/a.svg" 'hup: missed' 'waited for 1.00s'
}

@test "suspicion and the timeout have their marks" {
	need_capability NET_ADMIN
	start_peer
	run tcpalive -q -p keepalive:idle=1s:intvl=1s:cnt=2 -o svg="$BATS_TEST_TMPDIR/a.svg" --fault drop "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	is_picture "$BATS_TEST_TMPDIR/a.svg"
	titled "$BATS_TEST_TMPDIR/a.svg" 'suspect after' '1 of 2 probes unanswered'
	titled "$BATS_TEST_TMPDIR/a.svg" 'kernel event' 'timeout, ETIMEDOUT'
}

@test "whatever the peer's name and the parameters are" {
	start_peer
	local bytes=$'<&\\"\x27>]]>-->\xc3\xa9\xff\x01\x1b[31m\xe2\x80\xae\xef\xbf\xbf'
	run tcpalive -q -p "write-probe:data=$bytes,heartbeat:send=$bytes" -t 400ms \
		-o svg="$BATS_TEST_TMPDIR/a.svg" "localhost:$port"
	[ "$status" -eq 1 ] # nobody answers such a heartbeat
	is_picture "$BATS_TEST_TMPDIR/a.svg"
	grep -qF '&lt;&amp;\&quot;' "$BATS_TEST_TMPDIR/a.svg"
	run tcpalive -q -p read -o svg="$BATS_TEST_TMPDIR/b.svg" "$bytes:80"
	[ "$status" -eq 3 ]
	is_picture "$BATS_TEST_TMPDIR/b.svg"
}

@test "nothing to draw is a picture too" {
	run tcpalive -q -p read -t 200ms -o svg="$BATS_TEST_TMPDIR/a.svg" --listen 127.0.0.1:0
	[ "$status" -eq 5 ]
	is_picture "$BATS_TEST_TMPDIR/a.svg"
}

@test "no mark lies outside, and no two texts of a lane lie on each other" {
	need python3 python3
	start_peer
	run tcpalive --all -q -n 3 -w 500ms -o svg="$BATS_TEST_TMPDIR/a.svg" --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	python3 - "$BATS_TEST_TMPDIR/a.svg" <<-'PYTHON'
	import re, sys
	import xml.etree.ElementTree as xml
	svg = "{http://www.w3.org/2000/svg}"
	root = xml.parse(sys.argv[1]).getroot()
	width, height = map(float, root.get("viewBox").split()[2:])
	for group in root.iter(svg + "g"):
	    at = re.match(r"translate\((\S+) (\S+)\)", group.get("transform", "translate(9 9)"))
	    x, y = map(float, at.groups())
	    assert 0 <= x <= width and 0 <= y <= height, group.attrib
	rows = {}
	for text in root.iter(svg + "text"):
	    classes = text.get("class", "").split()
	    length = len("".join(text.itertext()).replace(text.findtext(svg + "title") or "", "", 1))
	    length *= 7.3 if "mono" in classes and "small" not in classes else 10 if "big" in classes else 6.2
	    x = float(text.get("x")) - (length if "end" in classes else length / 2 if "mid" in classes else 0)
	    rows.setdefault(text.get("y"), []).append((x, x + length, "".join(text.itertext())))
	for row in rows.values():
	    row.sort()
	    for a, b in zip(row, row[1:]):
	        assert a[1] <= b[0], (a, b)
	    assert row[-1][1] <= width, row[-1]
	PYTHON
}

@test "a picture needs a file" {
	run --separate-stderr tcpalive -o svg 127.0.0.1:80
	[ "$status" -eq 2 ]
	[[ $stderr == *svg=FILE* ]]
}

@test "the lab: the matrix, with a title for each cell" {
	need_lab
	LIMIT=120 run tcpalive lab kill,drop,none -q -t 4s -p 'rdhup,keepalive:idle=1s:intvl=1s:cnt=1,peek+hup' \
		-o svg="$BATS_TEST_TMPDIR/a.svg"
	[ "$status" -le 1 ]
	is_picture "$BATS_TEST_TMPDIR/a.svg"
	[ "$(asked "$BATS_TEST_TMPDIR/a.svg" 'count(//*[local-name()="g"]/*[local-name()="title"])')" -eq 9 ]
	titled "$BATS_TEST_TMPDIR/a.svg" 'drop' 'keepalive: noticed' 'ETIMEDOUT'
	titled "$BATS_TEST_TMPDIR/a.svg" 'kill' 'peek: noticed' 'hup: missed'
	grep -q '>the peer lives<' "$BATS_TEST_TMPDIR/a.svg"
	# Of what is advised some may miss a death, and the lines say so.
	grep -q '>What to use, against these faults<' "$BATS_TEST_TMPDIR/a.svg"
	! grep -q 'every death' "$BATS_TEST_TMPDIR/a.svg" || return 1
}

# Runs that never were, of tests/unit/scenes-programs.h.
@test "programs: a lane for each fault, a row apart beside probes, and the marks that there are" {
	local scene=$TESTS/reports/program.svg
	is_picture "$scene"
	[ "$(asked "$scene" 'count(//*[local-name()="title"]) - 1')" -eq 10 ] # of the lanes, and of the picture
	titled "$scene" drop 'noticed after 3.01s: kernel ETIMEDOUT, closed 200us later; tried in vain' 'promises 3.0s; measured 3.0s'
	grep -q '<text[^>]*>The client noticed 3 of 6 deaths, the slowest after 5.00s; missed freeze, close; ' "$scene"
	# Five marks of the kernel's: of drop, close, kill and two false alarms; and one in the legend.
	[ "$(grep -c 'class="mark fg"' "$scene")" -eq 6 ]
	[ "$(grep -c 'class="mark out"' "$scene")" -eq 2 ]
	scene=$TESTS/reports/other-end.svg
	is_picture "$scene"
	grep -q '<text[^>]*>The client at the other end after freeze</text>' "$scene"
	[ "$(grep -cE 'class="mark (fg|out|bad|warn)"|>exited<|>missed<' "$scene")" -eq 0 ]
	scene=$TESTS/reports/program-beside.svg
	is_picture "$scene"
	titled "$scene" close 'server: noticed after 150us: kernel FIN'
	[ "$(asked "$scene" '//*[local-name()="text"][text()="server"]/@y < //*[local-name()="text"][text()="probe"]/@y and
		//*[local-name()="text"][text()="probe"]/@y < //*[local-name()="text"][text()="rdhup+keepalive"]/@y')" = true ]
	is_picture "$TESTS/reports/program-error.svg"
	grep -q '<text[^>]*>--client .echo &lt;no&gt;.: it ended with status 3 before it connected; it wrote: &lt;no&gt;</text>' "$TESTS/reports/program-error.svg"
	is_picture "$TESTS/reports/program-pool.svg"
	grep -q '<text[^>]*>8/10</text>' "$TESTS/reports/program-pool.svg"
}
