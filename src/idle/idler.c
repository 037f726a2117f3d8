// SPDX-License-Identifier: MIT
/* One connection: it is established, it is silent, it is asked, it answers or not. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idle.h"
#include "tcp/tcpinfo.h"

#define LOOK_SOON (5 * NS_PER_MS) /* for an answer; */
#define LOOK_LATER (25 * NS_PER_MS) /* after SOON */
#define SOON (100 * NS_PER_MS)
#define SUSPICIOUS (250 * NS_PER_MS) /* and two round trips without an answer */
#define VAIN (3500 * NS_PER_MS) /* four keepalive segments, a second apart */
#define VAIN_TRIPS 4

static bool is_keeper(const struct idler *i)
{
	return i->number == i->idle->search.count;
}

static struct silence *silence_of(const struct idler *i)
{
	return is_keeper(i) ? &i->idle->keeper.silence : &i->idle->each[i->number];
}

nsec idle_vain(const struct idle *d)
{
	return VAIN + VAIN_TRIPS * d->round_trip;
}

static uint32_t segments_in(const struct idler *i)
{
	struct tcp_info ti;

	tcpinfo_read(i->socket.fd, &ti);
	return ti.tcpi_segs_in;
}

static void hang_up(struct idler *i)
{
	timer_unset(&i->idle->run.loop, &i->timer);
	loop_remove(&i->idle->run.loop, &i->socket);
	close(i->socket.fd);
	i->socket.fd = -1;
	i->phase = IDLER_OVER;
}

/* Nothing of it is left in this kernel, which would go on retransmitting a FIN. */
static void abandon(struct idler *i)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(i->socket.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	hang_up(i);
}

/* Whether a FIN would arrive is known of those alone that are not silent for too long. */
void idler_close(struct idler *i)
{
	nsec limit = i->idle->search.bracket.at_most;

	if (i->socket.fd < 0)
		return;
	if (i->phase == IDLER_SILENT && clock_now() - silence_of(i)->since < limit)
		hang_up(i);
	else
		abandon(i);
}

/* ---- its answers ---- */

static void answered(struct idler *i, nsec now)
{
	asking_stop(&i->asking);
	timer_unset(&i->idle->run.loop, &i->timer);
	i->segs_in = segments_in(i);
	i->phase = IDLER_SILENT;
	if (is_keeper(i))
		keeper_answered(i->idle, now);
	else
		search_answered(&i->idle->search, i->number, now);
	idle_review(i->idle, now);
}

/* The question itself must not be what ends it. */
static bool is_refused(struct idler *i, enum forgetting how)
{
	struct idle *d = i->idle;
	struct error e;

	if (!is_keeper(i) || d->keeper.asked || i->asking.how == ASK_KEEPALIVE)
		return false;
	error_set(&e, STATUS_FAILED, "'%s': %s is not answered even at once%s", d->target->text, ask_name(i->asking.how),
		  how == FORGETS_SILENTLY ? "" : ": it ends the connection (try --ask keepalive)");
	run_fail(&d->run, &e);
	return true;
}

static void keep_how(struct idle *d, enum forgetting how, nsec silence)
{
	d->mixed |= d->how != FORGETS_UNKNOWN && d->how != how;
	if (silence >= d->shortest)
		return;
	d->shortest = silence;
	d->how = how;
}

static void forgotten(struct idler *i, enum forgetting how, nsec now)
{
	struct idle *d = i->idle;

	d->inbound |= how == FORGETS_SILENTLY && segments_in(i) != i->asking.segs_in;
	abandon(i);
	if (is_refused(i, how))
		return;
	if (is_keeper(i)) {
		keeper_lost(d);
	} else {
		keep_how(d, how, d->each[i->number].asked);
		search_dead(&d->search, i->number, now);
	}
	idle_review(d, now);
}

/* The kernel there has it, so the path knows the connection; its application is another matter. */
static bool is_known_at_least(struct idler *i, nsec now)
{
	struct idle *d = i->idle;

	if (i->asking.how != ASK_PROTOCOL || !asking_is_acknowledged(&i->asking))
		return false;
	if (!d->told_unanswered)
		idle_note(d, "the question is acknowledged, but not answered: the path knows the connection, and the application is slow or stuck");
	d->told_unanswered = true;
	answered(i, now);
	return true;
}

static void look_for_answer(struct timer *t, nsec now)
{
	struct idler *i = container_of(t, struct idler, timer);
	struct idle *d = i->idle;
	nsec passed = now - i->asked_at;

	if (asking_look(&i->asking) == ANSWER_CAME) {
		answered(i, now);
		return;
	}
	timer_set(&d->run.loop, t, now + (passed < SOON ? LOOK_SOON : LOOK_LATER));
	if (passed >= idle_vain(d)) {
		if (!is_known_at_least(i, now))
			forgotten(i, FORGETS_SILENTLY, now);
	} else if (!i->suspected && !is_keeper(i) && passed >= SUSPICIOUS + 2 * d->round_trip) {
		i->suspected = true;
		search_suspect(&d->search, i->number, now);
		idle_review(d, now);
	}
}

/* ---- its silence ---- */

/* The peer sent something by itself: it begins anew. */
static void heard(struct idler *i, nsec now, nsec slack)
{
	struct silence *m = silence_of(i);

	i->segs_in = segments_in(i);
	slack = slack < now - m->since ? slack : now - m->since;
	if (is_keeper(i))
		m->since = now;
	else
		search_heard(&i->idle->search, i->number, now, slack);
}

/* An end is told by its socket. */
static bool was_heard(const struct idler *i)
{
	struct tcp_info ti;

	return i->phase == IDLER_SILENT && tcpinfo_read(i->socket.fd, &ti) > 0 && ti.tcpi_state == STATE_ESTABLISHED &&
	       ti.tcpi_segs_in != i->segs_in;
}

void idlers_look(struct idle *d, nsec now)
{
	bool any = false;

	for (size_t n = 0; n <= d->search.count; n++) {
		struct idler *i = &d->idlers[n];

		if (i->phase != IDLER_SILENT || !was_heard(i))
			continue;
		heard(i, now, now - d->looked);
		any = true;
	}
	d->looked = now;
	if (any)
		idle_review(d, now);
}

void idler_ask(struct idler *i)
{
	struct idle *d = i->idle;
	nsec now = clock_now();
	int rc;

	if (was_heard(i)) {
		idlers_look(d, now);
		return;
	}
	if (is_keeper(i))
		d->keeper.silence.asked = now - d->keeper.silence.since;
	else
		search_asked(&d->search, i->number, now);
	i->phase = IDLER_ASKED;
	i->asked_at = now;
	i->suspected = false;
	i->timer.fire = look_for_answer;
	timer_set(&d->run.loop, &i->timer, now + LOOK_SOON);
	rc = asking_start(&i->asking);
	if (rc)
		forgotten(i, rc == -EPIPE || rc == -ECONNRESET ? FORGETS_BY_RST : FORGETS_SILENTLY, now);
}

/* ---- what its socket says ---- */

static void begin_silence(struct idler *i, nsec since)
{
	struct idle *d = i->idle;

	timer_unset(&d->run.loop, &i->timer);
	i->segs_in = segments_in(i);
	i->phase = IDLER_SILENT;
	i->redial = false;
	if (is_keeper(i))
		keeper_begin(d, since);
	else
		search_add(&d->search, i->number, since);
	idle_review(d, since);
}

static void greeting_overdue(struct timer *t, nsec now)
{
	struct idler *i = container_of(t, struct idler, timer);
	struct error e;

	(void)now;
	error_set(&e, STATUS_CONNECT, "'%s': no %s before --connect-timeout", i->idle->target->text, talk_awaited(&i->asking.talk));
	run_fail(&i->idle->run, &e);
}

static void greet(struct idler *i, nsec now)
{
	if (asking_greet(&i->asking) == ANSWER_OPENED) {
		begin_silence(i, now);
		return;
	}
	if (timer_is_set(&i->timer))
		return;
	i->timer.fire = greeting_overdue;
	timer_set(&i->idle->run.loop, &i->timer, ns_add(now, i->idle->run.plan->connect.timeout));
}

static void received(struct idler *i, nsec now)
{
	if (i->phase == IDLER_GREETING) {
		greet(i, now);
	} else if (i->phase == IDLER_ASKED) {
		if (i->asking.how != ASK_PROTOCOL)
			drain(&i->asking.context, NULL, NULL);
		if (asking_look(&i->asking) == ANSWER_CAME)
			answered(i, now);
	} else {
		drain(&i->asking.context, NULL, NULL);
		heard(i, now, 0);
		idle_review(i->idle, now);
	}
}

/* The peer, or somebody in its name, has ended it. */
static void ended(struct idler *i, bool rst, nsec now)
{
	struct idle *d = i->idle;
	nsec silence = now - silence_of(i)->since;
	enum idler_phase phase = i->phase;
	struct error e;

	if (phase == IDLER_ASKED) {
		forgotten(i, rst ? FORGETS_BY_RST : FORGETS_BY_FIN, now);
		return;
	}
	abandon(i);
	if (phase == IDLER_GREETING) {
		error_set(&e, STATUS_CONNECT, "'%s': the peer ended the connection before its %s", d->target->text,
			  talk_awaited(&i->asking.talk));
		run_fail(&d->run, &e);
		return;
	}
	ended_add(d, i, silence, rst, now);
	if (is_keeper(i))
		keeper_lost(d);
	else
		search_gone(&d->search, i->number, now);
	idle_review(d, now);
}

/* What comes with the end breaks no silence before it: a FIN is an EPOLLIN too. */
static void socket_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct idler *i = container_of(h, struct idler, socket);
	const bool rst = events & (EPOLLERR | EPOLLHUP), ends = rst || events & EPOLLRDHUP;

	if (events & EPOLLIN && !rst && !(ends && i->phase == IDLER_SILENT))
		received(i, woken);
	if (i->socket.fd >= 0 && ends)
		ended(i, rst, woken);
}

void idler_established(struct idler *i, int fd, nsec now)
{
	struct idle *d = i->idle;
	struct tcp_info ti;
	struct error e;
	int rc;

	tcpinfo_read(fd, &ti);
	if (ti.tcpi_rtt * NS_PER_US > d->round_trip)
		d->round_trip = ti.tcpi_rtt * NS_PER_US;
	i->established = now;
	i->phase = IDLER_GREETING;
	asking_open(&i->asking, d->run.plan->idle.ask, &d->phrases, fd);
	i->socket = (struct handler){ .fd = fd, .ready = socket_ready };
	rc = loop_add(&d->run.loop, &i->socket, EPOLLIN | EPOLLRDHUP | EPOLLET);
	if (rc) {
		error_set(&e, STATUS_SYSTEM, "'%s': %s", d->target->text, error_reason(-rc));
		run_fail(&d->run, &e);
		return;
	}
	greet(i, now);
}
