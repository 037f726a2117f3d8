/* SPDX-License-Identifier: MIT */
/*
 * The peer: an echo server in a process of its own, and what a fault can have
 * that process do. The process is started, told to die and ended by its keeper:
 * the lab's supervisor, or --peer.
 */
#ifndef FAULTS_PEER_H
#define FAULTS_PEER_H

#include <stdbool.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"

struct chosen_fault;
struct peer;

/* When a fault struck: 0 until then. Written before the act, so that who sees what
 * the fault did finds it here, also in another process. */
typedef _Atomic nsec moment;

/* The first stamp counts. */
static inline void moment_stamp(moment *m, nsec at)
{
	if (!atomic_load_explicit(m, memory_order_relaxed))
		atomic_store_explicit(m, at, memory_order_release);
}

static inline nsec moment_read(const moment *m)
{
	return atomic_load_explicit(m, memory_order_acquire);
}

/* ---- for a fault's peer and prepare ---- */

/* It dies now: to be called right before the call that kills. The first one counts. */
void peer_struck(struct peer *p);

/* Does act to every connection: 0, or -1 with the reason in *e if act returned -errno. */
int peer_each(struct peer *p, int (*act)(int fd, const void *params), const void *params,
	      struct error *e);


/* Waits until there is unread input on every connection, but not for longer than limit. */
void peer_await_input(struct peer *p, nsec limit);

void peer_close_all(struct peer *p);

/* These two can stand as a fault's hand by themselves: reads no more, and leaves
 * what arrives in the kernel; dies by going deaf (act_drop_rx). */
int peer_stop_reading(struct peer *p, const void *params, struct error *e);
int peer_drop_rx(struct peer *p, const void *params, struct error *e);

/* Calls then after that time, with the fault's parameters. One at a time. */
void peer_later(struct peer *p, nsec after, void (*then)(struct peer *p, const void *params));

/* Tells the keeper that it is done: for a hand that does not return. */
void peer_last_report(struct peer *p);

/* ---- for the keeper ---- */

struct peer_child {
	pid_t pid;   /* 0: no process */
	int control; /* readable when the peer has something to say; -1: none */
};

enum peer_order { PEER_PREPARE, PEER_STRIKE };

enum peer_news { PEER_READY, PEER_PREPARED, PEER_STRUCK, PEER_CONNECTED };

struct peer_message {
	enum peer_news news;
	nsec at;
	struct error error; /* status 0: none */
	struct sockaddr_storage local, remote; /* PEER_CONNECTED */
	socklen_t local_len, remote_len;
};

/* What comes first for any socket of the peer's: the setup of a struct chosen_fault,
 * or of none (NULL). -1 where the fault is not allowed (STATUS_SYSTEM). */
int peer_setup(int fd, const void *fault, struct error *e);

/* What the process is made of. */
struct peer_plan {
	const struct chosen_fault *fault; /* NULL: it echoes for ever */
	const int *listeners, *connected;
	size_t nlisteners, nconnected;
	bool tells;                       /* PEER_CONNECTED for every one that it accepts */
	moment *struck;                   /* in memory that is shared, or NULL */
};

/*
 * Starts the process, which ends with the caller's, however that ends. The
 * sockets are its own from here on: they are closed on this side, also on -1.
 * It ends by itself once it has died in a way that leaves no connection.
 */
int peer_start(struct peer_child *k, const struct peer_plan *plan, struct error *e);

/* Asks for something, and reads what it says: 1, or 0 when the process is gone. */
void peer_order(const struct peer_child *k, enum peer_order order);
int peer_hear(const struct peer_child *k, struct peer_message *m);

/* Both at once: 0, or -1 when it could not do it or is gone. */
int peer_ask(const struct peer_child *k, enum peer_order order, struct error *e);

/* SIGKILL, and waits for its end. */
void peer_end(struct peer_child *k);

#endif
