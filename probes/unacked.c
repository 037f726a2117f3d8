// SPDX-License-Identifier: MIT
/* A byte sent, and the send queue asked whether the peer's kernel has it. */
#include "ask.h"
#include "predict.h"
#include "stream.h"
#include "tcp/tcpinfo.h"

struct params {
	struct bytes data;
	nsec every, limit;
};

struct state {
	nsec sent;        /* when, if outstanding; else when next */
	size_t at;
	uint64_t acked;   /* of a borrowed connection: bytes, when `sent` was set */
	bool outstanding; /* until the queue was seen empty */
	bool seen;        /* outstanding, by an earlier check: this process may have slept since */
};

static const struct param rows[] = {
	{ .name = "data", .help = "what is sent", .def = "\\x00", .unit = UNIT_BYTES,
	  .min = 1, .max = 256, .offset = offsetof(struct params, data) },
	{ .name = "every", .help = "time between two sends", .def = "1s", .unit = UNIT_TIME,
	  .min = EVERY_MIN, .max = EVERY_MAX, .offset = offsetof(struct params, every) },
	{ .name = "limit", .help = "how long it may stay unacknowledged", .def = "3s",
	  .unit = UNIT_TIME, .min = EVERY_MIN, .max = EVERY_MAX,
	  .offset = offsetof(struct params, limit) },
	{ 0 },
};

/* Dies after an acknowledged byte; the next is sent when the queue was seen empty. */
static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;

	(void)path;
	return ns_add(interval, ns_add(p->every, p->limit));
}

/* Two checks at least before `limit` is over. */
static nsec check_interval(const struct probe_context *l)
{
	const struct params *p = l->params;

	return l->interval < p->limit / 2 ? l->interval : p->limit / 2;
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	s->sent = probe_first_at(l, l->borrowed ? check_interval(l) : p->every);
	probe_wake_at(l, s->sent);
	return verdict_nothing();
}

/* Buffer full or not: the clock runs from here, since the queue is not empty. */
static struct verdict send_now(struct probe_context *l, nsec now)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	int rc;

	s->outstanding = true;
	s->seen = false;
	s->sent = now;
	probe_wake_at(l, ns_add(now, check_interval(l)));
	rc = send_rest(l, &p->data, &s->at, 0);
	s->outstanding = rc >= 0;
	return rc < 0 ? call_failed(l, "send", -rc) : verdict_nothing();
}

/* What is still queued: dead if it is so for too long. */
static struct verdict judge(struct probe_context *l, int queued, nsec now)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	nsec due = ns_add(s->sent, p->limit), soon = ns_add(now, check_interval(l));

	if (s->seen && now >= due)
		return verdict_dead("ioctl(SIOCOUTQ)", "%d byte%s unacknowledged for %gs", queued,
			queued == 1 ? "" : "s", ns_seconds(p->limit));
	s->seen = true;
	probe_wake_at(l, now < due && due < soon ? due : soon);
	return verdict_nothing();
}

/* Another program sends here: what it has sent is outstanding since the last time that some of it was acknowledged. */
static struct verdict tick_borrowed(struct probe_context *l)
{
	struct state *s = l->state;
	nsec now = clock_now();
	struct tcp_info ti;
	int queued = ask_queued(l->fd), rc = tcpinfo_up_to(l->fd, &ti, tcpi_bytes_acked);

	if (queued < 0 || rc)
		return verdict_again("ioctl(SIOCOUTQ)", queued < 0 ? -queued : -rc);
	if (queued > 0 && s->outstanding && ti.tcpi_bytes_acked == s->acked)
		return judge(l, queued, now);
	s->outstanding = queued > 0;
	s->seen = false;
	s->acked = ti.tcpi_bytes_acked;
	s->sent = now;
	probe_wake_at(l, ns_add(now, check_interval(l)));
	return verdict_nothing();
}

static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	nsec now = clock_now();
	int queued;

	if (l->borrowed)
		return tick_borrowed(l);
	if (!s->outstanding)
		return now < s->sent ? verdict_nothing() : send_now(l, now);
	queued = ask_queued(l->fd);
	if (queued < 0)
		return verdict_again("ioctl(SIOCOUTQ)", -queued);
	if (queued > 0)
		return judge(l, queued, now);
	s->outstanding = false;
	s->sent = ns_add(s->sent, p->every);
	if (s->sent <= now)
		return send_now(l, now);
	probe_wake_at(l, s->sent);
	return verdict_nothing();
}

/* It sees an ACK only when it checks, and then sends again. */
static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	u->tx_period = ns_max(p->every, interval);
}

/* The checks while its byte is out: one each interval, and one when the limit is over. */
struct checks {
	nsec interval, limit;
	nsec delay;    /* so long a byte may stay in the queue that the peer acknowledges */
	int64_t shown; /* and be seen by so many checks, but for the last */
};

/* How many bytes of others it takes, each sent right before a check, so that none finds the queue
 * empty. The first checks may still find its own. */
static int64_t bytes_needed(const struct checks *k)
{
	int64_t own = k->shown - 1, checks = k->limit / k->interval;

	return (checks - own + k->shown - 1) / k->shown + (k->limit % k->interval > k->delay);
}

/* How many they may send from the first check that needs one. One sender alone cannot do it twice in
 * a row, unless it is quick enough. */
static int64_t bytes_sent(const struct prediction_view *v, const struct checks *k)
{
	nsec window = ns_max(0, k->limit - k->shown * k->interval + k->delay);
	unsigned others = v->composite->app_period != NS_NEVER;
	int64_t n = others ? window / v->composite->app_period + 1 : 0;

	if (v->others_tx_period <= k->interval + k->delay)
		return INT64_MAX;
	for (size_t i = 0; i < v->group->count; i++) {
		const struct chosen *c = &v->group->chosen[i];

		if (i == v->member || c->unsupported || !(c->probe->traits & SENDS_DATA))
			continue;
		n += window / chosen_use(c, v->around->interval).tx_period + 1;
		others++;
	}
	return others == 1 ? 1 : n;
}

/* When others fill the queue right before each check, it may never be seen empty; with a peer
 * that does not answer, and so has nothing to send its ACKs with, even less. */
static bool is_confused(const struct prediction_view *v, nsec limit)
{
	struct checks k = { .limit = limit, .interval = ns_min(v->around->interval, limit / 2),
			   .delay = v->around->path.rtt + (v->effect->echoes ? 0 : ack_delayed(&v->around->path)) };

	k.shown = 1 + k.delay / k.interval;
	return bytes_sent(v, &k) >= bytes_needed(&k);
}

static struct time_range predict(const struct prediction_view *v)
{
	const struct params *p = v->me->params;
	struct time_range s = predict_no_ack(v, ns_min(v->around->interval, p->limit), p->limit);

	if (is_confused(v, p->limit))
		s.from = ns_min(s.from, p->limit + predict_established(v));
	return s;
}

const struct probe probe_unacked = {
	.name = "unacked",
	.call = "a byte sent, and ioctl SIOCOUTQ stays above 0",
	.summary = "sends a byte and waits for the peer's kernel to acknowledge it",
	.text =
		"Each `every` it sends `data`, and each interval ioctl(SIOCOUTQ) returns how many "
		"bytes the peer has not acknowledged. 0 means that the peer's kernel has them; if the "
		"count does not reach 0 within `limit`, the peer is dead. While bytes are "
		"outstanding, no others are sent.\n\n"
		"It notices a silent peer in seconds and needs no answer from the application: any "
		"protocol that tolerates the byte will do. For the same reason a frozen process "
		"passes for alive until its buffer is full and its window closed; then it passes for "
		"dead.\n\n"
		"A FIN is not noticed as such. The next byte is answered with an RST if the peer is "
		"gone, and acknowledged if it was a half-close, so this check can tell the two apart. "
		"On a busy connection the queue may never be empty though all is well: the check "
		"suits one that is mostly idle. `limit` must exceed the round trip and the peer's "
		"delayed acknowledgement, 40 to 200 ms on Linux.",
	.also = "send-queue check, Send-Q of ss(8) and netstat(8)",
	.who =
		"Samba\tsmbXsrv_connection_get_acked_bytes(): a channel that does not acknowledge in time is given up",
	.code =
		"#include <errno.h>\n"
		"#include <linux/sockios.h>\n"
		"#include <poll.h>\n"
		"#include <sys/ioctl.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Each @every@. Returns with the ACK, or when it is overdue. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstatic const char data[] = @data@;\n"
		"\tconst int flags = MSG_DONTWAIT | MSG_NOSIGNAL;\n"
		"\tint queued = 1;\n"
		"\n"
		"\tif (send(fd, data, sizeof(data) - 1, flags) < 0 && errno != EAGAIN)\n"
		"\t\treturn 1;\n"
		"\tfor (int ms = 0; queued > 0 && ms < @limit:ms@; ms += 10) {\n"
		"\t\tpoll(0, 0, 10);\n"
		"\t\tif (ioctl(fd, SIOCOUTQ, &queued))\n"
		"\t\t\treturn 1;\n"
		"\t}\n"
		"\treturn queued > 0;\n"
		"}\n",
	.traits = SENDS_DATA | TAKES_ERROR | CAN_BORROW,
	.use = use,
	.predict = predict,
	.params = rows,
	.lab = { "every=500ms:limit=2500ms" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.arm = arm,
	.tick = tick,
};
