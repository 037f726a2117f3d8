/* SPDX-License-Identifier: MIT */
/*
 * A connection under watch, the probes that look at it, and what the monitor saw.
 *
 * Connections and instances live in arrays that their watch allocates before the
 * first connection; a slot is used again (listen -k) after conn_close.
 */
#ifndef ENGINE_CONN_H
#define ENGINE_CONN_H

#include "probes/probe.h"
#include "events/event.h"
#include "base/loop.h"
#include "plan/plan.h"

struct run;
struct watch;

/* What the peer's kernel had said by some moment: TCP_INFO's counts. */
struct heard {
	uint32_t segs_in, data_segs_in;
	uint64_t bytes_acked;
	bool in_flight; /* something was unacknowledged */
	bool repeated;  /* and had been sent again: what it asks may not even have arrived */
	bool finished;  /* a FIN came */
};

/* One probe at work on one connection: the engine's side of a look. */
struct instance {
	struct probe_context context; /* first: the probe's side */
	struct conn *conn;
	const struct chosen *chosen;
	struct timer timer;
	struct handler also; /* a descriptor of the probe's own, fd -1 without */
	bool decided;        /* said dead, or unable: not woken again */
	bool unable;         /* arm could not; verdict.how says why */
	struct verdict verdict;
	nsec dead_at;        /* when it said dead; TIME_NONE */
	struct heard heard_then;     /* at that moment: what is heard later */
	uint64_t bytes_in_then;      /* proves that the peer was alive */
	bool answered;               /* the peer's application answered this probe's question */
	enum kernel_cause kernel_then;        /* what the monitor knew at that moment */
};

/* One thing that the kernel knew, and when. */
struct kernel_event {
	nsec at;
	enum kernel_cause what;
	int err;             /* 0 until some call took it */
	uint32_t segs_in;    /* TCP_INFO at that moment */
	uint64_t bytes_acked;
	nsec rtt;
	bool answer;         /* an RST that came while something was unanswered */
};

#define KERNEL_EVENTS_MAX 4

/* The judge's question to the peer's kernel (engine/question.h). */
enum answer { NOT_ASKED, ASKED, ANSWERED, UNANSWERED };

struct conn {
	struct run *run;
	struct watch *watch;
	unsigned id;
	struct handler socket;
	const struct group *group;
	const char *target;         /* HOST:PORT as typed, or NULL */
	struct instance *instances;     /* in the order in which they look */
	size_t ninstances;
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT];
	bool established, dialing;
	bool unended;               /* neither FIN, RST nor timeout came */
	bool segments;              /* something here makes the kernel send: RST and timeout must be told apart */
	bool timestamps;            /* the error queue is in use: POLLERR may mean nothing */

	struct kernel_event kernel[KERNEL_EVENTS_MAX];
	size_t nkernel;
	uint32_t segs_in_seen;      /* the last look at segs_in, for the same purpose */
	bool closed;                /* TCP state CLOSE: nothing more can happen */

	int taken;                  /* the socket error, once a call took it */
	const struct instance *taker;

	nsec sent_at;               /* the last byte of a probe's own; TIME_NONE */
	nsec wrote_after_end;       /* the first one after the first kernel event; TIME_NONE */
	const struct instance *sender;
	nsec own_byte_ago;          /* how long before the first kernel event that was; TIME_NONE */
	const struct instance *culprit; /* and whose byte it was */
	bool provoked;              /* ended right after that byte while others lived */
	bool half_closed;           /* a FIN, but the peer still takes data */
	nsec took_until;            /* it took data after its FIN, until it reset us then; TIME_NONE */
	bool fin_judged;            /* whether it is, was decided for all of its peer's */

	uint32_t segs_out_base, segs_out; /* TCP_INFO when it stood, and when it was judged or asked */
	uint64_t bytes_out_base, bytes_out;
	enum answer answer;
	struct heard heard_asked;
	nsec asked_at;
	uint32_t sent_seen;         /* retransmissions and unanswered segments without data */
	nsec sent_seen_at;          /* when these last grew */

	struct addrinfo *next_address; /* while dialing */
	struct timer patience;         /* dialing: this address; then: the answer */
};

/* A descriptor that stands connected: from here the monitor watches and the
 * instances look. at is when it stood. 0 or -errno (the descriptor is then closed). */
int conn_established(struct conn *c, int fd, nsec at);

/* Disarms, closes, and makes the slot ready for another connection. Safe twice. */
void conn_close(struct conn *c);

/* Did the application answer this look before, and then no more, although its kernel
 * had the question? */
static inline bool instance_fell_silent(const struct instance *l)
{
	return l->dead_at != TIME_NONE && l->answered && !l->heard_then.repeated;
}

/* The first thing that the monitor knew of this connection, NULL if nothing. */
const struct kernel_event *conn_first(const struct conn *c);
/* The first that was an end: an unreachable alone is none. */
const struct kernel_event *conn_end(const struct conn *c);
bool conn_saw(const struct conn *c, enum kernel_cause what);
/* What it knew of that kind, or NULL. */
const struct kernel_event *conn_kernel_event(const struct conn *c, enum kernel_cause what);

/* Are these of one peer, as far as can be told? To the same target, and at the same
 * address: clients that come from two hosts are two, and so may be the addresses of a name. */
bool conn_same_peer(const struct conn *a, const struct conn *b);

/* Did its end, a FIN or a reset that answers nothing, come only once the judge had asked? It lived till then. */
bool conn_end_too_late(const struct conn *c);

#endif
