/* SPDX-License-Identifier: MIT */
/* A connection that is full in the watcher's direction, because the peer does not read. */
#ifndef FAULTS_FULL_H
#define FAULTS_FULL_H

#include <stddef.h>

#include "probes/probe.h"

struct full {
	int64_t buffer;
};

/* The row of buffer, in a params struct that begins with a struct full. */
#define FULL_ROW { \
	.name = "buffer", .help = "the bytes of the peer's receive buffer; the watcher's send buffer is four times that", \
	.def = "8192", .unit = UNIT_COUNT, .min = FULL_MIN, .max = FULL_MAX, \
	.offset = offsetof(struct full, buffer) }

#define FULL_MIN 2304 /* SOCK_MIN_RCVBUF of include/net/sock.h, halved and rounded up */
#define FULL_MAX 1048576

/* setup: a small receive buffer, which must be so before the window is first said. */
int full_setup(int fd, const void *params);

/* application: writes until the send buffer, made four times as large, takes no more; the
 * peer takes its buffer's worth of it, and the rest stays. */
int full_fill(int fd, const void *params, struct error *e);

#endif
