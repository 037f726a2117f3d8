/* SPDX-License-Identifier: MIT */
/*
 * The programs under test of one fault: started, made ready, observed from outside while the
 * fault strikes, and ended. prepare.h gets them ready, measure.h says what came of it.
 *
 *   waiting -> listening (the server is to) -> connecting (the client is to) -> ready
 *           -> struck -> told -> ending (SIGTERM, then SIGKILL) -> over
 *
 * The survivor is measured; the dying end may be the lab's own peer. No function here waits.
 */
#ifndef LAB_SUBJECT_H
#define LAB_SUBJECT_H

#include "base/loop.h"
#include "plan/plan.h"
#include "program/observer.h"
#include "program/program.h"
#include "program/promise.h"

struct lab;
struct stage;

enum subject_phase {
	SUBJECT_WAITING, SUBJECT_LISTENING, SUBJECT_CONNECTING, SUBJECT_READY, SUBJECT_STRUCK, SUBJECT_TOLD, SUBJECT_ENDING,
	SUBJECT_OVER,
};

/* One end, where a program plays it. */
struct subject_program {
	struct program *program; /* the world's; NULL: the lab's own peer */
	enum program_role role;
	struct subject *subject;
	struct handler news;
	nsec over;               /* nothing is left of it; TIME_NONE until then */
	int status;              /* ... as waitpid(2) gives it */
};

/* A connection that was established when the fault struck. */
struct subject_conn {
	struct observed *seen;
	struct socket_options options;
	uint64_t sent;  /* bytes, by then */
	bool in_flight; /* some were unacknowledged */
};

#define SUBJECT_CONNS 1024 /* are remembered for each fault */

struct subject {
	struct lab *lab;
	struct stage *stage;
	enum subject_phase phase;
	struct subject_program ends[PROGRAM_ROLES];
	enum program_role survivor;
	bool measured;              /* the survivor is a program */
	struct observer *observer;
	int listeners;              /* sock_diag of the server's host; -1 */
	struct timer poll, limit;   /* is the server listening? until when there is time for what is awaited */
	struct subject_conn *conns; /* SUBJECT_CONNS; the first nconns of them */
	size_t nconns;
	nsec connecting, reconnected; /* first, since the fault; TIME_NONE */
};

/* All that can fail before something runs. -1 with the reason in *e; subject_close is safe after either. */
int subject_open(struct subject *s, struct lab *l, struct stage *stage, struct error *e);
void subject_close(struct subject *s);

/* Right before the fault is ordered: which sockets the survivor has. */
void subject_strike(struct subject *s);

/* The fault struck. */
void subject_struck(struct subject *s);

/* The link worker has seen something. */
void subject_wire(struct subject *s);

/* All is decided, or time is up: tells its result. */
void subject_tell(struct subject *s);

/* Ends its processes; stage_gone follows. */
void subject_end(struct subject *s);

/* An event of one of its ends. */
struct event *subject_event(const struct subject *s, enum program_role role, enum event_kind kind, nsec at);

#endif
