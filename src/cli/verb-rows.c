// SPDX-License-Identifier: MIT
/* rows: the lists for the completions, the manual and the tests; hidden, since nobody else asks. */
#include "base/words.h"
#include "pages.h"
#include "request.h"
#include "verb.h"

static int rows_fill(struct request *r, struct error *e)
{
	if (r->operands.count != 1)
		return usage(e, "rows: give one KIND");
	return page_fill(r, e);
}

static int rows_run(const struct plan *p, struct error *e)
{
	return page_status(page_rows(p->page.words[0], e), e);
}

static const char *const calls[] = { "KIND", NULL };

const struct verb verb_rows = {
	.name = "rows",
	.summary = "print the lists of the manual and of the completions",
	.calls = calls,
	.operands = "none",
	.hidden = true,
	.fill = rows_fill,
	.run = rows_run,
};
