/* SPDX-License-Identifier: MIT */
/*
 * How a connection ends that is established already, from its state as it is at this moment: which timer runs, what is in flight, how
 * often the peer has not answered. timeline.h knows no such state, and computes for all that there may be.
 */
#ifndef MODEL_STANDING_H
#define MODEL_STANDING_H

#include "events/event.h"
#include "plan/plan.h"
#include "tcp/timers.h"

/* What sock_diag(7), TCP_INFO and the socket's options say of a connection. */
struct standing {
	bool connecting;       /* SYN_SENT */
	bool orphan;           /* its program has closed it */
	int64_t syn_retries;   /* of it, if connecting */
	bool keepalive, recverr;
	nsec idle, intvl;      /* of the keepalive, as are the next two */
	int64_t cnt;
	nsec user_timeout;     /* 0: none */
	bool fin;              /* the peer's FIN has come */
	bool in_flight;        /* what was sent, data or a FIN, is not acknowledged */
	bool queued;           /* data that were written wait to be sent */
	nsec heard;            /* the peer was heard so long ago: data, or an ACK (keepalive_time_elapsed) */
	enum socket_timer timer;
	nsec expires;          /* in so long it fires */
	int64_t unanswered;    /* so many segments of that timer's have not been answered; without one, keepalive's */
	int64_t backoff;       /* how often it has doubled */
};

/*
 * When its kernel knows of that fault if it strikes now, for a program that reads when there is something to read, and writes nothing
 * more. path: of the connection, its rto without the backoff. Never: NS_NEVER in `by`. why is a phrase, static.
 */
struct time_range standing_end(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path);

/* Is that fault a path that forgets, and does the connection's own keepalive prevent it? Then nobody dies. */
bool standing_remembered(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path);

#endif
