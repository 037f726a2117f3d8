#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openmetrics.py FILE [SERIES...]: is it the text of OpenMetrics 1.0, and what node_exporter's textfile collector takes?

Prints the value of each SERIES, as in 'tcpalive_up{target="127.0.0.1:80"}', or "none". Written from the OpenMetrics
specification's grammar, and from prometheus/common's expfmt/text_parse.go for what the older format does not take.
"""
import re
import sys

TYPES = {"gauge": [""], "counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "summary": ["_sum", "_count"]}
NAME, LABEL = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
LABELS = rf"\{{((?:{LABEL}(?:,{LABEL})*)?)\}}"
NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|Inf)|NaN"


def check(condition, number, why):
    if not condition:
        sys.exit(f"line {number}: {why}")


def parse(text):
    check(text.endswith("# EOF\n"), 0, "no EOF at the end")
    series, families, family, kind = {}, set(), None, None
    for number, line in enumerate(text[:-1].split("\n")[:-1], 1):
        check(line and line != "# EOF", number, "an empty line, or EOF before the end")
        meta = re.fullmatch(rf"# (TYPE|UNIT|HELP) ({NAME}) (.*)", line)
        if meta:
            what, name, rest = meta.groups()
            if what == "TYPE":
                check(rest in TYPES, number, f"a type that one of the two formats does not know: {rest}")
                check(name not in families, number, f"a family twice: {name}")
                check(not any(name == f + s for f in families for s in ("_total", "_sum", "_count", "_bucket")), number, "a clash")
                families.add(name)
                family, kind = name, rest
            check(name == family, number, "metadata of another family")
            check(what != "UNIT" or name.endswith("_" + rest), number, "the name does not end in its unit")
            check(what != "HELP" or rest, number, "no help")
            continue
        sample = re.fullmatch(rf"({NAME})(?:{LABELS})? ({NUMBER})", line)
        check(sample, number, f"neither metadata nor a sample without a time stamp: {line}")
        name, labels, value = sample.group(1), sample.group(2) or "", float(sample.groups()[-1])
        check(family and name in [family + suffix for suffix in TYPES[kind]], number, f"not of {family}: {name}")
        pairs = re.findall(LABEL, labels)
        check(len({key for key, _ in pairs}) == len(pairs), number, "a label twice")
        check(("le" in dict(pairs)) == name.endswith("_bucket"), number, "le")
        check(kind == "gauge" or value >= 0, number, "a counter below 0")
        key = (name, frozenset(pairs))
        check(key not in series, number, "a series twice")
        series[key] = value
    return series


def check_histograms(series):
    ends = {}
    for (name, labels), value in series.items():
        if name.endswith("_bucket"):
            rest = frozenset(pair for pair in labels if pair[0] != "le")
            ends.setdefault((name[:-7], rest), []).append((float(dict(labels)["le"]), value))
    for (name, rest), buckets in ends.items():
        buckets.sort()
        check([n for _, n in buckets] == sorted(n for _, n in buckets), name, "buckets do not add up")
        check(buckets[-1] == (float("inf"), series[name + "_count", rest]), name, "+Inf is not the count")


def main(path, wanted):
    with open(path, encoding="utf-8", newline="") as file:
        series = parse(file.read())
    check_histograms(series)
    for text in wanted:
        name, labels = re.fullmatch(rf"({NAME})(?:{LABELS})?", text).group(1, 2)
        value = series.get((name, frozenset(re.findall(LABEL, labels or ""))))
        print("none" if value is None else f"{value:.15g}")


main(sys.argv[1], sys.argv[2:])
