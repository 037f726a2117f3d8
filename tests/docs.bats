#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# Nothing may drift: the parser's rows, the help pages, the man page, list and the folders
# of verbs, probes, faults and reports all say the same.

load helper

setup_file() { one_by_one; }

top=$TESTS/..
page=$top/man/tcpalive.1

rows() { "$TCPALIVE" rows "$@"; }

# The lines between two comments of the man page.
section() {
	sed -n "/^\\.\\\\\" BEGIN $1\$/,/^\\.\\\\\" END $1\$/p" "$page" | sed '1d;$d'
}

verbs() { rows verbs | cut -f1; }

# of VERB: its rows of options
of() { rows options | awk -F '\t' -v verb="$1" '$1 == verb'; }

@test "the options of a verb's rows are those of its help page" {
	local verb
	for verb in $(verbs); do
		diff <(of "$verb" | cut -f2) \
			<("$TCPALIVE" help "$verb" | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*')
		diff <(of "$verb" | cut -f3 | grep -vx -- -) \
			<("$TCPALIVE" help "$verb" | grep -oE '^  -[^-],' | grep -oE -- '-[^,]')
	done
}

@test "the parser takes the options of a verb's rows, and no other verb's" {
	local verb name letter how rest word known said status
	local -A takes=()
	while IFS=$'\t' read -r verb name rest; do takes[$verb $name]=1; done < <(rows options)
	while IFS=$'\t' read -r name letter how rest; do
		[ -n "$rest" ]
		case $name in --help | --version) continue ;; esac
		known=0
		if [ "$how" = - ]; then set --; else set -- ''; fi
		for verb in $(verbs); do
			for word in "$name" "$letter"; do
				[ "$word" != - ] || continue
				status=0
				said=$("$TCPALIVE" "$verb" "$word" "$@" nonsense nonsense 2>&1 >/dev/null </dev/null) || status=$?
				if [ -n "${takes[$verb $name]:-}" ]; then
					known=$((known + 1))
					[[ $said != *'option'* ]] || { echo "$verb $word: $said" >&2; return 1; }
				else
					[ "$status" -eq 2 ] && [[ $said == *"'$word': not an option of $verb (of "* ]] ||
						{ echo "$verb $word: $said" >&2; return 1; }
				fi
			done
		done
		[ "$known" -gt 0 ]
	done < <(rows options | cut -f2-5 | sort -u)
}

@test "the man page's lists are those of the rows" {
	[ -r "$page" ]
	local list
	for list in $(of_lists); do
		diff <(section "$list") <(rows "mdoc-$list") || {
			echo "man/tcpalive.1 between BEGIN $list and END $list is not tcpalive rows mdoc-$list: tests/man-lists" >&2
			return 1
		}
	done
}

# The lists that the man page has to have: a verb's where it has options of its own.
of_lists() {
	local verb
	printf '%s\n' output-options probes faults reports
	for verb in $(verbs); do
		[ -z "$(rows "mdoc-$verb-options")" ] || echo "$verb-options"
	done
}

@test "the man page has a section for each verb, in the order of the rows" {
	diff <(verbs) <(sed -n '/^\.Sh VERBS/,/^\.Sh OPTIONS/s/^\.Ss //p' "$page")
	[ "$(of_lists | wc -l)" -ge 9 ]
}

@test "the man page's synopsis has the calls of the help pages" {
	need mandoc mandoc
	# "OPTION ..." is mdoc's way to write "OPTION...".
	diff <(for verb in $(verbs); do
		"$TCPALIVE" help "$verb" | sed -n '/^Usage: /,/^$/s/^\(Usage:\|      \) //p'
	done) <(mandoc -T utf8 -O width=200 "$page" 2>/dev/null | col -bx |
		sed -n '/^SYNOPSIS/,/^DESCRIPTION/s/^ *\(tcpalive .*\)/\1/p' | sed 's/ \.\.\./.../g; s/\[OPTION\.\.\.\]/[OPTION].../')
}

@test "the man page is clean" {
	need mandoc mandoc
	# On standard error and in one message: what this machine lacks, not the page.
	run bash -c 'mandoc -T lint "$1" 2>/dev/null | grep -v "referenced manual not found"' - "$page"
	[ -z "$output" ] || { echo "$output" >&2; return 1; }
}

@test "the man page has the version" {
	grep -q "$("$TCPALIVE" --version | cut -d' ' -f2)" "$page"
}

@test "the man page has every member of every JSON event" {
	python3 - "$TESTS/events.schema.json" "$page" <<-'CHECK'
		import json, re, sys
		events = json.load(open(sys.argv[1]))["$defs"]
		text = open(sys.argv[2]).read().split(".Ss JSON")[1].split(".Ss ")[0]
		items, common = text.split("\n.El\n")
		said = lambda part: set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.(?:It )?Li (.*)", part, re.M))))
		items = {part.split(None, 1)[0]: ".Li " + part for part in items.split("\n.It Li ")[1:]}
		names = {name[6:] for name in events if name.startswith("event_")}
		assert names == set(items), names ^ set(items)
		def members(schema):
		    if "$ref" in schema:
		        schema = events[schema["$ref"].split("/")[-1]]
		    if "properties" in schema:
		        return set(schema["properties"])
		    return members(schema["then"]) | members(schema["else"])
		for name in names:
		    missing = members(events["event_" + name]) - said(items[name]) - said(common) - {"event"}
		    assert not missing, f"{name}: {missing}"
	CHECK
}

@test "list has every probe, fault and report, in the order of the rows" {
	diff <(rows probes | cut -f1) \
		<("$TCPALIVE" list | sed -n '/^Probes/,/^$/s/^[* ] \([a-z][a-z-]*\) .*/\1/p')
	diff <(rows faults | cut -f1) \
		<("$TCPALIVE" list | sed -n '/^Faults/,/^$/s/^[* ] \([a-z][a-z-]*\) .*/\1/p')
	diff <(rows reports | cut -f1) \
		<("$TCPALIVE" list | sed -n '/^Reports/,/^$/s/^[* ] \([a-z][a-z-]*\) .*/\1/p')
}

# same_files FOLDER KIND: each file that exports a struct KIND has its line in the
# table and the file's name, each line has its file, and the program knows them all.
same_files() {
	local kind=$2 folder=$top/$1 file name
	sed -n "s/^${kind^^}(\([a-z0-9_]*\)).*/\1/p" "$folder/table.def" | sort >"$BATS_TEST_TMPDIR/table"
	[ -s "$BATS_TEST_TMPDIR/table" ]
	for file in "$folder"/*.c; do
		name=$(sed -n "s/^const struct $kind ${kind}_\([a-z0-9_]*\) = {.*/\1/p" "$file")
		[ -n "$name" ] || continue
		echo "$name"
		[ "$(basename "$file" .c)" = "${name//_/-}" ] || { echo "$file: holds $name" >&2; return 1; }
	done | sort >"$BATS_TEST_TMPDIR/files"
	diff "$BATS_TEST_TMPDIR/table" "$BATS_TEST_TMPDIR/files"
	diff <(tr _ - <"$BATS_TEST_TMPDIR/table" | sort) <(rows "${kind}s" | cut -f1 | sort)
}

@test "the folders of probes, faults and reports are their tables" {
	same_files probes probe
	same_files faults fault
	same_files src/reports report
}

@test "each verb is a file and a line of the table" {
	diff <(sed -n 's/^VERB(\([a-z_]*\)).*/\1/p' "$top/src/cli/verbs.def" | grep -vx rows | tr _ -) <(verbs)
	diff <({ verbs; echo rows; } | sort) <(cd "$top/src/cli" && printf '%s\n' verb-*.c | sed 's/^verb-//; s/\.c$//' | sort)
}

@test "every row has its words: names, summaries without a full stop, parameters with help" {
	local kind bad
	for kind in probes faults reports; do
		bad=$(rows "$kind" | awk -F '\t' 'NF != 2 || $1 !~ /^[a-z][a-z-]*$/ || $2 == "" || $2 ~ /\.$/')
		[ -z "$bad" ] || { printf '%s: %s\n' "$kind" "$bad" >&2; return 1; }
	done
	bad=$(rows params | awk -F '\t' 'NF != 4 || $2 !~ /^[a-z][a-z-]*$/ || $4 == "" || $4 ~ /\.$/')
	[ -z "$bad" ] || { printf 'params: %s\n' "$bad" >&2; return 1; }
	bad=$(rows probes | cut -f1 | sort | uniq -d)
	[ -z "$bad" ]
	bad=$({ rows probes; rows faults; } | cut -f1 | sort | uniq -d)
	[ -z "$bad" ] || { printf 'a probe and a fault: %s\n' "$bad" >&2; return 1; }
}
