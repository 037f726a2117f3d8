// SPDX-License-Identifier: MIT
/*
 * A receive left pending in the kernel, as with the overlapped reads of other systems.
 * The kernel holds the buffer and the socket until the request is cancelled,
 * so disarm waits for that.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/privilege.h"
#include "ask.h"
#include "predict.h"
#include "ring.h"

#define CALL "io_uring recv"
/* Completed in one wake-up: a peer that floods must not starve the others. */
#define RECEIVES_MOST 64

enum request { RECV = 1, CANCEL };

struct state {
	struct ring ring;
	bool open;
	bool pending; /* the kernel holds the request */
	unsigned char buffer[4096];
};

/* A descriptor or memory limit is no verdict on the kernel: arm will say it. */
static int supported(const char **why)
{
	struct ring r;
	int rc = ring_open(&r, 1);
	bool has_recv;

	*why = "io_uring is not in this kernel";
	if (rc == -EPERM || rc == -EACCES)
		*why = privilege_is_filtered() ? "io_uring is forbidden by a seccomp filter, as in a container"
					       : "io_uring is forbidden here (as root: sysctl kernel.io_uring_disabled=0)";
	if (rc)
		return rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM ? 0 : -1;
	has_recv = ring_supports(&r, IORING_OP_RECV);
	ring_close(&r);
	*why = "io_uring has no IORING_OP_RECV in this kernel";
	return has_recv ? 0 : -1;
}

static int receive(struct probe_context *l)
{
	struct state *s = l->state;
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_RECV,
		.fd = l->fd,
		.addr = (uintptr_t)s->buffer,
		.len = sizeof(s->buffer),
		.user_data = RECV,
	};
	int rc = ring_submit(&s->ring, &sqe);

	s->pending = rc == 0;
	return rc;
}

static struct verdict arm(struct probe_context *l)
{
	struct state *s = l->state;
	int rc = ring_open(&s->ring, 2);

	if (rc)
		return verdict_unable("io_uring_setup", -rc);
	s->open = true;
	rc = probe_watch_fd(l, s->ring.fd);
	if (rc)
		return verdict_unable("epoll_ctl", -rc);
	rc = receive(l);
	return rc ? verdict_unable("io_uring_enter", -rc) : verdict_nothing();
}

/* EAGAIN: older kernels leave the waiting on a non-blocking socket to its owner, and
 * the socket's next event tries again. */
static struct verdict completed(struct probe_context *l, int res)
{
	if (res > 0) {
		probe_took_data(l);
		return verdict_nothing();
	}
	return res ? call_failed(l, CALL, -res) : verdict_dead(CALL, "EOF");
}

static struct verdict reap(struct probe_context *l)
{
	struct state *s = l->state;
	struct io_uring_cqe cqe;

	for (int i = 0; i < RECEIVES_MOST; i++) {
		struct verdict v;

		if (!s->pending && receive(l))
			break;
		if (!ring_reap(&s->ring, &cqe))
			return verdict_nothing();
		s->pending = false;
		v = completed(l, cqe.res);
		if (v.kind != VERDICT_NOTHING || cqe.res == -EAGAIN)
			return v;
	}
	probe_wake_at(l, clock_now());
	return verdict_nothing();
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	(void)events;
	return reap(l);
}

/* The cancelled request completes as well; both are awaited, but not forever. */
static void cancel(struct state *s)
{
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_ASYNC_CANCEL,
		.fd = -1,
		.addr = RECV,
		.user_data = CANCEL,
	};
	struct io_uring_cqe cqe;

	ring_submit(&s->ring, &sqe);
	for (int tries = 0; s->pending && tries < 10; tries++) {
		while (ring_reap(&s->ring, &cqe))
			if (cqe.user_data == RECV)
				s->pending = false;
		if (s->pending)
			ring_wait(&s->ring, 10);
	}
}

static void disarm(struct probe_context *l)
{
	struct state *s = l->state;

	if (!s->open)
		return;
	if (s->pending)
		cancel(s);
	ring_close(&s->ring);
	s->open = false;
}

const struct probe probe_uring = {
	.name = "uring",
	.call = "io_uring recv left pending",
	.summary = "leaves a receive pending in the kernel, and waits for it to complete",
	.text =
		"One IORING_OP_RECV of 4 KiB is submitted and stays with the kernel, which completes "
		"it when something happens: with data (which are dropped, and the request submitted "
		"anew), with 0 at EOF, or with the socket's error.\n\n"
		"It is the overlapped read of other systems, and any program that keeps a reader "
		"waiting does the same: it learns of a close at once. Data do not hide the end, as "
		"they are taken first.\n\n"
		"Nothing is sent, so with a silent peer the request stays pending forever, and a "
		"half-close completes it as a close does. It takes data and the socket's error away "
		"from everything else, even between two of its calls. While pending it holds the "
		"socket: close() alone sends no FIN until the request is cancelled.\n\n"
		"Containers and hardened systems often forbid io_uring (kernel.io_uring_disabled, "
		"seccomp).",
	.also = "pending read, overlapped read, read-ahead, proactor",
	.who =
		"Go\tnet/http: readLoop() waits on each idle connection\n"
		".NET\tSocketsHttpHandler: a read ahead on each idle connection\n"
		"hyper\tthe connection's task polls the idle read\n"
		"Boost.Asio\tasync_read_some() left pending",
	.code =
		"#include <linux/io_uring.h>\n"
		"#include <stdint.h>\n"
		"#include <sys/mman.h>\n"
		"#include <sys/syscall.h>\n"
		"#include <unistd.h>\n"
		"\n"
		"static struct io_uring_params p;\n"
		"static struct io_uring_sqe *sqe;\n"
		"static char *rings, data[4096];\n"
		"static int ring;\n"
		"\n"
		"static int submit(int fd)\n"
		"{\n"
		"\tunsigned *tail = (unsigned *)(rings + p.sq_off.tail);\n"
		"\n"
		"\t*sqe = (struct io_uring_sqe){ .opcode = IORING_OP_RECV, .fd = fd,\n"
		"\t\t.addr = (uintptr_t)data, .len = sizeof(data) };\n"
		"\t__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);\n"
		"\treturn syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0) == 1 ? 0 : -1;\n"
		"}\n"
		"\n"
		"/* Once, on an established connection, on a blocking socket. */\n"
		"int watch_peer(int fd)\n"
		"{\n"
		"\tconst int rw = PROT_READ | PROT_WRITE;\n"
		"\n"
		"\tring = (int)syscall(SYS_io_uring_setup, 1, &p);\n"
		"\tif (ring < 0)\n"
		"\t\treturn -1;\n"
		"\trings = mmap(0, 4096, rw, MAP_SHARED, ring, IORING_OFF_SQ_RING);\n"
		"\tsqe = mmap(0, sizeof(*sqe), rw, MAP_SHARED, ring, IORING_OFF_SQES);\n"
		"\treturn rings == MAP_FAILED || sqe == MAP_FAILED ? -1 : submit(fd);\n"
		"}\n"
		"\n"
		"/* When the ring is readable: the receive completed. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tunsigned *head = (unsigned *)(rings + p.cq_off.head);\n"
		"\tunsigned *tail = (unsigned *)(rings + p.cq_off.tail);\n"
		"\tstruct io_uring_cqe *cqe = (void *)(rings + p.cq_off.cqes);\n"
		"\tint got;\n"
		"\n"
		"\tif (*head == __atomic_load_n(tail, __ATOMIC_ACQUIRE))\n"
		"\t\treturn 0;\n"
		"\tgot = cqe[*head % p.cq_entries].res;\n"
		"\t__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);\n"
		"\treturn got <= 0 || submit(fd);\n"
		"}\n",
	.traits = TAKES_DATA | TAKES_ERROR | OWN_DESCRIPTOR,
	.predict = predict_reader,
	.state_size = sizeof(struct state),
	.worst_case = worst_at_once,
	.supported = supported,
	.arm = arm,
	.event = event,
	.tick = reap,
	.disarm = disarm,
};
