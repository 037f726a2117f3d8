// SPDX-License-Identifier: MIT
/* What faults do to their link: the supervisor's side of faults/link.h. The stamp is written before the act, and
 * only the first one counts. An act of the kernel's may have to wait for those in other namespaces. */
#include "child.h"

#include "base/container-of.h"
#include "net/netns.h"

static struct child *child_of(struct link *l)
{
	return container_of(l, struct child, link);
}

static void set_rule(struct link *l, const struct link_rule *rule, nsec hold,
		     const struct link_rule *then)
{
	struct child *c = child_of(l);

	moment_stamp(c->struck, clock_now());
	if (hold == NS_NEVER)
		worker_set_rule(c->worker, c->index, rule);
	else
		worker_set_rule_until(c->worker, c->index, rule, hold, then);
}

/* The peer's process stamps the same moment. Where a program dies, the lab's own client may be the probes' peer. */
static int kill_peer(struct link *l, struct error *e)
{
	struct child *c = child_of(l);

	if (c->program && program_strike(&c->strike, e))
		return -1;
	return c->peer.pid ? peer_order_done(&c->peer, PEER_STRIKE, e) : 0;
}

static int take_time(struct child *c, int (*act)(const struct lab_net *net, const struct lab_link *link, struct error *e), struct error *e)
{
	const nsec from = clock_now();
	int rc;

	moment_stamp(c->struck, from);
	rc = act(c->net, &c->net->link[c->index], e);
	c->took = clock_now() - from;
	return rc;
}

static int down(struct link *l, struct error *e)
{
	return take_time(child_of(l), lab_link_down, e);
}

static int addr_gone(struct link *l, struct error *e)
{
	return take_time(child_of(l), lab_addr_gone, e);
}

const struct link_ops child_link_ops = {
	.set_rule = set_rule, .peer = kill_peer, .down = down, .addr_gone = addr_gone,
};
