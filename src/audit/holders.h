/* SPDX-License-Identifier: MIT */
/* The plan's processes, and which of them holds which socket. */
#ifndef AUDIT_HOLDERS_H
#define AUDIT_HOLDERS_H

#include "collect.h"

/* A descriptor that is a socket. */
struct holder {
	uint32_t inode;
	int fd;
	size_t process;
	bool told; /* of the first of an inode: its socket has been met */
};

struct holders {
	struct holder *list; /* sorted: those of one inode follow each other, the first process in front */
	size_t count;
};

/* Lists the plan's processes, each once, and what they hold. A thread's id means its process. -1 with the reason in *e: one of the
 * plan's that does not exist. holders_free after either. */
int holders_collect(const struct audit_plan *p, struct audit_list *l, struct holders *h, struct error *e);

/* What the same processes hold by now; the same. */
int holders_again(struct audit_list *l, struct holders *h, struct error *e);
void holders_free(struct holders *h);

/* The first descriptor that is that socket; NULL: none. */
struct holder *holders_find(const struct holders *h, uint32_t inode);

/* The next one that is the same socket; NULL: none. */
const struct holder *holders_next(const struct holders *h, const struct holder *of);

#endif
