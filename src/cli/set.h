/* SPDX-License-Identifier: MIT */
/*
 * What an option does with its value: 0, 1 when the words after it do not matter (a page was
 * asked for), or -1 with the reason in *s->e.
 */
#ifndef CLI_SET_H
#define CLI_SET_H

#include "options.h"

/* Into the plan. */
setter set_duration, set_count; /* within min and max of the row */
setter set_percent; /* "5%", "2.5": in tenths, within min and max */
setter set_true;
setter set_constant; /* the row's min */
setter set_more;     /* one more each time */
setter set_text;     /* not empty; it stays in argv */
setter set_command;  /* the same, and not blank */
setter set_word;     /* which one it is of the row's words */
setter add_sysctl;

/* Into the request, to be looked at after the last word. */
setter word_add, word_set;
setter set_nothing; /* that it was given is all there is to it */

/* Another verb takes over, for a page. */
setter show_help, show_version;

#endif
