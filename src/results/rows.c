// SPDX-License-Identifier: MIT
/* The rows of the matrix: a composite has one of its own above those of its probes. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static struct results_row *add_row(struct results *m, const struct report_probe *p, const char *label)
{
	struct results_row *r = &m->rows[m->nrows++];

	r->probe = p;
	snprintf(r->label, sizeof(r->label), "%s", label);
	utf8_visible(r->spec, sizeof(r->spec), p->group, m->c->utf8);
	return r;
}

static void add_probe(struct results *m, const struct report_probe *p, const char *label)
{
	struct results_row *r = add_row(m, p, label);
	char name[NAME_ROOM], text[2 * NAME_ROOM + 8];

	m->probes[p - m->c->probes] = m->nrows - 1;
	name_probe(name, m->c, p);
	snprintf(text, sizeof(text), "%s%s%s", name, p->target ? " at " : "",
		 p->target ? utf8_cut(p->target, UTF8_CUT).text : "");
	utf8_visible(r->name, sizeof(r->name), text, m->c->utf8);
}

static void add_member(struct results *m, const struct report_probe *p)
{
	char label[NAME_ROOM];

	name_member(label, m->c, p);
	add_probe(m, p, label);
	m->rows[m->nrows - 1].member = true;
}

static void add_composite(struct results *m, const struct report_probe *p)
{
	char label[NAME_ROOM];

	m->composites[m->ncomposites++] = m->nrows;
	name_composite(label, m->c, p);
	if (p->members == 1)
		add_probe(m, p, label);
	else
		add_row(m, p, label)->members = p->members;
}

static const char *name_at(const void *results, size_t i)
{
	const struct results *m = results;

	return m->rows[m->probes[i]].name;
}

static const char *label_at(const void *results, size_t row)
{
	return ((const struct results *)results)->rows[row].label;
}

void results_name_cut(char to[NAME_ROOM], const struct results *r, const struct results_row *row, size_t columns)
{
	name_apart(to, name_at, r, (size_t)(row->probe - r->c->probes), columns);
}

void results_label_cut(char to[NAME_ROOM], const struct results *r, size_t row, size_t columns)
{
	name_apart(to, label_at, r, row, columns);
}

/* From the last on, as each is compared with those before it. */
static void tell_apart(struct results *m)
{
	for (size_t i = m->c->nprobes; i-- > 0;) {
		struct results_row *r = &m->rows[m->probes[i]];

		results_name_cut(r->name, m, r, NAME_ROOM);
	}
	for (size_t i = m->nrows; i-- > 0;)
		results_label_cut(m->rows[i].label, m, i, NAME_ROOM);
	for (size_t i = 0; i < m->nrows; i++)
		results_label_cut(m->rows[i].brief, m, i, RESULTS_BRIEF);
}

void rows_list(struct results *m)
{
	for (size_t i = 0; i < m->c->nprobes; i++) {
		const struct report_probe *p = &m->c->probes[i];

		if (!p->member)
			add_composite(m, p);
		if (p->members > 1)
			add_member(m, p);
	}
	tell_apart(m);
}
