// SPDX-License-Identifier: MIT
/* What is foretold, gathered. Its oddity: that a peer is dead is known by what is said of its cells. */
#include "foretold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/utf8.h"

#define NAMED 6 /* faults of one kind that a sentence names */

bool foretold_wanted(const struct report_context *c)
{
	return !strcmp(c->mode, "predict");
}

int foretold_open(struct foretold *f, const struct report_context *c)
{
	*f = (struct foretold){ .c = c };
	f->groups = calloc(c->nprobes + 1, sizeof(*f->groups));
	f->cells = calloc((c->nprobes + 1) * (c->nfaults + 1), sizeof(*f->cells));
	f->labels = calloc(c->nprobes + 1, sizeof(*f->labels));
	if (!f->groups || !f->cells || !f->labels)
		return -1;
	for (size_t i = 0; i < c->nprobes; i++) {
		if (i && !strcmp(c->probes[i].group, c->probes[i - 1].group))
			continue;
		utf8_visible(f->labels[f->ngroups], FORETOLD_LABEL, c->probes[i].group, c->utf8);
		f->groups[f->ngroups++] = c->probes[i].group;
	}
	return 0;
}

void foretold_close(struct foretold *f)
{
	free(f->groups);
	free(f->labels);
	free(f->cells);
	*f = (struct foretold){ .c = NULL };
}

const struct foretold_cell *foretold_cell(const struct foretold *f, size_t group, size_t fault)
{
	return &f->cells[group * f->c->nfaults + fault];
}

void foretold_event(struct foretold *f, const struct event *e)
{
	size_t group = 0, fault = 0;

	if (e->kind != EVENT_FORECAST)
		return;
	while (group < f->ngroups && strcmp(f->groups[group], e->group) != 0)
		group++;
	while (fault < f->c->nfaults && strcmp(f->c->faults[fault], e->fault) != 0)
		fault++;
	if (group < f->ngroups && fault < f->c->nfaults)
		f->cells[group * f->c->nfaults + fault] = (struct foretold_cell){
			.told = true, .perhaps = e->perhaps, .result = e->predicted_result, .by = e->predicted_by,
			.probe = e->probe, .why = e->why,
		};
}

static bool is_death(const struct foretold *f, size_t fault)
{
	for (size_t g = 0; g < f->ngroups; g++) {
		const struct foretold_cell *c = foretold_cell(f, g, fault);

		if (c->told && (c->result == NOTICED || c->result == MISSED))
			return true;
	}
	return false;
}

struct foretold_score foretold_score(const struct foretold *f, size_t group)
{
	struct foretold_score s = { .slowest = TIME_NONE };

	for (size_t i = 0; i < f->c->nfaults; i++) {
		const struct foretold_cell *c = foretold_cell(f, group, i);

		s.deaths += is_death(f, i);
		if (c->result != NOTICED)
			continue;
		s.noticed++;
		if (c->by > s.slowest)
			s.slowest = c->by;
	}
	return s;
}

void foretold_text(char to[FORETOLD_TEXT], const struct foretold_cell *c)
{
	static const char *const words[] = {
		[MISSED] = "never", [FALSE_ALARM] = "false alarm", [STAYED_ALIVE] = ".",
		[UNSUPPORTED] = "?",
	};

	if (!c->told)
		*to = '\0';
	else if (c->result == NOTICED)
		units_time(to, c->by);
	else if (c->perhaps)
		snprintf(to, FORETOLD_TEXT, "maybe");
	else
		snprintf(to, FORETOLD_TEXT, "%s", words[c->result]);
}

/* Those cells of a composite that come out so. */
struct kind {
	enum result result;
	bool perhaps;
	const char *title;
};

static bool is_kind(const struct foretold_cell *c, const struct kind *k)
{
	return c->told && c->result == k->result && c->perhaps == k->perhaps;
}

static unsigned count(const struct foretold *f, size_t group, const struct kind *k)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->c->nfaults; i++)
		n += is_kind(foretold_cell(f, group, i), k);
	return n;
}

/* "; never a, b", or "; never 13 of them" where those are too many to name */
static size_t list(char *to, size_t room, const struct foretold *f, size_t group, const struct kind *k)
{
	unsigned n = count(f, group, k);
	size_t used = 0;

	if (n > NAMED)
		return (size_t)snprintf(to, room, "; %s %u of the faults", k->title, n);
	for (size_t i = 0; i < f->c->nfaults && used < room; i++)
		if (is_kind(foretold_cell(f, group, i), k))
			used += (size_t)snprintf(to + used, room - used, "%s%s%s%s", used ? "" : "; ",
						 used ? "" : k->title, used ? ", " : " ",
						 f->c->faults[i]);
	return used;
}

void foretold_sum(char *to, size_t room, const struct foretold *f, size_t group)
{
	static const struct kind kinds[] = {
		{ MISSED, false, "never" }, { MISSED, true, "perhaps never" },
		{ FALSE_ALARM, false, "false alarm at" },
		{ STAYED_ALIVE, true, "perhaps a false alarm at" },
	};
	struct foretold_score s = foretold_score(f, group);
	char time[UNITS_TEXT];
	size_t used;

	if (!s.deaths)
		used = (size_t)snprintf(to, room, "nobody dies");
	else if (!s.noticed)
		used = (size_t)snprintf(to, room, "none of %u deaths", s.deaths);
	else
		used = (size_t)snprintf(to, room, "%u of %u deaths, the slowest within %s", s.noticed,
					s.deaths, units_time(time, s.slowest));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && used < room; i++)
		used += list(to + used, room - used, f, group, &kinds[i]);
}

void foretold_title(char *to, size_t room, const struct foretold *f)
{
	static const char *const what[][2] = {
		{ "idle", "idle connections" }, { "request", "connections with requests" },
		{ "stream", "connections with a stream" },
	};
	const char *traffic = f->c->traffic ? f->c->traffic : "idle", *phrase = traffic;

	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++)
		if (!strcmp(what[i][0], traffic))
			phrase = what[i][1];
	snprintf(to, room, "Noticed after that long, at the latest; %zu fault%s, %s", f->c->nfaults,
		 f->c->nfaults == 1 ? "" : "s", phrase);
}
