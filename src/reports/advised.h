/* SPDX-License-Identifier: MIT */
/*
 * Computed advice, as text and as Markdown: each event as it comes, since nothing of
 * it hangs on a later one.
 */
#ifndef REPORTS_ADVISED_H
#define REPORTS_ADVISED_H

#include "report.h"

/* Is this a run that only gives advice? */
bool advised_wanted(const struct report_context *c);

void text_advised(struct out *o, const struct report_context *c, const struct event *e);
void markdown_advised(struct out *o, const struct event *e);

#endif
