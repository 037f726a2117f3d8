/* SPDX-License-Identifier: MIT */
/*
 * Programs under test as tests. Without an expectation that is about it a program is only measured: its test
 * is skipped, with what was measured, since nothing says whether that is good. With one it passes unless it breaks one.
 */
#ifndef REPORTS_CHECK_PROGRAM_H
#define REPORTS_CHECK_PROGRAM_H

#include "check.h"

/* The state, time and reason of a program's result. */
void check_program(struct check *k, const struct event *result);

/* How long it took until what an expectation of a program asks for: of the faults that it is about the slowest. TIME_NONE where it
 * did not come to that at one of them. */
nsec check_program_time(const struct results *m, const struct event *expect);

/* Explains one result, line by line. */
void check_explain_program(const struct event *result, check_line put, void *to);

/* The results of a run, a line each: of that fault, or with NULL of all. */
void check_explain_programs(const struct results *m, const char *fault, check_line put, void *to);

#endif
