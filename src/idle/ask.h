/* SPDX-License-Identifier: MIT */
/*
 * How an idle connection is asked whether it is still known: by a keepalive segment that its peer's kernel must
 * acknowledge, by a byte that it must, or by the protocol's question, which its application must answer. Between two
 * asks nothing is sent: keepalive is switched on for the ask alone.
 */
#ifndef IDLE_ASK_H
#define IDLE_ASK_H

#include "plan/plan.h"
#include "probes/talk.h"

enum answer { ANSWER_NONE, ANSWER_OPENED, ANSWER_CAME };

struct asking {
	enum ask how;
	const struct phrases *phrases; /* PROTOCOL's */
	struct probe_context context;  /* for talk.h */
	struct talk talk;
	uint32_t segs_in;              /* received before it was asked */
};

/* "a keepalive segment" */
const char *ask_name(enum ask how);

/* For a connection that is established. */
void asking_open(struct asking *a, enum ask how, const struct phrases *phrases, int fd);

/* Says what the protocol says before its first question, and hears the answers: ANSWER_OPENED once it is through. -errno. */
int asking_greet(struct asking *a);

/* Asks; 0 or -errno. Then looks for the answer: ANSWER_CAME, ANSWER_NONE or -errno. */
int asking_start(struct asking *a);
int asking_look(struct asking *a);

/* Nothing more is sent. */
void asking_stop(struct asking *a);

/* Has the peer's kernel acknowledged all that was sent? */
bool asking_is_acknowledged(const struct asking *a);

#endif
