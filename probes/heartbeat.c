// SPDX-License-Identifier: MIT
/*
 * A liveness poll that the peer's application must answer. With eof=ignore a FIN
 * is not the end; no answer can come any more, so only a failing send tells.
 */
#include <string.h>
#include <sys/epoll.h>

#include "predict.h"
#include "talk.h"

struct params {
	struct phrases phrases;
	nsec every, limit;
	int64_t eof, unanswered;
};

enum taken_for { DEAD, IGNORE };
static const char *const taken_for[] = { "dead", "ignore", NULL };

struct state {
	struct talk talk;
	nsec next;             /* when the stage's words are due */
	nsec since;            /* they were said then, or the greeting is awaited since */
	bool answered;         /* a question, ever, on this connection */
	bool fin;              /* came, and is ignored */
	bool left;             /* the engine knows that the peer said it will close */
};

/* A request may have a path in it; what is looked for is kept in each connection's state. */
#define SAID_MAX (int64_t)sizeof(((struct bytes *)0)->data)
#define AWAITED_MAX 256

#define PHRASE(word, text, default, least, most) \
	{ .name = #word, .help = (text), .def = (default), .unit = UNIT_BYTES, .min = (least), .max = (most), \
	  .offset = offsetof(struct params, phrases.word) }

static const struct param rows[] = {
	PHRASE(send, "what is sent", "\\n", 1, SAID_MAX),
	PHRASE(want, "what the answer contains; empty: anything", "", 0, AWAITED_MAX),
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
	PHRASE(greeting, "what the peer says first, which is waited for", "", 0, AWAITED_MAX),
	PHRASE(hello, "what is sent once before the polls", "", 0, SAID_MAX),
	PHRASE(welcome, "what the answer to that contains; empty: none is awaited", "", 0, AWAITED_MAX),
	PHRASE(thanks, "what is sent once after that", "", 0, SAID_MAX),
	PHRASE(bye, "what the peer says before it closes a connection of its own accord; several are parted by |", "", 0, AWAITED_MAX),
	{ 0 },
};

static int check(const void *params, struct error *e)
{
	const struct params *p = params;

	if (!p->phrases.welcome.len || p->phrases.hello.len)
		return 0;
	return error_set(e, STATUS_USAGE, "heartbeat: welcome is the answer to a hello, and there is none (give hello=BYTES)");
}

/* With eof=ignore the first poll after a FIN provokes the RST, the next one fails. */
static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;
	bool twice = p->eof == IGNORE && p->every > p->limit;

	(void)interval;
	(void)path;
	return ns_add(p->every, twice ? p->every : p->limit);
}

/* A stage has begun: what is said once is said at once, and the first poll at a random phase. */
static void stage_begun(const struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	s->next = s->talk.stage == STAGE_QUESTION ? probe_first_at(l, p->every) : clock_now();
}

/* When there is something to do next. */
static nsec next_tick(const struct probe_context *l, bool more, nsec now)
{
	const struct params *p = l->params;
	const struct state *s = l->state;
	nsec due = s->talk.waiting ? ns_add(s->since, p->limit) : s->next;
	nsec soon = ns_add(now, l->interval);

	if (more)
		return now;
	return s->talk.waiting && s->talk.unsent && soon < due ? soon : due;
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	talk_begin(&s->talk, &p->phrases);
	s->since = clock_now();
	stage_begun(l);
	probe_wake_at(l, next_tick(l, false, s->since));
	return verdict_nothing();
}

/* A welcome is no answer yet: a peer that is polite may know no question. */
static void heard(struct probe_context *l, bool question)
{
	const struct params *p = l->params;
	struct state *s = l->state;

	if (!question) {
		stage_begun(l);
		return;
	}
	s->next = ns_add(s->since, p->every);
	s->answered = true;
	probe_answered(l);
}

/* What another probe on this connection took off first is an answer as well, as long
 * as any will do. */
static struct drained drain_answers(struct probe_context *l, uint32_t events)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	const bool question = s->talk.stage == STAGE_QUESTION;
	bool did;
	struct drained d = talk_hear(&s->talk, &p->phrases, l, events & EPOLLIN, &did);

	if (did)
		heard(l, question);
	if (s->talk.leaving && !s->left)
		probe_leaving(l);
	s->left = s->talk.leaving;
	/* EOF is a FIN, or what is left of an error that another took. */
	if (d.eof && p->eof == IGNORE && !probe_error_taken(l)) {
		s->fin = true;
		talk_give_up(&s->talk);
		d.verdict = verdict_nothing();
	}
	return d;
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

/* Says what is due, or goes on because the buffer was full. The limit runs from the
 * first attempt: a poll that cannot be sent is not answered. */
static struct verdict say(struct probe_context *l, nsec now)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	const enum stage stage = s->talk.stage;
	int rc;

	if (!s->talk.waiting) {
		s->since = now;
		if (stage == STAGE_QUESTION)
			probe_polls(l);
	}
	rc = talk_say(&s->talk, &p->phrases, l);
	if (s->fin)
		s->talk.waiting = false;
	if (s->talk.stage != stage)
		stage_begun(l);
	else
		s->next = ns_add(s->since, p->every);
	return rc < 0 ? call_failed(l, "send", -rc) : verdict_nothing();
}

static struct verdict no_answer(const struct state *s, nsec limit)
{
	const char *ever = s->talk.stage != STAGE_QUESTION ? ": does the peer speak this protocol?" :
			   !s->answered ? ", nor ever before: does the peer answer this?" : "";

	return verdict_dead("recv", "no %s within %gs%s", talk_awaited(&s->talk), ns_seconds(limit), ever);
}

/* Nothing has come in time: a peer that never answered may be spared. */
static struct verdict overdue(struct state *s, const struct params *p, nsec now)
{
	if (s->answered || p->unanswered == DEAD)
		return no_answer(s, p->limit);
	s->since = now;
	s->talk.waiting = s->talk.stage != STAGE_QUESTION;
	return verdict_nothing();
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
	if (s->talk.waiting && now >= ns_add(s->since, p->limit))
		d.verdict = overdue(s, p, now);
	if (d.verdict.kind == VERDICT_NOTHING && (s->talk.waiting ? s->talk.unsent : now >= s->next))
		d.verdict = say(l, now);
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

	if (p->phrases.greeting.len || !contains(&p->phrases.hello, &p->phrases.welcome))
		return ignore ? RANGE_NEVER("no answer is expected") :
			predict_false_alarm(v, 0, p->limit, "the peer never says what is awaited first");
	if (!contains(&p->phrases.send, &p->phrases.want) || (p->phrases.want.len && v->others_read))
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
	if (p->phrases.want.len && v->others_take)
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
		"server of an unknown protocol is not called dead: only a failing send counts then.\n\n"
		"Some protocols want more than a question. `greeting` is what the peer says first, and is "
		"waited for; then `hello` is sent, once, and `welcome` is in its answer; `thanks` is sent "
		"once after that. Each answer may take `limit`, and no greeting and no welcome counts as an "
		"answer to a poll. A URL as the target fills all of this in for its protocol. What the peer "
		"says in `bye` announces that it will close the connection itself: an end that comes then, "
		"unless a fault had struck, is inconclusive.",
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
	.check = check,
	.arm = arm,
	.event = event,
	.tick = tick,
};
