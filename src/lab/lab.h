/* SPDX-License-Identifier: MIT */
/* The lab's state, for lab.c, which runs it, packets.c, which counts, and score.c, which compares
 * with the predictions and advises, and verify.c, which compares with what was promised. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "engine/dial.h"
#include "engine/run.h"
#include "faults/fault.h"
#include "advice.h"
#include "traffic.h"
#include "world.h"

/* How slow the path to the peer is, as the kernel has measured it. */
struct path {
	nsec rto; /* the retransmission timeout */
	nsec rtt; /* the round trip's time */
	int64_t cwnd;
	bool behind; /* of requests: an answer came after the next had been sent */
	nsec lag; /* of a stream: the time since the last ACK, while one is due */
};

/* One fault: its link, its watch, its application. */
struct stage {
	struct watch watch;
	const struct chosen_fault *fault;
	struct traffic_timer traffic;
	struct {
		struct conn_packets *base; /* of each connection, by the time when all were established */
		nsec from;
	} counted;
	struct path *paths; /* of each connection, when the fault struck */
};

struct lab {
	struct run run;
	struct chosen_fault *faults;
	const char **names;
	size_t n, nover, next_conn; /* faults; watches that are over; the connection to dial next */
	struct world world;
	struct handler news;
	struct stage *stages;
	struct dialer dialer;
	nsec out_of_step; /* the random part of when the faults strike */
	struct matrix matrix;
	bool advised; /* something that needs no answer */
};

static inline struct lab *lab_of(const struct run *r)
{
	return container_of(r, struct lab, run);
}

static inline struct stage *stage_of(const struct watch *w)
{
	return container_of(w, struct stage, watch);
}

static inline size_t index_of(const struct lab *l, const struct stage *s)
{
	return (size_t)(s - l->stages);
}

/* Remembers what the link worker has counted of each connection of a stage by now; and adds
 * to a result what it has counted since. */
void packets_begin(const struct lab *l, struct stage *s);
void packets_add(const struct lab *l, const struct conn *c, struct event_result *r);

/* Remembers how slow the path was when the fault struck. */
void score_struck(struct stage *s);

/* Completes a result: what the link worker counted, and what was predicted. */
void score_result(const struct instance *k, struct event *e);

/* Tells what to use, as the measured matrix has it. */
void score_advise(struct lab *l);

/* Tells whether what each group was promised to do holds. */
void verify_tell(struct lab *l);

#endif
