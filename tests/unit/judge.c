// SPDX-License-Identifier: MIT
/*
 * The judge: what a filled connection is judged to be. Its socket is none, so that TCP_INFO is
 * all zeros: of bytes acknowledged, received, and segments there are none, and the peer was
 * heard right now. What happens after that is in the future.
 */
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/fin.h"
#include "engine/judge.h"
#include "engine/liveness.h"
#include "engine/monitor.h"
#include "engine/peer-truth.h"
#include "engine/run.h"

#define S(n) (start + (nsec)(n) * NS_PER_S)
#define ONE_SEGMENT_AGO UINT32_MAX /* the counts begin anew */

static struct event ring[1024];
static struct plan plan;
static struct group group;
static struct chosen chosen;
static struct report_probe probes_here[1];
static struct run run;
static struct watch watch;
static struct conn conn;
static struct instance peek;
static nsec start; /* of the scene; a second later nothing more was heard */

/* One connection that lives, with peek, which has said nothing. */
static void set_scene(void)
{
	start = clock_now() - NS_PER_S;
	group.spec = "peek";
	probes_here[0] = (struct report_probe){ .probe = probe_find("peek"), .spec = "peek", .group = "peek", .members = 1 };
	memset(&run, 0, sizeof(run));
	memset(&watch, 0, sizeof(watch));
	memset(&conn, 0, sizeof(conn));
	memset(&peek, 0, sizeof(peek));
	run.plan = &plan;
	run.feed.ring = ring;
	run.feed.room = sizeof(ring) / sizeof(*ring);
	run.feed.context.probes = probes_here;
	run.feed.context.nprobes = 1;
	watch.run = &run;
	watch.conns = &conn;
	watch.nconns = watch.nestablished = 1;
	watch.column = NO_ROW;
	watch.at = (struct watch_times){ TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE };
	conn.run = &run;
	conn.watch = &watch;
	conn.id = 1;
	conn.group = &group;
	conn.instances = &peek;
	conn.ninstances = 1;
	conn.socket.fd = -1;
	conn.established = true;
	conn.own.sent_at = conn.own.after_end = conn.own.before_end = TIME_NONE;
	conn.fin.took_until = TIME_NONE;
	conn.liveness = (struct conn_liveness){ .state = LIVENESS_ANSWERED, .answered_at = start, .silent_since = TIME_NONE };
	peek.conn = &conn;
	peek.chosen = &chosen;
	peek.context.probe = probes_here[0].probe;
	peek.context.fd = -1;
	peek.dead_at = TIME_NONE;
}

static struct kernel_event *kernel_saw(enum kernel_cause what, nsec at)
{
	struct kernel_event *k = &conn.kernel.events[conn.kernel.count++];

	*k = (struct kernel_event){ .what = what, .at = at };
	conn.kernel.closed = what == KERNEL_RST || what == KERNEL_TIMEOUT;
	conn.liveness.state = LIVENESS_NOT_STARTED;
	return k;
}

static const struct event *judged(void)
{
	conn.truth.known = false;
	peer_truth_decide(&watch);
	judge_conn(&conn);
	return &ring[run.feed.count - 1];
}

static enum result result_of(nsec dead_at)
{
	peek.dead_at = dead_at;
	return judged()->result.result;
}

static void by_the_liveness_poll(void)
{
	set_scene();
	CHECK_INT(result_of(TIME_NONE), STAYED_ALIVE);
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
	conn.liveness.state = LIVENESS_UNANSWERED;
	CHECK_INT(result_of(TIME_NONE), MISSED);
	CHECK_INT(result_of(S(2)), NOTICED);
	peek.unable = true;
	CHECK_INT(result_of(TIME_NONE), UNSUPPORTED);
	CHECK_INT(watch.counts.count[NOTICED], 1);
	CHECK_INT(watch.counts.unnoticed, 1);
}

static void who_spoke_after_the_verdict_lived(void)
{
	set_scene();
	conn.liveness.state = LIVENESS_UNANSWERED;
	peek.then.heard.segs_in = ONE_SEGMENT_AGO;
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
	CHECK_INT(result_of(TIME_NONE), MISSED);
}

static void a_reset_that_answers_is_no_sign_of_life(void)
{
	set_scene();
	kernel_saw(KERNEL_RST, S(5))->answer = true;
	peek.then.heard.segs_in = ONE_SEGMENT_AGO;
	CHECK_INT(result_of(S(2)), NOTICED);
	peek.then.heard.segs_in = ONE_SEGMENT_AGO - 1; /* the reset, and one more */
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
}

static void a_timeout_tells_of_a_death_before_it(void)
{
	set_scene();
	kernel_saw(KERNEL_TIMEOUT, S(5));
	CHECK_INT(result_of(S(2)), NOTICED);
	set_scene();
	kernel_saw(KERNEL_RST, S(5))->answer = true;
	CHECK_INT(result_of(S(2)), NOTICED);
}

static void another_end_is_the_death(void)
{
	static const enum kernel_cause ends[] = { KERNEL_RST, KERNEL_FIN };

	for (size_t i = 0; i < 2; i++) {
		set_scene();
		kernel_saw(ends[i], S(5));
		CHECK_INT(result_of(S(2)), FALSE_ALARM);
		CHECK_INT(result_of(S(5)), NOTICED);
		CHECK_INT(result_of(TIME_NONE), MISSED);
	}
}

static void the_fault_says_who_died(void)
{
	set_scene();
	watch.truth = TRUTH_DEAD;
	watch.at.struck = S(3);
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
	CHECK_INT(result_of(S(3)), NOTICED);
	CHECK_INT(judged()->after, 0);
	watch.truth = TRUTH_ALIVE;
	conn.liveness.state = LIVENESS_UNANSWERED; /* is not asked */
	CHECK_INT(result_of(S(3)), FALSE_ALARM);
	CHECK_INT(result_of(TIME_NONE), STAYED_ALIVE);
}

/* The poll was not answered, and nothing tells since when; but not before the fault. */
static void no_verdict_before_the_fault_is_right(void)
{
	set_scene();
	conn.liveness.state = LIVENESS_UNANSWERED;
	watch.at.struck = S(3);
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
	CHECK_INT(result_of(S(4)), NOTICED);
}

/* It answered, and then no more, while its kernel does. */
static void a_process_that_fell_silent(void)
{
	set_scene();
	peek.answered = true;
	CHECK_INT(result_of(S(2)), NOTICED);
	CHECK_TEXT(judged()->note, "its kernel still answers: the process is stopped or stuck");
	peek.then.heard.bytes_in = UINT64_MAX; /* one more has come */
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
	peek.then.heard.bytes_in = 0;
	peek.then.heard.retransmitted = true; /* the question may not have arrived */
	CHECK_INT(result_of(S(2)), FALSE_ALARM);
}

/* A peer that sends its FIN and hears nothing has not acknowledged the byte after it. */
static void a_fin_of_the_deaf_is_no_half_close(void)
{
	set_scene();
	kernel_saw(KERNEL_FIN, S(1));
	conn.own.after_end = S(1);
	conn.own.sender = &peek;
	fin_judge(&watch);
	CHECK(!conn.fin.half_closed);
	CHECK_HAS(ring[run.feed.count - 1].note, "none was");
	CHECK_INT(result_of(S(1)), NOTICED);
}

/* Neither is one whose byte has not had its time. */
static void a_byte_after_the_fin_has_its_time(void)
{
	set_scene();
	kernel_saw(KERNEL_FIN, S(1))->rtt = 50 * NS_PER_MS;
	CHECK_INT(fin_settled(&watch), 0);
	conn.own.after_end = S(2);
	CHECK_INT(fin_settled(&watch), S(2) + 300 * NS_PER_MS);
	watch.truth = TRUTH_DEAD; /* the fault has said it */
	CHECK_INT(fin_settled(&watch), 0);
}

/* What a call found, of a connection whose end nobody has seen. */
static enum kernel_cause cause_of_error(int err)
{
	set_scene();
	monitor_errno(&conn, err);
	CHECK_INT(conn.kernel.count, 1);
	return conn.kernel.events[0].what;
}

static void an_error_tells_the_cause(void)
{
	CHECK_INT(cause_of_error(ETIMEDOUT), KERNEL_TIMEOUT);
	CHECK_INT(cause_of_error(ECONNRESET), KERNEL_RST);
	CHECK_INT(cause_of_error(EPIPE), KERNEL_RST);
	CHECK_INT(cause_of_error(EHOSTUNREACH), KERNEL_UNREACHABLE);
}

/* A connection whose peer has reset it. */
static int reset_connection(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct linger at_once = { .l_onoff = 1 };
	socklen_t len = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0), peer;

	CHECK(!bind(listener, (struct sockaddr *)&a, len) && !listen(listener, 1) && !getsockname(listener, (struct sockaddr *)&a, &len));
	CHECK(!connect(fd, (struct sockaddr *)&a, len));
	peer = accept(listener, NULL, NULL);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(peer);
	close(listener);
	return fd;
}

static nsec end_seen(uint32_t events, nsec woken)
{
	set_scene();
	conn.socket.fd = reset_connection();
	monitor_check(&conn, events, woken);
	close(conn.socket.fd);
	CHECK_INT(conn.kernel.count, 1);
	CHECK_INT(conn.kernel.events[0].what, KERNEL_RST);
	return conn.kernel.events[0].at;
}

/* A process that was held up between the wake-up and the look finds more than had come by then. */
static void what_the_wakeup_did_not_say_came_later(void)
{
	const nsec before = clock_now(), woken = before - NS_PER_S;

	CHECK(end_seen(EPOLLERR, woken) >= before); /* a timestamp's */
	CHECK_INT(end_seen(EPOLLERR | EPOLLHUP | EPOLLRDHUP | EPOLLIN, woken), woken);
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) ? -1 : value;
}

static void the_poll_overrides_what_a_probe_had_set(void)
{
	const int timeout = 1000;
	struct error e;

	set_scene();
	conn.socket.fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	CHECK(conn.socket.fd >= 0 && !loop_open(&run.loop, 1, &e));
	setsockopt(conn.socket.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
	liveness_start(&conn, false);
	CHECK_INT(conn.liveness.state, LIVENESS_STARTED);
	conn.liveness.timer.fire(&conn.liveness.timer, clock_now());
	/* Beside a user timeout the kernel counts no segments, so that no silence ends it. */
	CHECK(option(conn.socket.fd, IPPROTO_TCP, TCP_USER_TIMEOUT) >= 3600 * 1000);
	CHECK_INT(option(conn.socket.fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	CHECK_INT(option(conn.socket.fd, IPPROTO_TCP, TCP_KEEPIDLE), 1);
	CHECK_INT(option(conn.socket.fd, IPPROTO_TCP, TCP_KEEPINTVL), 1);
	CHECK_INT(watch.pending.polls, 1);
	liveness_cancel(&conn);
	close(conn.socket.fd);
	loop_close(&run.loop);
}

static const char *reason_of(const struct event *e)
{
	return e->result.result == INCONCLUSIVE ? e->note : result_name(e->result.result);
}

static void set_fin_after_own_byte(nsec before)
{
	set_scene();
	kernel_saw(KERNEL_FIN, S(5));
	conn.own.sender = conn.own.culprit = &peek;
	conn.own.before_end = before;
}

/* Whatever the probe found: its own byte ended the connection. */
static void what_an_own_byte_ended_proves_nothing(void)
{
	set_fin_after_own_byte(3 * NS_PER_MS);
	CHECK_INT(result_of(S(5)), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "ended 3.0 ms after peek's own byte, and the peer had answered none before");
	CHECK_INT(watch.counts.unproved, 2);
	peek.answered = true;
	CHECK_INT(result_of(S(5)), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "the answer to it was the first: perhaps the peer closes after each");
	conn.own.culprit_answered = true; /* it takes such bytes */
	CHECK_INT(result_of(S(5)), NOTICED);
	conn.own.provoked = true; /* others live */
	CHECK_INT(result_of(S(5)), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "that byte provoked it");
	peek.unable = true;
	CHECK_INT(result_of(TIME_NONE), UNSUPPORTED);
}

static void an_own_byte_long_before_ends_nothing(void)
{
	set_fin_after_own_byte(30 * NS_PER_MS);
	CHECK_INT(result_of(S(5)), NOTICED);
}

static void what_ended_before_the_fault_proves_nothing(void)
{
	set_scene();
	kernel_saw(KERNEL_FIN, S(5));
	watch.at.struck = S(7);
	peek.dead_at = S(5);
	CHECK_TEXT(reason_of(judged()), "ended 2.00s before the fault");
	CHECK_INT(result_of(TIME_NONE), INCONCLUSIVE);
	watch.at.struck = S(5);
	CHECK_INT(result_of(S(5)), NOTICED);
}

/* It is silent on a peer that does not know its poll, and on one that is gone. */
static void a_heartbeat_that_was_never_answered(void)
{
	set_scene();
	peek.context.probe = probe_find("heartbeat");
	CHECK_INT(result_of(TIME_NONE), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "before anything was asked");
	CHECK_INT(result_of(S(2)), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "did not say what is awaited");
	peek.polls.answers.of = 1;
	CHECK_INT(result_of(TIME_NONE), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "never answered");
	CHECK_INT(result_of(S(2)), INCONCLUSIVE);
	CHECK_HAS(judged()->note, "never answered");
	conn.liveness.state = LIVENESS_UNANSWERED;
	CHECK_INT(result_of(S(2)), INCONCLUSIVE);
	CHECK_INT(result_of(TIME_NONE), MISSED);
	peek.verdict.err = EPIPE; /* the kernel's error needs no answer */
	CHECK_INT(result_of(S(2)), NOTICED);
	peek.verdict.err = 0;
	peek.answered = true;
	CHECK_INT(result_of(S(2)), NOTICED);
	peek.answered = false;
	watch.echoes = true;
	CHECK_INT(result_of(S(2)), NOTICED);
	peek.context.probe = probes_here[0].probe;
}

int main(void)
{
	UNIT_CASE(by_the_liveness_poll);
	UNIT_CASE(who_spoke_after_the_verdict_lived);
	UNIT_CASE(a_reset_that_answers_is_no_sign_of_life);
	UNIT_CASE(a_timeout_tells_of_a_death_before_it);
	UNIT_CASE(another_end_is_the_death);
	UNIT_CASE(the_fault_says_who_died);
	UNIT_CASE(no_verdict_before_the_fault_is_right);
	UNIT_CASE(a_process_that_fell_silent);
	UNIT_CASE(what_an_own_byte_ended_proves_nothing);
	UNIT_CASE(an_own_byte_long_before_ends_nothing);
	UNIT_CASE(what_ended_before_the_fault_proves_nothing);
	UNIT_CASE(a_heartbeat_that_was_never_answered);
	UNIT_CASE(a_fin_of_the_deaf_is_no_half_close);
	UNIT_CASE(a_byte_after_the_fin_has_its_time);
	UNIT_CASE(an_error_tells_the_cause);
	UNIT_CASE(what_the_wakeup_did_not_say_came_later);
	UNIT_CASE(the_poll_overrides_what_a_probe_had_set);
	return unit_end();
}
