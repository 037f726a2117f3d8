/* SPDX-License-Identifier: MIT */
/*
 * A watch of connections that another program holds: of each this process has a copy of the descriptor, side by side with
 * that program's own. Nothing is read, sent or asked: what a program has not read stays unread, the error stays for it
 * to see, and no option changes but those that a probe was allowed to set (probe_refusal()).
 *
 * While a copy is open its program's close(2) ends nothing. So it is closed as soon as the program is seen
 * to hold the connection no more, or to have shut it down, or when all that is to be noticed was.
 */
#ifndef ENGINE_ADOPTED_H
#define ENGINE_ADOPTED_H

#include <sys/types.h>

#include "run.h"

struct tcp_info;

/* Whose a connection is. Lives as long as the run. */
struct adopted {
	pid_t pid;
	char command[16]; /* safe to print */
	int fd;           /* its number there */
};

/* What is watched: the i-th connection is that of the plan's i-th target, which is its label. */
struct adoption {
	const struct adopted *conns;
	size_t count;
	const int *ends;  /* descriptors that become readable when a program ends */
	size_t nends;
	char note[160];   /* to be told first; "" */
	void *of;         /* for the functions */

	/* A copy of the i-th: a descriptor; -ENOENT where its program has it no more; or -1 with the reason in *e. */
	int (*copy)(void *of, size_t i, struct error *e);
	/* Does its program still hold it? Cheap: it is asked several times a second. */
	bool (*holds)(void *of, size_t i);
};

/* Until all connections have ended or are not held any more, --timeout, or a signal. The exit status, with the reason in *e
 * where it is 3 or 4. */
int run_adopted(const struct plan *p, const struct adoption *a, struct error *e);

/* Has its program sent a FIN, by its TCP_INFO? Then what ends it is the program's own doing, unless it has ended before. */
bool adopted_is_shut(const struct conn *c, const struct tcp_info *ti);

#endif
