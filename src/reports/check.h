/* SPDX-License-Identifier: MIT */
/*
 * A run as tests, for the reports that are read by test harnesses: each expectation
 * is one, each of several targets that could not be connected, and in the lab each result: of a probe if it was predicted, of a program if something
 * was expected of it. In an audit each connection is one, or each of several that are alike.
 */
#ifndef REPORTS_CHECK_H
#define REPORTS_CHECK_H

#include "report.h"
#include "results/results.h"

enum check_state { CHECK_PASSED, CHECK_FAILED, CHECK_SKIPPED };

struct check {
	enum check_state state;
	char suite[64];  /* the lab's fault; else the mode */
	char name[256];
	char why[512];   /* failed, skipped: the reason */
	nsec time;       /* until it was noticed, or how long was waited; TIME_NONE */
};

/* Is this event a test? Then fills *k. t is to know the events before it. A peer that
 * came to its own end is one too: was its fault carried out? */
bool check_event(struct check *k, const struct results *t, const struct event *e);

/* Explains the same event (the end: the whole run), line by line: who noticed when, who
 * missed, what the kernel knew. A line may hold whatever came in. */
typedef void (*check_line)(void *to, const char *text);
void check_explain(const struct results *t, const struct event *e, check_line put, void *to);

#endif
