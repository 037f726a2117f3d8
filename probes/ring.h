/* SPDX-License-Identifier: MIT */
/*
 * One small io_uring by its raw system calls, see io_uring_setup(2) and
 * io_uring_enter(2). Descriptor and mappings belong to the ring: ring_close frees them.
 */
#ifndef PROBES_RING_H
#define PROBES_RING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>

struct ring {
	int fd; /* readable, to epoll and poll, while completions wait */
	void *sq, *cq; /* the mapped rings: one mapping where the kernel can (5.4) */
	size_t sq_len, cq_len, sqes_len;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned *sq_tail, *sq_mask, *sq_array;
	unsigned *cq_head, *cq_tail, *cq_mask;
};

/* 0, or -errno with nothing left behind. */
int ring_open(struct ring *r, unsigned entries);
void ring_close(struct ring *r);

/* Whether this kernel knows an operation (IORING_OP_...). Since 5.6 it can be asked. */
bool ring_supports(const struct ring *r, unsigned op);

/* Hands one request to the kernel. 0 or -errno. Never more at once than entries. */
int ring_submit(struct ring *r, const struct io_uring_sqe *sqe);

/* Takes one completion, if there is one. */
bool ring_reap(struct ring *r, struct io_uring_cqe *cqe);

/* Waits for a completion, at most so many milliseconds. */
void ring_wait(const struct ring *r, int ms);

#endif
