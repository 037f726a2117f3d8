/* SPDX-License-Identifier: MIT */
/*
 * What a connection meets once a fault has struck, as far as TCP can tell: a fault says it
 * of itself, and predictions are made of nothing else.
 */
#ifndef TCP_EFFECT_H
#define TCP_EFFECT_H

#include <stdbool.h>

/* What becomes of a segment that the watcher's kernel wants to send. */
enum reply {
	REPLY_ACK,     /* the peer's kernel accepts and acknowledges it */
	REPLY_NOTHING, /* it is lost, or its answer is */
	REPLY_RST,
	REPLY_ICMP,    /* lost, and a router or a host reports it */
	REPLY_REFUSED, /* it does not leave this host: no route, no address */
};

struct effect {
	/* What comes by itself, at once. */
	bool fin, rst;
	bool written;     /* the watcher's application wrote right before the fault, and may have
			   * been acknowledged */
	bool final_data;  /* ... behind data that nobody has read */
	bool hasty;       /* closes with whatever it has not read, and then it is an RST and no FIN */
	bool retransmits; /* what the peer's kernel has to retransmit still arrives */

	/* What a segment with data meets, and an empty one (keepalive). */
	enum reply data, empty;

	/* The same for both, when the fault's silence is over; is it ever? */
	bool heals;
	enum reply healed;

	bool full;    /* the application fills the window, so data are queued behind it; what
		       * data and empty say begins when the fault's delay, if any, is over */
	bool echoes;  /* the peer's application answers as before, once its kernel is reached */
};

/* The connection is reset, and its peer knows of none. */
#define EFFECT_RESET { .rst = true, .data = REPLY_RST, .empty = REPLY_RST }

#endif
