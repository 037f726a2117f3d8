# SPDX-License-Identifier: MIT
"""The figures of one run, and the table of them in Markdown: medians, and in brackets the least and the most of all rounds."""
from statistics import median

SCALES = {
    "time": [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")],
    "bytes": [(1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")],
    "number": [(1, "")],
}
NOTHING = "-"
LEAST = 1e5  # a ratio to less CPU than this, in nanoseconds a minute, says nothing


def short(value):
    """Three digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values, unit="number"):
    middle = median(values)
    scale, name = next((s for s in SCALES[unit] if abs(middle) >= s[0]), SCALES[unit][-1])
    text = short(middle / scale) + (" " + name if name else "")
    if len(values) > 1:
        text += f" ({short(min(values) / scale)} to {short(max(values) / scale)})"
    return text


class Figures:
    """Values by figure, contender and round."""

    def __init__(self):
        self.round = 0
        self.values, self.units, self.notes = {}, {}, []

    def add(self, figure, unit, contender, value):
        self.units[figure] = unit
        self.values.setdefault(figure, {}).setdefault(contender, {})[self.round] = value

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def ratio(self, figure, contender):
        """To the first contender in the same round."""
        own, bare = (self.values[figure].get(name, {}) for name in (contender, "bare"))
        floor = LEAST if figure.startswith("CPU") else 0
        pairs = [own[r] / bare[r] for r in own if r in bare and bare[r] > floor]
        return spread(pairs) if pairs else NOTHING

    def cells(self, figure, names):
        for name in names:
            values = self.values[figure].get(name)
            yield spread(list(values.values()), self.units[figure]) if values else NOTHING
            if name != "bare":
                yield self.ratio(figure, name)

    def markdown(self, names):
        head = ["figure", "held against"]
        for name in names[1:]:
            head += [name, "ratio"]
        rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
        rows += [[figure, *self.cells(figure, names)] for figure in self.values]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join(lines + [""] * bool(self.notes) + [f"Not measured: {n}." for n in self.notes])
