/* SPDX-License-Identifier: MIT */
/*
 * One fault's share of the lab: a watcher's host, a peer's host, and the wire
 * between them, for a fault's wire and watcher. Each fault is carried out in a
 * process of its own (src/lab/supervisor.h), so it may wait. The first of these calls
 * stamps when the fault struck.
 */
#ifndef FAULTS_LINK_H
#define FAULTS_LINK_H

#include "base/clock.h"
#include "base/error.h"
#include "net/worker.h"
#include "peer.h"

struct link {
	const struct lab_net *net;
	struct link_worker *wire;
	size_t index;          /* of the link in both */
	struct peer_child *peer;
	moment *struck;        /* shared with the peer and the measuring process */
};

extern const struct link_rule LINK_PASS, LINK_CUT; /* everything, nothing */

/* What happens to packets from now on; for a time, and then something else. */
void link_set_rule(struct link *l, const struct link_rule *rule);
void link_set_rule_for(struct link *l, const struct link_rule *rule, nsec hold,
		   const struct link_rule *then);

/* Has the peer's process do the fault's peer, and waits until it did. */
int link_peer(struct link *l, struct error *e);

/* The watcher's interface goes down; its addresses are taken away. */
int link_down(struct link *l, struct error *e);
int link_addr_gone(struct link *l, struct error *e);

#endif
