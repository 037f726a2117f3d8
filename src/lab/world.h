/* SPDX-License-Identifier: MIT */
/*
 * What the lab measures in: the private network with its link worker, or loopback, and
 * the peers that die there. One link for each fault.
 */
#ifndef LAB_WORLD_H
#define LAB_WORLD_H

#include <netdb.h>
#include <netinet/in.h>

#include "plan/plan.h"
#include "supervisor.h"
#include "net/netns.h"
#include "net/worker.h"

struct world {
	size_t faults;
	struct lab_net net;         /* links 0 on loopback */
	struct link_worker *worker; /* NULL on loopback */
	struct supervisor *supervisor;
	struct program **programs; /* of each fault, by role; NULL where the lab's own peer is that end */
	struct program **dying;    /* of each fault, the one that it strikes, for the supervisors ... */
	struct supervisor_ends ends;
	char server[INET6_ADDRSTRLEN]; /* where the server is, as its host's address */
	struct peer_address {
		struct addrinfo info; /* for the dialer */
		struct sockaddr_storage sa;
	} *peers;
};

/* A link and a peer for each of the plan's faults, with its sysctls; names are for the
 * captures of --pcap and must live as long. -1 with the reason in *e; to be closed
 * with world_close after either. */
int world_open(struct world *w, const struct plan *p, const char *const *names, struct error *e);

/* The program that plays that end for a fault; NULL: the lab's own peer. */
struct program *world_program(const struct world *w, size_t fault, enum program_role role);

/* Is the end that dies the lab's own server, which echoes? */
bool world_echoes(const struct world *w);

/* Is every process of it at work? -1 with the reason in *e. */
int world_check(struct world *w, struct error *e);

/* Ends the programs, the peers and the link worker. -1 if one had ended before, or a capture could not be written. */
int world_end(struct world *w, struct error *e);
void world_close(struct world *w);

/* This process works in the first watcher's namespace, and at home again. -1 with the reason in *e. */
int world_enter(const struct world *w, struct error *e);
int world_leave(const struct world *w, struct error *e);

#endif
