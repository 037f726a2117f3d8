// SPDX-License-Identifier: MIT
/* What a packet of a connection says. That it came to the host is not that the host took it: its kernel is asked. */
#include "connection.h"

static void came(struct connection *c, const struct wire_event *ev, nsec at)
{
	if (ev->flags & WIRE_FIN)
		c->fin_in = at;
	if (ev->flags & WIRE_RST)
		c->rst_in = at;
	if ((ev->flags & (WIRE_SYN | WIRE_ACK)) == (WIRE_SYN | WIRE_ACK) && c->answered == TIME_NONE && !c->setup->listens)
		c->answered = at;
	if (!(ev->flags & WIRE_ICMP) || c->rst_out != TIME_NONE) /* what answers an RST ends nothing */
		return;
	if (!c->icmp_open) { /* what came first; what answers the program's FIN is of no interest */
		c->icmp = at;
		c->icmp_err = ev->err;
	}
	c->icmp_open = true;
}

/* What left first: the rest is repetition. What leaves long behind an end is of nobody's socket; the worker stamps
 * a packet after its kernel sent it. */
static void left(struct connection *c, const struct wire_event *ev, nsec at)
{
	if (ev->flags & WIRE_FIN && c->fin_out == TIME_NONE)
		c->fin_out = at;
	if (ev->flags & WIRE_RST && c->rst_out == TIME_NONE &&
	    (!c->heard || at < moment_earlier(c->lost, c->destroyed) + CONNECTION_SLACK_MS * NS_PER_MS))
		c->rst_out = at;
}

bool connection_has_ended(const struct connection *c)
{
	return c->rst_in != TIME_NONE || c->rst_out != TIME_NONE || (c->fin_in != TIME_NONE && c->fin_out != TIME_NONE);
}

void connection_wire(struct connection *c, const struct wire_event *ev)
{
	if (ev->dir == LINK_IN)
		came(c, ev, (nsec)ev->at);
	else
		left(c, ev, (nsec)ev->at);
}
