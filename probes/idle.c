// SPDX-License-Identifier: MIT
/*
 * The idle timer: nothing arrived for too long. Its oddity: data that another look took
 * off first counts as well.
 */
#include <sys/epoll.h>

#include "stream.h"

struct params {
	nsec limit;
};

struct state {
	nsec heard;
};

static const struct param rows[] = {
	{ .name = "limit", .help = "silence that means dead", .def = "15s", .unit = UNIT_TIME,
	  .min = EVERY_MIN, .max = 24 * EVERY_MAX, .offset = offsetof(struct params, limit) },
	{ 0 },
};

static nsec worst_case(const void *params, nsec interval, const struct sysctls *sys)
{
	const struct params *p = params;

	(void)interval;
	(void)sys;
	return p->limit;
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	s->heard = clock_now();
	probe_wake_at(l, ns_add(s->heard, p->limit));
	return verdict_nothing();
}

static struct drained take(struct probe_context *l, uint32_t events)
{
	struct state *s = l->state;
	struct drained d = drain(l, NULL, NULL);

	if (d.bytes || events & EPOLLIN)
		s->heard = clock_now();
	return d;
}

/* The timer is not moved for each piece of data: it finds out when it fires. */
static struct verdict event(struct probe_context *l, uint32_t events)
{
	struct drained d = take(l, events);

	if (d.more)
		probe_wake_at(l, clock_now());
	return d.verdict;
}

/* Takes what is there before it judges: this process may have slept for long. */
static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	struct drained d = take(l, 0);
	nsec due = ns_add(s->heard, p->limit), now = clock_now();

	if (d.verdict.kind != VERDICT_NOTHING)
		return d.verdict;
	if (now >= due)
		return verdict_dead("recv", "nothing for %gs", ns_seconds(p->limit));
	probe_wake_at(l, d.more ? now : due);
	return d.verdict;
}

const struct probe probe_idle = {
	.name = "idle",
	.call = "recv, and nothing arrived for too long",
	.summary = "calls a peer dead that says nothing for too long",
	.text =
		"Whatever arrives is received and dropped, and a clock starts anew. When nothing "
		"has come for `limit`, the peer is dead; EOF and errors are noticed as they "
		"come, as by any reader.\n\n"
		"It is the one check that needs nothing: no segment, no byte, no option, no help "
		"from the peer's kernel. So it notices every death, whatever lies between, and "
		"a frozen process too.\n\n"
		"The price is paid by the living. Silence is no proof: a healthy client that "
		"has nothing to say is thrown out, and must either talk for the sake of it or "
		"come back. `limit` must exceed the longest silence that the protocol allows.",
	.also = "read timeout, inactivity timeout, idle reaper, SO_RCVTIMEO",
	.who =
		"Redis\ttimeout, off by default\n"
		"memcached\t-o idle_timeout\n"
		"Netty\tIdleStateHandler, ReadTimeoutHandler\n"
		"Kafka\tconnections.max.idle.ms, 10 min by default",
	.code =
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Returns when something arrived, or when nothing did for @limit@. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd, .events = POLLIN };\n"
		"\tchar data[4096];\n"
		"\n"
		"\treturn poll(&p, 1, @limit:ms@) <= 0 ||\n"
		"\t\trecv(fd, data, sizeof(data), MSG_DONTWAIT) <= 0;\n"
		"}\n",
	.traits = TAKES_DATA | TAKES_ERROR,
	.params = rows,
	.lab = "limit=4s",
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.arm = arm,
	.event = event,
	.tick = tick,
};
