/* SPDX-License-Identifier: MIT */
/* A fault supervisor's process, and the messages between it and the measuring process. For supervisor.c. */
#ifndef LAB_CHILD_H
#define LAB_CHILD_H

#include <netinet/in.h>
#include <sys/types.h>

#include "faults/link.h"
#include "net/worker.h"
#include "peer/child.h"
#include "program/strike.h"
#include "supervisor.h"

/* From the measuring process; the end of the socket is the order to end. */
struct command {
	nsec when;    /* of the strike; nothing else needs it */
	bool connect; /* the order to connect, and not to strike */
};

/* To it. The first one says that a peer that is a server listens, or why not. */
struct child_message {
	struct supervisor_message news;
	in_port_t port;     /* network order; in the first one: where the peer listens */
	struct error error; /* status 0: none */
};

struct child {
	struct link link; /* what the fault sees of it */
	const struct lab_net *net;  /* NULL on loopback, and so is the worker */
	struct link_worker *worker;
	size_t index;               /* of the link in both */
	moment *struck;             /* shared with the peer and the measuring process */
	nsec took;                  /* from then on, until the act was done */
	const struct chosen_fault *fault;
	int family;
	const struct supervisor_ends *ends; /* NULL: no program is under test */
	struct program *program;    /* that dies; NULL: the peer */
	struct peer_child peer;
	struct program_strike strike; /* on the program */
	int socket; /* to the measuring process: SOCK_SEQPACKET */
	in_port_t port;
};

/* What a fault can do to its link. */
extern const struct link_ops child_link_ops;

/* The whole life of a supervisor's process, whose parent is the measuring process. */
_Noreturn void child_run(struct child *s, pid_t parent);

/* The end of the socket is the order to end: the peer goes first, and this does not return. */
void child_read(struct child *s, struct command *c);

/* Waits until that time, or until something comes on the descriptor (-1: none): true then. Does not return when it is to end. */
bool child_wait(struct child *s, int fd, short events, nsec until);

/* Starts the lab's own peer: as a server that listens, or as a client with its connections. -1 with the reason in *e. */
int child_listen(struct child *s, struct error *e);
int child_connect(struct child *s, struct error *e);

#endif
