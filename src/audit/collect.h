/* SPDX-License-Identifier: MIT */
/*
 * The TCP connections of running processes, as they are now: a copy of each descriptor is taken (pidfd_getfd(2)), read, and closed at
 * once. Nothing is stopped, written or set. Where that is not permitted, what sock_diag(7) and /proc tell is taken alone.
 */
#ifndef AUDIT_COLLECT_H
#define AUDIT_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "net/diag.h"
#include "plan/plan.h"
#include "program/promise.h"
#include "tcp/sysctls.h"

/* A network namespace that some of the processes, or their sockets, are in. */
struct audit_host {
	ino_t id;               /* of /proc/PID/ns/net; 0: it may not be read */
	ino_t table;            /* of /proc/PID/net/tcp, which always may; 0: there is none */
	pid_t pid;              /* one of them; 0: it was found by a socket */
	bool own;               /* this process's */
	bool entered;           /* its sysctls are its own; else they are this process's */
	int err;                /* an errno: why sock_diag(7) did not list its sockets, but /proc/PID/net/tcp alone; 0 */
	struct sysctls sysctls;
};

#define UID_UNKNOWN ((uid_t)-1)

struct audit_process {
	pid_t pid;
	uid_t uid;          /* its effective one; UID_UNKNOWN */
	char command[16];   /* safe to print; "" */
	size_t host;
	bool holds;         /* it may hold something: it is neither a zombie nor the kernel's own */
	int err;            /* an errno: why its descriptors cannot be read; 0 */
};

#define NO_PROCESS SIZE_MAX

struct audit_socket {
	size_t host, process;   /* process: the first that holds it; NO_PROCESS: none that may be looked into */
	int fd;                 /* its number there; -1 */
	bool mptcp;             /* its first subflow is what is told of, but for what is unread */
	bool has_timer;         /* now.timer is known */
	struct diag_socket now; /* at `at` */
	nsec at;
	struct socket_options options;
	char incomplete[160];   /* why less is known than could be, and what would be needed; "": all is */
};

/* Sockets of the processes that are no connections, and connections that have no socket any more. */
struct audit_rest {
	size_t listening, others; /* others: UDP, Unix, ... */
	size_t over;              /* connections that are over, while their program still has the descriptor */
	size_t timewait;          /* that TCP alone remembers; of all processes */
};

struct audit_list {
	struct audit_host *hosts;
	struct audit_process *processes;
	struct audit_socket *sockets;
	size_t nhosts, nprocesses, nsockets;
	struct audit_rest rest;
};

/*
 * Those of the plan's processes, or of all. A process of the plan's that does not exist is an error (STATUS_CONNECT), one that ends
 * meanwhile is none. Of a process into which nobody may look the connections of its user come that nobody else is seen to hold.
 * 0, or -1 with the reason in *e; audit_list_free after either.
 */
int audit_collect(const struct audit_plan *p, struct audit_list *l, struct error *e);
void audit_list_free(struct audit_list *l);

#endif
