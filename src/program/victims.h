/* SPDX-License-Identifier: MIT */
/*
 * The connections of a program that a fault strikes, as they are right before, and what can be done to one of them
 * from outside: with a copy of its descriptor (owner.h), or by the kernel (net/diag.h). For strike.c and reboot.c.
 */
#ifndef PROGRAM_VICTIMS_H
#define PROGRAM_VICTIMS_H

#include "net/diag.h"
#include "strike.h"

struct victim {
	struct diag_ends ends;
	uint32_t inode; /* 0: nobody holds it */
	int fd;         /* the copy; -1: there is none */
};

struct victims {
	in_port_t port; /* the server's, host order */
	int diag;       /* of its host's namespace */
	struct victim *list;
	size_t count;
	bool copied;         /* each that somebody holds */
	struct error copies; /* why not, where that is so */
};

#define VICTIMS_NONE { .diag = -1 }

/* Finds them and copies their descriptors: that takes its time, so it comes before the strike. That they cannot be
 * copied is no error, since a fault may need no copy. -1 with the reason in *e. victims_close is needed after
 * either, and does no harm to VICTIMS_NONE. */
int victims_open(struct victims *v, const struct program_strike *s, struct error *e);
void victims_close(struct victims *v);

/* While the copies are open, the end of a process ends none of its connections. */
void victims_close_copies(struct victims *v);

bool victims_has_copy(const struct victims *v); /* of any of them */

/* The sockets of the server's port in these states (1 << STATE_LISTEN), as they are now; what there is no memory for is
 * left out. To be freed; NULL where there are none. */
struct diag_ends *victims_find(const struct victims *v, unsigned states, size_t *count);

/* Nobody can connect any more. A kernel that cannot do it (diag_destroy) leaves them to the end of their processes. */
void victims_end_listeners(const struct victims *v);

/* Does end to each: 0, or the first -errno. The other two are ends: with an RST; and, where that is allowed, in silence. */
int victims_end(struct victims *v, int (*end)(struct victims *v, const struct victim *one));
int victim_destroy(struct victims *v, const struct victim *one);
int victim_forget(struct victims *v, const struct victim *one);

#endif
