/* SPDX-License-Identifier: MIT */
/*
 * Computed advice, as text and as Markdown: each event as it comes, since nothing of
 * it hangs on a later one.
 */
#ifndef REPORTS_ADVISED_H
#define REPORTS_ADVISED_H

#include "report.h"
#include "results/results.h"

/* Is this a run that only gives advice? */
bool advised_wanted(const struct report_context *c);

/* Of EVENT_VERIFIED: "19 of 19 deaths, the slowest (drop) after 8.9s of the 9.97s that were promised; no false alarm;
 * 20 packets a minute, as promised"; with what broke it before that. */
#define ADVISED_TEXT 640
void verified_text(char to[ADVISED_TEXT], const struct event *e);

/* The same of all that were advised, as the beginning of a report. */
void text_verified(struct out *o, const struct report_context *c, const struct results *m);
void markdown_verified(struct out *o, const struct results *m);

void text_advised(struct out *o, const struct report_context *c, const struct event *e);
void markdown_advised(struct out *o, const struct report_context *c, const struct event *e);

/*
 * Where the lab verifies, whether the advice holds is written first: what comes before the lab begins is written into
 * a page, in one of the two ways above, and put behind that. advised_open: 0, or -1 without memory.
 */
struct advised {
	char *buffer;
	struct out page;
	bool begun; /* the lab */
};
int advised_open(struct advised *a, const struct out *like);
void advised_close(struct advised *a);
/* True if the event belongs into the page, and was written there. */
bool advised_keeps(struct advised *a, const struct report_context *c, const struct event *e,
		   void (*write)(struct out *o, const struct report_context *c, const struct event *e));
void advised_put(struct out *o, struct advised *a);

#endif
