// SPDX-License-Identifier: MIT
/* help: the overview, or the page of a verb. */
#include "base/words.h"
#include "pages.h"
#include "request.h"
#include "verb.h"

static int help_fill(struct request *r, struct error *e)
{
	const char *word = r->operands.count ? r->operands.words[0] : NULL;

	if (r->operands.count > 1)
		return usage(e, "help: %s: one verb at a time", quote(r->operands.words[1]).text);
	if (word && !verb_find(word))
		return usage(e, "help: %s: unknown verb%s", quote(word).text,
			     hint(word, verb_word, NULL, "see tcpalive help").text);
	return page_fill(r, e);
}

static int help_run(const struct plan *p, struct error *e)
{
	return page_status(page_help(p->page.count ? verb_find(p->page.words[0]) : NULL, e), e);
}

static const char *const calls[] = { "[VERB]", NULL };

const struct verb verb_help = {
	.name = "help",
	.summary = "print this overview, or the options of a verb (also VERB --help)",
	.calls = calls,
	.operands = "verbs",
	.fill = help_fill,
	.run = help_run,
};
