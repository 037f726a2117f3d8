// SPDX-License-Identifier: MIT
/*
 * The rows of the options and what each does. Their oddity: a default is text, and goes in
 * through the same handler.
 */
#include "options.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "defaults.h"
#include "number.h"
#include "pages.h"
#include "words.h"

struct option_help option_help(const struct option_row *row)
{
	struct option_help h;

	if (row->def)
		snprintf(h.text, sizeof(h.text), "%s (default %s)", row->help, row->def);
	else
		snprintf(h.text, sizeof(h.text), "%s", row->help);
	return h;
}

static void *in_plan(struct setting *s)
{
	return (char *)s->request->plan + s->row->offset;
}

static void *in_request(struct setting *s)
{
	return (char *)s->request + s->row->offset;
}

static int refuse(struct setting *s, const char *why)
{
	return usage(s->e, "%s: %s: %s", s->row->name, quote(s->value).text, why);
}

static int refuse_empty(struct setting *s)
{
	return usage(s->e, "%s: '': empty (give %s)", s->row->name, s->row->arg);
}

static int set_duration(struct setting *s)
{
	struct why why;

	if (duration_parse(s->value, s->row->min, s->row->max, in_plan(s), &why))
		return refuse(s, why.text);
	return 0;
}

static int set_count(struct setting *s)
{
	struct why why;
	int64_t n;

	if (count_parse(s->value, s->row->min, s->row->max, &n, &why))
		return refuse(s, why.text);
	*(unsigned *)in_plan(s) = (unsigned)n;
	return 0;
}

static int set_true(struct setting *s)
{
	*(bool *)in_plan(s) = true;
	return 0;
}

static int set_constant(struct setting *s)
{
	*(int *)in_plan(s) = (int)s->row->min;
	return 0;
}

static int set_more(struct setting *s)
{
	int *level = in_plan(s);

	*level = *level < 0 ? 1 : *level + 1;
	return 0;
}

static int set_text(struct setting *s)
{
	if (!*s->value)
		return refuse_empty(s);
	*(const char **)in_plan(s) = s->value;
	return 0;
}

/* One of row->words; what lands in the plan is which. */
static int set_word(struct setting *s)
{
	const char *const *words = s->row->words;
	struct hint guess;

	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], s->value)) {
			*(int *)in_plan(s) = i;
			return 0;
		}
	guess = hint(s->value, plain_word, words, s->row->arg);
	return usage(s->e, "%s: %s: unknown word%s", s->row->name, quote(s->value).text, guess.text);
}

static int add_sysctl(struct setting *s)
{
	struct plan *p = s->request->plan;
	const char *equals = strchr(s->value, '=');
	struct assignment *a;

	if (!equals || equals == s->value || !equals[1])
		return refuse(s, "not NAME=VALUE (tcp_retries2=8)");
	if (strchr(s->value, '/'))
		return refuse(s, "a name has no '/' (tcp_retries2)");
	a = list_add(&p->sysctls, &p->nsysctls, sizeof(*a), s->e);
	if (!a)
		return -1;
	a->name = copy_part(s->value, (size_t)(equals - s->value), s->e);
	a->value = copy_part(equals + 1, strlen(equals + 1), s->e);
	return a->name && a->value ? 0 : -1;
}

/* That it was given is all there is to it. */
static int note(struct setting *s)
{
	(void)s;
	return 0;
}

/* Its meaning depends on other options: looked at after the last word. */
static int keep(struct setting *s)
{
	struct word_list *list = in_request(s);
	const char **word = list_add(&list->words, &list->count, sizeof(*word), s->e);

	if (!word)
		return -1;
	*word = s->value;
	return 0;
}

static int keep_one(struct setting *s)
{
	const char **word = in_request(s);

	if (*word)
		return refuse(s, "a second one (one at a time)");
	if (s->value && !*s->value)
		return refuse_empty(s);
	*word = s->value;
	return 0;
}

static int show_list(struct setting *s)
{
	return page_list(s->e);
}

static int show_explain(struct setting *s)
{
	return page_explain(s->value, s->e);
}

static int show_help(struct setting *s)
{
	return page_help(s->e);
}

static int show_version(struct setting *s)
{
	return page_version(s->e);
}

static int show_rows(struct setting *s)
{
	return page_rows(s->value, s->e);
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
	  .set = set_true, PLAN(all) },
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
	  .set = set_true, PLAN(keep_open) },
	{ 0, "--max-clients", "N", ARG_NEEDED, SECTION_WATCH, "none", NULL,
	  "with --listen: how many are watched at once (default 1; with -k 64)", NULL,
	  .set = set_count, PLAN(max_clients), .min = 1, .max = 1000000 },
	{ 'n', "--connections", "N", ARG_NEEDED, SECTION_WATCH, "none", "1",
	  "that many connections per target and probe", NULL,
	  .set = set_count, PLAN(connections), .min = 1, .max = 1000000 },
	{ '4', "--ipv4", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "IPv4 addresses alone", NULL,
	  .set = set_constant, PLAN(family), .min = AF_INET },
	{ '6', "--ipv6", NULL, ARG_NONE, SECTION_WATCH, NULL, NULL,
	  "IPv6 addresses alone", NULL,
	  .set = set_constant, PLAN(family), .min = AF_INET6 },
	{ 's', "--source", "ADDR", ARG_NEEDED, SECTION_WATCH, "none", NULL,
	  "connect from this address of this machine", NULL,
	  .set = set_text, PLAN(source) },
	{ 0, "--connect-timeout", "DUR", ARG_NEEDED, SECTION_WATCH, "none", "10s",
	  "how long to try each address of a name", NULL,
	  .set = set_duration, PLAN(connect_timeout), .min = NS_PER_MS, .max = 3600 * NS_PER_S },

	{ 0, "--fault", "FAULT", ARG_NEEDED, SECTION_FAULT, "fault", NULL,
	  "what happens to the peer: NAME[:KEY=VALUE]...; without --peer only drop",
	  "With --peer any fault that a process can do to itself; else drop, with which this side stops hearing "
	  "the peer, and which needs CAP_NET_ADMIN.",
	  .set = keep_one, REQUEST(fault) },
	{ 0, "--fault-exec", "CMD", ARG_NEEDED, SECTION_FAULT, "command", NULL,
	  "run CMD with sh as the fault: time counts from its start", NULL,
	  .set = set_text, PLAN(fault_exec) },
	{ 0, "--fault-at", "DUR", ARG_NEEDED, SECTION_FAULT, "none", "1s",
	  "when the fault strikes, from when every connection stands",
	  "Unless it is given the lab strikes at a random moment between 0.4 s and 0.9 s, so that no timer of a "
	  "probe is in step with the fault.",
	  .set = set_duration, PLAN(fault_at), .min = 0, .max = DURATION_MAX },
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
	  .set = set_word, PLAN(traffic), .words = traffic_words },
	{ 0, "--lab-net", "tun|loopback", ARG_NEEDED, SECTION_FAULT, "words:tun,loopback", "tun",
	  "in the lab: a network of its own, or what loopback can do where that is forbidden",
	  "On loopback the faults are those that a peer can do to itself, and nothing is counted on the wire.",
	  .set = set_word, PLAN(lab_net), .words = lab_net_words },
	{ 0, "--lab-sysctl", "NAME=VALUE", ARG_NEEDED, SECTION_FAULT, "none", NULL,
	  "in the lab: set a TCP sysctl in both hosts; repeatable",
	  "tcp_retries2=8 and net.ipv4.tcp_retries2=8 are the same. Only the lab's namespaces see it. With --predict and --advise it is assumed.",
	  .set = add_sysctl },
	{ 0, "--pcap", "DIR", ARG_NEEDED, SECTION_FAULT, "directory", NULL,
	  "in the lab: write each fault's packets to DIR/FAULT.pcap",
	  "tcpdump and Wireshark open them.",
	  .set = set_text, PLAN(pcap) },

	{ 0, "--predict", NULL, ARG_NONE, SECTION_AHEAD, NULL, NULL,
	  "without a network: when each probe would notice each fault at the latest",
	  "Computed from the parameters, this system's sysctls (or those of --lab-sysctl) and how TCP works. "
	  "What is assumed is said by --lab=FAULTS and --traffic, and -v tells the reasons.",
	  .set = note },
	{ 0, "--advise", "DUR", ARG_NEEDED, SECTION_AHEAD, "none", NULL,
	  "what to set so that every death is noticed within DUR with the least traffic",
	  "The composites for -p, and the same settings for C, Python, Go, nginx, PostgreSQL, Redis, HAProxy and OpenSSH.",
	  .set = set_duration, PLAN(advise), .min = 5 * NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--tolerate", "DUR", ARG_NEEDED, SECTION_AHEAD, "none", NULL,
	  "with --advise: how long a pause of the network must kill nothing (default a fifth of it)", NULL,
	  .set = set_duration, PLAN(tolerate), .min = NS_PER_MS, .max = 3600 * NS_PER_S },
	{ 0, "--verify", NULL, ARG_NONE, SECTION_AHEAD, NULL, NULL,
	  "with --advise: measure it in the lab, and fail if the advice does not hold", NULL,
	  .set = set_true, PLAN(verify) },

	{ 'w', "--within", "DUR", ARG_NEEDED, SECTION_JUDGE, "none", NULL,
	  "how long every probe has to notice, once the peer died (default: the longest worst case among them)", NULL,
	  .set = set_duration, PLAN(within), .min = NS_PER_MS, .max = DURATION_MAX },
	{ 't', "--timeout", "DUR", ARG_NEEDED, SECTION_JUDGE, "none", NULL,
	  "stop watching after this long (default never; the lab 15s)", NULL,
	  .set = set_duration, PLAN(timeout), .min = NS_PER_MS, .max = DURATION_MAX },
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
	  .set = set_word, PLAN(color), .words = color_words },
	{ 'q', "--quiet", NULL, ARG_NONE, SECTION_OUTPUT, NULL, NULL,
	  "the summary alone", NULL,
	  .set = set_constant, PLAN(verbosity), .min = -1 },
	{ 'v', "--verbose", NULL, ARG_NONE, SECTION_OUTPUT, NULL, NULL,
	  "more detail; repeatable", NULL,
	  .set = set_more, PLAN(verbosity) },

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
