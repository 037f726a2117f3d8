// SPDX-License-Identifier: MIT
/* The rows of the matrix: a composite has one of its own above those of its probes. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "probes/probe.h"

/* Among all probes: the name, else the parameters, else the composite too. */
static void name_probe(const struct report_context *c, struct results_row *r)
{
	const struct report_probe *p = r->probe;
	bool name_shared = false, spec_shared = false;
	char text[80];

	for (size_t i = 0; i < c->nprobes; i++) {
		const struct report_probe *q = &c->probes[i];

		if (q->target != p->target)
			continue;
		name_shared |= q != p && q->probe == p->probe;
		spec_shared |= q != p && !strcmp(q->spec, p->spec);
	}
	if (spec_shared && strcmp(p->spec, p->group) != 0)
		snprintf(text, sizeof(text), "%s in %s", p->spec, p->group);
	else
		snprintf(text, sizeof(text), "%s", name_shared ? p->spec : p->probe->name);
	if (p->target)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " at %s", p->target);
	utf8_visible(r->name, sizeof(r->name), text, c->utf8);
}

/* In the matrix: the name, or more where another one that is alone on its connection has it too. */
static const char *label_of(const struct report_context *c, const struct report_probe *p)
{
	for (size_t i = 0; i < c->nprobes; i++) {
		const struct report_probe *q = &c->probes[i];

		if (q != p && q->target == p->target && q->probe == p->probe && q->members == 1)
			return p->spec;
	}
	return p->probe->name;
}

static struct results_row *add_row(struct results *m, const struct report_probe *p, const char *label)
{
	struct results_row *r = &m->rows[m->nrows++];

	r->probe = p;
	utf8_visible(r->label, sizeof(r->label), label, m->c->utf8);
	memcpy(r->brief, r->label, sizeof(r->brief));
	utf8_shorten(r->brief, RESULTS_BRIEF);
	utf8_visible(r->spec, sizeof(r->spec), p->group, m->c->utf8);
	return r;
}

static void add_probe(struct results *m, const struct report_probe *p, const char *label)
{
	m->probes[p - m->c->probes] = m->nrows;
	name_probe(m->c, add_row(m, p, label));
}

static void add_member(struct results *m, const struct report_probe *p)
{
	char label[64];

	snprintf(label, sizeof(label), "+%s", p->probe->name);
	add_probe(m, p, label);
	m->rows[m->nrows - 1].member = true;
}

void rows_list(struct results *m)
{
	for (size_t i = 0; i < m->c->nprobes; i++) {
		const struct report_probe *p = &m->c->probes[i];

		if (!p->member)
			m->composites[m->ncomposites++] = m->nrows;
		if (p->members == 1) {
			add_probe(m, p, label_of(m->c, p));
			continue;
		}
		if (!p->member)
			add_row(m, p, p->group)->members = p->members;
		add_member(m, p);
	}
}
