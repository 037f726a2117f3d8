/* SPDX-License-Identifier: MIT */
/* What the Markdown report of a watch and that of a lab share. */
#ifndef REPORTS_MARKDOWN_H
#define REPORTS_MARKDOWN_H

#include "results/results.h"
#include "socket-phrases.h"
#include "base/out.h"

/* Signs that would be a mark-up, a table's border or mathematics are escaped. */
void markdown_text(struct out *o, const char *s);
/* The same, and the border behind it. */
void markdown_cell(struct out *o, const char *s);
/* Closes the row of titles, of which so many columns are set to the left and to the right. */
void markdown_rule(struct out *o, size_t left, size_t right);

/* What a program under test did, what that sums up to, and what noticed what it missed; nothing without one. */
void markdown_programs(struct out *o, const struct results *m);
void markdown_program_sum(struct out *o, const struct results *m);
void markdown_program_advice(struct out *o, const struct results *m);

void markdown_matrix(struct out *o, const struct results *m);
void markdown_scores(struct out *o, const struct results *m);
/* What was predicted beside what was measured, if there is anything to show. */
void markdown_agreement(struct out *o, const struct results *m);
/* What is predicted, where nothing is measured. */
void markdown_predicted(struct out *o, const struct results *m);
void markdown_advice(struct out *o, const struct results *m);

/* The connections of running processes, and what to set, as they come; the sum. */
void markdown_sockets(struct out *o, const struct report_context *c, struct socket_sum *sum, const struct event *e);
void markdown_sockets_sum(struct out *o, const struct report_context *c, const struct socket_sum *sum);

#endif
