// SPDX-License-Identifier: MIT
/* Programs under test as tests. All times are exact, since the fault. */
#include "check-program.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/utf8.h"
#include "check-text.h"
#include "events/reaction.h"
#include "program-phrases.h"
#include "plan/expects.h"
#include "results/programs.h"

#define RECONNECTED "reconnected"

static void set_why(struct check *k, const char *before, const char *expected, const struct event *e)
{
	char text[REACTION_TEXT], all[2 * REACTION_TEXT];

	snprintf(all, sizeof(all), "%s%s; seen: %s", before, expected, reaction_text(text, e));
	utf8_visible(k->why, sizeof(k->why), all, true);
}

void check_program(struct check *k, const struct event *e)
{
	const struct expected *x = &e->result.expected;

	k->time = e->after == TIME_NONE || e->after > 0 ? e->after : 0; /* an alarm before the fault took no time */
	if (e->result.result == UNSUPPORTED) {
		k->state = CHECK_SKIPPED;
		snprintf(k->why, sizeof(k->why), "unsupported: %s", e->verdict.how);
	} else if (e->result.result == INCONCLUSIVE && !x->count) {
		k->state = CHECK_FAILED;
		snprintf(k->why, sizeof(k->why), "inconclusive: %s", e->note);
	} else if (!x->count) {
		k->state = CHECK_SKIPPED;
		set_why(k, "nothing was expected", "", e);
	} else if (x->broken) {
		k->state = CHECK_FAILED;
		set_why(k, "expected ", x->broken, e);
	}
}

/* Of the fault in that column, or of the run without faults as columns. */
static bool is_of(const struct results *m, const char *fault, size_t column)
{
	const struct expect x = { .fault = fault };

	return !m->c->nfaults || expect_is_of(&x, m->c->faults[column].name);
}

nsec check_program_time(const struct results *m, const struct event *e)
{
	const char *what = strrchr(e->expect.text, ':');
	nsec time = TIME_NONE;

	what = what ? what + 1 : e->expect.text;
	for (size_t f = 0; f < (m->c->nfaults ? m->c->nfaults : 1); f++) {
		const struct event *r = is_of(m, e->fault, f) ? results_program(m, f) : NULL;
		nsec own;

		if (!r || r->result.result == UNSUPPORTED || r->result.result == STAYED_ALIVE)
			continue;
		own = strncmp(what, RECONNECTED, strlen(RECONNECTED)) ? r->after : r->result.reaction.reconnected;
		if (own == TIME_NONE && !e->expect.held)
			return TIME_NONE;
		if (own != TIME_NONE && own > time)
			time = own > 0 ? own : 0;
	}
	return time;
}

static void put_text(const char *text, check_line put, void *to)
{
	if (*text)
		put(to, text);
}

static void put_time(const char *what, nsec after, check_line put, void *to)
{
	char line[CHECK_LINE];

	if (after == TIME_NONE)
		return;
	snprintf(line, sizeof(line), "%s", what);
	check_add_after(line, sizeof(line), after);
	put(to, line);
}

void check_explain_program(const struct event *e, check_line put, void *to)
{
	const struct reaction *r = &e->result.reaction;
	char line[CHECK_LINE];

	snprintf(line, sizeof(line), "%s", result_name(e->result.result));
	check_add_after(line, sizeof(line), e->after);
	put(to, line);
	put_text(e->verdict.how, put, to);
	put_time("the kernel knew", r->kernel, put, to);
	put_time("tried to reconnect", r->connecting, put, to);
	put_time(RECONNECTED, r->reconnected, put, to);
	if (r->exited != TIME_NONE)
		put_time(reaction_exit(line, sizeof(line), r->status), r->exited, put, to);
	put_text(r->promise, put, to);
	put_text(e->note, put, to);
}

void check_explain_programs(const struct results *m, const char *fault, check_line put, void *to)
{
	char line[CHECK_LINE + PROGRAM_LINE], text[PROGRAM_LINE];
	bool any = false;

	for (size_t f = 0; f < m->c->nfaults; f++) {
		const struct event *r = is_of(m, fault, f) ? results_program(m, f) : NULL;

		if (!r)
			continue;
		program_line(text, r);
		snprintf(line, sizeof(line), "%s: %s", utf8_cut(m->c->faults[f].name, 80).text, text);
		put(to, line);
		any = true;
	}
	program_single(line, m);
	if (!m->c->nfaults && *line)
		put(to, line);
	else if (!any && m->c->programs)
		put(to, "nothing was measured");
}
