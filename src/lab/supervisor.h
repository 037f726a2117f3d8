/* SPDX-License-Identifier: MIT */
/*
 * Carries out the faults, so that the process that measures never waits for one.
 *
 *	measuring process -> one supervisor for each fault -> its peer
 *
 * Each supervisor is a process for one fault: faults do not wait for each other, and
 * each stamps its own moment. A peer is its supervisor's child. All end
 * with the measuring process, however that ends, a stopped peer included.
 */
#ifndef LAB_SUPERVISOR_H
#define LAB_SUPERVISOR_H

#include <netinet/in.h>

#include "base/clock.h"
#include "base/error.h"
#include "plan/plan.h"
#include "net/netns.h"
#include "net/worker.h"

#define SUPERVISOR_PORT 7 /* where the peers listen, host order: echo, RFC 862 */

struct bytes;
struct program;
struct supervisor;

#define SUPERVISOR_PROGRAMS_PORT 9000 /* where the server is while programs are under test, on every link; host order */
#define SUPERVISOR_PROBES_PORT 9001   /* where the probes are, where the client dies */

/* Where programs are under test: who is in the hosts of the dying end. Lives as long as the supervisors. */
struct supervisor_ends {
	struct program *const *dying; /* of each fault the program that it strikes, of program_new; NULL: the lab's own peer dies */
	enum program_role role;       /* ... and is the client or the server */
	const struct bytes *say;      /* the lab's own client says it first; NULL: nothing */
	unsigned connections;         /* so many of its own, to the server ... */
	unsigned probes;              /* ... and to the probes: of the lab's own client also where a program dies */
};

enum supervisor_news {
	SUPERVISOR_WAITS,  /* the fault's application is due on each connection; then call supervisor_go */
	SUPERVISOR_CONNECTED, /* the lab's own client is connected */
	SUPERVISOR_STRUCK, /* the fault struck; its application is due now, if it is one of FAULT_AFTER */
};

/* What a supervisor tells. */
struct supervisor_message {
	enum supervisor_news news;
	size_t fault;  /* its index, and its link's */
	nsec at;       /* SUPERVISOR_STRUCK: when the peer died, at the earliest */
	nsec took;     /* ... and so much later at the latest */
};

/*
 * Starts a supervisor for each of the first n links, which chosen[i] will break, with a peer unless a program is to die or
 * the peer is a client; returns when all of them listen, on every address of that family. chosen, net
 * and worker must live as long. To be called before the first connection is made;
 * to be freed with supervisor_close. NULL and an error when it cannot be.
 * Without net and worker (NULL) the peers listen on loopback, on ports of their own,
 * and die by what a process can do to itself. ends is NULL where no program is under test.
 */
struct supervisor *supervisor_open(const struct lab_net *net, struct link_worker *worker,
				   const struct chosen_fault *chosen, size_t n, int family,
				   const struct supervisor_ends *ends, struct error *e);

/* Are all of them at work? -1 with the reason in *e where one has ended or is stopped. NULL is accepted. */
int supervisor_check(struct supervisor *s, struct error *e);

/* Ends the peers and the supervisors. NULL is accepted. */
void supervisor_close(struct supervisor *s);

/* Where that fault's peer listens, in network order; where programs are under test: where their server does. */
in_port_t supervisor_port(const struct supervisor *s, size_t fault);

/* Readable when there is news; level-triggered. */
int supervisor_fd(const struct supervisor *s);

/*
 * When a fault struck, 0 if it has not, without a system call. Unlike SUPERVISOR_STRUCK
 * it is never late: who sees what the fault did finds the moment here. So call it
 * when a connection ends, before judging.
 */
nsec supervisor_struck(const struct supervisor *s, size_t fault);

/* Has the lab's own client of a fault connect to the watcher's host, say what it has to, and read from then on
 * without an answer: SUPERVISOR_CONNECTED follows, or the reason why not (STATUS_CONNECT). Once, before the
 * strike. -1 if its supervisor is gone. Does not wait. */
int supervisor_connect(struct supervisor *s, size_t fault, struct error *e);

/* Orders a fault to strike at that time, once; -1 if its supervisor is gone. Does not wait. */
int supervisor_strike(struct supervisor *s, size_t fault, nsec when, struct error *e);

/* The answer to SUPERVISOR_WAITS. */
int supervisor_go(struct supervisor *s, size_t fault, struct error *e);

/* Takes one piece of news: 1, or 0 if there is none, or -1 if what a supervisor was told could not be done: news->fault has its
 * index, SIZE_MAX where it is gone. Does not wait. */
int supervisor_read(struct supervisor *s, struct supervisor_message *news, struct error *e);

#endif
