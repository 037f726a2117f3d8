// SPDX-License-Identifier: MIT
/* What was seen of those that a fault struck: by the states of this kernel, and by the segments that arrive. */
#include "sighting.h"

#include "faults/fault.h"
#include "reacted.h"
#include "returns.h"

static void look_at_strike(struct reactions *x, struct strike *s)
{
	const struct effect *effect = &reactions_fault(x)->fault->effect;
	struct look l = {
		.diag = x->diag, .resets = s->resets, .deaf = reactions_deaf(x, s, clock_now()),
		.keeps = effect->fin || effect->data == REPLY_ACK || (effect->heals && effect->healed == REPLY_ACK),
	};

	for (size_t i = 0; i < s->count; i++) {
		struct other *o = &s->others[i], before = *o;

		if (o->seen != SEEN_OPEN || o->left)
			continue;
		other_look(o, &l, clock_now());
		if (o->seen == SEEN_OPEN)
			continue;
		/* What a peer that lives has told of it counts. */
		struct other seen = *o;

		*o = before;
		x->news(x);
		if (o->seen != SEEN_OPEN || o->left)
			continue;
		*o = seen;
		reactions_end_seen(x, s, o);
	}
}

void sighting_look(struct reactions *x)
{
	const int64_t resets = x->nstrikes ? other_resets() : -1;

	for (size_t i = 0; i < x->nstrikes; i++) {
		look_at_strike(x, &x->strikes[i]);
		x->strikes[i].resets = resets;
	}
	returns_look(x);
	returns_find(x);
}

/* ---- what arrives ---- */

void sighting_list(struct reactions *x)
{
	uint16_t ports[ARRIVALS_PORTS];
	size_t n = 0;

	for (size_t i = 0; i < x->nstrikes; i++)
		for (size_t j = 0; j < x->strikes[i].count; j++, n++)
			if (n < ARRIVALS_PORTS)
				ports[n] = diag_port(&x->strikes[i].others[j].ends.remote);
	x->listed = n <= ARRIVALS_PORTS;
	arrivals_list(&x->arrivals, ports, n);
}

static void segment_of(struct reactions *x, struct strike *s, struct other *o, const struct packet *p, nsec at)
{
	o->spoke |= p->payload > 0;
	if (!(p->flags & (PACKET_FIN | PACKET_RST)) || other_gave_up(o) || o->left)
		return;
	o->seen = p->flags & PACKET_RST ? SEEN_RESET : SEEN_CLOSED;
	o->at = at;
	reactions_end_seen(x, s, o);
}

void sighting_arrived(struct arrivals *a, const struct packet *p, nsec at)
{
	struct reactions *x = container_of(a, struct reactions, arrivals);
	const struct other new = { .ends = other_ends(p), .since = at };

	for (size_t i = 0; i < x->nstrikes; i++) {
		struct strike *s = &x->strikes[i];

		if (at < s->at)
			continue;
		if ((p->flags & (PACKET_SYN | PACKET_ACK)) == PACKET_SYN)
			returns_arrive(x, s, &new);
		for (size_t j = 0; j < s->count; j++)
			if (other_is_of(&s->others[j], &new.ends))
				segment_of(x, s, &s->others[j], p, at);
	}
}
