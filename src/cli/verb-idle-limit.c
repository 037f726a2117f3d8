// SPDX-License-Identifier: MIT
/* idle-limit: for how long does the path remember a connection on which nothing is sent? */
#include "base/words.h"
#include "idle/run.h"
#include "plan/protocol.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--up-to" },
	{ .name = "--precision" },
	{ .name = "--ask" },
	{ .name = "--ipv4" },
	{ .name = "--ipv6" },
	{ .name = "--source" },
	{ .name = "--connect-timeout" },
	{ .name = NULL },
};

/* A path is one target's. */
static int check_target(const struct plan *p, struct error *e)
{
	if (p->connect.ntargets == 1)
		return 0;
	return usage(e, "%s: a second target (one path at a time)", quote(p->connect.targets[1].text).text);
}

/* A URL whose protocol takes questions has one. */
static void ask_fill(struct request *r)
{
	const struct protocol *protocol = r->plan->connect.targets->protocol;

	if (!request_given(r, "--ask") && protocol && protocol->asks)
		r->plan->idle.ask = ASK_PROTOCOL;
}

static int idle_limit_fill(struct request *r, struct error *e)
{
	r->plan->mode = MODE_IDLE_LIMIT;
	if (!r->operands.count)
		return usage(e, "idle-limit: no HOST:PORT (tcpalive idle-limit db:5432)");
	if (targets_fill(r, e) || check_target(r->plan, e))
		return -1;
	ask_fill(r);
	return outputs_fill(r, e);
}

static const char *const calls[] = { "[OPTION]... HOST:PORT", NULL };

const struct verb verb_idle_limit = {
	.name = "idle-limit",
	.summary = "measure for how long the path remembers an idle connection",
	.calls = calls,
	.text = "Opens up to 65 connections at once, leaves each idle for a time of its own, and then asks whether it is still known. "
		"Says how it was forgotten (silently, by RST, by FIN, or by the peer's own timeout), whose limit that is known to be, and which "
		"keepalive to set. It takes little longer than the limit, or than --up-to where there is none.",
	.examples = "  tcpalive idle-limit db:5432           through what is in between\n"
		    "  tcpalive idle-limit --up-to 10m redis://cache\n"
		    "                                        asked with PING, for 10 minutes\n",
	.operands = "targets",
	.options = options,
	.reports = true,
	.fill = idle_limit_fill,
	.run = run_idle_limit,
};
