// SPDX-License-Identifier: MIT
/* Whether a measurement is what was predicted: the judgement behind each `off` of the lab. */
#include "unit.h"

#include "model/predict.h"
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

int main(void)
{
	UNIT_CASE(a_verdict_in_time);
	UNIT_CASE(a_verdict_that_may_come_too_late);
	UNIT_CASE(nothing_is_noticed);
	UNIT_CASE(alarms_before_the_fault);
	UNIT_CASE(unsupported_is_no_more_than_that);
	UNIT_CASE(a_window_that_is_filled_late);
	UNIT_CASE(races_that_may_raise_an_alarm);
	return unit_end();
}
