// SPDX-License-Identifier: MIT
/*
 * io_uring without liburing. The kernel shares the rings' memory, so heads
 * and tails are read with acquire and written with release, and nothing else is.
 */
#include "ring.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *map(const struct ring *r, size_t len, uint64_t offset)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		(off_t)offset);
}

static unsigned *field(void *base, uint32_t offset)
{
	return (unsigned *)(void *)((char *)base + offset);
}

static int map_rings(struct ring *r, const struct io_uring_params *p)
{
	bool one = p->features & IORING_FEAT_SINGLE_MMAP;

	r->sq_len = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	r->cq_len = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	r->sqes_len = p->sq_entries * sizeof(struct io_uring_sqe);
	if (one)
		r->sq_len = r->cq_len = r->sq_len > r->cq_len ? r->sq_len : r->cq_len;
	r->sq = map(r, r->sq_len, IORING_OFF_SQ_RING);
	r->cq = one ? r->sq : map(r, r->cq_len, IORING_OFF_CQ_RING);
	r->sqes = map(r, r->sqes_len, IORING_OFF_SQES);
	return r->sq == MAP_FAILED || r->cq == MAP_FAILED || r->sqes == MAP_FAILED ? -errno : 0;
}

int ring_open(struct ring *r, unsigned entries)
{
	struct io_uring_params p = { 0 };
	int rc;

	memset(r, 0, sizeof(*r));
	r->sq = r->cq = r->sqes = MAP_FAILED;
	r->fd = (int)syscall(SYS_io_uring_setup, entries, &p);
	if (r->fd < 0)
		return -errno;
	rc = map_rings(r, &p);
	if (rc) {
		ring_close(r);
		return rc;
	}
	r->sq_tail = field(r->sq, p.sq_off.tail);
	r->sq_mask = field(r->sq, p.sq_off.ring_mask);
	r->sq_array = field(r->sq, p.sq_off.array);
	r->cq_head = field(r->cq, p.cq_off.head);
	r->cq_tail = field(r->cq, p.cq_off.tail);
	r->cq_mask = field(r->cq, p.cq_off.ring_mask);
	r->cqes = (void *)((char *)r->cq + p.cq_off.cqes);
	return 0;
}

void ring_close(struct ring *r)
{
	if (r->sqes != MAP_FAILED)
		munmap(r->sqes, r->sqes_len);
	if (r->cq != MAP_FAILED && r->cq != r->sq)
		munmap(r->cq, r->cq_len);
	if (r->sq != MAP_FAILED)
		munmap(r->sq, r->sq_len);
	close(r->fd);
	r->sq = r->cq = r->sqes = MAP_FAILED;
	r->fd = -1;
}

bool ring_supports(const struct ring *r, unsigned op)
{
	union {
		struct io_uring_probe head;
		char bytes[sizeof(struct io_uring_probe) + 256 * sizeof(struct io_uring_probe_op)];
	} ops;

	memset(&ops, 0, sizeof(ops));
	if (syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PROBE, &ops, 256))
		return false;
	return op <= ops.head.last_op && ops.head.ops[op].flags & IO_URING_OP_SUPPORTED;
}

int ring_submit(struct ring *r, const struct io_uring_sqe *sqe)
{
	unsigned tail = *r->sq_tail, slot = tail & *r->sq_mask;
	long n;

	r->sqes[slot] = *sqe;
	r->sq_array[slot] = slot;
	__atomic_store_n(r->sq_tail, tail + 1, __ATOMIC_RELEASE);
	do
		n = syscall(SYS_io_uring_enter, r->fd, 1, 0, 0, NULL, 0);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		return 0;
	__atomic_store_n(r->sq_tail, tail, __ATOMIC_RELEASE);
	return n < 0 ? -errno : -EAGAIN;
}

bool ring_reap(struct ring *r, struct io_uring_cqe *cqe)
{
	unsigned head = *r->cq_head;

	if (head == __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE))
		return false;
	*cqe = r->cqes[head & *r->cq_mask];
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return true;
}

void ring_wait(const struct ring *r, int ms)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };

	poll(&p, 1, ms);
}
