/* SPDX-License-Identifier: MIT */
/* The limit of idle connections, as sentences for text and Markdown, and in one line that changes in place. */
#ifndef REPORTS_IDLE_H
#define REPORTS_IDLE_H

#include "report.h"

/* Is this a run that looks for one? */
bool idle_wanted(const struct report_context *c);

/* "idle for 11.7s: alive; for 12.2s: forgotten; 19 asked, 16 waiting; at most 47s left" */
#define IDLE_TEXT 256
void idle_line(char to[IDLE_TEXT], const struct event *e, nsec now);

/* The sentences at the end, one after the other: false after the last. */
#define IDLE_SENTENCE 640
bool idle_sentence(char to[IDLE_SENTENCE], const struct event *e, size_t which);

/* For the text report, as they come; the live line is the screen's. */
struct idle_view;
struct idle_view *idle_open(struct out *o, const struct report_context *c); /* NULL without memory */
void idle_close(struct idle_view *v);
void idle_event(struct idle_view *v, struct out *o, const struct event *e);
void idle_redraw(struct idle_view *v, struct out *o, nsec now);
void idle_leave(struct idle_view *v, struct out *o, bool lost);

void markdown_idle(struct out *o, const struct event *e);

#endif
