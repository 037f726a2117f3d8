/* SPDX-License-Identifier: MIT */
/*
 * One fault's share of the lab, as the fault sees it: the watcher's host, the peer's host,
 * and the link between them, for a fault's link and watcher. Each fault is carried out in a
 * process of its own, so it may wait. The first of these calls stamps when the fault struck.
 * What can be done to a link is handed to the fault as a table of functions; src/lab/ fills it.
 */
#ifndef FAULTS_LINK_H
#define FAULTS_LINK_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

/* Directions are the watcher's: in is towards it, out is from it. */
enum link_dir { LINK_IN, LINK_OUT, LINK_DIRS };

/* What a host or a router on the path answers in the peer's stead. */
enum link_answer {
	ANSWER_NONE,
	ANSWER_ICMP_HOST,  /* host unreachable, from the router: EHOSTUNREACH */
	ANSWER_ICMP_PORT,  /* port unreachable, from the host itself: ECONNREFUSED */
	ANSWER_ICMP_ADMIN, /* prohibited, from the router: EHOSTUNREACH, on IPv6 EACCES */
	ANSWER_RST,        /* as if the connection did not exist: ECONNRESET */
};

/*
 * What happens to each packet that enters the link; all zero: it passes. An answer is
 * given to TCP and UDP from the watcher, which then goes no further. Packets are never
 * reordered, also not when a delay gets shorter.
 */
struct link_rule {
	bool drop[LINK_DIRS];
	enum link_answer answer;
	nsec delay[LINK_DIRS];
	nsec forgets;  /* 0: never; else a connection of which no segment came from either side for so long is dropped
			* for good, also where some of that time was before the rule */
	bool resets;   /* ... and whoever then speaks is answered with an RST */
};

extern const struct link_rule LINK_PASS, LINK_CUT; /* everything, nothing */

struct link;

struct link_ops {
	void (*set_rule)(struct link *l, const struct link_rule *rule, nsec hold,
			 const struct link_rule *then);
	int (*peer)(struct link *l, struct error *e);
	int (*down)(struct link *l, struct error *e);
	int (*addr_gone)(struct link *l, struct error *e);
};

struct link {
	const struct link_ops *ops;
};

/* What happens to packets from now on; for a time, and then something else. */
static inline void link_set_rule(struct link *l, const struct link_rule *rule)
{
	l->ops->set_rule(l, rule, NS_NEVER, rule);
}

static inline void link_set_rule_for(struct link *l, const struct link_rule *rule, nsec hold,
				     const struct link_rule *then)
{
	l->ops->set_rule(l, rule, hold, then);
}

/* Has the peer's process do the fault's peer, and waits until it did. */
static inline int link_peer(struct link *l, struct error *e)
{
	return l->ops->peer(l, e);
}

/* The watcher's interface goes down; its addresses are taken away. */
static inline int link_down(struct link *l, struct error *e)
{
	return l->ops->down(l, e);
}

static inline int link_addr_gone(struct link *l, struct error *e)
{
	return l->ops->addr_gone(l, e);
}

#endif
