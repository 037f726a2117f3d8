// SPDX-License-Identifier: MIT
/*
 * The idle timer: nothing arrived for too long. Data that another probe took
 * off first counts as well.
 */
#include <sys/epoll.h>

#include "predict.h"
#include "stream.h"
#include "tcp/late.h"

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

static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;

	(void)interval;
	(void)path;
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

static struct drained drain_and_note(struct probe_context *l, uint32_t events)
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
	struct drained d = drain_and_note(l, events);

	if (d.more)
		probe_wake_at(l, clock_now());
	return d.verdict;
}

/* Takes what is there before it judges: this process may have slept for long. */
static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	struct drained d = drain_and_note(l, 0);
	nsec due = ns_add(s->heard, p->limit), now = clock_now();

	if (d.verdict.kind != VERDICT_NOTHING)
		return d.verdict;
	if (now >= due)
		return verdict_dead("recv", "nothing for %gs", ns_seconds(p->limit));
	probe_wake_at(l, d.more ? now : due);
	return d.verdict;
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	(void)params;
	(void)interval;
	u->gives_up = true;
}

/* Silence before the fault, or between two answers, is as long as the limit allows. */
static struct time_range too_quiet(const struct prediction_view *v, nsec limit)
{
	const struct timeline *k = v->timeline;
	nsec age = v->around->age, echo = v->composite->echo;
	struct time_range s = { limit + predict_established(v), limit - age, limit - age,
				"nothing is sent for the limit" };

	if (echo != NS_NEVER)
		s.by = s.late = v->effect->echoes ? 2 * limit - age : limit;
	/* Urgent bytes that are retransmitted together come as data, but for the last one. */
	else if (v->composite->urgent != NS_NEVER && k->silence != NS_NEVER && v->effect->echoes)
		s.late = ns_add(ns_add(k->silence, k->repair.late), limit);
	return s;
}

static struct time_range silent(const struct prediction_view *v, nsec limit)
{
	const struct timeline *k = v->timeline;
	nsec echo = v->composite->echo, heard = ns_min(echo, -predict_established(v));
	struct time_range s = { limit - heard, limit, limit, "nothing arrives for the limit" };

	if (v->effect->echoes && echo < limit + PROCESSES_LATE && echo > limit - PROCESSES_LATE)
		return range_maybe(limit + predict_established(v), "the answers arrive just as the limit expires");
	if (echo >= limit)
		return too_quiet(v, limit);
	if (!v->effect->echoes)
		return s;
	if (predict_others_stop(v))
		return range_maybe(s.from, "the probe that made the peer answer may have reported dead, and is silent");
	if (k->silence == NS_NEVER || limit > ns_add(echo, k->repair.late))
		return RANGE_NEVER("the answers go on within the limit");
	return k->silence < limit ? range_maybe(s.from, s.why) : s;
}

static struct time_range predict(const struct prediction_view *v)
{
	const struct params *p = v->me->params;
	struct time_range end = range_first(range_first(v->timeline->fin, v->timeline->end), v->timeline->again);

	return range_first(end, silent(v, p->limit));
}

const struct probe probe_idle = {
	.name = "idle",
	.call = "recv, and nothing arrived for too long",
	.summary = "calls a peer dead after too long a silence",
	.text =
		"Whatever arrives is received and dropped, and restarts the timer. When nothing has "
		"arrived for `limit`, the peer is dead. EOF and errors are noticed as they come, as "
		"by any reader.\n\n"
		"It is the one check that needs nothing: no segment, no byte, no option, no help from "
		"the peer's kernel. So it notices every death, whatever the path does, and a frozen "
		"process too.\n\n"
		"The living pay for it. Silence is no proof: a healthy client with nothing to send is "
		"disconnected, and must either send something to stay connected, or reconnect. "
		"`limit` must exceed the longest silence that the protocol allows.",
	.also = "read timeout, inactivity timeout, idle reaper, SO_RCVTIMEO",
	.who =
		"Redis\ttimeout, off by default\n"
		"memcached\t-o idle_timeout\n"
		"Netty\tIdleStateHandler, ReadTimeoutHandler\n"
		"Kafka\tconnections.max.idle.ms, 10 min by default in brokers, 9 min in clients",
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
	.use = use,
	.predict = predict,
	.params = rows,
	.lab = { "limit=4s" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.arm = arm,
	.event = event,
	.tick = tick,
};
