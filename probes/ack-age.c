// SPDX-License-Identifier: MIT
/*
 * How old is the last sign of life? Keepalive segments provoke answers, and the age
 * of the newest is judged here instead of by the kernel. An age counts
 * only if an answer was due, since nothing is older than `limit` by right.
 */
#include "option.h"
#include "predict.h"
#include "tcp/tcpinfo.h"

struct params {
	nsec idle, intvl, limit;
};

static const struct param rows[] = {
	{ .name = "idle", .help = "silence before the first keepalive segment", .def = "1s",
	  .unit = UNIT_TIME, .min = KEEPALIVE_MIN, .max = KEEPALIVE_MAX,
	  .offset = offsetof(struct params, idle) },
	{ .name = "intvl", .help = "time between unanswered segments", .def = "1s",
	  .unit = UNIT_TIME, .min = KEEPALIVE_MIN, .max = KEEPALIVE_MAX,
	  .offset = offsetof(struct params, intvl) },
	{ .name = "limit", .help = "age of the last ACK that means dead", .def = "5s",
	  .unit = UNIT_TIME, .min = KEEPALIVE_MIN, .max = 3 * KEEPALIVE_MAX,
	  .offset = offsetof(struct params, limit) },
	{ 0 },
};

/* A live peer's last ACK is up to `idle` old, and with one segment lost on the way
 * idle + intvl: only what is older tells the dead from the living. */
static int check(const void *params, struct error *e)
{
	const struct params *p = params;

	if (option_whole("idle", p->idle, NS_PER_S, e) || option_whole("intvl", p->intvl, NS_PER_S, e))
		return -1;
	if (p->limit > p->idle + p->intvl)
		return 0;
	return error_set(e, STATUS_USAGE, "'limit=%gs': a live peer's last ACK may be that old "
		"(give more than idle + intvl, %gs)", ns_seconds(p->limit),
		ns_seconds(p->idle + p->intvl));
}

/* The peer dies right after an ACK: its age reaches `limit`, and at the next check it is
 * noticed. The second segment must be out by then; the kernel's timers run up to an eighth late. */
static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;
	nsec second = (ns_max(p->idle, p->intvl) + p->intvl) / 8 * 9;

	(void)path;
	return ns_add(second > p->limit ? second : p->limit, interval);
}

/* The kernel must not decide first, so cnt is as high as it goes. */
static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct verdict v = option_keepalive(l, p->idle, p->intvl, KEEPALIVE_CNT_MAX);

	probe_wake_at(l, ns_add(clock_now(), p->limit));
	return v;
}

/* Whether the peer owes an answer: data is unacknowledged, the second keepalive
 * segment is out, or there is no connection left. Window probes, which may be
 * minutes apart, are answered before there is a second one. */
static bool answer_due(const struct tcp_info *ti)
{
	return ti->tcpi_unacked || ti->tcpi_probes >= 2 || ti->tcpi_state == STATE_CLOSE;
}

static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	nsec age, now = clock_now();
	struct tcp_info ti;
	int rc = tcpinfo_up_to(l->fd, &ti, tcpi_last_ack_recv);

	if (rc)
		return verdict_again("getsockopt(TCP_INFO)", -rc);
	age = ti.tcpi_last_ack_recv < ti.tcpi_last_data_recv ?
		ti.tcpi_last_ack_recv : ti.tcpi_last_data_recv;
	age *= NS_PER_MS;
	if (age > p->limit && answer_due(&ti))
		return verdict_dead("getsockopt(TCP_INFO)", "last ACK %.1fs ago", ns_seconds(age));
	/* Ages have a millisecond's grain: look when this one must have passed the limit. */
	probe_wake_at(l, ns_add(now, age > p->limit ? l->interval : p->limit - age + 2 * NS_PER_MS));
	return verdict_nothing();
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	(void)interval;
	u->keepalive = true;
	u->idle = p->idle;
	u->intvl = p->intvl;
	u->cnt = KEEPALIVE_CNT_MAX; /* as armed: the kernel's own verdict comes late */
}

/* What the peer's kernel retransmits arrives, and each is heard: the silence begins between two. */
static struct time_range between_retransmissions(const struct circumstances *s, nsec from, nsec limit)
{
	struct time_range r = { .from = from,
				.why = "what the peer retransmits is heard, until the backoff exceeds the limit" };
	unsigned k = 0;

	while (k < 64 && retransmit_at(k + 1, &s->path, ON_TIME) - retransmit_at(k, &s->path, ON_TIME) <= limit)
		k++;
	r.by = ns_add(retransmit_at(k, &s->path, ON_TIME), limit);
	r.late = ns_add(retransmit_at(k + 1, &s->path, LATEST), limit);
	return r;
}

/* How old the last ACK gets in a silence that heals. */
static nsec oldest(const struct prediction_view *v)
{
	const struct composite *c = v->composite;
	nsec gap = ns_max(c->idle, c->intvl), intvl = timer_fires(c->intvl, LATEST);

	if (c->tx_period != NS_NEVER)
		return ns_add(c->tx_period, v->timeline->repair.late);
	return timer_fires(gap, LATEST) + (v->timeline->silence + c->intvl - 1) / c->intvl * intvl;
}

static struct time_range ages(const struct prediction_view *v, nsec limit)
{
	const struct composite *c = v->composite;
	nsec gap = ns_max(c->idle, c->intvl), second = gap + c->intvl;
	nsec late = timer_fires(gap, LATEST) + timer_fires(c->intvl, LATEST);
	const struct tcp_path exact = path_exact(&v->around->path);
	struct time_range heard = v->timeline->heard;
	struct time_range s = { limit + heard.from, ns_max(limit, second) + heard.by,
				ns_max(limit, late) + heard.late, "the last ACK is older than the limit" };

	if (v->timeline->closed.by != NS_NEVER) {
		s.by = ns_max(s.by, window_probe_after(heard.by, &exact, LATEST));
		s.late = ns_max(s.late, window_probe_after(heard.late, &v->around->path, LATEST));
	}
	if (v->effect->retransmits && c->echo != NS_NEVER)
		s = between_retransmissions(v->around, s.from, limit);
	s.late = ns_add(s.late, v->around->interval);
	if (!v->effect->echoes || v->timeline->silence >= s.late)
		return s;
	return oldest(v) < limit && v->timeline->end.from == NS_NEVER ?
		RANGE_NEVER("the silence is over before the limit") : range_maybe(s.from, s.why);
}

static struct time_range predict(const struct prediction_view *v)
{
	const struct params *p = v->me->params;
	struct time_range end = v->timeline->end, s;

	if (predict_hasty(v, p->limit - ns_max(v->composite->idle, v->composite->intvl)))
		return predict_false_alarm(v, v->composite->idle, p->limit,
					   "keepalive asks, and is answered, only after the limit");
	if (v->effect->echoes && v->timeline->silence == NS_NEVER)
		return RANGE_NEVER("the peer's kernel answers keepalive");
	if (v->effect->data != REPLY_ACK && !v->effect->fin)
		return ages(v, p->limit);
	if (end.from == NS_NEVER)
		return RANGE_NEVER("the peer's kernel answers keepalive");
	s = range_then(end, 0, p->limit, "reset, and then silent for the limit");
	s.from = ns_max(s.from, p->limit + v->timeline->heard.from);
	s.late = ns_add(s.late, v->around->interval);
	return s;
}

const struct probe probe_ack_age = {
	.name = "ack-age",
	.call = "TCP_INFO's age of the last ACK, with keepalive segments",
	.summary = "checks how long ago the peer's kernel last acknowledged anything",
	.text =
		"Keepalive is turned on, so that an idle connection sends a segment that must be "
		"answered each `idle`, and after the first unanswered segment each `intvl`. The "
		"kernel's own verdict is put off (TCP_KEEPCNT at its maximum). Instead, "
		"getsockopt(TCP_INFO) returns tcpi_last_ack_recv and tcpi_last_data_recv; when the "
		"younger of them is older than `limit`, the peer is dead.\n\n"
		"Unlike keepalive, it is not blinded by data in flight: unacknowledged data cause the "
		"same silence, and the age grows through it. Its limit is in milliseconds instead of "
		"whole seconds, and the connection stays usable should the peer come back. `limit` "
		"must be more than idle + intvl, or a live peer with one lost segment looks dead.\n\n"
		"It proves only the path and the peer's kernel. The kernel of a frozen process still "
		"acknowledges; so does that of a closed one, for as long as it remembers the "
		"connection, so a FIN is not noticed. An RST is noticed by its silence, `limit` "
		"later. Ages are counted in jiffies, 1 to 10 ms.",
	.also = "time since the last ACK, lastack: in ss -i",
	.code =
		"#define _GNU_SOURCE\n"
		"#include <netinet/in.h>\n"
		"#include <netinet/tcp.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"static int set(int fd, int level, int name, int value)\n"
		"{\n"
		"\treturn setsockopt(fd, level, name, &value, sizeof(value));\n"
		"}\n"
		"\n"
		"/* Once, on an established connection. */\n"
		"int watch_peer(int fd)\n"
		"{\n"
		"\treturn set(fd, IPPROTO_TCP, TCP_KEEPIDLE, @idle:s@) ||\n"
		"\t\tset(fd, IPPROTO_TCP, TCP_KEEPINTVL, @intvl:s@) ||\n"
		"\t\tset(fd, IPPROTO_TCP, TCP_KEEPCNT, 127) ||\n"
		"\t\tset(fd, SOL_SOCKET, SO_KEEPALIVE, 1);\n"
		"}\n"
		"\n"
		"/* From time to time. Old alone is not enough: an answer must be due. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tconst unsigned limit = @limit:ms@;\n"
		"\tstruct tcp_info ti = { 0 };\n"
		"\tsocklen_t len = sizeof(ti);\n"
		"\n"
		"\tif (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &ti, &len))\n"
		"\t\treturn 1;\n"
		"\tif (ti.tcpi_last_ack_recv <= limit || ti.tcpi_last_data_recv <= limit)\n"
		"\t\treturn 0;\n"
		"\treturn ti.tcpi_unacked || ti.tcpi_probes > 1 ||\n"
		"\t\tti.tcpi_state == TCP_CLOSE;\n"
		"}\n",
	.traits = SENDS_SEGMENTS,
	.use = use,
	.predict = predict,
	.params = rows,
	.lab = { "idle=1s:intvl=1s:limit=3s" },
	.params_size = sizeof(struct params),
	.worst_case = worst_case,
	.check = check,
	.arm = arm,
	.tick = tick,
};
