// SPDX-License-Identifier: MIT
/* The rows of the options. Their oddity: a default is text, and goes in through the same handler. */
#include "options.h"

#include <netinet/in.h>
#include <stdio.h>

#include "plan/defaults.h"
#include "base/number.h"
#include "set.h"

struct option_help option_help(const struct option_row *row)
{
	struct option_help h;

	if (row->def)
		snprintf(h.text, sizeof(h.text), "%s (default %s)", row->help, row->def);
	else
		snprintf(h.text, sizeof(h.text), "%s", row->help);
	return h;
}

static const char *const color_words[] = {
	[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never", NULL,
};
static const char *const traffic_words[] = {
	[TRAFFIC_IDLE] = "idle", [TRAFFIC_REQUEST] = "request", [TRAFFIC_STREAM] = "stream", NULL,
};
static const char *const lab_net_words[] = {
	[LAB_NET_TUN] = "tun", [LAB_NET_LOOPBACK] = "loopback", NULL,
};

#define PLAN(member) .offset = offsetof(struct plan, member)
#define REQUEST(member) .offset = offsetof(struct request, member)

const struct option_row options[] = {
	{ 'a', "--all", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "every probe, for comparison",
	  "With --probe too, every probe and those besides.",
	  .set = note },
	{ 'p', "--probe", "SPEC", ARG_NEEDED, SECTION_WATCH, "probes", NULL,
	  "the probes: peek,keepalive on a connection each, peek+keepalive on one, "
	  "keepalive:idle=10s:cnt=3 with parameters; repeatable (default: --explain default)",
	  "In a parameter a backslash takes the meaning from , + : = and itself, and \\n, \\r, \\t and \\xHH are bytes. "
	  "The word default stands for the default probes, " DEFAULT_PROBES ".",
	  .set = keep, REQUEST(probes) },
	{ 'i', "--interval", "DUR", ARG_NEEDED, SECTION_WATCH, "none", "100ms",
	  "how often a polled probe looks", NULL,
	  .set = set_duration, PLAN(interval), .min = 100 * NS_PER_US, .max = 3600 * NS_PER_S },
	{ 0, "--listen", "[ADDR:]PORT", ARG_NEEDED, SECTION_WATCH, "none", NULL,
	  "accept, and watch each client",
	  "Port 0 lets the kernel pick one, which is then reported. "
	  "One client is one connection, so its probes share it unless --connections asks for more.",
	  .set = keep_one, REQUEST(listen) },
	{ 'k', "--keep-open", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "with --listen: after a client died, take the next", NULL,
	  .set = set_true, PLAN(connect.keep_open) },
	{ 0, "--max-clients", "N", ARG_NEEDED, SECTION_WATCH, "none", NULL,
	  "with --listen: how many are watched at once (default 1; with -k 64)", NULL,
	  .set = set_count, PLAN(connect.max_clients), .min = 1, .max = 1000000 },
	{ 'n', "--connections", "N", ARG_NEEDED, SECTION_WATCH, "none", "1",
	  "that many connections per target and probe", NULL,
	  .set = set_count, PLAN(connect.connections), .min = 1, .max = 1000000 },
	{ '4', "--ipv4", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "IPv4 addresses alone", NULL,
	  .set = set_constant, PLAN(connect.family), .min = AF_INET },
	{ '6', "--ipv6", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "IPv6 addresses alone", NULL,
	  .set = set_constant, PLAN(connect.family), .min = AF_INET6 },
	{ 's', "--source", "ADDR", ARG_NEEDED, SECTION_WATCH, "none", NULL,
	  "connect from this address of this machine", NULL,
	  .set = set_text, PLAN(connect.source) },
	{ 0, "--connect-timeout", "DUR", ARG_NEEDED, SECTION_WATCH, "none", "10s",
	  "how long to try each address of a name", NULL,
	  .set = set_duration, PLAN(connect.timeout), .min = NS_PER_MS, .max = 3600 * NS_PER_S },

	{ 0, "--fault", "FAULT", ARG_NEEDED, SECTION_FAULT, "fault", NULL,
	  "what happens to the peer: NAME[:KEY=VALUE]...; without --peer only drop",
	  "With --peer any fault that a process can do to itself; else drop, with which this side stops hearing "
	  "the peer, and which needs CAP_NET_ADMIN.",
	  .set = keep_one, REQUEST(fault) },
	{ 0, "--fault-exec", "CMD", ARG_NEEDED, SECTION_FAULT, "command", NULL,
	  "run CMD with sh as the fault: time counts from its start", NULL,
	  .set = set_text, PLAN(fault.command) },
	{ 0, "--fault-at", "DUR", ARG_NEEDED, SECTION_FAULT, "none", "1s",
	  "when the fault strikes, from when every connection stands",
	  "Unless it is given the lab strikes at a random moment between 0.4 s and 0.9 s, so that no timer of a "
	  "probe is in step with the fault.",
	  .set = set_duration, PLAN(fault.at), .min = 0, .max = DURATION_MAX },
	{ 0, "--peer", NULL, ARG_NONE, SECTION_FAULT, NULL, NULL,
	  "play the peer, not the watcher: echo, then die by --fault",
	  "With --listen or HOST:PORT. "
	  "Without --fault it echoes until it is interrupted.",
	  .set = note },
	{ 0, "--lab", "FAULTS", ARG_ATTACHED, SECTION_FAULT, "faults", NULL,
	  "kill a peer in every way (or these: drop,freeze), in a private network: the matrix", NULL,
	  .set = keep_one, REQUEST(lab) },
	{ 0, "--traffic", "idle|request|stream", ARG_NEEDED, SECTION_FAULT, "words:idle,request,stream", "idle",
	  "in the lab: what the watcher's application sends meanwhile",
	  "With request 16 bytes every 200 ms, with stream 1 KiB every 20 ms; the peer echoes both.",
	  .set = set_word, PLAN(lab.traffic), .words = traffic_words },
	{ 0, "--lab-net", "tun|loopback", ARG_NEEDED, SECTION_FAULT, "words:tun,loopback", "tun",
	  "in the lab: a network of its own, or what loopback can do where that is forbidden",
	  "On loopback the faults are those that a peer can do to itself, and nothing is counted on the wire.",
	  .set = set_word, PLAN(lab.net), .words = lab_net_words },
	{ 0, "--lab-sysctl", "NAME=VALUE", ARG_NEEDED, SECTION_FAULT, "none", NULL,
	  "in the lab: set a TCP sysctl in both hosts; repeatable",
	  "tcp_retries2=8 and net.ipv4.tcp_retries2=8 are the same. Only the lab's namespaces see it. With --predict and --advise it is assumed.",
	  .set = add_sysctl },
	{ 0, "--pcap", "DIR", ARG_NEEDED, SECTION_FAULT, "directory", NULL,
	  "in the lab: write each fault's packets to DIR/FAULT.pcap",
	  "tcpdump and Wireshark open them.",
	  .set = set_text, PLAN(lab.pcap) },

	{ 0, "--predict", NULL, ARG_NONE, SECTION_AHEAD, NULL, NULL,
	  "without a network: when each probe would notice each fault at the latest",
	  "Computed from the parameters, this system's sysctls (or those of --lab-sysctl) and how TCP works. "
	  "What is assumed is said by --lab=FAULTS and --traffic, and -v tells the reasons.",
	  .set = note },
	{ 0, "--advise", "DUR", ARG_NEEDED, SECTION_AHEAD, "none", NULL,
	  "what to set so that every death is noticed within DUR with the least traffic",
	  "The composites for -p, and the same settings for C, Python, Go, nginx, PostgreSQL, Redis, HAProxy and OpenSSH.",
	  .set = set_duration, PLAN(advise.within), .min = 5 * NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--tolerate", "DUR", ARG_NEEDED, SECTION_AHEAD, "none", NULL,
	  "with --advise: how long a pause of the network must kill nothing (default a fifth of it)", NULL,
	  .set = set_duration, PLAN(advise.tolerate), .min = NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--verify", NULL, ARG_NONE, SECTION_AHEAD, NULL, NULL,
	  "with --advise: measure it in the lab, and fail if the advice does not hold", NULL,
	  .set = set_true, PLAN(advise.verify) },

	{ 'w', "--within", "DUR", ARG_NEEDED, SECTION_JUDGE, "none", NULL,
	  "how long every probe has to notice, once the peer died (default: the longest worst case among them)", NULL,
	  .set = set_duration, PLAN(judge.within), .min = NS_PER_MS, .max = DURATION_MAX },
	{ 't', "--timeout", "DUR", ARG_NEEDED, SECTION_JUDGE, "none", NULL,
	  "stop watching after this long (default never; the lab 15s)", NULL,
	  .set = set_duration, PLAN(judge.timeout), .min = NS_PER_MS, .max = DURATION_MAX },
	{ 0, "--expect", "EXPR", ARG_NEEDED, SECTION_JUDGE, "expect", NULL,
	  "what must hold: any, all, alive, PROBE<=DUR or PROBE=never; repeatable (default all; with --all any)",
	  "All that are given must hold, or the exit status is 1.",
	  .set = keep, REQUEST(expects) },

	{ 'o', "--output", "FORMAT[=FILE]", ARG_NEEDED, SECTION_OUTPUT, "report", NULL,
	  "a report (see --list); without =FILE to standard output; repeatable (default text)",
	  "A report that goes to a file leaves the text on standard output.",
	  .set = keep, REQUEST(outputs) },
	{ 0, "--color", "auto|always|never", ARG_NEEDED, SECTION_OUTPUT, "words:auto,always,never", "auto",
	  "when to use colour",
	  "NO_COLOR is honoured.",
	  .set = set_word, PLAN(output.color), .words = color_words },
	{ 'q', "--quiet", NULL, ARG_NONE, SECTION_OUTPUT, NULL, NULL,
	  "the summary alone", NULL,
	  .set = set_constant, PLAN(output.verbosity), .min = -1 },
	{ 'v', "--verbose", NULL, ARG_NONE, SECTION_OUTPUT, NULL, NULL,
	  "more detail; repeatable", NULL,
	  .set = set_more, PLAN(output.verbosity) },

	{ 0, "--list", NULL, ARG_NONE, SECTION_ABOUT, NULL, NULL,
	  "the probes, the faults and the reports", NULL,
	  .set = show_list },
	{ 0, "--explain", "NAME", ARG_NEXT, SECTION_ABOUT, "explain", NULL,
	  "the page of a probe or a fault; alone: which pages there are",
	  "It may have parameters, and a plus sign joins probes: keepalive:idle=10s+user-timeout. What must be "
	  "noticed, and when at the latest, is then computed for these and for this machine's sysctls. A probe's "
	  "page says who relies on it, and ends with the C to do it.",
	  .set = show_explain },
	{ 'h', "--help", NULL, ARG_NONE, SECTION_ABOUT, NULL, NULL,
	  "this page", NULL,
	  .set = show_help },
	{ 'V', "--version", NULL, ARG_NONE, SECTION_ABOUT, NULL, NULL,
	  "the version", NULL,
	  .set = show_version },

	{ 0, "--rows", "KIND", ARG_NEEDED, SECTION_HIDDEN, "none", NULL,
	  "the lists of the man page and of the completions", NULL,
	  .set = show_rows },
};
const size_t options_count = sizeof(options) / sizeof(*options);
