/* SPDX-License-Identifier: MIT */
/*
 * The peer, as a fault sees it: processes with connections. What can be done to them is handed
 * to the fault as a table of functions. src/peer/ fills it for the lab's own peer, whose process a
 * fault's peer and prepare run in; src/program/ for somebody else's program, which is struck from
 * outside. Of the latter's table only struck, each, signal, abort, forget, end_output and close_all are filled: a fault
 * that needs more has a not_program (fault.h).
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
	int (*signal)(struct peer *p, int signo, struct error *e);
	int (*abort)(struct peer *p, struct error *e);
	int (*forget)(struct peer *p, nsec silence, struct error *e);
	int (*end_output)(struct peer *p, struct error *e);
	void (*await_input)(struct peer *p, nsec limit);
	void (*close_all)(struct peer *p);
	void (*stop_reading)(struct peer *p);
	void (*mute)(struct peer *p, bool muted);
	void (*later)(struct peer *p, nsec after, void (*then)(struct peer *p, const void *params));
};

struct peer {
	const struct peer_ops *ops;
};

/* It dies now: to be called right before the call that kills. The first one counts. */
static inline void peer_struck(struct peer *p)
{
	p->ops->struck(p);
}

/*
 * Does act to every connection: 0, or -1 with the reason in *e if act returned -errno. Of a program it is
 * a copy of its descriptor, the same socket.
 */
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

/* The signal, to each process of the peer's; with SIGKILL it stamps the moment itself, when nobody can connect any more.
 * -1 with the reason in *e; of SIGKILL and SIGSTOP it does not return where it is this process, and the parent was told
 * before that it is done. */
static inline int peer_signal(struct peer *p, int signo, struct error *e)
{
	return p->ops->signal(p, signo, e);
}

/* Ends every connection with an RST; stamps the moment itself. */
static inline int peer_abort(struct peer *p, struct error *e)
{
	return p->ops->abort(p, e);
}

/*
 * The peer's host loses all its connections and tells nobody; stamps the moment itself. It neither hears nor, as
 * far as that can be helped, says anything for that time: who must be sure cuts the path as well.
 */
static inline int peer_forget(struct peer *p, nsec silence, struct error *e)
{
	return p->ops->forget(p, silence, e);
}

/* Says on each connection that no more will come, and reads on, whatever comes; a FIN each. */
static inline int peer_end_output(struct peer *p, struct error *e)
{
	return p->ops->end_output(p, e);
}

/* Says on each connection that no more will come, and takes no more itself. */
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

/* These two can be a fault's peer by themselves: reads no more, and leaves what arrives in
 * the kernel; dies by dropping whatever it receives (act_drop_rx), and says nothing any more. */
int peer_stop_reading(struct peer *p, const void *params, struct error *e);
int peer_drop_rx(struct peer *p, const void *params, struct error *e);

#endif
