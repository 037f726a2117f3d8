# SPDX-License-Identifier: MIT
"""What is measured. Each measure adds one value a round to the figures, for each contender in turn."""
import contextlib
import json
import subprocess
import time
from statistics import median, quantiles

from contenders import SERVER_CONNECTIONS, Server, Unable, even

KEEPALIVE = "5:3:3"  # tcpalive's own defaults
RATE = 3500  # a second: the kernel's timers for keepalive tick by 256 ms, and its backlog holds 1,000 packets
GAP = 2000  # microseconds between two deaths on average, of those that come one by one
ACCEPTED = 2  # seconds: by then tcpalive knows that it has been accepted, and is idle
MANY = 1000  # of so many it matters whether they are all still looked at
PROBES = ["rdhup", "hup", "read", "keepalive:idle=1s:intvl=1s", "peek", "tcp-info", "so-error", "unacked",
          "heartbeat", "uring"]


def plural(n, what):
    return f"{n:,} {what}{'' if n == 1 else 's'}"


class Bench:
    """What all measures need: the contenders, how much, and the figures to fill."""

    def __init__(self, options, contenders, figures):
        self.options, self.contenders, self.figures = options, contenders, figures

    def server(self, n, *how):
        return Server(self.options.programs, n, *how)

    def in_turn(self, round_, measure, *arguments):
        """measure(contender, ...) for each; another one is the first in each round. Who cannot is left out, with its reason."""
        shift = round_ % len(self.contenders)
        for contender in self.contenders[shift:] + self.contenders[:shift]:
            try:
                measure(contender, *arguments)
            except Unable as why:
                self.figures.note(f"{contender.name}: {why}")


def killed(server, watcher, n, deaths, gap):
    """Deaths one by one of so many connections: how late each was noticed."""
    server.accepted(n, watcher)
    watcher.established(n)
    time.sleep(ACCEPTED if n >= MANY else 0.02)
    server.close(deaths, gap)
    watcher.settle(deaths)
    died = server.stamps()
    if n > deaths:
        server.close(n - deaths, how="reset")
    noticed = watcher.deaths()
    missing = [c for c in died if c not in noticed]
    if missing:
        raise Unable(f"{len(missing)} of {deaths} deaths were not noticed")
    return [noticed[c] - died[c] for c in died]


def lag(bench, round_):
    """A woken probe against a bare epoll loop, on connections that die one by one."""
    options = bench.options

    def measure(contender, n, late):
        with bench.server(n) as server, contender.watch(n, None, server.addresses) as watcher:
            late[contender.name] += killed(server, watcher, n, min(n, options.deaths), GAP)

    for n in options.lags:
        late = {c.name: [] for c in bench.contenders}
        for k in range(max(1, options.deaths // n // 10)):
            bench.in_turn(round_ + k, measure, n, late)
        for name, values in late.items():
            if values:
                figure = f"lag of a woken probe, {plural(n, 'connection')}"
                bench.figures.add(figure, "time", name, median(values))
                if len(values) > 1:
                    bench.figures.add("... 9 of 10 are within, " + plural(n, "connection"), "time", name, quantiles(values, n=10)[8])


def dropped():
    """Packets that a full backlog has dropped so far, as those of loopback may be: see softnet_stat in proc(5)."""
    with open("/proc/net/softnet_stat") as f:
        return sum(int(line.split()[1], 16) for line in f)


def cpu(bench, round_):
    """Connections on which nothing happens but keepalive, that were not all made in the same moment."""
    def measure(contender, n):
        with bench.server(n) as server, contender.watch(n, KEEPALIVE, server.addresses, RATE) as watcher:
            server.accepted(n, watcher)
            watcher.established(n)
            time.sleep(ACCEPTED if bench.options.seconds >= 1 else 0)
            was_dropped, before, began = dropped(), watcher.cpu(), time.monotonic()
            time.sleep(bench.options.seconds)
            share = (watcher.cpu() - before) / (time.monotonic() - began)
            if dropped() != was_dropped:
                bench.figures.note(f"{contender.name}: keepalive without loss: of {n:,} connections, packets were dropped "
                                   "(net.core.netdev_max_backlog)")
            bench.figures.add(f"CPU a minute, {plural(n, 'idle connection')}", "time", contender.name, share * 60)
            server.close(n, how="reset")

    for n in bench.options.sizes:
        bench.in_turn(round_, measure, n)


def mass_death(bench, contender, n, server, watcher):
    first, last = server.close(n)
    watcher.settle(n)
    noticed = watcher.deaths()
    if len(noticed) != n:
        raise Unable(f"{len(noticed)} of {n} deaths were noticed")
    took = max(noticed.values()) - first
    bench.figures.add(f"death of {plural(n, 'connection')} at once", "time", contender.name, took)
    bench.figures.add(f"... to the server's time for closing {n:,}", "number", contender.name, took / (last - first))


def hold(bench, round_):
    """So many connections: made, in memory, and dying at once."""
    def measure(contender, n):
        with bench.server(n) as server, contender.watch(n, KEEPALIVE, server.addresses) as watcher:
            server.accepted(n, watcher)
            watcher.established(n)
            if "connect" in bench.options.measures:
                bench.figures.add(f"connecting {n:,}", "time", contender.name, watcher.connecting)
            if "memory" in bench.options.measures:
                took = (watcher.memory() - bench.empty(contender)) / max(1, n - 1)
                bench.figures.add(f"memory for each of {plural(n, 'connection')}", "bytes", contender.name, took)
            if "death" in bench.options.measures:
                mass_death(bench, contender, n, server, watcher)
            else:
                server.close(n, how="reset")

    for n in bench.options.sizes:
        bench.in_turn(round_, measure, n)


def empty(bench):
    """A function that says what memory a contender takes with a single connection."""
    known = {}

    def memory(contender):
        if contender.name not in known:
            with bench.server(1) as server, contender.watch(1, KEEPALIVE, server.addresses) as watcher:
                server.accepted(1, watcher)
                watcher.established(1)
                known[contender.name] = watcher.memory()
        return known[contender.name]
    return memory


def run_time(bench, contender, others, of_tcpalive, statuses):
    """Nanoseconds for another program's command, or for what tcpalive does instead, with one of these statuses."""
    mine = contender.name != "bare"
    command = [contender.program, *of_tcpalive] if mine else others
    ran = subprocess.run([f"{bench.options.programs}/bare", "time", *command], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Unable(ran.stderr.strip())
    _, took, _, status = ran.stdout.split()
    if int(status) not in (statuses if mine else (0,)):
        raise Unable(f"'{' '.join(command[:2])}' ended with status {status}")
    return int(took)


def start(bench, round_):
    """Start, connect, see the server's close, and exit."""
    with bench.server(1, "close") as server:
        host, port = server.addresses[0].split(":")

        def measure(contender, took):
            took[contender.name].append(run_time(bench, contender, ["nc", "-z", host, port], ["-p", "rdhup", host, port], (0,)))

        took = {c.name: [] for c in bench.contenders}
        for k in range(bench.options.starts):
            bench.in_turn(round_ + k, measure, took)
    for name, values in took.items():
        if values:
            bench.figures.add("start, connect, exit (against nc -z)", "time", name, median(values))


def audited(contender, n, pid):
    """That it says of all what it can say of one: else it is no wonder that it takes less time."""
    ran = subprocess.run([contender.program, "audit", "-o", "json", str(pid)], capture_output=True, text=True, check=False)
    sockets = [event for event in map(json.loads, ran.stdout.splitlines()) if event["event"] == "socket"]
    whole = sum(event.get("count", 1) for event in sockets if not event.get("incomplete"))
    if whole < n:
        why = [event["incomplete"] for event in sockets if event.get("incomplete")] + ran.stderr.splitlines()
        raise Unable(f"audit: {whole} of {n} sockets" + (f" ({why[0]})" if why else ""))


def audit(bench, round_):
    """A process that holds so many sockets."""
    n = even(min(bench.options.audited, bench.options.most))
    with bench.server(n) as server, bench.contenders[0].watch(n, KEEPALIVE, server.addresses) as held:
        server.accepted(n, held)
        held.established(n)

        def measure(contender):
            if contender.name != "bare":
                audited(contender, n, held.process.pid)
            ran = run_time(bench, contender, ["ss", "-tnpo"], ["audit", str(held.process.pid)], (0, 1))
            bench.figures.add(f"audit of {plural(n, 'socket')} (against ss -tnpo)", "time", contender.name, ran)

        bench.in_turn(round_, measure)
        server.close(n, how="reset")


def probe_costs(bench, contender, n, watchers):
    """The CPU that these take, by probe."""
    time.sleep(ACCEPTED if bench.options.seconds >= 1 else 0)
    before, began = {probe: w.cpu() for probe, w in watchers.items()}, time.monotonic()
    time.sleep(bench.options.seconds)
    minutes = (time.monotonic() - began) / 60
    costs = {probe: (w.cpu() - before[probe]) / minutes for probe, w in watchers.items()}
    for probe, cost in costs.items():
        figure = f"CPU a minute, {plural(n, 'idle connection')}, {probe.partition(':')[0]} (against rdhup)"
        bench.figures.add(figure, "time", contender.name, cost)
        if contender is bench.contenders[1] and "rdhup" in costs:
            bench.figures.add(figure, "time", "bare", costs["rdhup"])


def probes(bench, round_):
    """What each probe takes of the CPU on idle connections, all at the same time."""
    del round_
    n = min(bench.options.probed, bench.options.most, SERVER_CONNECTIONS)
    for contender in bench.contenders[1:]:
        watchers = {}
        with contextlib.ExitStack() as ended:
            for probe in PROBES:
                server = ended.enter_context(bench.server(n, "echo"))
                watcher = ended.enter_context(contender.probe(n, probe, server.addresses))
                try:
                    server.accepted(n, watcher)
                    watcher.established(n)
                    watchers[probe] = watcher
                except Unable as why:
                    bench.figures.note(f"{contender.name}: {probe}: {why}")
            probe_costs(bench, contender, n, watchers)


MEASURES = {
    "lag": lag, "cpu": cpu, "connect": hold, "death": hold, "memory": hold, "start": start, "audit": audit,
    "probes": probes,
}
