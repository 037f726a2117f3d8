/* SPDX-License-Identifier: MIT */
/*
 * Which connection of several targets is dialed next. A listener whose accept queue is full
 * drops the handshake's last ACK: then a connection is established on this side alone. So a
 * target gets few at once and one after the other, and more once it has taken many. All targets
 * together get no more a second than the plan allows.
 */
#ifndef ENGINE_GENTLE_H
#define ENGINE_GENTLE_H

#include "watch.h"

struct gentle {
	struct run *run;
	struct watch *watches; /* of each target */
	size_t *queue;         /* those that have connections to dial, in turn: a ring of n */
	size_t n, head, count;
	struct gentle_target {
		size_t started;
		nsec due;      /* not before */
	} *targets;
	nsec due;              /* none before, by --connect-rate */
	struct timer timer;    /* until a target is due again */
};

/* 0, or -1 with the reason in *e; gentle_close is safe after either. */
int gentle_open(struct gentle *g, struct run *r, struct watch *watches, size_t n, struct error *e);
void gentle_close(struct gentle *g);

/* The addresses of that target are known: its connections are to be dialed. */
void gentle_add(struct gentle *g, size_t target);

/* The next one, or NULL: there is none, or none may be dialed now (dial_more is called when). */
struct conn *gentle_next(struct gentle *g);

#endif
