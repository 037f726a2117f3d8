/* SPDX-License-Identifier: MIT */
/* What a program did after the fault, in words: the one place for all who tell and report it. */
#ifndef EVENTS_REACTION_H
#define EVENTS_REACTION_H

#include "event.h"

/*
 * How the result came about, a phrase without the time of the result itself: "kernel ETIMEDOUT, closed 0.2ms later",
 * "by its own timer, before the kernel knew", "the kernel knew (FIN), and it never looked". Returns to.
 */
const char *reaction_how(char *to, size_t room, const struct reaction *r, enum result result);

#endif
