// SPDX-License-Identifier: MIT
/*
 * The kernel's TCP timers against numbers worked out by hand from net/ipv4/tcp_timer.c, and,
 * with the argument `table`, printed for tests/unit/tcp_timers.py, which simulates them.
 */
#include "unit.h"

#include <stdlib.h>

#include "tcp/backoff.h"
#include "tcp/sysctls.h"
#include "tcp/timers.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)

static struct sysctls linux_defaults(void)
{
	return (struct sysctls){ .keepalive_time = 7200 * NS_PER_S, .keepalive_intvl = 75 * NS_PER_S,
		.keepalive_probes = 9, .retries2 = 15, .rto_max = 120 * NS_PER_S, .rto_min = MS(200),
		.fin_timeout = 60 * NS_PER_S, .tick = MS(4) };
}

static void retransmissions_double(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };

	/* The loss probe after 204 ms: 200 and a round trip, in jiffies of 250 Hz. Then 204, 408, 816... ms apart. */
	CHECK_INT(retransmit_at(0, &path, ON_TIME), MS(204));
	CHECK_INT(retransmit_at(1, &path, ON_TIME), MS(408));
	CHECK_INT(retransmit_at(2, &path, ON_TIME), MS(816));
	CHECK_INT(retransmit_at(5, &path, ON_TIME), MS(6528));
	CHECK_INT(retransmit_at(10, &path, ON_TIME), MS(208896));
	CHECK_INT(retransmit_at(11, &path, ON_TIME), MS(328896));
	CHECK_INT(retransmit_at(100011, &path, ON_TIME), MS(328896) + 100000 * MS(120000));
	CHECK_INT(retransmit_at(0, &path, SOONEST), 0);
	CHECK_INT(retransmit_at(1, &path, SOONEST), MS(204));
	CHECK(retransmit_at(1, &path, LATEST) > MS(408));
	path.rto = NS_PER_S;
	CHECK_INT(retransmit_at(3, &path, ON_TIME), MS(8000));
	sys.rto_max = NS_PER_S;
	CHECK_INT(retransmit_at(3, &path, ON_TIME), MS(4000));
	path.rto = MS(100); /* never less than TCP_RTO_MIN */
	CHECK_INT(retransmit_at(1, &path, ON_TIME), MS(408));
}

/* tcp_rto_min_us on top of the round trip, in jiffies; three round trips after the handshake. */
static void the_timeout_of_a_path(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys, .exact = true };

	CHECK_INT(rto_least(&path), MS(204));
	path.rtt = MS(60);
	CHECK_INT(rto_least(&path), MS(264));
	CHECK_INT(rto_varies(&path), MS(60));
	CHECK(retransmit_at(0, &path, LATEST) < MS(264 + 40));
	path.rtt = MS(300);
	CHECK_INT(rto_least(&path), MS(504));
	CHECK_INT(retransmit_at(1, &path, SOONEST), MS(504));
	CHECK(retransmit_at(0, &path, LATEST) >= MS(900) && retransmit_at(0, &path, LATEST) <= MS(1050));
	path.rtt = 0;
	sys.rto_min = NS_PER_S;
	CHECK_INT(rto_least(&path), MS(1004));
	sys.rto_min = NS_PER_US;
	CHECK_INT(rto_least(&path), MS(8));
	sys.tick = NS_PER_MS;
	CHECK_INT(rto_least(&path), MS(2));
}

static void retransmission_after_a_silence(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };

	CHECK_INT(retransmit_after(0, &path, ON_TIME), MS(204));
	CHECK_INT(retransmit_after(MS(204), &path, ON_TIME), MS(204));
	CHECK_INT(retransmit_after(MS(205), &path, ON_TIME), MS(408));
	CHECK_INT(retransmit_after(NS_PER_S, &path, ON_TIME), MS(1632));
	CHECK_INT(retransmit_after(MS(1632), &path, ON_TIME), MS(1632));
	CHECK_INT(retransmit_after(MS(1633), &path, ON_TIME), MS(3264));
	for (nsec silence = 0; silence < 20 * NS_PER_S; silence += MS(37)) {
		CHECK(retransmit_after(silence, &path, SOONEST) >= silence);
		CHECK(retransmit_after(silence, &path, SOONEST) <= retransmit_after(silence, &path, LATEST));
		/* The longest pause before the next is as long as all that was before it, nearly. */
		CHECK(retransmit_after(silence, &path, LATEST) <= 3 * silence + NS_PER_S);
	}
	/* From a millisecond to 50 more its timeout may be, and still it is not much more than twice the silence. */
	sys.rto_min = NS_PER_US;
	CHECK(retransmit_after(12 * NS_PER_S, &path, LATEST) < MS(26000));
	sys.rto_min = MS(200);
	sys.rto_max = NS_PER_S; /* 204 + 204 + 408 + 816 ms, and then seconds */
	CHECK_INT(retransmit_after(3600 * NS_PER_S, &path, ON_TIME), 3600 * NS_PER_S + MS(632));
	CHECK(retransmit_after(200LL * 365 * 24 * 3600 * NS_PER_S, &path, LATEST) > 0); /* six billion of them */
}

static void gives_up_by_retries2(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };

	/*
	 * tcp_model_timeout of 15 retries: 204.6 s of doubling and six times 120 s, 924.6 s. The
	 * timer fires 208.488 s + 6 * 120 s after the first retransmission, at 0.408 s.
	 */
	CHECK_INT(give_up_in_flight(0, &path, ON_TIME), MS(928896));
	/* 8 retries: 0.2 * 511 = 102.2 s; the timer fires at 0.408 + 0.204 * 510 = 104.448 s. */
	sys.retries2 = 8;
	CHECK_INT(give_up_in_flight(0, &path, ON_TIME), MS(104448));
	/* 5 retries: 12.6 s, and the fifth timer after the first retransmission is over it: 0.204 * 62 = 12.648 s. */
	sys.retries2 = 5;
	CHECK_INT(give_up_in_flight(0, &path, ON_TIME), MS(408 + 12648));
	CHECK(give_up_in_flight(0, &path, LATEST) < MS(20000));
	/* A retry of 0: 0.2 s; at 0.408 + 0.408 s. */
	sys.retries2 = 0;
	CHECK_INT(give_up_in_flight(0, &path, ON_TIME), MS(816));
	/* No timeout above a second: 0.2 + 0.4 + 0.8 + 13 s = 14.4 s; 0.408 + 0.408 + 0.816 + 14 s. */
	sys.retries2 = 15;
	sys.rto_max = NS_PER_S;
	CHECK_INT(give_up_in_flight(0, &path, ON_TIME), MS(15632));
}

static void gives_up_by_user_timeout(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };

	/* Counted from the first retransmission (retrans_stamp), whatever the retries. */
	CHECK_INT(give_up_in_flight(3 * NS_PER_S, &path, ON_TIME), MS(3408));
	CHECK_INT(give_up_in_flight(3 * NS_PER_S, &path, SOONEST), MS(3204));
	sys.retries2 = 1;
	CHECK_INT(give_up_in_flight(30 * NS_PER_S, &path, ON_TIME), MS(30408));
	sys.rto_min = NS_PER_S;
	CHECK_INT(give_up_in_flight(3 * NS_PER_S, &path, ON_TIME), MS(2008 + 3000));
}

/*
 * What a kernel of 250 Hz did (6.18): a byte was sent over a veth pair or a TUN link with that
 * round trip, nothing came back any more, and so many ms later the socket had ETIMEDOUT.
 */
static void gives_up_as_measured(void)
{
	static const struct {
		int retries2, rto_max, rto_min, user_timeout, rtt, measured;
	} rows[] = {
		{ 1, 120000, 200000, 0, 0, 1681 }, { 2, 120000, 200000, 0, 0, 3338 },
		{ 3, 120000, 200000, 0, 0, 6753 }, { 4, 120000, 200000, 0, 0, 6650 },
		{ 5, 120000, 200000, 0, 0, 13467 }, { 6, 120000, 200000, 0, 0, 26675 },
		{ 7, 120000, 200000, 0, 0, 53966 }, { 8, 120000, 200000, 0, 0, 106597 },
		{ 9, 120000, 200000, 0, 0, 214543 }, { 10, 120000, 200000, 0, 0, 334772 },
		{ 2, 120000, 200000, 0, 10, 3471 }, { 3, 120000, 200000, 0, 10, 3467 },
		{ 8, 120000, 200000, 0, 10, 110446 }, { 1, 120000, 200000, 0, 60, 2197 },
		{ 5, 120000, 200000, 0, 60, 17396 }, { 9, 120000, 200000, 0, 60, 260699 },
		{ 1, 120000, 200000, 0, 300, 2301 }, { 5, 120000, 200000, 0, 300, 18550 },
		{ 3, 1000, 200000, 0, 0, 3732 }, { 15, 1000, 200000, 0, 60, 15466 },
		{ 15, 3000, 200000, 0, 0, 40232 }, { 15, 10000, 200000, 0, 60, 120006 },
		{ 15, 120000, 200000, 100, 0, 524 }, { 15, 120000, 200000, 500, 300, 1687 },
		{ 15, 120000, 200000, 3000, 0, 3417 }, { 15, 120000, 200000, 30000, 0, 30556 },
		{ 15, 120000, 200000, 3000, 300, 4753 }, { 15, 120000, 1000000, 3000, 0, 5042 },
		{ 15, 120000, 3000000, 3000, 60, 9390 }, { 2, 120000, 3000000, 0, 0, 12255 },
		{ 5, 120000, 1000, 0, 0, 17156 }, { 5, 120000, 5000, 0, 0, 12698 },
		{ 5, 120000, 50000, 0, 60, 18467 }, { 15, 120000, 1000, 3000, 60, 3276 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct sysctls sys = linux_defaults();
		struct tcp_path path = { .sys = &sys, .rtt = MS(rows[i].rtt), .exact = true };
		nsec soonest, latest;

		sys.retries2 = rows[i].retries2;
		sys.rto_max = MS(rows[i].rto_max);
		sys.rto_min = rows[i].rto_min * NS_PER_US;
		soonest = give_up_in_flight(MS(rows[i].user_timeout), &path, SOONEST);
		latest = give_up_in_flight(MS(rows[i].user_timeout), &path, LATEST);
		CHECK(soonest <= MS(rows[i].measured));
		CHECK(latest >= MS(rows[i].measured));
		/* One more doubling may be needed or not, and that is all. */
		CHECK(latest < soonest * 5 / 2 + MS(700));
	}
}

/* tcp_fin_time, and what exceeds a minute twice: 61 s are 2, measured as the first segment answered with an RST. */
static void a_closed_peer_remembers(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };

	CHECK_INT(closed_remembered(&path, ON_TIME), 60 * NS_PER_S);
	sys.fin_timeout = 10 * NS_PER_S;
	CHECK_INT(closed_remembered(&path, ON_TIME), 10 * NS_PER_S);
	sys.fin_timeout = 61 * NS_PER_S;
	CHECK_INT(closed_remembered(&path, ON_TIME), 2 * NS_PER_S);
	sys.fin_timeout = 100 * NS_PER_S;
	CHECK_INT(closed_remembered(&path, ON_TIME), 80 * NS_PER_S);
	sys.fin_timeout = NS_PER_S;
	path.rto = MS(904); /* three and a half of it */
	CHECK_INT(closed_remembered(&path, ON_TIME), MS(3164));
}

static void window_probes(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };
	struct closing never_answered = { .answered = 0 };
	struct closing answered = { .answered = NS_NEVER };

	/* At 204, 612, 1428, 3060 ms...: the first after the silence goes unanswered, and the second tells. */
	CHECK_INT(window_probe_after(0, &path, ON_TIME), MS(612));
	CHECK_INT(window_probe_after(MS(204), &path, ON_TIME), MS(1428));
	CHECK_INT(window_probe_after(NS_PER_S, &path, ON_TIME), MS(3060));
	/* tcp_retries2 unanswered ones, and the timer once more: 204 * (2^5 - 1). */
	sys.retries2 = 4;
	CHECK_INT(give_up_queued(0, &never_answered, &path, ON_TIME), MS(6324));
	/* What keepalive sent in vain counts too. */
	never_answered.unanswered = 2;
	CHECK_INT(give_up_queued(0, &never_answered, &path, ON_TIME), MS(204 * 7));
	never_answered.unanswered = 0;
	/* It doubles tcp_retries2 times at most, also when all are answered. */
	CHECK_INT(window_probe_after(20 * NS_PER_S, &path, ON_TIME),
		  MS(204 * 31 + 6 * 3264));
	CHECK_INT(give_up_queued(0, &answered, &path, ON_TIME), NS_NEVER);
	/* A user timeout counts from the first probe, answered or not; but the count may come first. */
	CHECK_INT(give_up_queued(5 * NS_PER_S, &answered, &path, ON_TIME), MS(5204));
	CHECK_INT(give_up_queued(5 * NS_PER_S, &never_answered, &path, ON_TIME), MS(5204));
	CHECK_INT(give_up_queued(30 * NS_PER_S, &never_answered, &path, ON_TIME), MS(6324));
	/* They are 200 ms apart at least, whatever tcp_rto_min_us says. */
	sys.rto_min = MS(5);
	CHECK_INT(give_up_queued(5 * NS_PER_S, &answered, &path, ON_TIME), MS(5200));
	sys.rto_min = MS(200);
	/* Of two window probes within half a second the second is never answered: that of 612 ms. */
	sys.retries2 = 1;
	CHECK_INT(give_up_queued(0, &answered, &path, ON_TIME), MS(1020));
}

/* What is left of it may be less than a segment, and then waits for the first window probe. */
static void a_window_is_filled(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys, .exact = true };

	CHECK_INT(window_filled(&path, SOONEST), 0);
	CHECK_INT(window_filled(&path, ON_TIME), MS(204));
	sys.rto_min = NS_PER_S;
	CHECK_INT(window_filled(&path, ON_TIME), MS(1004));
	path.rtt = MS(100);
	CHECK_INT(window_filled(&path, ON_TIME), MS(1104 + 500));
}

/* A timer that is set when another fires is late by what is missing to the end of its bucket: as measured. */
static void the_wheel(void)
{
	nsec tick = MS(4);

	CHECK_INT(wheel_grain(62 * tick, tick), tick);
	CHECK_INT(wheel_grain(63 * tick, tick), 8 * tick);
	CHECK_INT(wheel_grain(504 * tick, tick), 64 * tick);
	CHECK_INT(wheel_fires(MS(204), 0, tick, SOONEST), MS(204));
	CHECK_INT(wheel_fires(MS(204), 0, tick, ON_TIME), MS(204));
	CHECK_INT(wheel_fires(MS(204), 0, tick, LATEST), MS(212));
	CHECK_INT(wheel_fires(MS(816), MS(32), tick, SOONEST), MS(832));
	CHECK_INT(wheel_fires(MS(6528), MS(256), tick, LATEST), MS(6656));
	CHECK_INT(wheel_fires(120 * NS_PER_S, MS(2048), tick, LATEST), MS(120832));
	CHECK_INT(wheel_fires(NS_NEVER, 0, tick, LATEST), NS_NEVER);
	CHECK_INT(wheel_ticks(MS(201), tick), MS(204));
}

/* What no longer doubles is reckoned in one step, and is what one by one would be. */
static void backed_off_timers(void)
{
	static const enum pace paces[] = { SOONEST, ON_TIME, LATEST };

	for (size_t p = 0; p < 3; p++) {
		struct backoff b = { .first = MS(204), .most = MS(3000), .doublings = INT64_MAX, .tick = MS(4),
				     .pace = paces[p] };
		nsec sum = 0;

		for (int64_t i = 0; i < 40; i++) {
			CHECK_INT(backoff_sum(&b, 0, i), sum);
			CHECK_INT(backoff_count(&b, 0, sum), i);
			CHECK_INT(backoff_count(&b, 0, sum + 1), i + 1);
			sum += backoff_interval(&b, i);
		}
		CHECK_INT(backoff_sum(&b, 0, INT64_MAX / 2), NS_NEVER);
		b.doublings = 2;
		CHECK_INT(backoff_sum(&b, 7, 3), 3 * backoff_interval(&b, 5));
	}
}

static void timers_fire_late_by_an_eighth(void)
{
	CHECK_INT(timer_fires(MS(1000), ON_TIME), MS(1000));
	CHECK_INT(timer_fires(MS(1000), SOONEST), MS(1000));
	CHECK_INT(timer_fires(NS_NEVER, LATEST), NS_NEVER);
	for (nsec delay = NS_PER_MS; delay < 4000 * NS_PER_S; delay = delay * 5 / 4) {
		nsec late = timer_fires(delay, LATEST) - delay;

		CHECK(late > 0);
		/* The wheel's grain is an eighth at the most, and two ticks of 100 Hz. */
		CHECK(late <= delay / 7 + MS(20));
	}
}

static void delayed_acks(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys };
	nsec least = ack_delayed(&path);

	CHECK(least >= ACK_DELAYED_LEAST && least <= ACK_DELAYED_LEAST + MS(40));
	path.rto = 10 * NS_PER_S;
	CHECK(ack_delayed(&path) >= ACK_DELAYED && ack_delayed(&path) <= ACK_DELAYED + MS(50));
}

static void sends_put_off_retransmissions(void)
{
	struct sysctls sys = linux_defaults();
	struct tcp_path path = { .sys = &sys, .cwnd = 10 };

	CHECK_INT(retransmits_deferred(MS(20), &path), 0); /* no round trip is known */
	path.rtt = MS(20);
	CHECK(retransmits_deferred(MS(20), &path) >= MS(10 * 20 + 2 * 20));
	CHECK_INT(retransmits_deferred(MS(53), &path), 0); /* rarer than the loss probe */
	CHECK(retransmits_deferred(MS(52), &path) > 0);
}

/* The latest is no later than each of its timers may be late. */
static void check_paces(nsec soonest, nsec on_time, nsec latest)
{
	CHECK(soonest <= latest);
	CHECK(latest <= ns_add(on_time / 7 * 10, 2 * NS_PER_S));
}

static void soonest_on_time_latest(void)
{
	for (int64_t retries = 0; retries <= 16; retries++)
		for (nsec most = NS_PER_S; most <= 120 * NS_PER_S; most += 17 * NS_PER_S)
			for (nsec user = 0; user <= 100 * NS_PER_S; user += 33 * NS_PER_S) {
				struct sysctls sys = linux_defaults();
				struct tcp_path s = { .sys = &sys };
				struct closing silent = { .answered = 0 };

				sys.retries2 = retries;
				sys.rto_max = most;
				check_paces(give_up_in_flight(user, &s, SOONEST), give_up_in_flight(user, &s, ON_TIME),
					    give_up_in_flight(user, &s, LATEST));
				check_paces(give_up_queued(user, &silent, &s, SOONEST),
					    give_up_queued(user, &silent, &s, ON_TIME),
					    give_up_queued(user, &silent, &s, LATEST));
			}
}

/* RETRIES2 RTO_MAX USER_TIMEOUT RTO IN_FLIGHT QUEUED, in ms. */
static void print_table(void)
{
	static const int retries[] = { 0, 1, 2, 3, 5, 8, 11, 15 }, most[] = { 1000, 3000, 120000 },
		user[] = { 0, 700, 5000, 60000, 1800000 }, rtos[] = { 201, 350, 600, 1000 };

	for (size_t n = 0; n < 8 * 3 * 5 * 4; n++) {
		struct sysctls sys = { .retries2 = retries[n % 8], .rto_max = MS(most[n / 8 % 3]), .rto_min = MS(200),
				       .tick = NS_PER_MS };
		struct tcp_path path = { .sys = &sys, .rto = MS(rtos[n / 120 % 4]) };
		struct closing silent = { .answered = 0 };
		nsec timeout = MS(user[n / 24 % 5]);

		printf("%d %d %d %d %lld %lld\n", retries[n % 8], most[n / 8 % 3], user[n / 24 % 5],
		       rtos[n / 120 % 4], (long long)(give_up_in_flight(timeout, &path, ON_TIME) / NS_PER_MS),
		       (long long)(give_up_queued(timeout, &silent, &path, ON_TIME) / NS_PER_MS));
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "table")) {
		print_table();
		return 0;
	}
	UNIT_CASE(retransmissions_double);
	UNIT_CASE(retransmission_after_a_silence);
	UNIT_CASE(gives_up_by_retries2);
	UNIT_CASE(gives_up_by_user_timeout);
	UNIT_CASE(gives_up_as_measured);
	UNIT_CASE(a_closed_peer_remembers);
	UNIT_CASE(window_probes);
	UNIT_CASE(a_window_is_filled);
	UNIT_CASE(the_wheel);
	UNIT_CASE(backed_off_timers);
	UNIT_CASE(the_timeout_of_a_path);
	UNIT_CASE(soonest_on_time_latest);
	UNIT_CASE(timers_fire_late_by_an_eighth);
	UNIT_CASE(delayed_acks);
	UNIT_CASE(sends_put_off_retransmissions);
	return unit_end();
}
