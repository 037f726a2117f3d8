/* SPDX-License-Identifier: MIT */
/*
 * How the other ends react to the peer's death: when they close or reset what was established then, and when they come back.
 * Steps are told as they are seen, and each fault's result when it is decided, or when there is no more time.
 */
#ifndef PEER_REACTIONS_H
#define PEER_REACTIONS_H

#include "arrivals.h"
#include "child.h"
#include "engine/run.h"
#include "other.h"

#define REACTIONS_STRIKES 64 /* whose results are still open; the oldest is told then */

/* A fault that struck, and the other ends of what was established then. */
struct strike {
	nsec at;
	unsigned peer;         /* which of the peers it was */
	struct other *others;
	size_t count;
	int64_t resets;        /* that this kernel had sent before they were looked at the last time; -1: not known */
	nsec connecting, back; /* the first SYN of a new connection, and the first that is established, since the fault; TIME_NONE */
};

struct reactions {
	struct run *run;
	struct timer timer;
	int diag;
	int64_t resets;         /* the same, before the strike */
	nsec cost;              /* of the last look */
	struct arrivals arrivals;
	bool listed;            /* ... of all that is struck */
	struct other *live;     /* no fault has struck them yet */
	size_t nlive, room;
	struct strike strikes[REACTIONS_STRIKES];
	size_t nstrikes;
	bool stopped;           /* the peer's process is, and will accept nobody */
	size_t waiting;         /* ... of those who came since, when last looked */
	bool over;              /* the peer is gone, and nobody takes its place */
	void (*news)(struct reactions *x); /* takes what the peer has told */
	void (*told)(struct reactions *x); /* a result was */
};

/* Uses one timer of the run. news and told are to be set; reactions_close is safe after calloc. */
void reactions_open(struct reactions *x, struct run *r);
void reactions_close(struct reactions *x);

/* What a peer told of a connection, and the connection's id. */
void reactions_connected(struct reactions *x, unsigned peer, unsigned id, const struct peer_message *m);
void reactions_ended(struct reactions *x, unsigned peer, const struct peer_message *m);
/* The server behind a relay ended it. The connection's id; 0: not known. */
unsigned reactions_left(struct reactions *x, unsigned peer, const struct peer_message *m);

/* The fault strikes: before, and after. */
void reactions_strike(struct reactions *x);
void reactions_struck(struct reactions *x, unsigned peer, nsec at);

/* Is that peer's result still open? Then it is told now, as it is, by the other one. */
bool reactions_is_open(const struct reactions *x, unsigned peer);
void reactions_cut(struct reactions *x, unsigned peer);

/* The peer is gone, and nobody takes its place. */
void reactions_over(struct reactions *x);

/* Is a result to be waited for? And all of them, now. */
bool reactions_open_results(const struct reactions *x);
void reactions_tell(struct reactions *x);

#endif
