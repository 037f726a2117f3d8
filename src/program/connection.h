/* SPDX-License-Identifier: MIT */
/*
 * A connection as the observer keeps it: what its owner is shown, and what that was concluded from. Facts come from packets
 * (connection-wire.c) and from the kernel (connection-kernel.c); connection-end.c says what they mean.
 */
#ifndef PROGRAM_CONNECTION_H
#define PROGRAM_CONNECTION_H

#include "observer.h"
#include "tcp/range.h"

enum {
	CONNECTION_PATIENCE_MS = 50, /* for news that is on its way of an end that was seen */
	CONNECTION_ABOUT_MS = 3,     /* a program that shuts down may be closing: so soon it is looked at again */
	CONNECTION_BEHIND_MS = 1000, /* for a link worker that is held up */
	CONNECTION_SLACK_MS = 20,    /* by so much the worker's stamp may be before its kernel had the packet */
};

struct connection {
	struct observed seen; /* the first: they are shown as that */
	const struct observer_setup *setup;
	uint16_t key;         /* the one of its ports that is not the server's */
	size_t live;          /* its place among those that may change, unless it is retired */
	bool retired, touched;
	uint64_t cookie;      /* of its socket; 0: not known */

	/* Of packets: when one came last, or left last. TIME_NONE. */
	nsec answered;        /* a client's: the answer to the SYN */
	nsec fin_in, rst_in, fin_out, rst_out, icmp;
	uint8_t icmp_err;
	bool icmp_open;       /* whether it ended the connection is not yet known */

	/* Of the kernel. */
	nsec alive;           /* it was last looked at and had not ended */
	nsec lost;            /* it was first not found: TIME_NONE */
	bool heard;           /* what its host sent until its end is known */
	bool timewait;        /* ... but what TCP keeps of it, with the peer's FIN or without */
	bool timewait_fin;
	bool recverr;
	bool retried;         /* when it was alive something was not answered: it may time out ... */
	nsec expires;         /* ... then; TIME_NONE */
	nsec destroyed;       /* nobody holds it any more, and TCP is done with it: TIME_NONE */
	bool aborted;         /* it was disconnected, as SO_LINGER of 0 does ... */
	bool unread;          /* ... or there was unread data */
};

/* The earlier one of two moments, either of which may not be. */
static inline nsec moment_earlier(nsec a, nsec b)
{
	if (a == TIME_NONE || b == TIME_NONE)
		return a == TIME_NONE ? b : a;
	return a < b ? a : b;
}

static inline bool connection_is_lost(const struct connection *c)
{
	return c->lost != TIME_NONE || c->destroyed != TIME_NONE;
}

/* It is there, although a look may have missed it. */
static inline void connection_found(struct connection *c)
{
	c->lost = TIME_NONE;
	c->heard = false;
}

/* One of the table's that is new: nothing but its key and its place is there yet. */
void connection_begin(struct connection *c, const struct observer_setup *setup, nsec at);

/* Did it end on the wire? Then a SYN with its ports is of another one. */
bool connection_has_ended(const struct connection *c);

/* A packet of it. */
void connection_wire(struct connection *c, const struct wire_event *ev);

/* It was looked for from `from` until `at`: found, or not (s is NULL). What was found is so at `at`, what was not
 * found yet was not so at `from`. */
void connection_looked(struct connection *c, const struct diag_socket *s, nsec from, nsec at);

/* It had ended, and its ports were another one's at `at`: what was found since then was that one's. */
void connection_replaced(struct connection *c, nsec at);

void connection_destroyed(struct connection *c, const struct diag_socket *s, nsec at);

/* Steps that are certain; each counts once. */
void connection_established(struct connection *c, nsec at);
void connection_known(struct connection *c, enum kernel_cause cause, nsec at, int err);
void connection_closed(struct connection *c, nsec at);

/* IP_RECVERR makes an ICMP error an end. */
void connection_check_icmp(struct connection *c);

/* Is it about to be closed, perhaps? */
bool connection_is_closing(const struct connection *c, nsec now);

/* Is there something to conclude of one that is lost? */
bool connection_is_open_question(const struct connection *c);

/* May more come to be known of it soon? heard: all that its host had sent by then is known. */
bool connection_must_wait(struct connection *c, nsec now, nsec heard);

/* Concludes what became of it. whole: could its packets leave? */
void connection_settle(struct connection *c, nsec now, bool whole);

/* Nobody holds it since then. */
void connection_over(struct connection *c, nsec at, bool whole);

#endif
