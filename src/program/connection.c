// SPDX-License-Identifier: MIT
/* The steps of a connection: each is told once, in the order in which they can be. */
#include "connection.h"

void connection_begin(struct connection *c, const struct observer_setup *setup, nsec at)
{
	*c = (struct connection){
		.setup = setup, .key = c->key, .live = c->live,
		.answered = TIME_NONE, .fin_in = TIME_NONE, .rst_in = TIME_NONE, .fin_out = TIME_NONE,
		.rst_out = TIME_NONE, .icmp = TIME_NONE, .alive = TIME_NONE, .lost = TIME_NONE, .expires = TIME_NONE,
		.destroyed = TIME_NONE,
		.seen = { .connecting = at, .established = TIME_NONE, .kernel = TIME_NONE, .shut = TIME_NONE, .closed = TIME_NONE },
	};
}

static void step(struct connection *c, enum program_step step, nsec at)
{
	if (c->setup->step)
		c->setup->step(c->setup->owner, step, at, &c->seen);
}

void connection_established(struct connection *c, nsec at)
{
	if (c->seen.established != TIME_NONE)
		return;
	c->seen.established = at;
	step(c, PROGRAM_CONNECTED, at);
}

void connection_known(struct connection *c, enum kernel_cause cause, nsec at, int err)
{
	if (c->seen.kernel != TIME_NONE || c->seen.closed != TIME_NONE)
		return;
	c->seen.kernel = at;
	c->seen.cause = cause;
	c->seen.err = err;
	step(c, PROGRAM_KERNEL, at);
}

void connection_check_icmp(struct connection *c)
{
	if (c->icmp_open && c->recverr && c->seen.established != TIME_NONE)
		connection_known(c, KERNEL_UNREACHABLE, c->icmp, c->icmp_err);
	c->icmp_open = false;
}

bool connection_is_closing(const struct connection *c, nsec now)
{
	return c->seen.shut != TIME_NONE && !c->seen.gone && now - c->seen.shut < CONNECTION_ABOUT_MS * NS_PER_MS;
}

void connection_closed(struct connection *c, nsec at)
{
	if (c->seen.closed != TIME_NONE)
		return;
	c->seen.closed = at;
	c->seen.inode = 0;
	c->seen.gone = true;
	step(c, PROGRAM_CLOSED, at);
}
