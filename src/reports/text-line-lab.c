// SPDX-License-Identifier: MIT
/* A line of the lab's timeline, which has the name of the fault: a fault is over, what a program came to, a note. */
#include <stdio.h>
#include <string.h>

#include "program-phrases.h"
#include "text.h"
#include "base/duration.h"

/* When, and the words, on as many lines as they need. */
static void put_line(const struct text *t, struct out *o, nsec when, const char *words)
{
	size_t at = (size_t)t->decimals + 5;
	char text[DURATION_ROOM];

	text_style(o, DIM);
	text_cell(o, duration_seconds(text, when - t->c->start, t->decimals), at, true);
	text_style(o, PLAIN);
	text_spaces(o, 2);
	text_words(o, words, at + 2, at + 4);
}

void line_over(const struct text *t, struct out *o, nsec when, size_t fault)
{
	char words[256];

	lab_fault(words, sizeof(words), &t->results, fault);
	put_line(t, o, when, words);
}

/* "drop: keepalive reports dead, after 2.10s: ETIMEDOUT" */
void line_cell(const struct text *t, struct out *o, const struct event *e)
{
	const char *verb = e->kind == EVENT_SUSPECT ? " suspects" : e->kind == EVENT_DEAD ? " reports dead" : "";
	const char *what = e->kind == EVENT_NOTE ? e->note : e->verdict.how;
	char text[DURATION_ROOM], words[320];
	int used = snprintf(words, sizeof(words), "%s: %s%s", e->fault ? e->fault : "lab", results_name_of(&t->results, e), verb);

	if (e->after != TIME_NONE)
		used += snprintf(words + used, sizeof(words) - (size_t)used, ", after %s",
				 duration_brief(text, e->after));
	if (*what)
		snprintf(words + used, sizeof(words) - (size_t)used, "%s%s", *verb ? ": " : "", what);
	put_line(t, o, e->t, words);
}

/* "drop: client noticed after 3.01s: kernel ETIMEDOUT, closed 200us later"; of a step "drop: client connected 192.0.2.1:4711 to ..." */
void line_program(const struct text *t, struct out *o, const struct event *e)
{
	char line[PROGRAM_LINE], words[PROGRAM_LINE + 80], step[STEP_TEXT], time[DURATION_ROOM];

	if (e->kind == EVENT_RESULT) {
		program_line(line, e);
	} else {
		step_text(step, &e->step);
		snprintf(line, sizeof(line), "%s %s%s%s%s%s", e->program ? e->program : "program", program_step_name(e->step.step),
			 e->after != TIME_NONE ? " after " : "", e->after != TIME_NONE ? duration_brief(time, e->after) : "",
			 *step ? ": " : "", step);
	}
	snprintf(words, sizeof(words), "%.70s: %.*s", e->fault ? e->fault : "lab", PROGRAM_LINE, line);
	put_line(t, o, e->t, words);
}
