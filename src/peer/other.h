/* SPDX-License-Identifier: MIT */
/*
 * The other end of a connection, as this end can see it: what becomes of the connection in this kernel after the peer
 * has died. No socket is held for it, as that would keep the connection of a dead peer alive.
 */
#ifndef PEER_OTHER_H
#define PEER_OTHER_H

#include "base/clock.h"
#include "net/diag.h"
#include "net/packet.h"

enum seen {
	SEEN_OPEN,
	SEEN_CLOSED, SEEN_RESET, /* the other end did that */
	SEEN_BACK,    /* it was not seen to end the connection, but came back with a new one */
	SEEN_NOTHING, /* and no more can be seen of this connection */
};

struct other {
	unsigned id;           /* of its events */
	unsigned peer, number; /* which of the peers, and which of its connections (child.h) */
	struct diag_ends ends; /* this end first */
	uint64_t cookie;       /* of its socket; 0: never looked at */
	nsec since;            /* it is established, at the latest; 0: before all faults */
	enum seen seen;
	nsec at;               /* when it was seen; TIME_NONE */
	bool told;             /* its kernel has acknowledged this end's FIN */
	nsec missing;          /* since when sock_diag has not found it; TIME_NONE */
	bool reset_here;       /* ... and this kernel had sent an RST by then, to whomever */
	nsec forgotten;        /* when this kernel forgets it (tcp_fin_timeout); TIME_NONE: not counted down */
	const char *blind;     /* NOTHING: why */
	bool spoke;            /* it has sent data to an end that was dead */
	bool left;             /* the server behind a relay ended it: no longer of interest */
	bool back;             /* there is a new connection in its place */
	bool placed;           /* it is such a new one */
};

/* With what they are looked at. */
struct look {
	int diag;        /* or -errno */
	int64_t resets;  /* that this kernel had sent when it was looked the last time; -1: not known */
	bool keeps;      /* the fault leaves them to this kernel: what vanishes was not forgotten by it */
	bool deaf;       /* what the other end does is not seen */
};

static inline bool other_gave_up(const struct other *o)
{
	return o->seen == SEEN_CLOSED || o->seen == SEEN_RESET || o->seen == SEEN_BACK;
}

/* Since when it is established, at the latest, on which this end has sent nothing yet: it may have waited long to be accepted. */
nsec other_since(const struct tcp_info *ti, nsec now);

/* One that is established since then. */
struct other other_new(const struct diag_ends *ends, nsec since);

/* Who is at both ends of a segment that arrived here; is it of that connection? */
struct diag_ends other_ends(const struct packet *p);
bool other_is_of(const struct other *o, const struct diag_ends *ends);

/* The same host, of whatever family its address is written in? */
bool other_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b);

/* RSTs that this kernel has sent, in this network namespace; -1: it does not say. */
int64_t other_resets(void);

/* Looks at one that is open. */
void other_look(struct other *o, const struct look *l, nsec now);

#endif
