/* SPDX-License-Identifier: MIT */
/* The init of a program's PID namespace: the process, and what is said between it and others. For program.c. */
#ifndef PROGRAM_INIT_H
#define PROGRAM_INIT_H

#include "directory.h"
#include "log.h"
#include "program.h"

/* SIGNAL and RESTART are answered, on the channel on which they came; the others are not. */
enum init_order_kind { INIT_SIGNAL, INIT_RESTART, INIT_STOP, INIT_END };

struct init_order {
	enum init_order_kind kind;
	int signo;  /* SIGNAL */
	nsec grace; /* STOP: SIGTERM now, and SIGKILL when it is over */
};

struct init_answer {
	nsec at; /* from right before it was done */
	struct error error;
};

struct init_plan {
	const struct program_setup *setup;
	const char *command; /* its words are replaced */
	struct directory *directory;
	struct log *log;
	int launcher; /* SOCK_SEQPACKET: struct program_message to the launcher, orders from it. Its end is the order to end. */
	int striker;  /* SOCK_SEQPACKET: orders of who strikes, and answers */
};

/*
 * The whole process, which is the first one of a new PID namespace. It ends its namespace and removes the directory
 * when it is told to, and when its parent is gone.
 */
void init_run(const struct init_plan *p) __attribute__((noreturn));

#endif
