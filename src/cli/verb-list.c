// SPDX-License-Identifier: MIT
/* list: the tables at a glance. */
#include "pages.h"
#include "request.h"
#include "verb.h"

static int list_run(const struct plan *p, struct error *e)
{
	(void)p;
	return page_status(page_list(e), e);
}

static const char *const calls[] = { "", NULL };

const struct verb verb_list = {
	.name = "list",
	.summary = "list the probes, the faults, the protocols and the reports",
	.calls = calls,
	.operands = "none",
	.fill = page_fill_alone,
	.run = list_run,
};
