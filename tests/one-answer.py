#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""one-answer.py BIN: compares what `predict` writes in JSON with what the pages of
`explain` print, for every probe, every fault, and some composites. Prints each cell
that differs, and fails where one does."""
import json
import os
import re
import subprocess
import sys

BIN = sys.argv[1]
COMPOSITES = """
peek+write-probe zero-recv+unacked so-error+icmp peek+keepalive+user-timeout
idle:limit=4s+keepalive idle:limit=2s+heartbeat:every=500ms uring+heartbeat:send=ab:want=b
read+zero-recv+tx-ack fionread+rdhup hup+oob:every=300ms+unacked:limit=2500ms
recv-nowait+idle recv-nowait+heartbeat+peek ack-age+keepalive:idle=2s:intvl=1s:cnt=2
so-error+tx-ack+user-timeout:after=3s poll-fionread+oob+idle:limit=1s
heartbeat:eof=ignore:unanswered=ignore+user-timeout
""".split()
LABELS = {"never": "missed", "false alarm": "false-alarm", "alive": "alive",
          "cannot run": "unsupported", "at once": "noticed", "maybe": "maybe"}
differ = 0


def run(*words):
    return subprocess.run([BIN, *words], check=True, capture_output=True, text=True,
                          env={**os.environ, "COLUMNS": "100"}).stdout


def names(kind):
    return [line.split("\t")[0] for line in run("rows", kind).splitlines()]


def predicted(groups, traffic):
    words = [w for g in groups for w in ("-p", g)]
    cells = {}
    for line in run("predict", "--traffic", traffic, "-o", "json", *words).splitlines():
        e = json.loads(line)
        if "group" in e:
            cells[e["group"], e["fault"]] = e
    return cells


def seconds(text):
    units = {"h": 3600, "m": 60, "s": 1, "ms": .001}
    return sum(float(n) * units[u] for n, u in re.findall(r"([0-9.]+)(ms|[hms])", text))


def section(page, title):
    """The entries of one section: (label, names, why) each."""
    entries = []
    for line in page.split(title, 1)[1].split("\n\n")[0].splitlines()[1:]:
        label = line[2:18].strip()
        if label:
            entries.append([label, ""])
        if entries:
            entries[-1][1] += " " + line[18:].strip()
    for label, text in entries:
        listed, _, why = text.strip().partition(" (")
        yield label, listed.split(", "), why[:-1]


def same(label, e):
    if label.startswith("within "):
        most = 1 if e["by"] and e["by"] >= 60 else .01
        return e["result"] == "noticed" and -1e-6 <= seconds(label[7:]) - e["by"] <= most
    if "perhaps" in e:
        return label == "maybe"
    return LABELS.get(label) == e["result"] and (label != "at once" or e["by"] == 0)


def compare(where, label, why, e):
    global differ
    if e["probe"] in not_here and e["result"] == "unsupported":
        return  # its page describes it all the same, and says so
    # explain names all members that decide alike, predict one
    if same(label, e) and (why is None or why == e["why"] or why.endswith(": " + e["why"])):
        return
    print(f"{where}: explain says '{label}' ({why}), predict {e}")
    differ += 1


def compare_group(group, idle, request):
    page = run("explain", group)
    rest = {f: e for (g, f), e in idle.items() if g == group}
    for label, faults, why in section(page, "Each fault,"):
        for fault in faults:
            compare(f"{group}, {fault}", label, why, rest.pop(fault))
    then = {f: e for (g, f), e in request.items() if g == group}
    for label, faults, why in section(page, "What differs while"):
        for fault in faults if faults != [""] else []:
            compare(f"{group}, {fault}, request", label, why, then.pop(fault))
    for fault in rest:
        compare(f"{group}, {fault}", "is not listed", "", rest[fault])
    for fault, e in then.items():
        was = idle[group, fault]
        if any(e.get(k) != was.get(k) for k in ("result", "by", "perhaps")):
            compare(f"{group}, {fault}, request", "as when idle", "", e)


probes, faults = names("probes"), names("faults")
not_here = {p for p in probes if "\nNot here: " in run("explain", p)}
# One that cannot run takes nothing from those that it is beside, and the page is of where it can.
groups = probes + [c for c in COMPOSITES if not not_here & set(re.split("[+:]", c))]
idle, request = predicted(groups, "idle"), predicted(groups, "request")
assert len(idle) == len(groups) * len(faults), "predict does not answer for every cell"
for group in groups:
    compare_group(group, idle, request)
for fault in faults:
    listed = 0
    for label, members, _ in section(run("explain", fault), "Who notices it"):
        for probe in members:
            compare(f"{fault}, {probe}", label, None, idle[probe, fault])
            listed += 1
    assert listed == len(probes), f"explain {fault} lists {listed} probes"
sys.exit(differ > 0)
