// SPDX-License-Identifier: MIT
/* version: which tcpalive this is. */
#include "pages.h"
#include "request.h"
#include "verb.h"

static int version_run(const struct plan *p, struct error *e)
{
	(void)p;
	return page_status(page_version(e), e);
}

static const char *const calls[] = { "", NULL };

const struct verb verb_version = {
	.name = "version",
	.summary = "print the version",
	.calls = calls,
	.operands = "none",
	.fill = page_fill_alone,
	.run = version_run,
};
