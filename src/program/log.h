/* SPDX-License-Identifier: MIT */
/*
 * What a program writes to its standard output and error. The last of it is kept in shared memory, so that a process
 * that did not read it can show it. A file, where one is wanted, has the first 8 MiB as they come, and in the end the
 * last 256 KiB behind them: a program that floods its output fills no disk, and is not held up.
 */
#ifndef PROGRAM_LOG_H
#define PROGRAM_LOG_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define LOG_FIRST (8 << 20)
#define LOG_LAST (256 << 10)

/* To be put into shared memory, zeroed. */
struct log_memory {
	_Atomic uint64_t written; /* ever */
	char last[LOG_LAST];   /* byte n of it is at n % LOG_LAST */
};

struct log {
	struct log_memory *memory;
	int file; /* -1: none */
};

/* DIR/FAULT.ROLE.log, and DIR too if it is missing; dir NULL: no file. -1 with the reason in *e. */
int log_open(struct log *l, struct log_memory *memory, const char *dir, const char *fault, const char *role, struct error *e);

/* The program wrote this. To be called by one process alone. */
void log_add(struct log *l, const char *data, size_t len);

/* When it writes no more: the file gets its end, and is closed. */
void log_close(struct log *l);

/* Copies the last bytes that were written, at most `most` and LOG_LAST; returns how many. */
size_t log_last(const struct log_memory *m, char *to, size_t most);

#endif
