/* SPDX-License-Identifier: MIT */
/*
 * The search for --advise: the values with which a composite fulfils a wish and sends
 * the least while all is well. Nothing is measured: trial.h is asked about each candidate.
 */
#ifndef ADVISE_TUNE_H
#define ADVISE_TUNE_H

#include "trial.h"

/* What is tuned, and which values of struct tuning it has. */
enum way {
	BY_HEARTBEAT,   /* asks the peer's application: every, limit */
	BY_OPTIONS,     /* keepalive and user timeout: idle, intvl, cnt, after */
	BY_UNACKED,     /* a byte that the peer's kernel must acknowledge: every, limit */
	BY_KEEPALIVE,   /* no user timeout, so on idle connections alone: idle, intvl, cnt */
	BY_REDIS,       /* the same as Redis derives it from one number: idle, intvl, cnt */
	BY_SSH,         /* questions of OpenSSH's client: every (whole seconds), limit, cnt */
	BY_SSHD,        /* ... of its server, where every and limit are twice what is set */
	WAYS
};

struct tuning {
	char spec[160];        /* for -p */
	nsec every, limit, idle, intvl, after;
	int64_t cnt;
	int64_t packets;       /* an hour, of both ends, where nothing else is said */
	struct finding found;  /* by that spec */
};

/*
 * 1 with the best of that way in *t. 0: there is none, and t->found.latest is within what
 * the quickest of it notices a cut path; NS_NEVER if none at all is calm enough. -1 with
 * the reason in *e.
 */
int tune(const struct trial *trial, const struct wish *w, enum way way, struct tuning *t, struct error *e);

/* The same with values that stand in t: 1, 0 if
 * they do not fulfil the wish, or -1. */
int tune_again(const struct trial *trial, const struct wish *w, enum way way, struct tuning *t, struct error *e);

/* In which traffic a way has to hold: WHEN_IDLE... */
unsigned tune_when(enum way way);

#endif
