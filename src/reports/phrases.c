// SPDX-License-Identifier: MIT
/* Phrases about results that several reports use: who was first, and what is predicted. */
#include "phrases.h"

#include <stdio.h>
#include <string.h>

#include "results/score.h"
#include "base/utf8.h"

#define FIRST_MOST 3  /* so many who noticed together are named */
#define TARGET_MOST 32 /* bytes of a target */
#define FAULTS_MOST 6 /* faults of one kind that a sentence names */

struct phrase_when phrase_when(const struct results *m, nsec after)
{
	char time[DURATION_ROOM];
	struct phrase_when w;

	if (after < 0)
		snprintf(w.text, sizeof(w.text), "%s before the %s", duration_brief(time, -after),
			 m->fault != TIME_NONE ? "fault" : "kernel event");
	else if (m->fault == TIME_NONE)
		snprintf(w.text, sizeof(w.text), "%s after the kernel event", duration_brief(time, after));
	else
		snprintf(w.text, sizeof(w.text), "after %s", duration_brief(time, after));
	return w;
}

struct phrase_seen phrase_seen(const struct event_verdict *v)
{
	struct phrase_seen s;

	snprintf(s.text, sizeof(s.text), "%s%s%s", v->call ? v->call : "",
		 v->call && *v->how ? ": " : "", v->how);
	return s;
}

/* "; missed at a:1, b:2 and 3 more" */
static size_t list_targets(char *to, size_t room, const struct result_cell *c, enum result result)
{
	unsigned n = c->targets[result].count, named = n < CELL_TARGETS ? n : CELL_TARGETS;
	size_t used = (size_t)snprintf(to, room, "; %s at ", result_name(result));

	for (unsigned i = 0; i < named; i++)
		used += (size_t)snprintf(to + used, room - used, "%s%s", i ? ", " : "",
					 utf8_cut(c->targets[result].name[i], TARGET_MOST).text);
	if (n > named)
		used += (size_t)snprintf(to + used, room - used, " and %u more", n - named);
	return used;
}

void phrase_targets(char to[PHRASE_TARGETS], const struct results *m, const struct result_cell *c)
{
	enum result best = cell_result(c);
	size_t used;

	*to = '\0';
	if (m->c->targets < 2 || m->c->sets > 1 || c->count[best] == c->total)
		return;
	used = (size_t)snprintf(to, PHRASE_TARGETS, "%u of %zu %s: %s", c->targets[best].count, m->c->targets,
				m->c->unasked ? "connections" : "targets", result_name(best));
	for (enum result k = NOTICED; k < RESULTS; k++)
		if (k != best && c->targets[k].count)
			used += list_targets(to + used, PHRASE_TARGETS - used, c, k);
}

void phrase_unconnected(char to[PHRASE_UNCONNECTED], const struct results *m)
{
	unsigned n = m->unconnected.count, named = n < CELL_TARGETS ? n : CELL_TARGETS;
	size_t used;

	*to = '\0';
	if (!n)
		return;
	used = (size_t)snprintf(to, PHRASE_UNCONNECTED, "%u of %zu targets not connected: ", n, m->c->targets);
	for (unsigned i = 0; i < named; i++)
		used += (size_t)snprintf(to + used, PHRASE_UNCONNECTED - used, "%s%s (%s)", i ? ", " : "",
					 utf8_cut(m->unconnected.first[i].target, TARGET_MOST).text, m->unconnected.first[i].why);
	if (n > named)
		used += (size_t)snprintf(to + used, PHRASE_UNCONNECTED - used, " and %u more", n - named);
	snprintf(to + used, PHRASE_UNCONNECTED - used, ".");
}

void phrase_broken(char to[PHRASE_BROKEN], const struct event_expect *x)
{
	char text[4 * PHRASE_BROKEN];

	snprintf(text, sizeof(text), "expected %s; seen: %s", x->text, x->why);
	utf8_visible(to, PHRASE_BROKEN, text, true);
}

void phrase_first(const struct results *m, char *to, size_t room)
{
	struct result_cell **first = m->order + m->leading;
	size_t n = results_together(m);
	char who[FIRST_MOST * sizeof(m->rows->name) + 16] = "";
	struct phrase_when when;
	int used = 0;

	*to = '\0';
	if (!n)
		return;
	when = phrase_when(m, sample_median(&first[0]->after));
	if (n > FIRST_MOST) {
		snprintf(to, room, "the first %zu together %s", n, when.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		used += snprintf(who + used, sizeof(who) - (size_t)used, "%s%s",
				 !i ? "" : i + 1 < n ? ", " : " and ", first[i]->row->name);
	snprintf(to, room, "%s first %s", who, when.text);
}

void phrase_late(char to[PHRASE_LATE], const struct results *m)
{
	char time[DURATION_ROOM];

	*to = '\0';
	if (m->late)
		snprintf(to, PHRASE_LATE, "tcpalive itself was up to %s late: it was stopped or starved.",
			 duration_brief(time, m->late));
}

void phrase_answers(char to[PHRASE_ANSWERS], const struct result_cell *c)
{
	const struct answers *a = &c->answers;

	*to = '\0';
	if (a->of)
		snprintf(to, PHRASE_ANSWERS, "%s, %u of %u answered%s%s", result_name(cell_result(c)), a->n, a->of,
			 a->timed ? ", " : "", a->timed ? duration_range(a->least, a->most).text : "");
}

void predicted_text(char to[PREDICTED_TEXT], const struct result_cell *c)
{
	static const char *const words[] = {
		[MISSED] = "never", [FALSE_ALARM] = "false alarm", [STAYED_ALIVE] = ".",
		[INCONCLUSIVE] = "~", [UNSUPPORTED] = "?",
	};

	if (!c->predicted.known)
		*to = '\0';
	else if (c->predicted.result == NOTICED)
		duration_brief(to, c->predicted.by);
	else if (c->predicted.perhaps)
		snprintf(to, PREDICTED_TEXT, "maybe");
	else
		snprintf(to, PREDICTED_TEXT, "%s", words[c->predicted.result]);
}

/* Those cells of a composite that come out so. */
struct kind {
	enum result result;
	bool perhaps;
	const char *title;
};

static bool is_kind(const struct result_cell *c, const struct kind *k)
{
	return c->predicted.known && c->predicted.result == k->result && c->predicted.perhaps == k->perhaps;
}

static unsigned count_kind(const struct results *m, size_t row, const struct kind *k)
{
	unsigned n = 0;

	for (size_t f = 0; f < m->c->nfaults; f++)
		n += is_kind(results_cell(m, row, f), k);
	return n;
}

/* "; never a, b", or "; never 13 of the faults" where those are too many to name */
static size_t list_kind(char *to, size_t room, const struct results *m, size_t row, const struct kind *k)
{
	unsigned n = count_kind(m, row, k);
	size_t used = 0;

	if (n > FAULTS_MOST)
		return (size_t)snprintf(to, room, "; %s %u of the faults", k->title, n);
	for (size_t f = 0; f < m->c->nfaults && used < room; f++)
		if (is_kind(results_cell(m, row, f), k))
			used += (size_t)snprintf(to + used, room - used, "%s%s%s%s", used ? "" : "; ",
						 used ? "" : k->title, used ? ", " : " ",
						 m->c->faults[f].name);
	return used;
}

void predicted_sum(char *to, size_t room, const struct results *m, size_t row)
{
	static const struct kind kinds[] = {
		{ MISSED, false, "never" }, { MISSED, true, "perhaps never" },
		{ FALSE_ALARM, false, "false alarm at" },
		{ STAYED_ALIVE, true, "perhaps a false alarm at" },
	};
	struct results_score s;
	char time[DURATION_ROOM];
	size_t used;

	results_score(m, row, &s);
	if (!s.deaths)
		used = (size_t)snprintf(to, room, "nobody dies");
	else if (!s.noticed)
		used = (size_t)snprintf(to, room, "none of %u deaths", s.deaths);
	else
		used = (size_t)snprintf(to, room, "%u of %u deaths, the slowest within %s", s.noticed,
					s.deaths, duration_brief(time, s.slowest));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && used < room; i++)
		used += list_kind(to + used, room - used, m, row, &kinds[i]);
}

void predicted_title(char *to, size_t room, const struct results *m)
{
	static const char *const what[][2] = {
		{ "idle", "idle connections" }, { "request", "connections with requests" },
		{ "stream", "connections with a stream" },
	};
	const char *traffic = m->c->traffic ? m->c->traffic : "idle", *phrase = traffic;

	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++)
		if (!strcmp(what[i][0], traffic))
			phrase = what[i][1];
	snprintf(to, room, "Noticed after this time at the latest; %zu fault%s, %s%s%s", m->c->nfaults,
		 m->c->nfaults == 1 ? "" : "s", phrase, m->c->rtt ? ", round trip " : "",
		 m->c->rtt ? duration_text(m->c->rtt).text : "");
}

bool predicted_times(const struct results *m)
{
	for (size_t i = 0; i < results_count(m); i++) {
		const struct predicted *p = &results_nth(m, i)->predicted;

		if (p->known && p->result == NOTICED && p->by > 0)
			return true;
	}
	return false;
}

void phrase_stands_for(char to[PHRASE_STANDS_FOR], const struct report_context *c, size_t i)
{
	const struct report_probe *p = &c->probes[i];
	const bool again = c->sets > 1 && i >= c->nprobes / c->sets;

	*to = '\0';
	if (p->stands_for && !p->member && !again)
		snprintf(to, PHRASE_STANDS_FOR, "%s is %s", p->group, p->stands_for);
}
