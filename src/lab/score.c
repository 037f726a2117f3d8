// SPDX-License-Identifier: MIT
/* The lab's score: of each result its cell in the matrix and its prediction; at the end, what to use. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "tcp/late.h"
#include "tcp/tcpinfo.h"
#include "lab.h"
#include "model/predict.h"

#define ADVICE_MAX 3

static void fill_cell(struct lab *l, const struct conn *c, const struct event *e)
{
	size_t row = index_of(l, stage_of(c->watch)) * l->matrix.ngroups;
	struct cell *cell = &l->matrix.cells[row + (size_t)(c->group - l->run.plan->groups)];

	cell->false_alarm |= e->result.result == FALSE_ALARM;
	if (cell->result != NOTICED || e->result.result == NOTICED)
		cell->result = e->result.result;
	if (e->result.result == NOTICED && (cell->after == TIME_NONE || e->after < cell->after))
		cell->after = e->after;
	if (e->result.result == NOTICED && (cell->prompt == TIME_NONE || e->after - e->late < cell->prompt))
		cell->prompt = e->after - e->late;
	cell->packets = e->result.steady.time > 0 ? e->result.steady : e->result.packets;
	cell->steady = e->result.steady;
	cell->retransmitted = e->result.retransmitted;
}

/* How long a probe had. Who spoke had long enough; so had those who are said to be
 * done without a word, as nothing more can happen to their connection. */
static nsec lasted(const struct watch *w, const struct instance *k)
{
	if (w->pending.undecided && k->dead_at == TIME_NONE)
		return clock_now() - w->at.struck;
	return w->run->plan->judge.timeout;
}

/*
 * Did an answer come only after the next request had been sent? Where an RST answers that
 * request it stays unread, as the application does not read a closed connection.
 */
static bool left_unread(const struct conn *c)
{
	int unread;

	return c->run->plan->lab.traffic == TRAFFIC_REQUEST && c->kernel.closed &&
	       !ioctl(c->socket.fd, FIONREAD, &unread) && unread > 0;
}

static void add_prediction(struct lab *l, const struct instance *k, struct event *e)
{
	const struct watch *w = k->conn->watch;
	const struct group *g = k->conn->group;
	struct circumstances around = { .traffic = l->run.plan->lab.traffic, .interval = l->run.plan->interval,
					.path.sys = &l->run.sysctls,
					.ipv6 = l->run.plan->connect.family == AF_INET6, .polls = true };
	const struct path *path;
	const nsec took = stage_of(w)->took;
	struct prediction f, at_last;

	if (w->at.struck == TIME_NONE || !world_echoes(&l->world))
		return; /* what is predicted is of a peer that echoes */
	around.age = w->at.struck - w->at.established;
	around.dialing = w->at.established - l->run.pace.start;
	path = &stage_of(w)->paths[k->conn - w->conns];
	around.path.rto = path->rto;
	around.path.rtt = path->rtt;
	around.path.cwnd = path->cwnd;
	around.behind = path->behind || left_unread(k->conn);
	around.lag = path->lag;
	around.lasts = lasted(w, k);
	f = predict_member(g, (size_t)(k->chosen - g->chosen), stage_of(w)->fault, &around);
	around.age += took;
	at_last = predict_member(g, (size_t)(k->chosen - g->chosen), stage_of(w)->fault, &around);
	e->result.predicted = (struct predicted){
		.known = true, .result = f.result, .by = f.result == NOTICED ? f.late : f.by,
		.off = !prediction_holds(&f, e->result.result, e->after) &&
		       !(e->late && prediction_holds(&f, e->result.result, e->after - e->late)) &&
		       !prediction_holds(&at_last, e->result.result, e->after - took),
	};
	l->run.end.any_failed |= e->result.predicted.off;
}

/* What it says of `after` is so much too long at the most. */
static void tell_strike(const struct stage *s, struct event *e)
{
	if (s->took < LATE_LEAST || e->result.result != NOTICED)
		return;
	e->late = ns_max(e->late, ns_min(s->took, e->after));
	if (!e->note[0])
		snprintf(e->note, sizeof(e->note), "struck up to %.2f s late: this machine was busy", ns_seconds(s->took));
}

void score_result(const struct instance *k, struct event *e)
{
	struct lab *l = lab_of(k->conn->run);
	const struct conn *c = k->conn;

	packets_add(l, c, &e->result);
	add_prediction(l, k, e);
	tell_strike(stage_of(c->watch), e);
	fill_cell(l, c, e);
}

static void tell_advice(struct lab *l, bool answer)
{
	struct advice *list = calloc(ADVICE_MAX + 1, sizeof(*list));
	size_t n = list ? advise(&l->matrix, answer, list, ADVICE_MAX) : 0;

	for (size_t i = 0; i < n; i++) {
		struct event *e = feed_event(&l->run.feed, EVENT_ADVICE, clock_now());

		l->advised |= !list[i].needs_answer;
		e->group = list[i].spec;
		e->after = list[i].slowest;
		e->advice.deaths = list[i].deaths;
		e->advice.deaths_of = list[i].deaths_of;
		e->advice.needs_answer = list[i].needs_answer;
		e->advice.packets = list[i].packets;
	}
	feed_drain(&l->run.feed);
	free(list);
}

void score_advise(struct lab *l)
{
	if (l->matrix.ngroups < 2 || l->run.plan->lab.promises)
		return; /* there is no choice, or it was made */
	tell_advice(l, true);
	if (!l->advised)
		tell_advice(l, false);
}

/* The timeout is not yet backed off, or reckoned back to what it was. */
static struct path path_of(const struct conn *c)
{
	struct tcp_info ti;
	struct path p = { 0 };
	int unread;

	tcpinfo_read(c->socket.fd, &ti);
	p.rto = (nsec)(ti.tcpi_rto >> ti.tcpi_backoff) * NS_PER_US;
	p.rtt = (nsec)ti.tcpi_rtt * NS_PER_US;
	p.cwnd = ti.tcpi_snd_cwnd;
	p.behind = c->run->plan->lab.traffic == TRAFFIC_REQUEST && !ioctl(c->socket.fd, FIONREAD, &unread) && unread > 0 &&
		   ti.tcpi_bytes_sent - ti.tcpi_bytes_retrans > ti.tcpi_bytes_received;
	if (c->run->plan->lab.traffic == TRAFFIC_STREAM && ti.tcpi_unacked)
		p.lag = (nsec)ti.tcpi_last_ack_recv * NS_PER_MS;
	return p;
}

void score_struck(struct stage *s)
{
	for (size_t i = 0; i < s->watch.nconns; i++)
		if (s->watch.conns[i].established)
			s->paths[i] = path_of(&s->watch.conns[i]);
}
