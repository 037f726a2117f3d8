// SPDX-License-Identifier: MIT
/* Whether a measurement is what was predicted: the judgement behind each `off` of the lab. */
#include "unit.h"

#include "model/predict.h"
#include "model/worst.h"
#include "plan/spec.h"
#include "tcp/sysctls.h"

/* A death that is noticed between 2 and 5 s after the fault, watched for 15 s. */
static const struct prediction noticed = {
	.result = NOTICED, .by = 4 * NS_PER_S, .from = 2 * NS_PER_S, .late = 5 * NS_PER_S, .lasts = 15 * NS_PER_S,
	.slack = 100 * NS_PER_MS, .dead = true,
};

static void a_verdict_in_time(void)
{
	struct prediction p = noticed;

	CHECK(prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(prediction_holds(&p, NOTICED, 2 * NS_PER_S));
	CHECK(prediction_holds(&p, NOTICED, 5100 * NS_PER_MS));
	CHECK(!prediction_holds(&p, NOTICED, 5100 * NS_PER_MS + 1));
	CHECK(!prediction_holds(&p, NOTICED, 1500 * NS_PER_MS));
	CHECK(!prediction_holds(&p, NOTICED, -NS_PER_S));
	CHECK(!prediction_holds(&p, NOTICED, TIME_NONE));
	CHECK(!prediction_holds(&p, FALSE_ALARM, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(!prediction_holds(&p, STAYED_ALIVE, TIME_NONE));
	CHECK(!prediction_holds(&p, UNSUPPORTED, TIME_NONE));
}

static void a_verdict_that_may_come_too_late(void)
{
	struct prediction p = noticed;

	p.late = 15 * NS_PER_S; /* and the slack: perhaps beyond the end of the watch */
	CHECK(prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, STAYED_ALIVE, TIME_NONE));
	p.late = 14900 * NS_PER_MS;
	CHECK(!prediction_holds(&p, MISSED, TIME_NONE));
	p.late = NS_NEVER;
	CHECK(prediction_holds(&p, MISSED, TIME_NONE));
}

static void nothing_is_noticed(void)
{
	struct prediction p = { .result = MISSED, .by = NS_NEVER, .from = NS_NEVER, .late = NS_NEVER,
		.lasts = 15 * NS_PER_S, .dead = true };

	CHECK(prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(!prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, STAYED_ALIVE, TIME_NONE));
	CHECK(!prediction_perhaps(&p));
	p.from = 2 * NS_PER_S; /* it may be, or not */
	CHECK(prediction_perhaps(&p));
	CHECK(prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, NOTICED, NS_PER_S));
	p.dead = false;
	p.result = STAYED_ALIVE;
	CHECK(prediction_holds(&p, STAYED_ALIVE, TIME_NONE));
	CHECK(!prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(prediction_holds(&p, FALSE_ALARM, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, FALSE_ALARM, -NS_PER_S));
	p.from = NS_NEVER;
	CHECK(!prediction_holds(&p, FALSE_ALARM, 3 * NS_PER_S));
}

static void alarms_before_the_fault(void)
{
	struct prediction p = { .result = FALSE_ALARM, .by = NS_NEVER, .from = -NS_PER_S, .late = NS_PER_S,
		.lasts = 15 * NS_PER_S, .dead = true };

	CHECK(prediction_holds(&p, FALSE_ALARM, -NS_PER_S / 2));
	CHECK(prediction_holds(&p, FALSE_ALARM, TIME_NONE));
	CHECK(!prediction_holds(&p, NOTICED, -NS_PER_S / 2));
	CHECK(!prediction_holds(&p, MISSED, TIME_NONE));
	CHECK(!prediction_perhaps(&p));
}

static void unsupported_is_no_more_than_that(void)
{
	struct prediction p = noticed;

	p.result = UNSUPPORTED;
	CHECK(prediction_holds(&p, UNSUPPORTED, TIME_NONE));
	CHECK(!prediction_holds(&p, NOTICED, 3 * NS_PER_S));
	CHECK(!prediction_holds(&p, MISSED, TIME_NONE));
}

/* The application may fill the window late, when the machine is busy: then no window probe is
 * answered before the silence, and the first that is not ends the connection, 0.4 s on. */
static void a_window_that_is_filled_late(void)
{
	struct plan p = { .ngroups = 0 };
	struct error e = { .status = STATUS_OK };
	struct sysctls sys;
	struct circumstances s = { .interval = 100 * NS_PER_MS, .path.sys = &sys, .age = NS_NEVER, .lasts = NS_NEVER };
	struct prediction x;

	sysctls_read(&sys);
	sys.retries2 = 1;
	CHECK_INT(groups_parse(&p, "user-timeout:after=4s", &e), 0);
	CHECK_INT(lab_parse(&p, "zero-window-drop:after=500ms", &e), 0);
	x = predict_member(&p.groups[0], 0, &p.lab.faults[0], &s);
	CHECK(prediction_holds(&x, NOTICED, 940 * NS_PER_MS));
	CHECK(!prediction_holds(&x, NOTICED, 700 * NS_PER_MS));
	CHECK(!prediction_holds(&x, MISSED, TIME_NONE));
	plan_free(&p);
}

/* May a composite raise a false alarm? With requests on the connection. */
static bool may_alarm(const char *probe, const char *fault)
{
	struct plan p = { .ngroups = 0 };
	struct error e = { .status = STATUS_OK };
	struct sysctls sys;
	struct circumstances s = { .traffic = TRAFFIC_REQUEST, .interval = 100 * NS_PER_MS, .path.sys = &sys,
				   .age = NS_NEVER, .lasts = NS_NEVER };
	struct composite_prediction c;

	sysctls_read(&sys);
	CHECK_INT(groups_parse(&p, probe, &e), 0);
	CHECK_INT(lab_parse(&p, fault, &e), 0);
	c = predict_composite(&p.groups[0], &p.lab.faults[0], &s);
	plan_free(&p);
	return c.may_alarm;
}

/* A race in which the peer lives counts, one in which it is dead does not. */
static void races_that_may_raise_an_alarm(void)
{
	CHECK(may_alarm("fionread", "none"));
	CHECK(may_alarm("hup+fionread", "none"));
	CHECK(may_alarm("rdhup", "half-close"));
	CHECK(!may_alarm("peek", "rst"));
	CHECK(!may_alarm("hup+peek", "rst"));
	CHECK(!may_alarm("hup", "none"));
}

/* The worst case of a member in ms, on a path of which nothing is known; -1: never. */
static int64_t worst_case(const char *spec, size_t member)
{
	struct plan p = { .ngroups = 0 };
	struct error e = { .status = STATUS_OK };
	struct sysctls sys;
	const struct tcp_path path = { .sys = &sys };
	nsec worst;

	sysctls_read(&sys);
	CHECK_INT(groups_parse(&p, spec, &e), 0);
	worst = predict_worst_case(&p.groups[0], member, 100 * NS_PER_MS, &path);
	plan_free(&p);
	return worst == NS_NEVER ? -1 : worst / NS_PER_MS;
}

/* With both options tcp_keepalive_timer looks whether the user timeout has expired: at its own ticks. */
static void a_user_timeout_acts_on_the_ticks_of_keepalive(void)
{
	const char *const spec = "keepalive:idle=10s:intvl=1s:cnt=9+user-timeout:after=5s+rdhup";

	for (size_t i = 0; i < 3; i++)
		CHECK_INT(worst_case(spec, i), 11000);
	CHECK_INT(worst_case("keepalive:idle=1s:intvl=4s:cnt=9+user-timeout:after=6s", 0), 9000);
	CHECK_INT(worst_case("keepalive:idle=1s:intvl=4s:cnt=9+user-timeout:after=6s", 1), 9000);
	CHECK_INT(worst_case("keepalive:idle=1s:intvl=4s:cnt=9+user-timeout:after=4500ms", 1), 8000);
	/* With data in flight it takes its own time, which may be longer. */
	CHECK(worst_case("keepalive:idle=1s:intvl=1s:cnt=1+user-timeout:after=20s", 0) > 20400);
	CHECK(worst_case("keepalive:idle=1s:intvl=1s:cnt=1+user-timeout:after=20s", 0) < 22000);
}

static void the_options_in_force_decide(void)
{
	CHECK_INT(worst_case("keepalive", 0), 14000);
	CHECK_INT(worst_case("keepalive:idle=1s:intvl=4s:cnt=2", 0), 12000); /* the next one comes after intvl */
	CHECK_INT(worst_case("rdhup+keepalive", 0), 14000);
	CHECK_INT(worst_case("rdhup+keepalive", 1), 14000);
	CHECK_INT(worst_case("tcp-info+keepalive", 0), 14100);
	CHECK_INT(worst_case("ack-age:idle=1s:intvl=1s:limit=5s+keepalive:idle=20s:intvl=5s:cnt=3", 0), 25000);
	CHECK_INT(worst_case("ack-age:idle=1s:intvl=1s:limit=5s+keepalive:idle=20s:intvl=5s:cnt=3", 1), 35000);
	CHECK_INT(worst_case("zero-read+keepalive", 0), -1);
}

/* What another sends keeps keepalive silent, and a user timeout has it to wait for. */
static void data_of_another(void)
{
	const int64_t alone = worst_case("user-timeout:after=4s", 0),
		      beside = worst_case("user-timeout:after=4s+unacked:every=20s:limit=9s", 0);

	CHECK_INT(worst_case("keepalive+heartbeat:every=1s:limit=3s", 0), -1);
	CHECK_INT(worst_case("keepalive+heartbeat:every=1s:limit=3s", 1), 4000);
	CHECK_INT(worst_case("keepalive+unacked:every=1s:limit=3s", 0), -1);
	CHECK(beside > 24400 && beside < 20000 + alone + 500);
	CHECK(worst_case("keepalive:idle=30s+unacked:every=20s:limit=9s+user-timeout:after=4s", 0) > 24400);
}

/* What the system does after a quarter of an hour counts where it was asked for alone. */
static void tcp_retries2_counts_where_it_was_asked_for(void)
{
	const int64_t alone = worst_case("user-timeout:after=system", 0),
		      beside = worst_case("rdhup+user-timeout:after=system", 1);

	CHECK_INT(worst_case("rdhup+user-timeout:after=system", 0), 0);
	CHECK(beside >= alone && beside < alone + 500);
	CHECK_INT(worst_case("write-probe:every=1s+rdhup", 1), 0);
}

/* A probe of a composite against a path that forgets, on a connection of that age that is watched for so long. */
static struct prediction beside_memory(const char *spec, size_t member, const char *fault, nsec age, nsec lasts)
{
	struct plan p = { .ngroups = 0 };
	struct error e = { .status = STATUS_OK };
	struct sysctls sys;
	struct circumstances s = { .interval = 100 * NS_PER_MS, .path.sys = &sys, .age = age, .lasts = lasts };
	struct prediction x;

	sysctls_read(&sys);
	CHECK_INT(groups_parse(&p, spec, &e), 0);
	CHECK_INT(lab_parse(&p, fault, &e), 0);
	x = predict_member(&p.groups[0], member, &p.lab.faults[0], &s);
	plan_free(&p);
	return x;
}

static enum result on_old(const char *spec, size_t member, const char *fault)
{
	return beside_memory(spec, member, fault, NS_NEVER, NS_NEVER).result;
}

/* Somebody sends more often than the path forgets, be it keepalive, a byte or another probe. */
static void a_path_remembers_who_speaks(void)
{
	CHECK_INT(on_old("keepalive:idle=3s:intvl=3s", 0, "forget:idle=10s"), STAYED_ALIVE);
	CHECK_INT(on_old("heartbeat:every=9s", 0, "forget:idle=10s"), STAYED_ALIVE);
	CHECK_INT(on_old("unacked:every=60s+keepalive:idle=3s:intvl=3s", 0, "forget:idle=10s:how=rst"), STAYED_ALIVE);
	CHECK_INT(on_old("rdhup+keepalive", 0, "forget:idle=350s"), STAYED_ALIVE);
	CHECK_INT(on_old("fionread+keepalive", 0, "forget:idle=350s"), FALSE_ALARM);
	CHECK_INT(beside_memory("rdhup", 0, "forget:idle=20s", NS_PER_S, 15 * NS_PER_S).result, STAYED_ALIVE); /* not yet */
}

static void a_path_forgets_who_speaks_too_seldom(void)
{
	struct prediction x = beside_memory("keepalive:idle=20s:intvl=3s:cnt=3", 0, "forget:idle=10s", NS_NEVER, NS_NEVER);

	CHECK_INT(x.result, NOTICED);
	CHECK_INT(x.by / NS_PER_S, 29); /* as of drop */
	x = beside_memory("keepalive:idle=20s:intvl=3s:cnt=3", 0, "forget:idle=10s:how=rst", NS_PER_S, NS_NEVER);
	CHECK_INT(x.by / NS_PER_S, 19);
	x = beside_memory("keepalive:idle=1s:intvl=75s:cnt=2", 0, "forget:idle=10s:how=rst", 0, NS_NEVER);
	CHECK_INT(x.by / NS_PER_S, 76); /* the first segment comes in time */
	x = beside_memory("heartbeat:every=20s:limit=3s", 0, "forget:idle=10s", NS_NEVER, NS_NEVER);
	CHECK_INT(x.by / NS_PER_S, 23);
	CHECK(prediction_holds(&x, NOTICED, 4 * NS_PER_S) && !prediction_holds(&x, MISSED, TIME_NONE));
	x = beside_memory("heartbeat:every=20s:limit=3s", 0, "forget:idle=10s", NS_PER_S, NS_NEVER);
	CHECK_INT(x.by / NS_PER_S, 32); /* one may come in time, 9 s after the strike */
	CHECK_INT(on_old("rdhup", 0, "forget"), MISSED);
	CHECK_INT(on_old("hup+user-timeout", 1, "forget:how=rst"), MISSED);
}

/* Of timers that are about as long as the memory, and of two that run side by side, nobody knows. */
static void a_race_with_the_memory(void)
{
	struct prediction x = beside_memory("keepalive:idle=10s:intvl=1s:cnt=1", 0, "forget:idle=10s", NS_NEVER, 60 * NS_PER_S);

	CHECK(prediction_holds(&x, STAYED_ALIVE, TIME_NONE));
	CHECK(prediction_holds(&x, NOTICED, 11 * NS_PER_S) && prediction_perhaps(&x));
	x = beside_memory("heartbeat:every=11s+write-probe:every=11s", 0, "forget:idle=10s", NS_NEVER, 60 * NS_PER_S);
	CHECK(prediction_holds(&x, STAYED_ALIVE, TIME_NONE) && prediction_holds(&x, MISSED, TIME_NONE));
	x = beside_memory("heartbeat:every=4s+write-probe:every=11s", 1, "forget:idle=10s", NS_NEVER, 60 * NS_PER_S);
	CHECK(prediction_holds(&x, STAYED_ALIVE, TIME_NONE) && !prediction_holds(&x, MISSED, TIME_NONE));
}

/* Who is impatient says it before the path has forgotten anything. */
static void an_alarm_before_the_path_forgets(void)
{
	struct prediction x = beside_memory("idle:limit=4s", 0, "forget:idle=10s", NS_PER_S, 20 * NS_PER_S);

	CHECK_INT(x.result, FALSE_ALARM);
	CHECK(prediction_holds(&x, FALSE_ALARM, 3 * NS_PER_S) && !prediction_holds(&x, NOTICED, 3 * NS_PER_S));
	x = beside_memory("idle:limit=14s", 0, "forget:idle=10s", NS_PER_S, 20 * NS_PER_S);
	CHECK(x.result == NOTICED && prediction_holds(&x, NOTICED, 13 * NS_PER_S));
}

int main(void)
{
	UNIT_CASE(a_verdict_in_time);
	UNIT_CASE(a_verdict_that_may_come_too_late);
	UNIT_CASE(nothing_is_noticed);
	UNIT_CASE(alarms_before_the_fault);
	UNIT_CASE(unsupported_is_no_more_than_that);
	UNIT_CASE(a_window_that_is_filled_late);
	UNIT_CASE(races_that_may_raise_an_alarm);
	UNIT_CASE(a_user_timeout_acts_on_the_ticks_of_keepalive);
	UNIT_CASE(the_options_in_force_decide);
	UNIT_CASE(data_of_another);
	UNIT_CASE(tcp_retries2_counts_where_it_was_asked_for);
	UNIT_CASE(a_path_remembers_who_speaks);
	UNIT_CASE(a_path_forgets_who_speaks_too_seldom);
	UNIT_CASE(a_race_with_the_memory);
	UNIT_CASE(an_alarm_before_the_path_forgets);
	return unit_end();
}
