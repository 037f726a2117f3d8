// SPDX-License-Identifier: MIT
/* Parses -o FORMAT[=FILE]. */
#include <string.h>

#include "reports/report.h"
#include "request.h"
#include "base/words.h"

static int clash_check(const struct plan *p, const struct output *o, const char *word,
		       struct error *e)
{
	for (size_t i = 0; i < p->output.noutputs; i++) {
		const struct output *other = &p->output.outputs[i];

		if (other == o)
			continue;
		if (!other->path && !o->path)
			return usage(e,
				     "--output: %s: a second report on standard output "
				     "(give %s=FILE)",
				     quote(word).text, o->report->name);
		if (other->path && o->path && !strcmp(other->path, o->path))
			return usage(e, "--output: %s: a second report into this file",
				     quote(word).text);
	}
	return 0;
}

static int report_choose(struct output *o, const char *word, size_t len, struct error *e)
{
	for (size_t i = 0; i < reports_count; i++)
		if (strlen(reports[i]->name) == len && !memcmp(reports[i]->name, word, len))
			o->report = reports[i];
	if (o->report) {
		o->predicts = o->report->predicts;
		o->follows = o->report->follows;
		return 0;
	}
	return usage(e, "--output: %s: unknown report%s", quote_part(word, len).text,
		     hint(word, report_word, NULL, "see tcpalive list").text);
}

static bool only_computes(const struct plan *p)
{
	return p->mode == MODE_PREDICT || (p->mode == MODE_ADVISE && !p->advise.verify);
}

static bool has_metrics(const struct plan *p)
{
	return p->mode == MODE_CONNECT || p->mode == MODE_LISTEN || p->mode == MODE_AUDIT;
}

/* "json", "json=FILE", or "json=-" for standard output. */
static int output_add(struct plan *p, const char *word, struct error *e)
{
	struct output *o = list_add(&p->output.outputs, &p->output.noutputs, sizeof(*o), e);
	size_t len = strcspn(word, "=");
	const char *file = word[len] ? word + len + 1 : NULL;

	if (!o || report_choose(o, word, len, e))
		return -1;
	if (only_computes(p) && !o->predicts)
		return usage(e, "--output: %s: cannot report a prediction (give text, json or markdown)",
			     quote(word).text);
	if (o->follows && !has_metrics(p))
		return usage(e, "--output: %s: reports only what watch and audit find (give text or json)", quote(word).text);
	if (p->mode == MODE_IDLE_LIMIT && !o->predicts)
		return usage(e, "--output: %s: cannot report an idle limit (give text, json or markdown)", quote(word).text);
	if (p->mode == MODE_AUDIT && !p->ngroups && o->report->to_file)
		return usage(e, "--output: %s: a picture is of a watch (add --probe, or give text, json, tap, junit or markdown)",
			     quote(word).text);
	if (file && !*file)
		return usage(e, "--output: %s: empty file name", quote(word).text);
	if (file && strcmp(file, "-")) {
		o->path = copy_part(file, strlen(file), e);
		if (!o->path)
			return -1;
	} else if (!file && o->report->to_file) {
		return usage(e, "--output: %s: needs a file (give %s=FILE)", quote(word).text,
			     o->report->name);
	}
	return clash_check(p, o, word, e);
}

/* A report in a file leaves the text on standard output, as a file of curl's -D leaves the page. */
int outputs_fill(struct request *r, struct error *e)
{
	struct plan *p = r->plan;

	for (size_t i = 0; i < r->outputs.count; i++)
		if (output_add(p, r->outputs.words[i], e))
			return -1;
	for (size_t i = 0; i < p->output.noutputs; i++)
		if (!p->output.outputs[i].path)
			return 0;
	return output_add(p, "text", e);
}
