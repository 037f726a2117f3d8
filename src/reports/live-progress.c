// SPDX-License-Identifier: MIT
/* How far the lab is, in two lines above its matrix. */
#include "live-progress.h"

#include <stdio.h>

#include "results/programs.h"

#define PROGRESS 512

bool progress_is_over(const struct results *m, size_t fault)
{
	return m->columns[fault].results >= m->columns[fault].expected;
}

bool progress_is_running(const struct results *m, size_t fault)
{
	return m->columns[fault].at != TIME_NONE && !progress_is_over(m, fault);
}

bool progress_is_waiting(const struct results *m, size_t fault)
{
	return results_have_program(m) && results_stage(m, fault)->began == TIME_NONE && !progress_is_over(m, fault);
}

static size_t count_waiting(const struct results *m)
{
	size_t n = 0;

	for (size_t f = 0; f < m->c->nfaults; f++)
		n += progress_is_waiting(m, f);
	return n;
}

size_t progress_count_over(const struct results *m)
{
	size_t n = 0;

	for (size_t f = 0; f < m->c->nfaults; f++)
		n += progress_is_over(m, f);
	return n;
}

/* How long the last of them may take; TIME_NONE where one has not struck yet, or none is left. */
static nsec time_left(const struct results *m, nsec now)
{
	nsec left = TIME_NONE;

	for (size_t f = 0; f < m->c->nfaults; f++) {
		if (progress_is_over(m, f))
			continue;
		if (!progress_is_running(m, f) || m->c->timeout == NS_NEVER)
			return TIME_NONE;
		if (left == TIME_NONE || m->columns[f].at + m->c->timeout - now > left)
			left = m->columns[f].at + m->c->timeout - now;
	}
	return left;
}

void progress_title(struct out *o, const struct text *t, nsec now)
{
	const struct results *m = &t->results;
	size_t over = 0, dead = 0, all = results_count(m);
	char title[128];

	for (size_t i = 0; i < all; i++) {
		over += results_nth(m, i)->total > 0;
		dead += results_nth(m, i)->dead_after != TIME_NONE;
	}
	lab_title(title, sizeof(title), m);
	text_style(o, BOLD);
	out_printf(o, "%5llds  %s", (long long)((now - m->c->start) / NS_PER_S), title);
	text_style(o, PLAIN);
	if (over)
		out_printf(o, "; %zu of %zu cells judged\n", over, all);
	else if (results_shared(m))
		out_printf(o, "; %zu of %zu cells report dead\n", dead, all);
	else
		out_text(o, "\n");
}

void progress_line(struct out *o, const struct results *m, nsec now)
{
	nsec left = time_left(m, now);
	const char *before = "; under way: ";
	char text[PROGRESS];
	size_t used = (size_t)snprintf(text, sizeof(text), "%8s%zu of %zu faults over", "", progress_count_over(m), m->c->nfaults);

	if (count_waiting(m))
		used += (size_t)snprintf(text + used, sizeof(text) - used, ", %zu waiting", count_waiting(m));
	if (left != TIME_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ", at most %llds left",
					 left > 0 ? (long long)((left + NS_PER_S - 1) / NS_PER_S) : 0);
	for (size_t f = 0; f < m->c->nfaults && used < sizeof(text) - 1; f++) {
		if (!progress_is_running(m, f))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", before, m->c->faults[f].name);
		before = ", ";
	}
	out_visible(o, text); /* what is too long the screen cuts */
	out_text(o, "\n");
}
