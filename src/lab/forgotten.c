// SPDX-License-Identifier: MIT
/* A path that forgets does not kill all connections alike: the link worker knows which. */
#include <netinet/in.h>

#include "engine/address.h"
#include "lab.h"

/* At the same place for both families. */
static uint16_t port_of(const struct sockaddr_storage *ss)
{
	return ntohs(((const struct sockaddr_in *)ss)->sin_port);
}

static nsec since(const struct stage *s, uint16_t port, uint16_t peer_port)
{
	const struct lab *l = lab_of(s->watch.run);
	const struct chosen_fault *f = s->fault;

	return worker_forgotten(l->world.worker, index_of(l, s), port, peer_port, f->fault->forgets(f->params), s->watch.at.struck);
}

nsec forgotten_since(const struct stage *s, const struct diag_ends *ends)
{
	return since(s, port_of(&ends->local), port_of(&ends->remote));
}

void forgotten_truth(struct conn *c)
{
	const struct stage *s = stage_of(c->watch);
	nsec at;

	if (!s->fault->fault->forgets)
		return;
	at = since(s, address_port(c->local), address_port(c->remote));
	c->truth.dead = at != TIME_NONE;
	c->truth.since = at;
}
