/* SPDX-License-Identifier: MIT */
/* Who ended a program's last connection, where the fault comes too late for it. */
#ifndef LAB_ENDED_H
#define LAB_ENDED_H

#include <stddef.h>

#include "plan/plan.h"
#include "program/observer.h"

/* The last to end of those that were established; NULL: there was none, or one goes on at that time. */
const struct observed *ended_last(struct observer *o, nsec at);

/*
 * How that one ended, seen by the program of that role, and how long before `at`: "it closed its last one 401ms
 * before", "the server reset its last one 401ms before"; "" for NULL. Returns to.
 */
const char *ended_text(char *to, size_t room, const struct observed *o, enum program_role role, nsec at);

#endif
