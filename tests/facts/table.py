# SPDX-License-Identifier: MIT
"""The table of facts: each is a small function, tried in a network of its own. What it proves
stands in the file `sentences`, by its name."""
from collections import namedtuple

Fact = namedtuple("Fact", "run network")
FACTS = []


def fact(network):
    def add(run):
        FACTS.append(Fact(run, network))
        return run
    return add
