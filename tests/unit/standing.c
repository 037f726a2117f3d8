// SPDX-License-Identifier: MIT
/*
 * The end of a connection as it stands: by hand from net/ipv4/tcp_timer.c, and against connections that a kernel ended
 * (tests/standing.tsv, written by tests/standing):
 *
 *     build/unit/standing              all cases
 *     build/unit/standing lines FILE   each line of such a file, and what is predicted
 */
#include "unit.h"

#include <stdlib.h>

#include "faults/fault.h"
#include "model/standing.h"
#include "plan/spec.h"
#include "tcp/tcpinfo.h"

#define MS NS_PER_MS
#define S NS_PER_S
#define HAIR (50 * MS) /* between reading the kernel and cutting the path, and how late a process hears of an error */
#define LASTS (26 * S) /* of a run of tests/standing */

static struct sysctls sys;

static struct chosen_fault fault_of(const char *name)
{
	return (struct chosen_fault){ .fault = fault_find(name) };
}

static struct tcp_path path_of(nsec rto)
{
	return (struct tcp_path){ .sys = &sys, .rtt = 50 * NS_PER_US, .rto = rto };
}

static struct time_range end_of(const struct standing *s, const char *fault)
{
	const struct chosen_fault f = fault_of(fault);
	const struct tcp_path path = path_of(204 * MS);

	return standing_end(s, &f, &path);
}

/* By hand, every timer on time: the range begins there, or where the wheel is late for certain, and does not end much later. */
static void check_at(const char *what, struct time_range r, nsec at, nsec slack)
{
	if (r.from > at + at / 8 || r.from < at - slack || r.late < at || r.late > at + slack)
		unit_fail(__FILE__, __LINE__, "%s: %lld ms, and predicted %lld .. %lld ms", what, (long long)(at / MS), (long long)(r.from / MS),
			  (long long)(r.late / MS));
}

static const struct standing keepalive = {
	.keepalive = true, .idle = 4 * S, .intvl = S, .cnt = 3, .heard = 3 * S, .timer = SOCKET_TIMER_KEEPALIVE, .expires = S,
};

static void keepalive_counts_from_when_the_peer_was_heard(void)
{
	struct standing s = keepalive;

	check_at("1 + 3 * 1", end_of(&s, "drop"), 4 * S, 600 * MS);
	check_at("the first probe", end_of(&s, "reboot"), S, 400 * MS);
	s.heard = 0; /* when the timer fires, the rest of the idle time is to come */
	check_at("4 + 3 * 1", end_of(&s, "drop"), 7 * S, 600 * MS);
	s.keepalive = false;
	s.timer = SOCKET_TIMER_NONE;
	CHECK(end_of(&s, "drop").from == NS_NEVER);
	CHECK(end_of(&s, "reboot").from == NS_NEVER);
	CHECK(end_of(&keepalive, "freeze").from == NS_NEVER);
}

static void keepalive_goes_on_where_probes_are_unanswered(void)
{
	struct standing s = keepalive;

	s.heard = 5200 * MS;
	s.expires = 800 * MS;
	s.unanswered = 1;
	check_at("0.8 + 2 * 1", end_of(&s, "drop"), 2800 * MS, 500 * MS);
	s.unanswered = 3;
	check_at("the count is reached", end_of(&s, "drop"), 800 * MS, 400 * MS);
	s.cnt = 1; /* set meanwhile */
	check_at("the count is exceeded", end_of(&s, "drop"), 800 * MS, 400 * MS);
}

static void a_user_timeout_replaces_the_count(void)
{
	struct standing s = keepalive;

	s.user_timeout = 6 * S; /* probes at 4, 5, 6 s of silence: the third firing */
	check_at("1 + 2 * 1", end_of(&s, "drop"), 3 * S, 1500 * MS);
	s.user_timeout = S; /* is over, but one must be unanswered */
	check_at("1 + 1", end_of(&s, "drop"), 2 * S, 500 * MS);
	s.unanswered = 1;
	s.heard = 5 * S;
	check_at("the next firing", end_of(&s, "drop"), S, 400 * MS);
}

static void data_in_flight(void)
{
	struct standing s = { .in_flight = true, .timer = SOCKET_TIMER_RETRANSMIT, .expires = 100 * MS, .unanswered = 2, .backoff = 2 };

	sys.retries2 = 3; /* the model: 200 * (2^4 - 1) = 3000 ms. Firings: 408, 1224, 2856, 6120 after the first retransmission */
	check_at("100 + 1632 + 3264", end_of(&s, "drop"), 4996 * MS, 600 * MS);
	s.user_timeout = 2 * S; /* of which 1224 ms are over at the next firing */
	check_at("100 + 776", end_of(&s, "drop"), 876 * MS, 200 * MS);
	check_at("the next retransmission", end_of(&s, "reboot"), 100 * MS, 100 * MS);
	CHECK(end_of(&s, "freeze").from == NS_NEVER);
	CHECK(end_of(&s, "zero-window").from == NS_NEVER);
	s.user_timeout = 500 * MS; /* set meanwhile */
	check_at("100", end_of(&s, "drop"), 100 * MS, 100 * MS);
	sys.retries2 = 15;
}

static void data_behind_a_closed_window(void)
{
	struct standing s = { .queued = true, .timer = SOCKET_TIMER_WINDOW_PROBE, .expires = 300 * MS, .backoff = 3, .unanswered = 0 };

	CHECK(end_of(&s, "zero-window").from == NS_NEVER);
	sys.retries2 = 5; /* five more firings: doublings end with the fifth */
	check_at("300 + 3264 + 4 * 6528", end_of(&s, "drop"), 29676 * MS, 5 * S);
	sys.retries2 = 15;
	s.user_timeout = 5 * S; /* 408 + 816 + 1632 ms are over at the next firing */
	check_at("300 + 2144", end_of(&s, "zero-window"), 2444 * MS, 800 * MS);
	check_at("300 + 2144", end_of(&s, "drop"), 2444 * MS, 800 * MS);
}

static void what_its_program_has_closed(void)
{
	struct standing s = { .orphan = true, .in_flight = true, .timer = SOCKET_TIMER_RETRANSMIT, .expires = 100 * MS, .unanswered = 1, .backoff = 1 };

	/* the model of 8: 200 * (2^9 - 1) = 102.2 s. 408 * (2^8 - 1) = 104.04 s are it, 408 ms of which are over */
	check_at("orphan", end_of(&s, "drop"), 103732 * MS, 15 * S);
	s = (struct standing){ .orphan = true, .fin = true, .timer = SOCKET_TIMER_TIMEWAIT, .expires = 40 * S };
	check_at("tcp_fin_timeout", end_of(&s, "drop"), 40 * S, 5 * S);
	check_at("tcp_fin_timeout", end_of(&s, "freeze"), 40 * S, 5 * S);
}

static void a_connection_that_is_not_yet_there(void)
{
	struct standing s = { .connecting = true, .syn_retries = 6, .timer = SOCKET_TIMER_RETRANSMIT, .expires = S };

	sys.syn_linear_timeouts = 4; /* 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131 s */
	check_at("131 s", end_of(&s, "drop"), 131 * S, 20 * S);
	s.unanswered = 5;
	s.expires = 500 * MS;
	check_at("the last 124 s, and a half", end_of(&s, "drop"), 124500 * MS, 20 * S);
	s.user_timeout = 10 * S;
	check_at("a user timeout", end_of(&s, "drop"), 3500 * MS, S);
	sys.syn_linear_timeouts = 0; /* 1, 3, 7, 15, 31, 63, 127 s */
	s = (struct standing){ .connecting = true, .syn_retries = 6, .timer = SOCKET_TIMER_RETRANSMIT, .expires = S };
	check_at("127 s", end_of(&s, "drop"), 127 * S, 20 * S);
}

/* When a path that forgets is noticed, in seconds; -1: never, as it remembers; -2: never. */
static int64_t on_path(const struct standing *s, const char *fault)
{
	const struct tcp_path path = path_of(204 * MS);
	struct plan p = { .ngroups = 0 };
	struct time_range r;
	struct error e;
	bool kept;

	CHECK(!lab_parse(&p, fault, &e));
	r = standing_end(s, &p.lab.faults[0], &path);
	kept = standing_remembered(s, &p.lab.faults[0], &path);
	plan_free(&p);
	CHECK(!kept || r.by == NS_NEVER);
	return kept ? -1 : r.by == NS_NEVER ? -2 : r.by / S;
}

static void a_path_that_forgets(void)
{
	struct standing s = keepalive;

	CHECK_INT(on_path(&s, "forget:idle=10s"), -1); /* asked each 4 s */
	CHECK_INT(on_path(&s, "forget:idle=4s"), 4);   /* as of drop */
	CHECK_INT(on_path(&s, "forget:idle=2s:how=rst"), 1);
	s.in_flight = true; /* retransmissions take over */
	s.timer = SOCKET_TIMER_RETRANSMIT;
	s.expires = 200 * MS;
	CHECK(on_path(&s, "forget:idle=10s") > 900);
	s = (struct standing){ .heard = S };
	CHECK_INT(on_path(&s, "forget:idle=10s"), -2);
}

static void a_fin_that_came(void)
{
	struct standing s = { .fin = true };

	CHECK_INT(end_of(&s, "drop").late, 0);
}

/* ---- the kernel's word ---- */

struct line {
	char name[64], fault[16];
	int retries2, keepalive, cnt, state, timer, retrans, probes, backoff, unacked;
	double idle, intvl, user_timeout, expires, rto, rtt, heard, notsent, measured;
};

static bool line_read(const char *text, struct line *l)
{
	return sscanf(text, "%63s %15s %d %d %lf %lf %d %lf %d %d %lf %d %d %d %lf %lf %lf %d %lf %lf", l->name, l->fault, &l->retries2,
		      &l->keepalive, &l->idle, &l->intvl, &l->cnt, &l->user_timeout, &l->state, &l->timer, &l->expires, &l->retrans, &l->probes,
		      &l->backoff, &l->rto, &l->rtt, &l->heard, &l->unacked, &l->notsent, &l->measured) == 20;
}

static nsec ms(double value)
{
	return (nsec)(value * (double)MS);
}

static struct standing standing_of(const struct line *l)
{
	return (struct standing){
		.connecting = l->state == STATE_SYN_SENT, .syn_retries = 6, .keepalive = l->keepalive, .idle = ms(l->idle), .intvl = ms(l->intvl),
		.cnt = l->cnt, .user_timeout = ms(l->user_timeout), .in_flight = l->unacked > 0, .queued = l->notsent > 0, .heard = ms(l->heard),
		.timer = (enum socket_timer)l->timer, .expires = ms(l->expires), .backoff = l->backoff,
		.unanswered = l->timer == SOCKET_TIMER_RETRANSMIT ? l->retrans : l->probes,
	};
}

static struct time_range line_predict(const struct line *l)
{
	const struct standing s = standing_of(l);
	const struct chosen_fault f = fault_of(strcmp(l->fault, "rst") ? "drop" : "reboot");
	const struct tcp_path path = { .sys = &sys, .rtt = ms(l->rtt), .rto = ms(l->rto) >> (l->timer == SOCKET_TIMER_RETRANSMIT ? l->backoff : 0) };

	sys.retries2 = l->retries2;
	sys.syn_linear_timeouts = 4;
	return standing_end(&s, &f, &path);
}

/* How far beyond what was measured the latest may lie: an eighth of what a timer was set for, and an interval that may be saved. */
static nsec tolerated(const struct line *l)
{
	return ms(l->measured) / 3 + ms(l->user_timeout > 0 && l->keepalive ? l->intvl : 0) + ms(500);
}

static bool line_holds(const struct line *l, struct time_range r)
{
	if (l->measured < 0)
		return r.late + HAIR >= LASTS;
	return ms(l->measured) + HAIR >= r.from && ms(l->measured) <= r.late + HAIR && r.late <= ms(l->measured) + tolerated(l);
}

static int each_line(const char *path, bool tell)
{
	char text[512];
	FILE *f = fopen(path, "r");
	int n = 0;

	for (; f && fgets(text, sizeof(text), f); n++) {
		struct line l;
		struct time_range r;

		if (!line_read(text, &l)) {
			unit_fail(__FILE__, __LINE__, "%s: %s", path, text);
			continue;
		}
		r = line_predict(&l);
		if (tell)
			printf("%-34s %6.0f within %8.0f .. %8.0f .. %8.0f %s\n", l.name, l.measured, (double)r.from / MS, (double)r.by / MS,
			       (double)r.late / MS, line_holds(&l, r) ? "" : "WRONG");
		else if (!line_holds(&l, r))
			unit_fail(__FILE__, __LINE__, "%s, tcp_retries2 %d: measured %.0f ms, predicted %.0f .. %.0f ms", l.name, l.retries2, l.measured,
				  (double)r.from / MS, (double)r.late / MS);
	}
	if (f)
		fclose(f);
	return n;
}

static void what_a_kernel_did(void)
{
	const char *folder = getenv("TESTS");
	char path[512];

	snprintf(path, sizeof(path), "%s/standing.tsv", folder ? folder : "tests");
	CHECK(each_line(path, false) > 60);
}

int main(int argc, char **argv)
{
	sysctls_read(&sys);
	sys = (struct sysctls){ .retries2 = 15, .rto_max = 120 * S, .rto_min = 200 * MS, .fin_timeout = 60 * S, .syn_retries = 6,
				.syn_linear_timeouts = 4, .tick = sys.tick };
	if (argc == 3 && !strcmp(argv[1], "lines"))
		return !each_line(argv[2], true);
	UNIT_CASE(keepalive_counts_from_when_the_peer_was_heard);
	UNIT_CASE(keepalive_goes_on_where_probes_are_unanswered);
	UNIT_CASE(a_user_timeout_replaces_the_count);
	UNIT_CASE(data_in_flight);
	UNIT_CASE(data_behind_a_closed_window);
	UNIT_CASE(what_its_program_has_closed);
	UNIT_CASE(a_connection_that_is_not_yet_there);
	UNIT_CASE(a_path_that_forgets);
	UNIT_CASE(a_fin_that_came);
	UNIT_CASE(what_a_kernel_did);
	return unit_end();
}
