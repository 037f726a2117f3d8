// SPDX-License-Identifier: MIT
/* explain: the pages of probes, faults and protocols. */
#include "pages.h"
#include "request.h"
#include "verb.h"

static int explain_run(const struct plan *p, struct error *e)
{
	return page_status(page_explain(p->page.words, p->page.count, e), e);
}

static const char *const calls[] = { "[NAME[:KEY=VALUE]...]...", NULL };

const struct verb verb_explain = {
	.name = "explain",
	.summary = "print the page of a probe, a fault or a protocol, or without NAME the list of pages",
	.calls = calls,
	.text = "A NAME may have parameters, and a plus sign joins probes. What must be noticed, and when at "
		"the latest, is then computed for these and for this machine's sysctls. A probe's page "
		"names the programs that rely on it, and ends with C code.",
	.examples = "  tcpalive explain keepalive drop\n"
		    "  tcpalive explain keepalive:idle=10s+user-timeout\n",
	.operands = "explain",
	.fill = page_fill,
	.run = explain_run,
};
