// SPDX-License-Identifier: MIT
/*
 * Bytes in and bytes out. What is received lands in one scratch buffer that all
 * connections share, since nobody keeps it.
 */
#include "stream.h"

#include <errno.h>
#include <sys/socket.h>

static unsigned char scratch[32 * 1024];

struct drained drain(struct probe_context *l, void (*each)(void *arg, const unsigned char *data, size_t n),
	void *arg)
{
	struct drained d = { .verdict = verdict_nothing() };

	while (d.bytes < DRAIN_MOST) {
		ssize_t n = recv(l->fd, scratch, sizeof(scratch), MSG_DONTWAIT);

		if (n <= 0) {
			d.eof = n == 0;
			d.verdict = n ? call_failed(l, "recv", errno) : verdict_dead("recv", "EOF");
			return d;
		}
		d.bytes += (size_t)n;
		if (each)
			each(arg, scratch, (size_t)n);
	}
	d.more = true;
	return d;
}

int send_rest(struct probe_context *l, const struct bytes *b, size_t *at, int flags)
{
	ssize_t n = send(l->fd, b->data + *at, b->len - *at, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
	nsec sent = clock_now();

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	probe_sent(l, sent);
	*at += (size_t)n;
	if (*at < b->len)
		return 0;
	*at = 0;
	return 1;
}

const struct param beat_rows[] = {
	{ .name = "data", .help = "what is sent", .def = "\\x00", .unit = UNIT_BYTES,
	  .min = 1, .max = 256, .offset = offsetof(struct beat_params, data) },
	{ .name = "every", .help = "time between two sends", .def = "1s", .unit = UNIT_TIME,
	  .min = EVERY_MIN, .max = EVERY_MAX, .offset = offsetof(struct beat_params, every) },
	{ 0 },
};

struct verdict beat_arm(struct probe_context *l)
{
	const struct beat_params *p = l->params;
	struct beat *b = l->state;

	b->due = probe_first_at(l, p->every);
	probe_wake_at(l, b->due);
	return verdict_nothing();
}

/* A full buffer is said once: it is a reason to worry, and no proof. */
struct verdict beat_tick(struct probe_context *l, const char *call, int flags)
{
	const struct beat_params *p = l->params;
	struct beat *b = l->state;
	nsec now = clock_now();
	int rc;

	b->due = ns_add(b->due, p->every);
	if (b->due <= now)
		b->due = ns_add(now, p->every);
	probe_wake_at(l, b->due);
	rc = send_rest(l, &p->data, &b->at, flags);
	if (rc < 0)
		return call_failed(l, call, -rc);
	if (rc > 0 || b->stuck)
		return verdict_nothing();
	b->stuck = true;
	return verdict_suspect(call, "the send buffer is full");
}

/* The first bytes after a FIN provoke the RST, and the next ones that are sent after it fail. */
nsec beat_worst(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct beat_params *p = params;
	const nsec sends = path->rtt / p->every + 1;

	(void)interval;
	return ns_add(p->every, sends * p->every);
}
