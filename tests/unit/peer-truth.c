// SPDX-License-Identifier: MIT
/*
 * One peer, one truth: what several connections show of it together. Their sockets are none, so that
 * TCP_INFO is all zeros: the peer was heard right now, and what happens after that is in the future.
 */
#include "unit.h"

#include <unistd.h>

#include "engine/fin.h"
#include "engine/judge.h"
#include "engine/peer-truth.h"
#include "engine/run.h"

#define S(n) (start + (nsec)(n) * NS_PER_S)
#define CONNS 4

static struct event ring[1024];
static struct plan plan;
static struct group group = { .spec = "peek" };
static struct report_probe probes_here[1];
static struct run run;
static struct watch watch;
static struct conn conns[CONNS];
static struct instance probe_of[CONNS];
static nsec start;

static void set_conn(size_t i, const char *probe)
{
	struct conn *c = &conns[i];

	*c = (struct conn){ .run = &run, .watch = &watch, .id = (unsigned)i + 1, .group = &group,
		.instances = &probe_of[i], .ninstances = 1, .socket.fd = -1, .established = true, .remote = "10.0.0.1:80",
		.own = { .sent_at = TIME_NONE, .after_end = TIME_NONE, .before_end = TIME_NONE },
		.fin.took_until = TIME_NONE,
		.liveness = { .state = LIVENESS_ANSWERED, .answered_at = start, .silent_since = TIME_NONE },
		.truth.since = TIME_NONE };
	probe_of[i] = (struct instance){ .conn = c, .context = { .probe = probe_find(probe), .fd = -1 }, .dead_at = TIME_NONE };
}

/* So many connections to one peer that lives, with peek, which has said nothing. */
static void set_scene(size_t n)
{
	start = clock_now() - NS_PER_S;
	probes_here[0] = (struct report_probe){ .probe = probe_find("peek"), .spec = "peek", .group = "peek", .members = 1 };
	memset(&run, 0, sizeof(run));
	run.plan = &plan;
	run.pace.start = start;
	run.feed.ring = ring;
	run.feed.room = sizeof(ring) / sizeof(*ring);
	run.feed.context.probes = probes_here;
	run.feed.context.nprobes = 1;
	watch = (struct watch){ .run = &run, .conns = conns, .nconns = n, .nestablished = n, .column = NO_ROW,
		.at = { TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE } };
	for (size_t i = 0; i < n; i++)
		set_conn(i, "peek");
}

static struct kernel_event *kernel_saw(size_t i, enum kernel_cause what, nsec at)
{
	struct kernel_event *k = &conns[i].kernel.events[conns[i].kernel.count++];

	*k = (struct kernel_event){ .what = what, .at = at, .answer = what == KERNEL_TIMEOUT };
	conns[i].kernel.closed = what == KERNEL_RST || what == KERNEL_TIMEOUT;
	conns[i].liveness.state = LIVENESS_NOT_STARTED;
	return k;
}

static void unanswered(size_t i, nsec sent_at)
{
	conns[i].liveness.state = LIVENESS_UNANSWERED;
	conns[i].liveness.sent_at = sent_at;
}

/* It answered again: polls were in vain from S(from) to S(to). */
static void was_silent(size_t i, int from, int to)
{
	conns[i].liveness.silent_since = conns[i].liveness.silent_by = S(from);
	conns[i].liveness.silent_until = S(to);
}

/* Decides anew, and returns the result of the i-th connection's probe, which said dead then. */
static enum result result_of(size_t i, nsec dead_at)
{
	probe_of[i].dead_at = dead_at;
	for (size_t k = 0; k < watch.nconns; k++)
		conns[k].truth.known = conns[k].fin.judged = false;
	fin_judge(&watch);
	peer_truth_decide(&watch);
	judge_conn(&conns[i]);
	return ring[run.feed.count - 1].result.result;
}

static const char *reason(void)
{
	return ring[run.feed.count - 1].note;
}

static bool noted(const char *text)
{
	for (size_t i = 0; i < run.feed.count; i++)
		if (ring[i].kind == EVENT_NOTE && strstr(ring[i].note, text))
			return true;
	return false;
}

static void an_outage_that_healed_is_no_death(void)
{
	set_scene(2);
	was_silent(0, 4, 9);
	CHECK_INT(result_of(0, S(5)), FALSE_ALARM);
	CHECK(noted("the path was silent from 4.0 s to 9.0 s and came back"));
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
	set_scene(2);
	was_silent(0, 2, 9); /* heard last and heard first, on any connection */
	was_silent(1, 4, 12);
	result_of(0, S(5));
	CHECK(noted("the path was silent from 4.0 s to 9.0 s and came back"));
	set_scene(2);
	was_silent(0, 2, 9);
	conns[0].liveness.silent_since = conns[0].liveness.silent_by = S(0) - 5 * NS_PER_MS; /* the grain of an age */
	result_of(0, S(5));
	CHECK(noted("the path was silent from 0.0 s to 9.0 s and came back"));
	set_scene(2);
	was_silent(0, 2, 9);
	conns[0].liveness.silent_by = S(5); /* it was idle before */
	result_of(0, S(5));
	CHECK(noted("the path fell silent between 2.0 s and 5.0 s, and came back by 9.0 s"));
	set_scene(2);
	was_silent(0, 2, 9);
	was_silent(1, 10, 12); /* that was another one */
	result_of(0, S(5));
	CHECK(noted("the path was silent from 2.0 s to 9.0 s and came back"));
}

static void a_silence_does_not_tell_what_is_gone(void)
{
	set_scene(1);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	conns[0].liveness.answered_at = clock_now();
	CHECK_INT(result_of(0, S(14)), NOTICED);
	CHECK(noted("nothing was heard of the peer after 1.0 s (#1): its host or the path to it, a silence does not tell which"));
	set_scene(1);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	conns[0].liveness.answered_at = S(-5); /* it acknowledged no more, and has data to say */
	result_of(0, S(14));
	CHECK(!noted("nothing was heard"));
	set_scene(2);
	kernel_saw(0, KERNEL_TIMEOUT, S(14)); /* heard on the other */
	result_of(0, S(14));
	CHECK(!noted("nothing was heard"));
}

static void its_own_option_killed_it_while_the_peer_lives(void)
{
	set_scene(2);
	was_silent(1, 4, 24);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	probe_of[0].context.probe = probe_find("keepalive");
	CHECK_INT(result_of(0, S(14)), FALSE_ALARM);
	CHECK_TEXT(reason(), "its own option ended it (ETIMEDOUT) while the path was silent");
	CHECK_INT(result_of(0, TIME_NONE), STAYED_ALIVE);
	probe_of[0].context.probe = probe_find("peek");
	CHECK_INT(result_of(0, S(14)), FALSE_ALARM);
	CHECK_TEXT(reason(), "its retransmissions ended it (ETIMEDOUT) while the path was silent");
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
	/* That the path was silent is not known: a peer that does not read drops what is sent. */
	set_scene(2);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	CHECK_INT(result_of(0, S(14)), FALSE_ALARM);
	CHECK_TEXT(reason(), "its retransmissions ended it (ETIMEDOUT), but the peer lives");
	CHECK(!noted("silent"));
}

static void with_nobody_left_to_ask_a_timeout_is_a_death(void)
{
	set_scene(2);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	kernel_saw(1, KERNEL_TIMEOUT, S(15));
	CHECK_INT(result_of(0, S(14)), NOTICED);
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
	set_scene(2);
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	unanswered(1, S(20));
	CHECK_INT(result_of(0, S(14)), NOTICED);
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
	CHECK_INT(result_of(1, S(5)), NOTICED);
	conns[0].liveness.answered_at = S(4);
	CHECK_INT(result_of(1, S(3)), FALSE_ALARM); /* before the peer was heard last */
}

static void who_was_not_asked_since_lives_with_its_peer(void)
{
	set_scene(2);
	was_silent(1, 4, 9);
	unanswered(0, S(7)); /* its next retransmission is still to come */
	CHECK_INT(result_of(0, S(5)), FALSE_ALARM);
	unanswered(0, S(10)); /* the path forgot this one alone */
	CHECK_INT(result_of(0, S(5)), NOTICED);
	CHECK_INT(result_of(1, S(5)), FALSE_ALARM);
}

static void another_peer_proves_nothing(void)
{
	set_scene(2);
	strcpy(conns[1].remote, "10.0.0.2:80");
	kernel_saw(0, KERNEL_TIMEOUT, S(14));
	CHECK_INT(result_of(0, S(14)), NOTICED);
}


static void a_half_closed_peer_is_asked_too(void)
{
	set_scene(2);
	kernel_saw(0, KERNEL_FIN, S(0));
	kernel_saw(1, KERNEL_FIN, S(0));
	conns[0].fin = conns[1].fin = (struct conn_fin){ .half_closed = true, .took_until = TIME_NONE };
	conns[0].liveness.state = LIVENESS_ANSWERED;
	peer_truth_decide(&watch);
	CHECK(!conns[0].truth.dead && !conns[1].truth.dead);
	conns[0].liveness.state = LIVENESS_UNANSWERED;
	conns[0].truth.known = conns[1].truth.known = false;
	peer_truth_decide(&watch);
	CHECK(conns[0].truth.dead && conns[1].truth.dead);
	CHECK(conns[0].truth.since > S(0) && conns[0].truth.since < S(2)); /* heard last, and not its FIN */
	probe_of[0].dead_at = S(0);
	judge_conn(&conns[0]);
	CHECK_INT(ring[run.feed.count - 1].result.result, FALSE_ALARM);
	CHECK_HAS(reason(), "half-closed before it died");
}

static void a_fin_behind_unread_data_is_not_too_late(void)
{
	set_scene(2);
	watch.at.over = S(5);
	kernel_saw(0, KERNEL_FIN, S(2));
	kernel_saw(1, KERNEL_FIN, S(6));
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE); /* it lived till then */
	conns[1].drain = (struct conn_drain){ .was_full = true, .freed_end = true };
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
	CHECK_INT(result_of(1, S(3)), NOTICED);
	CHECK_INT(result_of(1, S(1)), FALSE_ALARM); /* the peer ended the other one only then */
}

static void an_end_that_was_not_waited_for(void)
{
	set_scene(2);
	kernel_saw(0, KERNEL_FIN, S(2));
	conns[1].drain = (struct conn_drain){ .was_full = true, .cut = true };
	CHECK_INT(result_of(1, TIME_NONE), MISSED); /* all others ended */
	set_scene(3);
	kernel_saw(0, KERNEL_FIN, S(2));
	conns[1].drain = (struct conn_drain){ .was_full = true, .cut = true };
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE); /* a server may close one, and go on living with others */
	conns[0].own.provoked = true;
	set_scene(2);
	conns[1].drain = (struct conn_drain){ .was_full = true, .cut = true };
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
}

/* A heartbeat that was answered, and then no more. */
static void heartbeat(size_t i, nsec dead_at)
{
	probe_of[i].context.probe = probe_find("heartbeat");
	probe_of[i].answered = true;
	probe_of[i].dead_at = dead_at;
}

static void a_frozen_process_is_dead_for_all(void)
{
	set_scene(3);
	heartbeat(0, S(5));
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
	CHECK_TEXT(reason(), "its kernel still answers: the process is stopped or stuck");
	CHECK_INT(result_of(0, S(5)), NOTICED);
	heartbeat(2, TIME_NONE); /* another heartbeat is still answered: each by itself */
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
	CHECK_INT(result_of(2, TIME_NONE), STAYED_ALIVE);
	CHECK_INT(result_of(0, S(5)), NOTICED);
	heartbeat(2, S(6)); /* ... no more */
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
	probe_of[0].then.heard.bytes_in = probe_of[2].then.heard.bytes_in = UINT64_MAX; /* late answers */
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
	CHECK_INT(result_of(0, S(5)), FALSE_ALARM);
}

/* Others got data from the application after the verdict. */
static void who_streams_elsewhere_is_not_frozen_for_all(void)
{
	set_scene(2);
	heartbeat(0, S(0)); /* TCP_INFO says that data came right now, a second later */
	CHECK_INT(result_of(1, TIME_NONE), STAYED_ALIVE);
	conns[1].drain.was_full = true; /* but what waited there may have been written long ago */
	CHECK_INT(result_of(1, TIME_NONE), MISSED);
}

static void the_rst_is_named_where_it_explains(void)
{
	set_scene(2);
	kernel_saw(0, KERNEL_FIN, S(2));
	kernel_saw(0, KERNEL_RST, S(3));
	conns[0].own.sender = &probe_of[1];
	probe_of[1].context.probe = probe_find("write-probe");
	CHECK_INT(result_of(0, S(4)), NOTICED);
	CHECK_TEXT(reason(), "the RST answered write-probe's byte");
	CHECK_INT(result_of(0, S(2)), NOTICED); /* by the FIN, a second before */
	CHECK_TEXT(reason(), "");
	CHECK_INT(result_of(0, TIME_NONE), MISSED);
	CHECK_TEXT(reason(), "");
}

int main(void)
{
	UNIT_CASE(an_outage_that_healed_is_no_death);
	UNIT_CASE(a_silence_does_not_tell_what_is_gone);
	UNIT_CASE(its_own_option_killed_it_while_the_peer_lives);
	UNIT_CASE(with_nobody_left_to_ask_a_timeout_is_a_death);
	UNIT_CASE(who_was_not_asked_since_lives_with_its_peer);
	UNIT_CASE(another_peer_proves_nothing);
	UNIT_CASE(a_half_closed_peer_is_asked_too);
	UNIT_CASE(a_fin_behind_unread_data_is_not_too_late);
	UNIT_CASE(an_end_that_was_not_waited_for);
	UNIT_CASE(a_frozen_process_is_dead_for_all);
	UNIT_CASE(who_streams_elsewhere_is_not_frozen_for_all);
	UNIT_CASE(the_rst_is_named_where_it_explains);
	return unit_end();
}
