/* SPDX-License-Identifier: MIT */
/* Limits that are known from documents: data, in known.c, with the source of each. */
#ifndef IDLE_KNOWN_H
#define IDLE_KNOWN_H

#include <stddef.h>

#include "bracket.h"
#include "events/event.h"

/* Whose limit it may be, several parted by ", "; "" where none is known that lies there. */
void known_limits(char *to, size_t room, const struct bracket *b, enum forgetting how);

#endif
