/* SPDX-License-Identifier: MIT */
/*
 * The probes that share one connection, and what they and the application do to it
 * together. Plain data: the model (src/model/composite.h) fills it from the probes' `use`.
 */
#ifndef PROBES_COMPOSITE_H
#define PROBES_COMPOSITE_H

#include "probe.h"

/* A probe with its parameters, all bounds checked, defaults filled in. */
struct chosen {
	const struct probe *probe;
	void *params;       /* probe->params_size bytes; NULL if 0 */
	char *spec;         /* "keepalive:idle=1s", as typed, but values in the quotes that they need */
	const char *from;   /* the profile that it is a member of, "@go" (static); NULL: it was typed */
	bool compared;      /* --all added it, for comparison: nobody relies on it */
	const char *unsupported; /* NULL, or why it cannot run here (static) */
};

/* The probes that share one connection: "peek+keepalive". */
struct group {
	struct chosen *chosen;
	size_t count;
	char *spec;       /* as typed: "@go+peek" */
	char *stands_for; /* the same without an @NAME; NULL where there is none in it */
};

/*
 * What a probe with its parameters does to the connection that it shares, as far as its traits
 * do not tell. Zero-initialized, all of it means: nothing.
 */
struct connection_use {
	nsec tx_period;      /* SENDS_DATA: how often, as long as it is answered */
	bool urgent;         /* ... out of band, which no peer reads */
	bool outlives_fin;   /* TAKES_DATA: goes on after the peer's FIN */
	bool gives_up;       /* TAKES_DATA: may say dead by a limit of its own, and then takes no more */

	/* The socket options that it sets; a number may be PARAM_SYSTEM, which leaves what is in force. */
	bool keepalive;
	nsec idle, intvl;
	int64_t cnt;
	nsec user_timeout;   /* 0: does not touch it */
	bool recverr;        /* IP_RECVERR */
};

struct composite {
	/* Socket options in force. */
	bool keepalive, recverr;
	nsec idle, intvl;
	int64_t cnt;
	nsec user_timeout; /* 0: none */

	/* Somebody does it at least that often, and for the first time at a random moment
	 * within that time; NS_NEVER: nobody does. */
	nsec app_period;  /* the application: reads what is there, then writes */
	nsec tx_period;   /* a probe or the application puts data into the stream, also after the fault */
	nsec tx_before;   /* ... before it */
	nsec echo;        /* the peer echoes what was sent, before the fault */
	nsec echo_unread; /* ... of what a probe sent */

	nsec urgent;      /* a probe sends out of band, which no peer reads, before the fault */

	unsigned senders; /* probes that send, also after the fault */
	bool reads;       /* a probe takes data as soon as they come */
};

/* What c does with its parameters; interval is --interval. */
struct connection_use chosen_use(const struct chosen *c, nsec interval);

#endif
