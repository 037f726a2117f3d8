/* SPDX-License-Identifier: MIT */
/* Copies of the descriptors of other processes: what only they tell of a socket. None is kept, none is written to, nothing is set. */
#ifndef AUDIT_COPIES_H
#define AUDIT_COPIES_H

#include "holders.h"

/* The process whose descriptors were copied last. */
struct copies {
	pid_t pid;   /* 0: none yet */
	int process; /* its descriptor, or -errno */
};

void copies_close(struct copies *c);

/* A copy of that descriptor, to be closed at once; or -errno. */
int copy_open(struct copies *c, const struct audit_process *p, int fd);

/* Of a socket that no list has: true where it is a connection, and then `now` is what the copy tells of it. Else it is counted. */
bool copy_is_connection(int copy, struct diag_socket *now, struct audit_rest *rest);

/*
 * What is known of the sockets by none but their copies: their options, and TCP_INFO where sock_diag(7) did not tell; or why it is not known,
 * and what would be needed. Those that their program has closed meanwhile leave the list. -1 with the reason in *e.
 */
int copies_read(struct copies *c, struct audit_list *l, struct holders *h, struct error *e);

#endif
