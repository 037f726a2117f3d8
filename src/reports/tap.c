// SPDX-License-Identifier: MIT
/*
 * TAP version 13 (testanything.org): what prove reads. The plan comes last, as
 * nobody knows before how many clients will come; a run that was cut short bails out.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "base/wall.h"

struct tap {
	struct report_context c; /* as given, but TAP is always UTF-8 */
	struct results results;
	unsigned tests;
	bool bailed;
};

static int tap_begin(void *state, struct out *o, const struct report_context *c)
{
	struct tap *t = state;
	char wall[WALL_ROOM];

	t->c = *c;
	t->c.utf8 = o->utf8 = true;
	out_printf(o, "TAP version 13\n# started %s\n", wall_text(wall, c->wall, 0));
	return results_open(&t->results, &t->c);
}

/* In a description # begins a directive. */
static void put_words(struct out *o, const char *s)
{
	out_escaped(o, s, "#\\");
}

static void put_string(struct out *o, const char *s)
{
	out_text(o, "\"");
	out_escaped(o, s, "\"\\");
	out_text(o, "\"\n");
}

static void put_line(void *to, const char *text)
{
	out_text(to, "    ");
	out_visible(to, text);
	out_text(to, "\n");
}

/* As much of YAML as TAP::Parser takes: it takes no quoted text with a colon in a list. */
static void put_diagnostic(struct tap *t, struct out *o, const struct check *k, const struct event *e)
{
	out_text(o, "  ---\n");
	if (k->state == CHECK_FAILED) {
		out_text(o, "  message: ");
		put_string(o, k->why);
		out_text(o, "  severity: fail\n");
	}
	if (k->time != TIME_NONE)
		out_printf(o, "  duration_ms: %.3f\n", ns_seconds(k->time) * 1e3);
	if (e->kind != EVENT_END) {
		out_text(o, "  seen: |\n");
		check_explain(&t->results, e, put_line, o);
	}
	out_text(o, "  ...\n");
}

static void put_test(struct tap *t, struct out *o, const struct check *k, const struct event *e)
{
	out_printf(o, "%sok %u - ", k->state == CHECK_FAILED ? "not " : "", ++t->tests);
	if (t->c.nfaults && e->kind == EVENT_RESULT) {
		put_words(o, k->suite);
		out_text(o, " / ");
	}
	put_words(o, k->name);
	if (k->state == CHECK_SKIPPED) {
		out_text(o, " # SKIP ");
		put_words(o, k->why);
	}
	out_text(o, "\n");
	if (k->state != CHECK_SKIPPED)
		put_diagnostic(t, o, k, e);
}

static void tap_event(void *state, struct out *o, const struct event *e)
{
	struct tap *t = state;
	struct check k;

	results_event(&t->results, e);
	if (check_event(&k, &t->results, e))
		put_test(t, o, &k, e);
	if (e->kind != EVENT_END || !e->end.why)
		return;
	out_text(o, "Bail out! ");
	put_words(o, e->end.why);
	out_text(o, "\n");
	t->bailed = true;
}

static void tap_end(void *state, struct out *o)
{
	struct tap *t = state;

	if (!t->bailed)
		out_printf(o, "1..%u\n", t->tests);
	results_close(&t->results);
}

const struct report report_tap = {
	.name = "tap",
	.summary = "TAP for prove: a test for each expectation, in the lab for each cell",
	.state_size = sizeof(struct tap),
	.begin = tap_begin,
	.event = tap_event,
	.end = tap_end,
};
