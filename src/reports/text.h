/* SPDX-License-Identifier: MIT */
/*
 * The text report's own parts: what is written (text.c), a line of the timeline
 * (text-line.c, of the lab text-line-lab.c), the table (text-table.c), its bars (text-lane.c), the sum
 * (text-sum.c), and what they draw with (draw.c, layout.c). Of the lab: the matrix
 * (text-matrix.c, matrix-layout.c), the numbers (text-lab.c), what was predicted beside it
 * (text-agreement.c), what to use (text-advice.c). Of a program under test: text-programs.c. Where nothing is measured: the
 * predictions (text-predicted.c). On a
 * terminal: what changes in place (text-live.c, live-lane.c, live-lab.c).
 */
#ifndef REPORTS_TEXT_H
#define REPORTS_TEXT_H

#include "advised.h"
#include "draw.h"
#include "report.h"
#include "results/results.h"
#include "results/lane.h"
#include "socket-phrases.h"
#include "base/duration.h"

#define TEXT_TARGETS 4

struct text {
	const struct report_context *c;
	struct results results;
	bool matrix;             /* a lab of several faults */
	struct live *live;       /* NULL: plain lines alone */
	struct idle_view *idle;  /* of a run that looks for an idle limit, and of nothing else; NULL */
	size_t conn_width, label_width;
	int decimals;
	struct {
		unsigned count;
		nsec t;
		const char *targets[TEXT_TARGETS];
		bool adopted;    /* of other programs */
		size_t ntargets; /* TEXT_TARGETS + 1: too many to name */
	} folded;                /* established connections that have no line yet */
	nsec burst[KERNEL_UNREACHABLE + 1]; /* when the kernel last knew that */
	unsigned notes;          /* written, of many targets */
	unsigned verdicts;       /* the same, where targets have rows of their own */
	unsigned unconnected;    /* the same of targets that could not be connected */
	unsigned hidden;         /* lines that only -v shows */
	struct advised advised;  /* advice that is verified */
	struct socket_sum sockets; /* of the audit, as is the next */
	unsigned settings;
	bool has_lines;          /* was a line of the timeline written? */
};

/* The lines of a watch for an event, or none: what recurs is kept back. text_unfold
 * writes what is kept back of established connections; to be called before any other event's. */
void text_timeline(struct text *t, struct out *o, const struct event *e);
void text_unfold(struct text *t, struct out *o);

/* One line each; text-timeline.c decides which are written. */
void line_start(const struct text *t, struct out *o);
void line_listening(const struct text *t, struct out *o, const struct event *e);
void line_connected(const struct text *t, struct out *o, const struct event *e);
void line_unconnected(const struct text *t, struct out *o, const struct event *e);
void line_folded(const struct text *t, struct out *o);
void line_fault(const struct text *t, struct out *o, const struct event *e);
void line_kernel(const struct text *t, struct out *o, const struct event *e);
void line_verdict(const struct text *t, struct out *o, const struct event *e);
void line_note(const struct text *t, struct out *o, const struct event *e);
void line_result(const struct text *t, struct out *o, const struct event *e);
/* A step of a program: of a watch, and of the lab. */
#define STEP_TEXT 256
void step_text(char to[STEP_TEXT], const struct event_program *s);
void line_step(const struct text *t, struct out *o, const struct event *e);
void line_program(const struct text *t, struct out *o, const struct event *e);
/* Of the lab: a fault is over; a verdict or a note, in one line. */
void line_over(const struct text *t, struct out *o, nsec when, size_t fault);
void line_cell(const struct text *t, struct out *o, const struct event *e);

/* The time axis of the bars: cells columns for the time from lo to hi, both after the zero. */
struct axis {
	nsec lo, hi, step; /* step 0: there is nothing to draw */
	size_t cells;
	bool utf8;
};

#define LANE_MAX 512

void axis_fit(struct axis *a, struct lane_times *t, size_t cells, bool utf8);
void axis_labels(const struct axis *a, struct out *o);
void axis_rule(const struct axis *a, struct out *o);

/* Two lines above the lanes of a live view, whose labels have so many columns: the time that has passed, and an axis of that range. */
void axis_live(struct out *o, nsec passed, nsec range, size_t label, size_t cells);

/* The bar of a row, with gap columns before it if there is any. */
void axis_lane(const struct axis *a, struct out *o, const struct lane_times *t, struct result_cell *r, size_t gap);

/* What the marks of the lanes mean, for those that there are, and last. */
void axis_legend(const struct axis *a, struct out *o, const struct lane_times *t, const char *last);

/* The table; its cells and titles are for other reports too. Is there a row of several connections? */
enum table_column {
	TABLE_PROBE, TABLE_RESULT, TABLE_AFTER, TABLE_SLOWEST, TABLE_LAG, TABLE_HOW, TABLE_SENT,
	TABLE_WORST, TABLE_COLUMNS
};
const char *table_title(enum table_column c);
bool table_right(enum table_column c);
void table_text(char to[128], struct result_cell *r, enum table_column c);
bool table_several(const struct results *m);

/* The columns of the faults' names and their heading, but no more than that. */
size_t text_fault_width(const struct report_context *c, size_t most);

/* The connections of running processes, and what to set, as they come; the sum. */
void text_sockets(struct text *t, struct out *o, const struct event *e);
void text_sockets_sum(const struct text *t, struct out *o);

/* What was predicted, where nothing is measured. */
void text_predicted(struct out *o, const struct results *m);

void text_table(struct out *o, const struct results *m);
void text_sum(struct out *o, const struct results *m);

/* What a program did, a row for each fault; the sentence that sums it up; and that which says what noticed what it
 * missed. Nothing without one. */
void text_programs(struct out *o, const struct results *m);
void text_program_sum(struct out *o, const struct results *m);
void text_program_advice(struct out *o, const struct results *m);

/* A cell of the matrix: "2.13", "-", "2.13!", ".", "?", with a `*` before it where it
 * is off its prediction; "" where nothing is known yet. */
void matrix_text(char to[DURATION_ROOM], const struct result_cell *c);

/* The matrix, in blocks that fit the columns; would it take no more than that many
 * lines; what its marks mean. */
void text_matrix(struct out *o, const struct results *m);
bool text_matrix_fits(const struct out *o, const struct results *m, size_t lines);
void matrix_legend(struct out *o, const struct results *m);

/* "drop: 8 of 24 noticed, first keepalive 2.10s" */
void lab_fault(char *to, size_t room, const struct results *m, size_t fault);
/* "23 faults, 24 probes, idle connections" */
void lab_title(char *to, size_t room, const struct results *m);
void lab_scores(struct out *o, const struct results *m);
/* The faults that a row missed: "drop, freeze", "all but close", "nothing". */
void lab_blind(char *to, size_t room, const struct results *m, size_t row);

/* What was measured beside what was predicted: of all cells, or of those that are off.
 * "noticed 2.10s", "noticed by 3.00s", "missed" */
#define LAB_TEXT 48
void lab_measured(char to[LAB_TEXT], const struct result_cell *c);
void lab_predicted(char to[LAB_TEXT], const struct result_cell *c);
bool agreement_shows(const struct result_cell *c, bool all);
void lab_agreement(struct out *o, const struct results *m, bool all);
void lab_advice(struct out *o, const struct results *m);
/* "notices all 20 deaths, the slowest after 2.10s; ..." */
void advice_text(char *to, size_t room, const struct results_advice *a);
void lab_sum(struct out *o, const struct results *m);

/* The live view. live_open: 0, or -1 without memory; live_close frees. */
int live_open(struct text *t);
void live_close(struct text *t);
void live_event(struct text *t, const struct event *e);
void live_draw(struct text *t, struct out *o, nsec now);
/* Off the terminal, before a plain line is written: the next frame follows it. */
void live_make_way(struct text *t, struct out *o);
void live_leave(struct text *t, struct out *o, bool lost);

/* The lane of each probe, in time. */
struct lanes;
struct lanes *lanes_open(const struct report_context *c);
void lanes_event(struct lanes *l, const struct event *e);
/* The frame: height lines at the most. */
void lanes_draw(struct lanes *l, struct out *page, const struct text *t, nsec now, size_t height);
/* What a program's stage is at: "waiting", "starting the client", "10 connected", "kernel knew +3.01s", "noticed after 3.01s". */
#define LIVE_STATE 96
#define LIVE_STATE_WIDTH 34 /* columns, mostly */
void live_state(char to[LIVE_STATE], const struct results *m, size_t column, nsec now);
/* A lane for each fault of a program, height lines at the most. */
void live_programs(struct out *page, const struct results *m, nsec now, size_t height);
/* The lab's, in the same way. */
void live_lab(struct out *page, const struct text *t, nsec now, size_t height);

#endif
