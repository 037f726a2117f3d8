// SPDX-License-Identifier: MIT
/* advise: what to set for every death to be noticed in time. */
#include "advise/run.h"
#include "base/number.h"
#include "base/words.h"
#include "request.h"
#include "verb.h"

#define LEAST (5 * NS_PER_MS)
#define MOST (3600 * NS_PER_S)

static const struct verb_option options[] = {
	{ .name = "--tolerate" },
	{ .name = "--path-limit" },
	{ .name = "--verify" },
	{ .name = "--interval" },
	{ .name = "--rtt" },
	{ .name = "--sysctl", .help = "assume this value of a TCP sysctl instead of the system's; repeatable" },
	{ .name = "--pcap", .help = "with --verify: write each fault's packets to DIR/FAULT.pcap" },
	{ .name = "--ipv4", .help = "for connections over IPv4" },
	{ .name = "--ipv6", .help = "for connections over IPv6" },
	{ .name = NULL },
};

static int goal_fill(struct request *r, struct error *e)
{
	const char *goal = r->operands.count ? r->operands.words[0] : NULL;
	struct why why;

	if (!goal)
		return usage(e, "advise: no DUR: give one (tcpalive advise 10s)");
	if (r->operands.count > 1)
		return usage(e, "advise: %s: a second operand (it takes one DUR, and uses no network)",
			     quote(r->operands.words[1]).text);
	if (duration_parse(goal, LEAST, MOST, &r->plan->advise.within, &why))
		return usage(e, "advise: %s: %s", quote(goal).text, why.text);
	return 0;
}

static int advise_fill(struct request *r, struct error *e)
{
	r->plan->mode = MODE_ADVISE;
	if (!request_given(r, "--path-limit"))
		r->plan->advise.path_limit = NS_NEVER;
	return goal_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}

static const char *const calls[] = { "[OPTION]... DUR", NULL };

const struct verb verb_advise = {
	.name = "advise",
	.summary = "find settings that notice every death within DUR, with the least traffic",
	.calls = calls,
	.text = "Prints the probes for -p, and the same settings for C, Python, Go, nginx, PostgreSQL, "
		"Redis, HAProxy and OpenSSH.",
	.examples = "  tcpalive advise 10s\n"
		    "  tcpalive advise 2s --tolerate 500ms --verify\n"
		    "  tcpalive advise 10m --path-limit 350s\n",
	.operands = "none",
	.options = options,
	.reports = true,
	.fill = advise_fill,
	.run = run_advise,
};
