// SPDX-License-Identifier: MIT
/*
 * What became of a connection whose socket is not found any more.
 *
 * A program that closes leaves a FIN, or it leaves an RST: then it disconnected the socket (SO_LINGER of 0) or left data unread, and
 * nobody holds it. A kernel that gives up leaves an RST (keepalive) or nothing, and its program holds the socket until it closes that,
 * which nothing tells but its destruction.
 */
#include "connection.h"

#include <errno.h>

enum { JIFFY_MS = 10 }; /* the longest: a timer's moment is known no better */

/* What came at that time, had the kernel taken it? Not if it was alive long after. */
static bool was_taken(const struct connection *c, nsec at)
{
	return at != TIME_NONE && (c->alive == TIME_NONE || at + CONNECTION_SLACK_MS * NS_PER_MS >= c->alive);
}

static nsec ended_at(const struct connection *c)
{
	return moment_earlier(c->lost, c->destroyed);
}

/* It ended when a timer fired that waits for an answer. */
static bool timer_was_due(const struct connection *c)
{
	return c->retried && c->expires != TIME_NONE && moment_earlier(c->rst_out, ended_at(c)) + JIFFY_MS * NS_PER_MS >= c->expires;
}

/* The program had its kernel reset the connection, which had not ended before. */
static bool was_reset_here(const struct connection *c)
{
	if (c->rst_in != TIME_NONE && (c->rst_out == TIME_NONE || c->rst_in < c->rst_out))
		return false;
	if (c->destroyed == TIME_NONE) /* it holds a socket that it disconnected: connect(2), AF_UNSPEC */
		return c->rst_out != TIME_NONE && !c->retried;
	return (c->aborted || c->unread) && !timer_was_due(c);
}

/* 0 where it is not certain: the error of an ICMP message, or of packets that could not leave, is reported at a timeout. */
static int errno_of_timeout(const struct connection *c, bool whole)
{
	return c->icmp == TIME_NONE && whole ? ETIMEDOUT : 0;
}

/* A socket that was shut down, whose FIN was acknowledged, is destroyed as its program closes it. */
static void conclude_cause(struct connection *c, bool reset_here, bool whole)
{
	const bool fin = c->timewait_fin || was_taken(c, c->fin_in);
	const bool rst = was_taken(c, c->rst_in) || (c->rst_in != TIME_NONE && !timer_was_due(c));

	if (fin)
		connection_known(c, KERNEL_FIN, c->fin_in == TIME_NONE ? ended_at(c) : ns_max(c->fin_in, c->alive), 0);
	else if (reset_here || c->timewait || (c->seen.shut != TIME_NONE && c->rst_in == TIME_NONE && !c->retried))
		return;
	else if (rst)
		connection_known(c, KERNEL_RST, ns_max(c->rst_in, c->alive), ECONNRESET);
	else
		connection_known(c, KERNEL_TIMEOUT, moment_earlier(c->rst_out, ended_at(c)), errno_of_timeout(c, whole));
}

/* It sent a FIN, and was not looked at since. What came before the FIN it may have been told. */
static void conclude_finished(struct connection *c)
{
	if (was_taken(c, c->fin_in) && c->fin_in < c->fin_out)
		connection_known(c, KERNEL_FIN, c->fin_in, 0);
	connection_closed(c, c->fin_out);
}

static bool kernel_ended(const struct connection *c)
{
	return c->seen.kernel != TIME_NONE && (c->seen.cause == KERNEL_RST || c->seen.cause == KERNEL_TIMEOUT);
}

static void conclude(struct connection *c, bool whole)
{
	const bool held = c->destroyed == TIME_NONE, reset_here = was_reset_here(c);

	if (!held && c->fin_out != TIME_NONE && connection_is_closing(c, c->destroyed))
		c->seen.shut = TIME_NONE; /* it was looked at while it closed */
	connection_check_icmp(c);
	if (c->fin_out != TIME_NONE && c->seen.shut == TIME_NONE && !held) {
		conclude_finished(c);
		return;
	}
	if (c->fin_out != TIME_NONE && c->seen.shut == TIME_NONE)
		c->seen.shut = c->fin_out;
	conclude_cause(c, reset_here, whole);
	if (reset_here && !kernel_ended(c) && c->rst_out != TIME_NONE)
		connection_closed(c, ns_max(moment_earlier(c->rst_out, ended_at(c)), c->seen.kernel));
	else if (!held)
		connection_closed(c, c->destroyed);
	else if (c->timewait && !c->timewait_fin) /* only of a socket that nobody holds */
		connection_closed(c, c->lost);
}

/* It was established between two looks, if it was. */
static bool never_was(struct connection *c)
{
	nsec at = moment_earlier(c->answered, moment_earlier(c->fin_in, c->fin_out));

	if (c->seen.established != TIME_NONE)
		return false;
	if (at == TIME_NONE && c->setup->listens)
		at = c->destroyed;
	if (at == TIME_NONE)
		return true;
	connection_established(c, at);
	return false;
}

/* A server's socket may come only with the handshake's end (tcp_syncookies), or when a SYN is repeated. */
static bool may_come(const struct connection *c, nsec now)
{
	return c->setup->listens && c->rst_in == TIME_NONE && c->rst_out == TIME_NONE && now - c->seen.connecting < 5 * NS_PER_S;
}

bool connection_is_open_question(const struct connection *c)
{
	if (!connection_is_lost(c) || c->seen.gone)
		return false;
	return c->destroyed != TIME_NONE || c->seen.kernel == TIME_NONE || (c->timewait && !c->timewait_fin) ||
	       (c->fin_out != TIME_NONE && c->seen.shut == TIME_NONE);
}

/* An end that was seen says who brought it about only with what its host sent before, and with what comes right after. */
bool connection_must_wait(struct connection *c, nsec now, nsec heard)
{
	c->heard |= heard >= ended_at(c);
	if (!c->heard && now - ended_at(c) < CONNECTION_BEHIND_MS * NS_PER_MS)
		return true;
	if (c->destroyed != TIME_NONE)
		return c->seen.kernel == TIME_NONE && now - c->destroyed < NS_PER_MS;
	if (c->rst_in != TIME_NONE && c->fin_out == TIME_NONE && !(c->setup->listens && c->seen.established == TIME_NONE))
		return false;
	return now - c->lost < CONNECTION_PATIENCE_MS * NS_PER_MS;
}

void connection_settle(struct connection *c, nsec now, bool whole)
{
	if (!never_was(c))
		conclude(c, whole);
	else if (may_come(c, now))
		connection_found(c);
	else
		c->seen.refused = c->seen.gone = true;
}

void connection_over(struct connection *c, nsec at, bool whole)
{
	if (c->seen.gone || never_was(c))
		return;
	if (connection_is_lost(c) && c->seen.kernel == TIME_NONE)
		conclude(c, whole);
	connection_closed(c, ns_max(at, c->seen.kernel));
}
