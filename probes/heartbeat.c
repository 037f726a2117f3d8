// SPDX-License-Identifier: MIT
/*
 * A liveness poll that the peer's application must answer. With eof=ignore a FIN
 * is not the end; no answer can come any more, so only a failing send tells.
 */
#include <string.h>
#include <sys/epoll.h>

#include "predict.h"
#include "stream.h"

struct params {
	struct bytes send, want;
	nsec every, limit;
	int64_t eof, unanswered;
};

enum taken_for { DEAD, IGNORE };
static const char *const taken_for[] = { "dead", "ignore", NULL };

struct state {
	nsec sent;             /* the last poll; before the first, one period earlier */
	size_t at;
	bool waiting;          /* for the answer */
	bool unsent;           /* waiting, and the send buffer was full */
	bool answered;         /* ever, on this connection */
	bool fin;              /* came, and is ignored */
	size_t tail_len;       /* the last bytes of an answer that `want` may span */
	unsigned char tail[255];
};

static const struct param rows[] = {
	{ .name = "send", .help = "what is sent", .def = "\\n", .unit = UNIT_BYTES,
	  .min = 1, .max = 256, .offset = offsetof(struct params, send) },
	{ .name = "want", .help = "what the answer contains; empty: anything", .def = "",
	  .unit = UNIT_BYTES, .min = 0, .max = 256, .offset = offsetof(struct params, want) },
	{ .name = "every", .help = "time between two polls", .def = "1s",
	  .unit = UNIT_TIME, .min = EVERY_MIN, .max = EVERY_MAX,
	  .offset = offsetof(struct params, every) },
	{ .name = "limit", .help = "how long the answer may take", .def = "3s",
	  .unit = UNIT_TIME, .min = EVERY_MIN, .max = EVERY_MAX,
	  .offset = offsetof(struct params, limit) },
	{ .name = "eof", .help = "what the peer's FIN is taken for", .def = "dead",
	  .unit = UNIT_WORD, .words = taken_for, .offset = offsetof(struct params, eof) },
	{ .name = "unanswered", .help = "what a peer that never answered at all is taken for",
	  .def = "dead", .unit = UNIT_WORD, .words = taken_for,
	  .offset = offsetof(struct params, unanswered) },
	{ 0 },
};

/* With eof=ignore the first poll after a FIN provokes the RST, the next one fails. */
static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;
	bool twice = p->eof == IGNORE && p->every > p->limit;

	(void)interval;
	(void)path;
	return ns_add(p->every, twice ? p->every : p->limit);
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	s->sent = probe_first_at(l, p->every) - p->every;
	probe_wake_at(l, ns_add(s->sent, p->every));
	return verdict_nothing();
}

/* Keeps the last bytes that a `want` across two pieces could begin with. */
static void keep_tail(struct state *s, size_t most, const unsigned char *data, size_t n)
{
	if (n >= most) {
		memcpy(s->tail, data + n - most, most);
		s->tail_len = most;
		return;
	}
	if (s->tail_len + n > most) {
		size_t drop = s->tail_len + n - most;

		memmove(s->tail, s->tail + drop, s->tail_len - drop);
		s->tail_len -= drop;
	}
	memcpy(s->tail + s->tail_len, data, n);
	s->tail_len += n;
}

/* Looks for `want` in a piece, and across the seam with those before it. */
static void match(void *arg, const unsigned char *data, size_t n)
{
	struct probe_context *l = arg;
	const struct params *p = l->params;
	struct state *s = l->state;
	const size_t most = p->want.len - 1;
	unsigned char seam[2 * sizeof(s->tail)];
	size_t head = n < most ? n : most;

	if (!s->waiting)
		return;
	memcpy(seam, s->tail, s->tail_len);
	memcpy(seam + s->tail_len, data, head);
	if (memmem(seam, s->tail_len + head, p->want.data, p->want.len) ||
	    memmem(data, n, p->want.data, p->want.len))
		s->waiting = false;
	else
		keep_tail(s, most, data, n);
}

/* What another probe on this connection took off first is an answer as well, as long
 * as any will do. */
static struct drained drain_answers(struct probe_context *l, uint32_t events)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	bool waited = s->waiting;
	struct drained d = drain(l, p->want.len ? match : NULL, l);

	if (!p->want.len && (d.bytes || (events & EPOLLIN && !d.eof)))
		s->waiting = false;
	if (waited && !s->waiting) {
		s->answered = true;
		probe_answered(l);
	}
	/* EOF is a FIN, or what is left of an error that another took. */
	if (d.eof && p->eof == IGNORE && !probe_error_taken(l)) {
		s->fin = true;
		s->waiting = false;
		d.verdict = verdict_nothing();
	}
	return d;
}

/* When there is something to do next. */
static nsec next_tick(const struct probe_context *l, bool more, nsec now)
{
	const struct params *p = l->params;
	const struct state *s = l->state;
	nsec due = ns_add(s->sent, s->waiting ? p->limit : p->every);
	nsec soon = ns_add(now, l->interval);

	if (more)
		return now;
	return s->waiting && s->unsent && soon < due ? soon : due;
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	struct state *s = l->state;
	struct drained d;

	if (s->fin)
		return verdict_nothing();
	d = drain_answers(l, events);
	probe_wake_at(l, next_tick(l, d.more, clock_now()));
	return d.verdict;
}

/* Sends, or goes on sending because the buffer was full. The limit runs from the
 * first attempt: a poll that cannot be sent is not answered. */
static struct verdict send_poll(struct probe_context *l, nsec now)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	int rc;

	if (!s->waiting) {
		s->sent = now;
		s->tail_len = 0;
		probe_polls(l);
	}
	rc = send_rest(l, &p->send, &s->at, 0);
	s->unsent = rc <= 0;
	s->waiting = !s->fin;
	return rc < 0 ? call_failed(l, "send", -rc) : verdict_nothing();
}

static struct verdict no_answer(bool answered, nsec limit)
{
	return verdict_dead("recv", "no answer within %gs%s", ns_seconds(limit),
		answered ? "" : ", nor ever before: does the peer answer this?");
}

/* Takes what is there before it judges: this process may have slept for long. */
static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	struct drained d = { .verdict = verdict_nothing() };
	nsec now;

	if (!s->fin)
		d = drain_answers(l, 0);
	if (d.verdict.kind != VERDICT_NOTHING)
		return d.verdict;
	now = clock_now();
	if (s->waiting && now >= ns_add(s->sent, p->limit)) {
		if (s->answered || p->unanswered == DEAD)
			return no_answer(s->answered, p->limit);
		s->waiting = false;
	}
	if (s->waiting ? s->unsent : now >= ns_add(s->sent, p->every))
		d.verdict = send_poll(l, now);
	probe_wake_at(l, next_tick(l, d.more, now));
	return d.verdict;
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	(void)interval;
	u->tx_period = p->every;
	u->outlives_fin = p->eof == IGNORE;
	u->gives_up = true;
}

static bool contains(const struct bytes *all, const struct bytes *part)
{
	return !part->len || memmem(all->data, all->len, part->data, part->len);
}

/* The peer echoes: what it sends is what it was sent, and all of it goes to one reader. */
static struct time_range unanswered(const struct prediction_view *v)
{
	const struct params *p = v->me->params;
	const bool ignore = p->unanswered == IGNORE;
	struct time_range s;

	if (!contains(&p->send, &p->want) || (p->want.len && v->others_read))
		return ignore ? RANGE_NEVER("no answer is expected") :
			predict_false_alarm(v, p->every, p->limit, "the peer never sends the wanted answer");
	if (predict_hasty(v, p->limit))
		return predict_false_alarm(v, p->every, p->limit, "the round trip takes longer than the limit");
	if (v->effect->echoes && v->timeline->silence == NS_NEVER)
		s = RANGE_NEVER("the peer answers");
	else
		s = predict_overdue(v, 0, p->every, p->limit, "no answer within the limit; where none ever came, inconclusive");
	if (ignore && p->every >= v->around->age && s.from != NS_NEVER)
		s = range_maybe(s.from, "if the peer has ever answered before");
	if (p->want.len && v->others_take)
		s.from = ns_min(s.from, p->limit + predict_established(v));
	return s;
}

/* With eof=ignore a FIN means that no answer can come: only a send that fails tells. */
static struct time_range predict(const struct prediction_view *v)
{
	const struct params *p = v->me->params;
	const struct timeline *k = v->timeline;
	struct time_range end = range_first(k->end, k->again);

	if (p->eof != IGNORE)
		return range_first(range_first(k->fin, end), unanswered(v));
	if (v->effect->fin)
		return range_then(end, predict_send_fails_after(v), p->every,
				  k->end.by == NS_NEVER ? k->end.why : "the next poll cannot be sent");
	return range_first(end, unanswered(v));
}

const struct probe probe_heartbeat = {
	.name = "heartbeat",
	.call = "send, and recv of an answer in time",
	.summary = "polls the peer's application, and expects an answer",
	.text =
		"Each `every` it sends the bytes of `send`, and something must come back within "
		"`limit`: anything, or with `want` an answer that contains these bytes, even across "
		"several reads. The next poll waits for the answer to the one before. All that arrives "
		"is received and dropped. EOF and errors, of recv or of send, are deaths too.\n\n"
		"It is the only check that involves the application: a frozen or stuck process, whose "
		"kernel acknowledges everything, is noticed as surely as a cut cable. For that the "
		"protocol needs a request that is always allowed: PING for Redis, a no-op, an empty "
		"line to an echo service. What it notices depends on that: every time that is given "
		"here holds for a peer whose application answers the polls. Where none was ever "
		"answered, the silence proves nothing, and the result of a watch is inconclusive. A "
		"server that closes on an unknown command is killed by it.\n\n"
		"The poll queues behind whatever was sent before, and the answer behind what the peer "
		"still has to send, so a busy connection needs a generous `limit`. With eof=ignore the "
		"peer's FIN is not taken for its death: no answer can come after it, so the probe goes "
		"on sending until that fails, which tells a half-close from a close. With "
		"unanswered=ignore the silence of a peer that has never answered proves nothing, so a "
		"server of an unknown protocol is not called dead: only a failing send counts then.",
	.also = "ping and pong, application keepalive, no-op, server alive message",
	.who =
		"OpenSSH\tServerAliveInterval and ClientAliveInterval, off by default\n"
		"gRPC, HTTP/2\tPING: keepalive time and timeout; clients send none by default, servers after 2 h\n"
		"HikariCP\tkeepaliveTime, and isValid() before an idle connection is lent\n"
		"WebSocket\tping and pong frames (RFC 6455)",
	.code =
		"#include <errno.h>\n"
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Each @every@. Returns with the answer, or when it is overdue. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstatic const char data[] = @send@;\n"
		"\tconst int flags = MSG_DONTWAIT | MSG_NOSIGNAL;\n"
		"\tstruct pollfd p = { .fd = fd, .events = POLLIN };\n"
		"\tchar answer[4096];\n"
		"\n"
		"\tif (send(fd, data, sizeof(data) - 1, flags) < 0 && errno != EAGAIN)\n"
		"\t\treturn 1;\n"
		"\treturn poll(&p, 1, @limit:ms@) <= 0 ||\n"
		"\t\trecv(fd, answer, sizeof(answer), MSG_DONTWAIT) <= 0;\n"
		"}\n",
	.traits = TAKES_DATA | SENDS_DATA | NEEDS_ANSWER | TAKES_ERROR,
	.use = use,
	.predict = predict,
	.params = rows,
	/* One that lets a FIN pass is another probe: the only one that asks the application and
	 * spares a peer that half-closed. */
	.lab = { "every=500ms:limit=2500ms", "every=500ms:limit=2500ms:eof=ignore" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.arm = arm,
	.event = event,
	.tick = tick,
};
