#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fleet.py MANUAL FOLDER: writes the files that the manual's AS A SERVICE shows, and checks their form.

FOLDER/NAME for each unit below /etc/systemd/system, FOLDER/setup for the shell's lines and FOLDER/daemonset.yaml; and in
FOLDER/NAME.command what each would run, a word a line (the manifest's: sh -c's argument).
"""
import re
import sys

SECTIONS = {"service": ["Unit", "Service", "Install"], "timer": ["Unit", "Timer", "Install"]}


def blocks(page):
    """(the text before, the block) of each display."""
    part = page.split("\n.Sh AS A SERVICE\n")[1].split("\n.Sh ")[0]
    end = 0
    for block in re.finditer(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", part, re.M | re.S):
        yield part[end:block.start()], block.group(1).replace(r"\e", "\\")
        end = block.end()


def check_unit(name, text):
    section, values = None, {}
    for line in filter(None, text.split("\n")):
        if re.fullmatch(r"\[[A-Z][a-z]+\]", line):
            section = line[1:-1]
            assert section in SECTIONS[name.rsplit(".")[-1]], f"{name}: {line}"
            continue
        key, value = re.fullmatch(r"([A-Z][A-Za-z]+)=(.*)", line).groups()
        assert section and (section, key) not in values, f"{name}: {line}"
        values[section, key] = value
    assert values["Unit", "Description"], name
    return values


def check_yaml(text):
    """Without a parser: pairs and lists, indented by two spaces, deeper only below what is empty."""
    depth, opens = 0, True
    for line in text.rstrip("\n").split("\n"):
        spaces, rest = re.fullmatch(r"( *)(\S.*)", line).groups()
        assert len(spaces) % 2 == 0 and (len(spaces) <= depth or (opens and len(spaces) == depth + 2)), line
        item = rest.removeprefix("- ")
        depth, opens = len(spaces) + (len(rest) - len(item)), item.endswith(":")
        assert item.endswith(":") or item != rest or re.fullmatch(r"[A-Za-z]+: [^:#]+|[A-Za-z]+: \S+", item), line


def main(manual, folder):
    with open(manual, encoding="utf-8") as file:
        page = file.read()
    for before, text in blocks(page):
        unit = re.findall(r"^\.Pa /etc/systemd/system/(\S+)$", before, re.M)
        name = unit[0] if unit else "daemonset.yaml" if text.startswith("apiVersion") else "setup"
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        command = []
        if unit:
            command = check_unit(name, text).get(("Service", "ExecStart"), "").split()
        elif name != "setup":
            check_yaml(text)
            try:
                import yaml
                assert yaml.safe_load(text)["kind"] == "DaemonSet"
            except ImportError:
                pass
            command = [re.search(r"^ *- (while .*)$", text, re.M).group(1)]
        if command:
            with open(f"{folder}/{name}.command", "w", encoding="utf-8") as file:
                file.write("\n".join(command) + "\n")


main(*sys.argv[1:])
