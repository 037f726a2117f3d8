/* SPDX-License-Identifier: MIT */
/* Programs under test until the fault can be timed: the server listens, then the client is connected. For subject.c. */
#ifndef LAB_PREPARE_H
#define LAB_PREPARE_H

#include "subject.h"

void prepare_open(struct subject *s);

/* Starts the server, and when it listens the client; stage_ready follows, or the run fails with status 3. */
void prepare_begin(struct subject *s);

/* Meanwhile: the client is connected; a program is over, then or before the fault; --ready has passed. */
void prepare_connected(struct subject *s);
void prepare_ended(struct subject *s, const struct subject_program *p);
void prepare_late(struct subject *s);

#endif
