// SPDX-License-Identifier: MIT
/* The rows of the options, and which verb knows them. */
#include "options.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "plan/defaults.h"
#include "base/number.h"
#include "set.h"

static const char *const ask_words[] = { "keepalive", "byte", NULL };
static const char *const color_words[] = {
	[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never", NULL,
};
static const char *const traffic_words[] = {
	[TRAFFIC_IDLE] = "idle", [TRAFFIC_REQUEST] = "request", [TRAFFIC_STREAM] = "stream", NULL,
};
static const char *const lab_net_words[] = {
	[LAB_NET_TUN] = "tun", [LAB_NET_LOOPBACK] = "loopback", NULL,
};

static const char *const role_words[] = {
	[PROGRAM_CLIENT] = "client", [PROGRAM_SERVER] = "server", NULL,
};

#define PLAN(member) .offset = offsetof(struct plan, member)
#define REQUEST(member) .offset = offsetof(struct request, member)

const struct option_row options[] = {
	{ 'a', "--all", NULL, SECTION_OWN, NULL, NULL,
	  "every probe, for comparison",
	  "With --probe, those in addition.",
	  .set = set_nothing },
	{ 'p', "--probe", "SPEC", SECTION_OWN, "probes", NULL,
	  "the probes: peek,keepalive on a connection each, peek+keepalive on a shared one, "
	  "keepalive:idle=10s:cnt=3 with parameters, @redis as a program does; repeatable (default: see tcpalive explain default)",
	  "A value in double quotes may contain , + and : as they are; else a backslash escapes them. In both, "
	  "\\n, \\r, \\t and \\xHH are bytes, and \\\" and \\\\ the sign itself. The shell needs quotes of its own: "
	  "-p 'heartbeat:send=\"PING\\r\\n\":want=\"+PONG\"'. "
	  "The word default means the default probes, " DEFAULT_PROBES ". "
	  "With @NAME, as in @redis and @go, it is what that software does out of the box (see tcpalive list).",
	  .set = word_add, REQUEST(probes) },
	{ 'i', "--interval", "DUR", SECTION_OWN, "none", "100ms",
	  "how often a polled probe checks", NULL,
	  .set = set_duration, PLAN(interval), .min = 100 * NS_PER_US, .max = 3600 * NS_PER_S },
	{ 0, "--listen", "[ADDR:]PORT", SECTION_OWN, "none", NULL,
	  "accept clients, and watch each",
	  "Port 0 lets the kernel pick one, which is then reported. "
	  "One client is one connection, so its probes share it unless --connections asks for more.",
	  .set = word_set, REQUEST(listen) },
	{ 'k', "--keep-open", NULL, SECTION_OWN, NULL, NULL,
	  "with --listen: after a client has died, accept the next", NULL,
	  .set = set_true, PLAN(connect.keep_open) },
	{ 0, "--max-clients", "N", SECTION_OWN, "none", NULL,
	  "with --listen: how many clients to watch at once (default 1; with -k 64)", NULL,
	  .set = set_count, PLAN(connect.max_clients), .min = 1, .max = 1000000 },
	{ 'n', "--connections", "N", SECTION_OWN, "none", "1",
	  "how many connections per target and probe", NULL,
	  .set = set_count, PLAN(connect.connections), .min = 1, .max = 1000000 },
	{ 0, "--targets", "FILE", SECTION_OWN, "file", NULL,
	  "targets from FILE (- is standard input), one a line: HOST:PORT or a URL, and a name for it; repeatable",
	  "Empty lines and comments, from a # on, are skipped. Reports call a target by its name. A target that is there "
	  "already is not added again.",
	  .set = word_add, REQUEST(targets) },
	{ 0, "--connect-rate", "N", SECTION_OWN, "none", NULL,
	  "connect to at most N a second (default as many as can be)", NULL,
	  .set = set_count, PLAN(connect.rate), .min = 1, .max = 1000000 },
	{ '4', "--ipv4", NULL, SECTION_OWN, NULL, NULL,
	  "IPv4 addresses only", NULL,
	  .set = set_constant, PLAN(connect.family), .min = AF_INET },
	{ '6', "--ipv6", NULL, SECTION_OWN, NULL, NULL,
	  "IPv6 addresses only", NULL,
	  .set = set_constant, PLAN(connect.family), .min = AF_INET6 },
	{ 's', "--source", "ADDR", SECTION_OWN, "none", NULL,
	  "connect from this local address", NULL,
	  .set = set_text, PLAN(connect.source) },
	{ 0, "--connect-timeout", "DUR", SECTION_OWN, "none", "10s",
	  "how long to try each address of a name", NULL,
	  .set = set_duration, PLAN(connect.timeout), .min = NS_PER_MS, .max = 3600 * NS_PER_S },

	{ 0, "--keep", NULL, SECTION_OWN, NULL, NULL,
	  "go on for ever: after a death, and where nobody answers, connect again",
	  "Half a second to a second later, then after twice as long each time, up to half a minute; names are looked up again.",
	  .set = set_true, PLAN(connect.keep) },
	{ 0, "--fault", "FAULT", SECTION_OWN, "fault", NULL,
	  "what happens to the peer: NAME[:KEY=VALUE]...", NULL,
	  .set = word_set, REQUEST(fault) },
	{ 0, "--fault-exec", "CMD", SECTION_OWN, "command", NULL,
	  "run CMD with sh as the fault: time counts from its start", NULL,
	  .set = set_text, PLAN(fault.command) },
	{ 0, "--fault-at", "DUR", SECTION_OWN, "none", NULL,
	  "when the fault strikes, counted from when every connection is established",
	  NULL,
	  .set = set_duration, PLAN(fault.at), .min = 0, .max = DURATION_MAX },
	{ 0, "--traffic", "idle|request|stream", SECTION_OWN, "words:idle,request,stream", "idle",
	  "what the watcher's application sends meanwhile",
	  "With request 16 bytes every 200 ms, with stream 1 KiB every 20 ms; the peer echoes both.",
	  .set = set_word, PLAN(lab.traffic), .words = traffic_words },
	{ 0, "--net", "tun|loopback", SECTION_OWN, "words:tun,loopback", "tun",
	  "a private network, or loopback where that is forbidden",
	  "On loopback, only faults that a peer can do to itself are possible, and no packets are counted.",
	  .set = set_word, PLAN(lab.net), .words = lab_net_words },
	{ 0, "--rtt", "DUR", SECTION_OWN, "none", "0",
	  "the round trip of the path", "At most a second, after which a SYN is retransmitted. In the lab the link delays each packet by half of it.",
	  .set = set_duration, PLAN(lab.rtt), .min = 0, .max = NS_PER_S },
	{ 0, "--sysctl", "NAME=VALUE", SECTION_OWN, "none", NULL,
	  "set a TCP sysctl in both hosts; repeatable",
	  "tcp_retries2=8 and net.ipv4.tcp_retries2=8 are the same.",
	  .set = add_sysctl },
	{ 0, "--pcap", "DIR", SECTION_OWN, "directory", NULL,
	  "write each fault's packets to DIR/FAULT.pcap",
	  "tcpdump and Wireshark open them.",
	  .set = set_text, PLAN(lab.pcap) },

	{ 0, "--client", "CMD", SECTION_OWN, "command", NULL,
	  "a program to measure: run CMD with sh as the client, unmodified",
	  "{host}, {port}, {dir} and {fault} are replaced, and are in the environment as TCPALIVE_HOST and so on.",
	  .set = set_command, PLAN(lab.programs.command[PROGRAM_CLIENT]) },
	{ 0, "--server", "CMD", SECTION_OWN, "command", NULL,
	  "the same as the server, which is to listen on {port}", NULL,
	  .set = set_command, PLAN(lab.programs.command[PROGRAM_SERVER]) },
	{ 0, "--dies", "client|server", SECTION_OWN, "words:client,server", NULL,
	  "whom the faults hit; the other one is measured (default the end that is not given; with both the server)", NULL,
	  .set = set_word, PLAN(lab.programs.dies), .words = role_words },
	{ 0, "--ready", "DUR", SECTION_OWN, "none", "10s",
	  "how long the programs may take to listen, and to connect", NULL,
	  .set = set_duration, PLAN(lab.programs.ready), .min = NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--jobs", "N", SECTION_OWN, "none", NULL,
	  "how many faults to try at once on programs (default as the machine allows)", NULL,
	  .set = set_count, PLAN(lab.programs.jobs), .min = 1, .max = 1000 },
	{ 0, "--logs", "DIR", SECTION_OWN, "directory", NULL,
	  "keep what the programs write, in DIR/FAULT.client.log and DIR/FAULT.server.log", NULL,
	  .set = set_text, PLAN(lab.programs.logs) },
	{ 0, "--to", "HOST:PORT", SECTION_OWN, "none", NULL,
	  "relay each connection to a real server until the fault, instead of echoing", NULL,
	  .set = word_set, REQUEST(relay) },
	{ 0, "--say", "BYTES", SECTION_OWN, "none", NULL,
	  "what the peer says first where it connects: bytes, or a URL (redis://) for what such a client says",
	  "\\n, \\r, \\t and \\xHH are bytes, as in a probe's parameters; of a URL only the protocol and the path matter.",
	  .set = word_set, REQUEST(say) },

	{ 0, "--tolerate", "DUR", SECTION_OWN, "none", NULL,
	  "length of a network outage that must kill no connection (default a fifth of DUR)",
	  "The default is less where the kernel itself gives up sooner (tcp_retries2, tcp_rto_max_ms).",
	  .set = set_duration, PLAN(advise.tolerate), .min = NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--path-limit", "DUR", SECTION_OWN, "none", NULL,
	  "how long the path remembers a connection on which nothing is sent; something is sent before",
	  "A NAT gateway, a load balancer or a firewall forgets it then (see tcpalive explain forget). The least is a second: keepalive "
	  "counts whole ones.",
	  .set = set_duration, PLAN(advise.path_limit), .min = NS_PER_S, .max = 1000 * 3600 * NS_PER_S },
	{ 0, "--verify", NULL, SECTION_OWN, NULL, NULL,
	  "measure it in the lab, and fail if the advice does not hold", NULL,
	  .set = set_true, PLAN(advise.verify) },

	{ 0, "--intrusive", NULL, SECTION_OWN, NULL, NULL,
	  "with --probe: allow probes that set options on the sockets, which the process then keeps", NULL,
	  .set = set_true, PLAN(audit.intrusive) },

	{ 0, "--up-to", "DUR", SECTION_OWN, "none", "1h",
	  "the longest silence that is tried", NULL,
	  .set = set_duration, PLAN(idle.up_to), .min = 2 * NS_PER_S, .max = DURATION_MAX },
	{ 0, "--precision", "P%", SECTION_OWN, "none", "5%",
	  "how far apart the longest silence that was lived through and the shortest that was not may be, in percent", "From 1% to 50%.",
	  .set = set_percent, PLAN(idle.precision), .min = 10, .max = 500 },
	{ 0, "--ask", "keepalive|byte", SECTION_OWN, "words:keepalive,byte", NULL,
	  "how an idle connection is asked (default keepalive; of a URL its protocol's question)",
	  "A keepalive segment puts nothing into the stream; the byte is a newline.",
	  .set = set_word, PLAN(idle.ask), .words = ask_words },

	{ 'w', "--within", "DUR", SECTION_OWN, "none", NULL,
	  "how long every probe has to notice, once the peer is dead (default: the longest worst case among them)", NULL,
	  .set = set_duration, PLAN(judge.within), .min = NS_PER_MS, .max = DURATION_MAX },
	{ 't', "--timeout", "DUR", SECTION_OWN, "none", NULL,
	  "stop watching after this long (default never)", NULL,
	  .set = set_duration, PLAN(judge.timeout), .min = NS_PER_MS, .max = DURATION_MAX },
	{ 0, "--expect", "EXPR", SECTION_OWN, "expect", NULL,
	  "what must hold: any, all, alive, PROBE<=DUR or PROBE=never; repeatable (default all; with --all any)",
	  "PROBE may be the @NAME of a composite, where there are probes. If one does not hold, the exit status is 1.",
	  .set = word_add, REQUEST(expects) },

	{ 'o', "--output", "FORMAT[=FILE]", SECTION_OUTPUT, "report", NULL,
	  "a report (see tcpalive list); without =FILE to standard output; repeatable (default text)",
	  "With reports to files only, the text report still goes to standard output. "
	  "Two reports cannot go to one file, pipe or terminal, by whatever path.",
	  .set = word_add, REQUEST(outputs) },
	{ 0, "--color", "auto|always|never", SECTION_OUTPUT, "words:auto,always,never", "auto",
	  "when to use colour",
	  "NO_COLOR is honoured.",
	  .set = set_word, PLAN(output.color), .words = color_words },
	{ 'q', "--quiet", NULL, SECTION_OUTPUT, NULL, NULL,
	  "the summary, and each expectation that failed, only", NULL,
	  .set = set_constant, PLAN(output.verbosity), .min = -1 },
	{ 'v', "--verbose", NULL, SECTION_OUTPUT, NULL, NULL,
	  "more detail; repeatable", NULL,
	  .set = set_more, PLAN(output.verbosity) },

	{ 'h', "--help", NULL, SECTION_ABOUT, NULL, NULL,
	  "the options of the verb, or without a verb this overview", NULL,
	  .set = show_help },
	{ 'V', "--version", NULL, SECTION_ABOUT, NULL, NULL,
	  "the version", NULL,
	  .set = show_version },

};
const size_t options_count = sizeof(options) / sizeof(*options);

const struct option_row *option_find(const char *name)
{
	for (size_t i = 0; i < options_count; i++)
		if (!strcmp(options[i].name, name))
			return &options[i];
	return NULL;
}

/* The i-th row of a section. */
static const struct option_row *section_at(enum section section, size_t *i)
{
	for (size_t row = 0; row < options_count; row++)
		if (options[row].section == section && !(*i)--)
			return &options[row];
	return NULL;
}

const struct option_row *verb_option_at(const struct verb *v, size_t i)
{
	const struct option_row *row = NULL;
	size_t own = 0;

	while (v->options && v->options[own].name)
		own++;
	if (i < own)
		return option_find(v->options[i].name);
	i -= own;
	if (v->reports)
		row = section_at(SECTION_OUTPUT, &i);
	return row ? row : section_at(SECTION_ABOUT, &i);
}

static const struct verb_option *verb_option(const struct verb *v, const struct option_row *row)
{
	for (size_t i = 0; v->options && v->options[i].name; i++)
		if (!strcmp(v->options[i].name, row->name))
			return &v->options[i];
	return NULL;
}

bool verb_knows(const struct verb *v, const struct option_row *row)
{
	switch (row->section) {
	case SECTION_OWN:
		return verb_option(v, row) != NULL;
	case SECTION_OUTPUT:
		return v->reports;
	case SECTION_ABOUT:
		break;
	}
	return true;
}

const char *option_default(const struct verb *v, const struct option_row *row)
{
	const struct verb_option *own = verb_option(v, row);

	return own && own->def ? own->def : row->def;
}

struct option_text option_help(const struct verb *v, const struct option_row *row)
{
	const struct verb_option *own = verb_option(v, row);
	const char *help = own && own->help ? own->help : row->help;
	const char *def = option_default(v, row);
	struct option_text h;

	if (def)
		snprintf(h.text, sizeof(h.text), "%s (default %s)", help, def);
	else
		snprintf(h.text, sizeof(h.text), "%s", help);
	return h;
}

struct option_text option_verbs(const struct option_row *row)
{
	struct option_text h = { "of" };
	size_t len = strlen(h.text);
	const char *gap = " ";

	for (size_t i = 0; i < verbs_count && len < sizeof(h.text); i++)
		if (verb_knows(verbs[i], row)) {
			len += (size_t)snprintf(h.text + len, sizeof(h.text) - len, "%s%s", gap,
						verbs[i]->name);
			gap = ", ";
		}
	return h;
}
