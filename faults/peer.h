/* SPDX-License-Identifier: MIT */
/*
 * The peer, as a fault sees it: a process with connections, which a fault's peer and
 * prepare run in. What such a process can do is handed to the fault as a table of
 * functions; src/peer/ fills it.
 */
#ifndef FAULTS_PEER_H
#define FAULTS_PEER_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct peer;

struct peer_ops {
	void (*struck)(struct peer *p);
	int (*each)(struct peer *p, int (*act)(int fd, const void *params), const void *params,
		    struct error *e);
	void (*await_input)(struct peer *p, nsec limit);
	void (*close_all)(struct peer *p);
	void (*stop_reading)(struct peer *p);
	void (*mute)(struct peer *p, bool muted);
	void (*later)(struct peer *p, nsec after, void (*then)(struct peer *p, const void *params));
	void (*last_report)(struct peer *p);
};

struct peer {
	const struct peer_ops *ops;
};

/* It dies now: to be called right before the call that kills. The first one counts. */
static inline void peer_struck(struct peer *p)
{
	p->ops->struck(p);
}

/* Does act to every connection: 0, or -1 with the reason in *e if act returned -errno. */
static inline int peer_each(struct peer *p, int (*act)(int fd, const void *params),
			    const void *params, struct error *e)
{
	return p->ops->each(p, act, params, e);
}

/* Waits until there is unread input on every connection, but not for longer than limit. */
static inline void peer_await_input(struct peer *p, nsec limit)
{
	p->ops->await_input(p, limit);
}

static inline void peer_close_all(struct peer *p)
{
	p->ops->close_all(p);
}

/* Whether it says nothing any more: of a relay, that it hands on nothing of what its server says. */
static inline void peer_mute(struct peer *p, bool muted)
{
	p->ops->mute(p, muted);
}

/* Calls then after that time, with the fault's parameters. One at a time. */
static inline void peer_later(struct peer *p, nsec after,
			      void (*then)(struct peer *p, const void *params))
{
	p->ops->later(p, after, then);
}

/* Tells the parent that it is done: for a fault that does not return from its peer. */
static inline void peer_last_report(struct peer *p)
{
	p->ops->last_report(p);
}

/* These two can be a fault's peer by themselves: reads no more, and leaves what arrives in
 * the kernel; dies by dropping whatever it receives (act_drop_rx), and says nothing any more. */
int peer_stop_reading(struct peer *p, const void *params, struct error *e);
int peer_drop_rx(struct peer *p, const void *params, struct error *e);

#endif
