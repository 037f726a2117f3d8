// SPDX-License-Identifier: MIT
/* What the kernel says of a connection's socket, where it has one, and that it has destroyed it. */
#include "connection.h"

#include <sys/socket.h>

enum { TIMER_TIMEWAIT = 3 };

static bool fin_came(unsigned state)
{
	return state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING || state == STATE_TIME_WAIT;
}

static bool fin_sent(unsigned state)
{
	return state == STATE_FIN_WAIT1 || state == STATE_FIN_WAIT2 || state == STATE_LAST_ACK || state == STATE_CLOSING;
}

/* The program sent a FIN: closed if it holds no socket. Where it was closing when it was looked at, it had not shut down. */
static void finished(struct connection *c, const struct diag_socket *s, nsec at)
{
	const nsec sent = c->fin_out != TIME_NONE ? c->fin_out : at;
	const bool closing = connection_is_closing(c, at);

	if (s->inode && c->seen.shut == TIME_NONE)
		c->seen.shut = sent;
	if (s->inode)
		return;
	if (closing)
		c->seen.shut = TIME_NONE;
	connection_closed(c, closing ? ns_max(c->alive, sent) : c->seen.shut == TIME_NONE ? sent : at);
}

static void found(struct connection *c, const struct diag_socket *s, nsec at)
{
	const bool first = s->state == STATE_CLOSING; /* both sent a FIN, this one before the other's came */

	c->recverr = s->recverr;
	if (s->has_info)
		c->seen.info = s->info;
	/* Of a request: this look may have made its cookie when the socket was already cloned from it, which then
	 * has another (inet_csk_clone_lock). */
	if (s->state == STATE_SYN_RECV)
		return;
	c->cookie = s->cookie;
	if (s->state == STATE_SYN_SENT)
		return;
	connection_established(c, c->answered != TIME_NONE ? c->answered : at);
	connection_check_icmp(c);
	if (fin_came(s->state) && !(first && !s->inode))
		connection_known(c, KERNEL_FIN, c->fin_in != TIME_NONE ? ns_max(c->fin_in, c->alive) : at, 0);
	if (fin_sent(s->state))
		finished(c, s, at);
	if (c->seen.closed == TIME_NONE)
		c->seen.inode = s->inode;
}

/* Which timer runs, and has one that waits for an answer fired before? */
static void note_timer(struct connection *c, const struct diag_socket *s, nsec at)
{
	c->retried = s->timer && (s->retransmits || s->info.tcpi_probes || s->info.tcpi_backoff);
	c->expires = s->timer ? at + (nsec)s->expires * NS_PER_MS : TIME_NONE;
}

void connection_looked(struct connection *c, const struct diag_socket *s, nsec from, nsec at)
{
	const bool other = s && c->cookie && s->cookie != c->cookie;
	const bool timewait = s && !other && s->timer == TIMER_TIMEWAIT;

	if (s && !other && !timewait && s->state != STATE_CLOSE) {
		found(c, s, at);
		note_timer(c, s, at);
		c->alive = from;
		connection_found(c);
		c->timewait = c->timewait_fin = false;
		return;
	}
	if (c->lost == TIME_NONE)
		c->lost = at;
	if (timewait && !c->timewait) { /* also if the look before missed it */
		c->timewait = true;
		c->timewait_fin = s->state == STATE_TIME_WAIT;
	}
}

void connection_replaced(struct connection *c, nsec at)
{
	if (c->alive != TIME_NONE && c->alive > at)
		c->cookie = 0;
	if (c->lost == TIME_NONE)
		c->lost = at;
}

/* One that was disconnected has no other end any more, and its counters are zero. */
void connection_destroyed(struct connection *c, const struct diag_socket *s, nsec at)
{
	if (c->destroyed != TIME_NONE)
		return;
	c->destroyed = at;
	c->aborted = !diag_port(&s->ends.remote);
	c->unread = s->unread > 0;
	if (s->has_info && !c->aborted)
		c->seen.info = s->info;
}
