// SPDX-License-Identifier: MIT
/* audit: what the connections of running processes would notice. */
#include <limits.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/watching.h"
#include "base/number.h"
#include "base/words.h"
#include "plan/defaults.h"
#include "plan/spec.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--probe", .help = "watch those very connections with probes that neither take, send nor set anything: all on each of them; "
				      "repeatable (default: show them, and end)" },
	{ .name = "--interval" },
	{ .name = "--timeout" },
	{ .name = "--within" },
	{ .name = "--intrusive" },
	{ .name = "--expect", .help = "when each connection must notice a fault that strikes now: FAULT<=DUR, as in drop<=60s or "
			      "reboot-late:for=3s<=10s; with --probe as for watch; repeatable" },
	{ .name = NULL },
};

static int pid_add(struct audit_plan *a, const char *word, struct error *e)
{
	struct why why;
	int64_t pid;
	pid_t *slot;

	if (count_parse(word, 1, INT_MAX, &pid, &why))
		return usage(e, "audit: %s: no PID: %s (give PIDs, or all)", quote(word).text, why.text);
	slot = list_add(&a->pids, &a->npids, sizeof(*slot), e);
	if (!slot)
		return -1;
	*slot = (pid_t)pid;
	return 0;
}

static int pids_fill(struct request *r, struct error *e)
{
	struct audit_plan *a = &r->plan->audit;

	if (!r->operands.count)
		return usage(e, "audit: no PID: give one, or all (tcpalive audit all)");
	for (size_t i = 0; i < r->operands.count; i++) {
		const char *word = r->operands.words[i];

		if (!strcmp(word, "all"))
			a->all = true;
		else if (pid_add(a, word, e))
			return -1;
	}
	if (a->all && a->npids)
		return usage(e, "audit: 'all' and a PID: one of the two");
	return 0;
}

/* What means nothing where nothing is watched. */
static int watching_check(const struct request *r, struct error *e)
{
	static const char *const watching[] = { "--interval", "--timeout", "--within" };

	for (size_t i = 0; i < sizeof(watching) / sizeof(*watching); i++)
		if (!r->plan->ngroups && request_given(r, watching[i]))
			return usage(e, "'%s': only with --probe", watching[i]);
	return 0;
}

static int audit_run(const struct plan *p, struct error *e)
{
	return p->ngroups ? run_audit_watch(p, e) : run_audit(p, e);
}

static int audit_fill(struct request *r, struct error *e)
{
	r->plan->mode = MODE_AUDIT;
	return pids_fill(r, e) || probes_fill(r, e) || watching_check(r, e) || lab_parse(r->plan, DEFAULT_AUDIT_FAULTS, e) ||
	       expects_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}

static const char *const calls[] = { "[OPTION]... PID...", "[OPTION]... all", NULL };

const struct verb verb_audit = {
	.name = "audit",
	.summary = "show the TCP connections of running processes, and what they would notice",
	.calls = calls,
	.text = "Takes a copy of each descriptor, reads its options and state, and closes it at once. Nothing is stopped, written or set.\n\n"
		"With -p it watches those of these very connections that are established, until they end. Probes that would take, send or set "
		"anything there are refused; with --intrusive they may set options.",
	.examples = "  tcpalive audit all\n"
		    "  tcpalive audit $(pidof redis-server)\n"
		    "  tcpalive audit 812 -p rdhup,tcp-info,peek,unacked\n"
		    "                                        watch the connections of that process\n",
	.operands = "pids",
	.options = options,
	.reports = true,
	.fill = audit_fill,
	.run = audit_run,
};
