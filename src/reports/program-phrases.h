/* SPDX-License-Identifier: MIT */
/*
 * Phrases about a program under test that several reports use: a table of what it did, a row for each fault, and
 * sentences that sum it up. What one result reads like is in events/reaction.h.
 */
#ifndef REPORTS_PROGRAM_PHRASES_H
#define REPORTS_PROGRAM_PHRASES_H

#include "results/programs.h"

enum program_column {
	PROGRAM_FAULT, PROGRAM_RESULT, PROGRAM_AFTER, PROGRAM_TOLD, PROGRAM_ACTED, PROGRAM_AGAIN, PROGRAM_EXIT,
	PROGRAM_COLUMNS
};

/* The column's title, and a cell of a fault that has a result; "-" where there is nothing to tell. */
#define PROGRAM_TEXT 160
const char *program_title(enum program_column c);
void program_cell(char to[PROGRAM_TEXT], const struct results *m, size_t fault, enum program_column c);

/* What the columns do not tell, and what the socket options promise; or "". */
#define PROGRAM_REMARK 512
void program_remark(char to[PROGRAM_REMARK], const struct results *m, size_t fault);

/* A result in one line: "client noticed after 3.01s: kernel ETIMEDOUT, closed 200us later; reconnected after 4.20s". */
#define PROGRAM_LINE 512
void program_line(char to[PROGRAM_LINE], const struct event *result);

/* The same as a sentence, about the only result of a run; "" without one. */
void program_single(char to[PROGRAM_LINE], const struct results *m);

/* A sentence, safe to print: about the only result, as above, or about all faults: "client noticed 3 of 6 deaths,
 * the slowest after 5.00s; missed freeze, close". */
#define PROGRAM_SUM 1280
void program_sum(char to[PROGRAM_SUM], const struct results *m);

/* Another one: which probe noticed the deaths that the program missed, with its settings, as the lab measured
 * beside it; else how to find out. "" where it missed nothing. */
void program_advice(char to[PROGRAM_SUM], const struct results *m);

#endif
