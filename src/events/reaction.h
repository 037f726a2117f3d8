/* SPDX-License-Identifier: MIT */
/* What a program did after the fault, in words: the one place for all who tell and report it. */
#ifndef EVENTS_REACTION_H
#define EVENTS_REACTION_H

#include "event.h"

#define REACTION_TEXT 512

/*
 * How the result came about, a phrase without the time of the result itself: "kernel ETIMEDOUT, closed 0.2ms later",
 * "by its own timer, before the kernel knew", "the kernel knew (FIN after 0.1ms), and it never looked". Returns to.
 */
const char *reaction_how(char *to, size_t room, const struct reaction *r, enum result result);

/* What its kernel knew first: "ETIMEDOUT", or where no call ever returned an errno "FIN". */
const char *reaction_cause(const struct reaction *r);

/* It kept what its kernel knew to be over. Did it look all the same? Who connects again has read the error, and
 * left the descriptor open. */
bool reaction_looked(const struct reaction *r);

/* What became of it: "reconnected after 4.20s, exited with status 1 after 9.00s"; "" where there is nothing to tell. Returns to. */
const char *reaction_then(char *to, size_t room, const struct reaction *r);

/* Of waitpid(2): "exited with status 1", "killed by SIGABRT". Returns to. */
const char *reaction_exit(char *to, size_t room, int status);

/* What follows the result's own word in a sentence: " after 3.01s: kernel ETIMEDOUT, closed 0.2ms later;
 * reconnected after 4.20s". Returns to. */
const char *reaction_rest(char to[REACTION_TEXT], const struct event *result);

/* All of it in one line, of a program's result: "noticed after 3.01s: kernel ETIMEDOUT, closed 0.2ms later; reconnected after
 * 4.20s", "missed: nobody knew", "unsupported: WHY". Its parts are as safe to print as the event's. Returns to. */
const char *reaction_text(char to[REACTION_TEXT], const struct event *result);

#endif
