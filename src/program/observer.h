/* SPDX-License-Identifier: MIT */
/*
 * Looks at the connections of one host of the lab from outside: at the packets that begin and end them (net/worker.h), and at what the
 * kernel says of its sockets (net/diag.h). No process of that host is touched.
 *
 * A connection between the two hosts to or from the server's port becomes known by its SYN. Its kernel knew of an end
 * by a FIN or an RST that came, or when the socket is gone although its program did not close it. Its program gave it
 * up when it was closed or reset: a FIN or an RST that left, beside a socket that no process holds any more.
 */
#ifndef PROGRAM_OBSERVER_H
#define PROGRAM_OBSERVER_H

#include "base/loop.h"
#include "events/event.h"
#include "net/diag.h"
#include "net/worker.h"

/* Moments are on the clock, TIME_NONE until then. */
struct observed {
	struct diag_ends ends;  /* the host's own first */
	nsec connecting;        /* the SYN */
	nsec established;       /* its host took the handshake's end */
	nsec kernel;            /* its kernel knew of the end ... */
	enum kernel_cause cause; /* ... by this */
	int err;                /* an errno, or 0 where it cannot be known */
	nsec shut;              /* the program said that it will send no more, but still holds the socket */
	nsec closed;            /* the program gave it up */
	bool refused;           /* it was never established */
	bool gone;              /* nothing more can happen to it */
	struct tcp_info info;   /* the last that is known */
	uint32_t inode;         /* while it is held; 0 */
};

struct observer;

struct observer_setup {
	struct loop *loop;
	int ns, home;              /* the host's namespace (the link's watcher), and where to come back to */
	struct link_worker *worker;
	size_t link;
	in_port_t port;            /* the server's, host order ... */
	bool listens;              /* ... and is the server in this host? */
	size_t most;               /* connections that are remembered; what comes beyond is only counted */
	/* A step of a connection was seen; of the owner's. c stays where it is. Steps are PROGRAM_CONNECTING, CONNECTED, KERNEL, CLOSED. */
	void (*step)(void *owner, enum program_step step, nsec at, struct observed *c);
	/* Is that one of the host's ports somebody else's, not the program's (a probe's)? */
	bool (*foreign)(void *owner, uint16_t port);
	void (*failed)(void *owner, const struct error *e); /* it cannot go on */
	void *owner;
};

/* Begins. NULL with the reason in *e. Uses two timers of the loop at most. */
struct observer *observer_open(const struct observer_setup *s, struct error *e);
void observer_close(struct observer *o); /* NULL is accepted; not while one of its functions runs, which step is called by */

/* There may be wire events of the link: the owner of worker_wire_fd calls it for each link. */
void observer_wire(struct observer *o);

/* Looks at every connection now, before something is judged. */
void observer_look(struct observer *o);

/* The program has ended, with all its processes, since at: what it still held it gave up then. */
void observer_over(struct observer *o, nsec at);

size_t observer_count(const struct observer *o);
struct observed *observer_at(const struct observer *o, size_t i);
size_t observer_beyond(const struct observer *o); /* how many more there were than are remembered */

/* What the program connects to or listens on instead: a phrase ("it listens on 127.0.0.1:9000"), or "". */
void observer_hint(struct observer *o, char *to, size_t room);

#endif
