/* SPDX-License-Identifier: MIT */
/* The lab's state, for lab.c, which runs it, packets.c, which counts, and score.c, which compares
 * with the predictions and advises, and verify.c, which compares with what was promised, strike.c and stages.c, which
 * say when what happens. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "engine/dial.h"
#include "engine/run.h"
#include "faults/fault.h"
#include "accepting.h"
#include "advice.h"
#include "subject.h"
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

/* One fault: its link, its watch, its application, the programs under test. */
struct stage {
	struct watch watch;
	struct subject *subject; /* NULL without programs */
	struct accepting accepting; /* of the probes' connections, where the client dies */
	size_t dialed;           /* so many of the watch's connections, or accepted */
	bool open;               /* they may be dialed */
	const struct chosen_fault *fault;
	struct traffic_timer traffic;
	struct {
		struct conn_packets *base; /* of each connection, by the time when all were established */
		nsec from;
	} counted;
	struct path *paths; /* of each connection, when the fault struck */
	nsec took;          /* the strike: it came so much later at the latest */
};

struct lab {
	struct run run;
	struct chosen_fault *faults;
	const char **names;
	size_t n, nover;      /* faults; those that are over */
	size_t nbegun, jobs;  /* the first so many have begun; so many may be at work at once */
	struct world world;
	struct handler news;
	struct handler wire; /* what the link worker saw of programs' connections */
	struct subject *subjects; /* of each fault; NULL without programs */
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

/* Hooks of a watch, and of the supervisors' news (the lab's `news`): orders its fault; has it struck already? */
int strike_order(struct watch *w, struct error *e);
void strike_check(struct watch *w);
void strike_news(struct handler *h, uint32_t events, nsec woken);

/* Begins what may begin: all faults at once, or with programs so many as there are jobs. */
void stages_begin(struct lab *l);

/* Of a fault: its programs are ready for the probes; their result is told; its watch is over. They end when both are,
 * and are gone then. */
void stage_ready(struct stage *s);
void stage_told(struct stage *s);
void stage_watched(struct stage *s);
void stage_gone(struct stage *s);

/* A signal, or a failure: what has been measured is told. */
void stages_stop(struct lab *l);

/* Does the client die, so that the probes' connections are accepted? */
bool stage_accepts(const struct plan *p);

/* How long a program is observed after the fault. */
nsec stage_limit(const struct plan *p);

/* Remembers what the link worker has counted of each connection of a stage by now; and adds
 * to a result what it has counted since. */
void packets_begin(const struct lab *l, struct stage *s);
void packets_add(const struct lab *l, const struct conn *c, struct event_result *r);

/* Remembers how slow the path was when the fault struck. */
void score_struck(struct stage *s);

/* Completes a result: what the link worker counted, and what was predicted. */
void score_result(const struct instance *k, struct event *e);

/* Since when the path has forgotten that connection of the watcher's, where the fault is that it forgets; TIME_NONE: it has not. */
nsec forgotten_since(const struct stage *s, const struct diag_ends *ends);
/* Corrects the truth of a probe's connection: it is dead only if it was forgotten. */
void forgotten_truth(struct conn *c);

/* Tells what to use, as the measured matrix has it. */
void score_advise(struct lab *l);

/* Tells whether what each group was promised to do holds. */
void verify_tell(struct lab *l);

#endif
