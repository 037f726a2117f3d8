// SPDX-License-Identifier: MIT
/* Expectations, and what counts as a sign of life: the engine's rules that need no connection. */
#include "unit.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/deadline.h"
#include "engine/expect.h"
#include "engine/liveness.h"
#include "engine/run.h"
#include "faults/fault.h"
#include "plan/spec.h"
#include "probes/probe.h"

static struct expect expects[2];
static struct outcome outcomes[2];

/* A plan of one expectation, or of two. */
static struct plan plan_of(enum expect_kind kind, const char *probe, nsec within)
{
	struct plan p = { .judge = { .expects = expects, .nexpects = 1 } };

	memset(outcomes, 0, sizeof(outcomes));
	expects[0] = (struct expect){ .kind = kind, .probe = probe ? probe_find(probe) : NULL, .within = within };
	return p;
}

/* Does one result of peek keep the expectation? */
static bool kept(enum expect_kind kind, const char *probe, nsec within, enum result result, nsec after)
{
	struct plan p = plan_of(kind, probe, within);
	struct event e = { .kind = EVENT_RESULT, .conn = 7, .probe = probe_find("peek"), .after = after };

	e.result.result = result;
	if (result == UNSUPPORTED)
		snprintf(e.verdict.how, sizeof(e.verdict.how), "cannot");
	if (result == INCONCLUSIVE)
		snprintf(e.note, sizeof(e.note), "nobody knows");
	return expect_result(&p, outcomes, &e);
}

static void within_a_time(void)
{
	CHECK(kept(EXPECT_WITHIN, "peek", NS_PER_S, NOTICED, NS_PER_S));
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, NOTICED, NS_PER_S + 1));
	CHECK_TEXT(outcomes[0].why, "connection 7: noticed, after 1.000000 s");
	CHECK(outcomes[0].broken);
	CHECK(kept(EXPECT_WITHIN, "peek", NS_PER_S, NOTICED, 0));
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, NOTICED, -1)); /* before the fault is no promise kept */
	CHECK_TEXT(outcomes[0].why, "connection 7: noticed, but not after the fault or a kernel event");
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, NOTICED, TIME_NONE));
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, MISSED, TIME_NONE));
	CHECK_TEXT(outcomes[0].why, "connection 7: missed");
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, FALSE_ALARM, 1));
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, UNSUPPORTED, TIME_NONE));
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, INCONCLUSIVE, 1));
	CHECK_TEXT(outcomes[0].why, "connection 7: inconclusive: nobody knows");
	CHECK(!kept(EXPECT_WITHIN, "peek", NS_PER_S, UNSUPPORTED, TIME_NONE));
	CHECK_TEXT(outcomes[0].why, "connection 7: unsupported: cannot");
	CHECK(kept(EXPECT_WITHIN, "peek", NS_PER_S, STAYED_ALIVE, TIME_NONE));
	CHECK(kept(EXPECT_WITHIN, "hup", NS_PER_S, MISSED, TIME_NONE)); /* it is about another */
	CHECK(!outcomes[0].broken);
}

static void never(void)
{
	CHECK(!kept(EXPECT_NEVER, "peek", 0, NOTICED, 1));
	CHECK(!kept(EXPECT_NEVER, "peek", 0, FALSE_ALARM, 1));
	CHECK(kept(EXPECT_NEVER, "peek", 0, MISSED, TIME_NONE));
	CHECK(kept(EXPECT_NEVER, "peek", 0, STAYED_ALIVE, TIME_NONE));
	CHECK(!kept(EXPECT_NEVER, "peek", 0, INCONCLUSIVE, TIME_NONE));
	CHECK(!kept(EXPECT_NEVER, "peek", 0, UNSUPPORTED, TIME_NONE));
	CHECK(kept(EXPECT_NEVER, "hup", 0, NOTICED, 1));
}

/* Does a watch with so many results keep it? Those that nobody noticed are deaths of a whole connection. */
static bool together(enum expect_kind kind, unsigned noticed, unsigned missed, unsigned alarms, unsigned alive,
		     unsigned unnoticed)
{
	struct plan p = plan_of(kind, NULL, 0);
	struct result_counts n = { .unnoticed = unnoticed };

	n.count[NOTICED] = noticed;
	n.count[MISSED] = missed;
	n.count[FALSE_ALARM] = alarms;
	n.count[STAYED_ALIVE] = alive;
	return expect_counts(&p, outcomes, &n, NULL);
}

static void any_all_alive(void)
{
	CHECK(together(EXPECT_ANY, 1, 5, 0, 0, 5));
	CHECK(!together(EXPECT_ANY, 0, 5, 0, 0, 5));
	CHECK_TEXT(outcomes[0].why, "the peer died and no probe noticed");
	CHECK(together(EXPECT_ANY, 0, 0, 0, 3, 0)); /* nobody died: that is not `any`'s to say */
	CHECK(together(EXPECT_ANY, 1, 0, 2, 0, 0));
	CHECK(together(EXPECT_ALL, 3, 0, 0, 0, 0));
	CHECK(together(EXPECT_ALL, 3, 2, 0, 0, 0)); /* another of the same connection noticed */
	CHECK(!together(EXPECT_ALL, 3, 1, 0, 0, 1));
	CHECK_TEXT(outcomes[0].why, "unnoticed deaths: 1, false alarms: 0");
	CHECK(!together(EXPECT_ALL, 3, 0, 2, 0, 0));
	CHECK_TEXT(outcomes[0].why, "unnoticed deaths: 0, false alarms: 2");
	CHECK(together(EXPECT_ALIVE, 0, 0, 0, 3, 0));
	CHECK(!together(EXPECT_ALIVE, 1, 0, 0, 3, 0));
	CHECK_TEXT(outcomes[0].why, "the peer died");
	CHECK(!together(EXPECT_ALIVE, 0, 1, 0, 3, 1));
	CHECK(!together(EXPECT_ALIVE, 0, 0, 1, 3, 0));
	CHECK_TEXT(outcomes[0].why, "false alarms: 1");
	CHECK(together(EXPECT_WITHIN, 0, 5, 5, 0, 5)); /* each result was asked */
}

/* Does a watch keep it in which so many are inconclusive? */
static bool open_together(enum expect_kind kind, unsigned noticed, unsigned alive, unsigned open, unsigned unproved)
{
	struct plan p = plan_of(kind, NULL, 0);
	struct result_counts n = { .unproved = unproved, .why = "why not" };

	n.count[NOTICED] = noticed;
	n.count[STAYED_ALIVE] = alive;
	n.count[INCONCLUSIVE] = open;
	return expect_counts(&p, outcomes, &n, NULL);
}

static void what_is_inconclusive_fulfils_nothing(void)
{
	CHECK(!open_together(EXPECT_ANY, 0, 0, 2, 2));
	CHECK_TEXT(outcomes[0].why, "inconclusive: 2 (why not)");
	CHECK(open_together(EXPECT_ANY, 1, 0, 2, 2));
	CHECK(open_together(EXPECT_ANY, 0, 1, 2, 2)); /* nobody died: that is not `any`'s to say */
	CHECK(!open_together(EXPECT_ALL, 1, 0, 1, 1));
	CHECK_TEXT(outcomes[0].why, "inconclusive: 1 (why not)");
	CHECK(open_together(EXPECT_ALL, 1, 0, 1, 0)); /* another of the same connection noticed */
	CHECK(!open_together(EXPECT_ALIVE, 0, 3, 1, 1));
	CHECK_TEXT(outcomes[0].why, "inconclusive: 1 (why not)");
}

static void what_was_not_watched_fulfils_nothing(void)
{
	struct plan p = plan_of(EXPECT_ALL, NULL, 0);
	struct result_counts n = { .unproved = 2, .unwatched = 2, .unable = "'uring': no" };

	n.count[NOTICED] = 5;
	n.count[UNSUPPORTED] = 3; /* one of these was there for comparison */
	CHECK(!expect_counts(&p, outcomes, &n, NULL));
	CHECK_TEXT(outcomes[0].why, "not watched: 2 of 8 ('uring': no)");
	p = plan_of(EXPECT_ANY, NULL, 0);
	CHECK(expect_counts(&p, outcomes, &n, NULL));
	n.count[NOTICED] = 0;
	n.count[STAYED_ALIVE] = 5;
	p = plan_of(EXPECT_ALIVE, NULL, 0);
	CHECK(!expect_counts(&p, outcomes, &n, NULL));
	CHECK_TEXT(outcomes[0].why, "not watched: 2 of 8 ('uring': no)");
	n.unwatched = 0;
	p = plan_of(EXPECT_ALIVE, NULL, 0);
	CHECK(expect_counts(&p, outcomes, &n, NULL));
}

static void the_first_reason_is_kept(void)
{
	struct plan p = plan_of(EXPECT_ALL, NULL, 0);
	struct result_counts n = { .unnoticed = 1 };

	expects[1] = (struct expect){ .kind = EXPECT_ANY };
	p.judge.nexpects = 2;
	n.count[MISSED] = 1;
	CHECK(!expect_counts(&p, outcomes, &n, "drop"));
	CHECK_TEXT(outcomes[0].why, "drop: unnoticed deaths: 1, false alarms: 0");
	CHECK_TEXT(outcomes[1].why, "drop: the peer died and no probe noticed");
	n.count[FALSE_ALARM] = 3;
	CHECK(!expect_counts(&p, outcomes, &n, "none"));
	CHECK_TEXT(outcomes[0].why, "drop: unnoticed deaths: 1, false alarms: 0");
	expect_nothing(&p, outcomes, " before --timeout");
	CHECK_TEXT(outcomes[1].why, "drop: the peer died and no probe noticed");
	memset(outcomes, 0, sizeof(outcomes));
	expect_nothing(&p, outcomes, " before --timeout");
	CHECK(outcomes[0].broken && outcomes[1].broken);
	CHECK_TEXT(outcomes[1].why, "nothing died before --timeout");
	expects[1].kind = EXPECT_ALIVE;
	p.judge.nexpects = 1; /* the second is none of the plan's */
	CHECK(!expect_has(&p, EXPECT_ALIVE));
	expects[1].kind = EXPECT_ANY;
	p.judge.nexpects = 2;
	CHECK(expect_has(&p, EXPECT_ALL) && expect_has(&p, EXPECT_ANY) && !expect_has(&p, EXPECT_ALIVE));
}

/* ---- programs ---- */

static struct chosen_fault faults_of_lab[4];

/* A lab of drop, flap:for=2s, none and reboot-late, with two expectations. */
static struct plan lab_of(const struct expect *a, const struct expect *b)
{
	static const char *const names[] = { "drop", "flap", "none", "reboot-late" };
	static char *const specs[] = { "drop", "flap:for=2s", "none", "reboot-late" };
	struct plan p = { .mode = MODE_LAB, .judge = { .expects = expects, .nexpects = b ? 2 : 1 } };

	for (size_t i = 0; i < 4; i++)
		faults_of_lab[i] = (struct chosen_fault){ .fault = fault_find(names[i]), .spec = specs[i] };
	p.lab.faults = faults_of_lab;
	p.lab.nfaults = 4;
	p.lab.programs.command[PROGRAM_CLIENT] = "true";
	p.lab.programs.dies = PROGRAM_SERVER;
	memset(outcomes, 0, sizeof(outcomes));
	expects[0] = *a;
	if (b)
		expects[1] = *b;
	return p;
}

/* A program's result at that fault; of its one connection. */
static struct event program_result(size_t column, enum result result, nsec after)
{
	struct event e = { .kind = EVENT_RESULT, .fault = faults_of_lab[column].spec, .column = column, .program = "client", .after = after };

	e.result.result = result;
	e.result.reaction = (struct reaction){ .connections = 1, .given_up = result == NOTICED || result == FALSE_ALARM,
		.kernel = TIME_NONE, .acted = TIME_NONE, .connecting = TIME_NONE, .reconnected = TIME_NONE, .exited = TIME_NONE };
	if (result == UNSUPPORTED)
		snprintf(e.verdict.how, sizeof(e.verdict.how), "cannot");
	if (result == INCONCLUSIVE)
		snprintf(e.note, sizeof(e.note), "nobody knows");
	return e;
}

enum { DROP, FLAP, NONE, REBOOT_LATE };

static bool program_kept(const struct expect *x, size_t column, enum result result, nsec after)
{
	struct plan p = lab_of(x, NULL);
	struct event e = program_result(column, result, after);

	return expect_program(&p, outcomes, &e);
}

static void noticed_by_a_program(void)
{
	const struct expect x = { .kind = EXPECT_NOTICED, .within = NS_PER_S };

	CHECK(program_kept(&x, DROP, NOTICED, NS_PER_S));
	CHECK(!program_kept(&x, DROP, NOTICED, NS_PER_S + 1000));
	CHECK_TEXT(outcomes[0].why, "drop: client: noticed, after 1.000001 s");
	CHECK(!program_kept(&x, DROP, NOTICED, -1));
	CHECK(!program_kept(&x, DROP, MISSED, TIME_NONE));
	CHECK_TEXT(outcomes[0].why, "drop: client: missed");
	CHECK(program_kept(&x, FLAP, STAYED_ALIVE, TIME_NONE));
	CHECK(!program_kept(&x, FLAP, FALSE_ALARM, 1));
	CHECK_TEXT(outcomes[0].why, "flap:for=2s: client: false-alarm, after 0.000000 s");
	CHECK(!program_kept(&x, DROP, INCONCLUSIVE, TIME_NONE));
	CHECK_TEXT(outcomes[0].why, "drop: client: inconclusive: nobody knows");
	CHECK(program_kept(&x, DROP, UNSUPPORTED, TIME_NONE));
	CHECK(!outcomes[0].broken);
}

static void alive_is_of_programs_too(void)
{
	const struct expect x = { .kind = EXPECT_ALIVE };

	CHECK(program_kept(&x, FLAP, STAYED_ALIVE, TIME_NONE));
	CHECK(!program_kept(&x, FLAP, FALSE_ALARM, 1));
	CHECK(!program_kept(&x, DROP, MISSED, TIME_NONE));
	CHECK(!program_kept(&x, DROP, NOTICED, 1));
}

static void probes_are_not_asked_of_programs(void)
{
	const struct expect any = { .kind = EXPECT_ANY }, peek = { .kind = EXPECT_WITHIN, .probe = probe_find("peek"), .within = 1 };

	CHECK(program_kept(&any, DROP, MISSED, TIME_NONE));
	CHECK(program_kept(&peek, DROP, MISSED, TIME_NONE));
	CHECK(!outcomes[0].measured);
}

/* Does it hold for a program that was connected again so long after the fault, or never? */
static bool again(const char *fault, size_t column, enum result result, nsec reconnected)
{
	const struct expect x = { .kind = EXPECT_RECONNECTED, .within = NS_PER_S, .fault = fault };
	struct plan p = lab_of(&x, NULL);
	struct event e = program_result(column, result, result == NOTICED ? 1 : TIME_NONE);

	e.result.reaction.reconnected = reconnected;
	return expect_program(&p, outcomes, &e);
}

static void reconnected_where_it_can_be(void)
{
	CHECK(again(NULL, FLAP, FALSE_ALARM, NS_PER_S));
	CHECK(!again(NULL, FLAP, FALSE_ALARM, NS_PER_S + 1000));
	CHECK_TEXT(outcomes[0].why, "flap:for=2s: client: reconnected, after 1.000001 s");
	CHECK(!again(NULL, FLAP, FALSE_ALARM, TIME_NONE));
	CHECK_TEXT(outcomes[0].why, "flap:for=2s: client: never reconnected");
	CHECK(again(NULL, FLAP, STAYED_ALIVE, TIME_NONE)); /* there was nothing to connect again */
	CHECK(outcomes[0].measured);
	CHECK(!again(NULL, REBOOT_LATE, MISSED, TIME_NONE)); /* dead, but its host is back */
	CHECK(again(NULL, NONE, STAYED_ALIVE, TIME_NONE));
	CHECK(!outcomes[0].measured);
	CHECK(again(NULL, DROP, NOTICED, TIME_NONE)); /* nobody can */
	CHECK(!outcomes[0].measured);
	CHECK(!again("drop", DROP, NOTICED, TIME_NONE));
	CHECK(!again(NULL, DROP, NOTICED, 2 * NS_PER_S)); /* somebody did, and late */
	CHECK(!again(NULL, DROP, INCONCLUSIVE, TIME_NONE));
}

static void exited_never(void)
{
	const struct expect x = { .kind = EXPECT_NO_EXIT };
	struct plan p = lab_of(&x, NULL);
	struct event e = program_result(DROP, NOTICED, 1);

	CHECK(expect_program(&p, outcomes, &e));
	e.result.reaction.exited = 2 * NS_PER_S;
	e.result.reaction.status = 3 << 8;
	CHECK(!expect_program(&p, outcomes, &e));
	CHECK_TEXT(outcomes[0].why, "drop: client: exited with status 3, 2.000000 s after the fault");
	memset(outcomes, 0, sizeof(outcomes));
	e.result.reaction.status = 6;
	e.program = NULL;
	e.fault = NULL;
	CHECK(!expect_program(&p, outcomes, &e));
	CHECK_TEXT(outcomes[0].why, "the other end: killed by SIGABRT, 2.000000 s after the fault");
	CHECK(!program_kept(&x, DROP, INCONCLUSIVE, TIME_NONE)); /* nobody knows what it would have done */
}

static void of_one_fault_alone(void)
{
	const struct expect x = { .kind = EXPECT_NOTICED, .within = NS_PER_S, .fault = "drop", .text = (char[]){ "drop:noticed<=1s" } };
	const struct expect any = { .kind = EXPECT_ANY, .fault = "flap:for=2s" };
	struct plan p = lab_of(&x, &any);
	struct event e = program_result(FLAP, FALSE_ALARM, 1);
	struct result_counts n = { .unnoticed = 1 };

	n.count[MISSED] = 1;
	CHECK(expect_program(&p, outcomes, &e));
	CHECK(!e.result.expected.count && !e.result.expected.broken); /* it was only measured */
	e = program_result(DROP, NOTICED, 1);
	CHECK(expect_program(&p, outcomes, &e));
	CHECK(e.result.expected.count == 1 && !e.result.expected.broken);
	e = program_result(DROP, MISSED, TIME_NONE);
	CHECK(!expect_program(&p, outcomes, &e));
	CHECK_INT(e.result.expected.count, 1);
	CHECK_TEXT(e.result.expected.broken, "drop:noticed<=1s");
	CHECK(expect_counts(&p, outcomes, &n, "drop"));
	CHECK(!expect_counts(&p, outcomes, &n, "flap:for=2s"));
	CHECK_TEXT(outcomes[1].why, "flap:for=2s: the peer died and no probe noticed");
	expects[0] = (struct expect){ .kind = EXPECT_NEVER, .probe = probe_find("peek"), .fault = "flap" };
	e.probe = probe_find("peek");
	CHECK(expect_result(&p, outcomes, &e)); /* it missed nothing that was asked */
	e = program_result(FLAP, NOTICED, 1);
	e.probe = probe_find("peek");
	CHECK(!expect_result(&p, outcomes, &e)); /* a name is each fault of that name */
}

/* An expectation that nothing could break is none. */
static void what_was_not_measured_does_not_pass(void)
{
	const struct expect x = { .kind = EXPECT_NOTICED, .within = NS_PER_S }, back = { .kind = EXPECT_RECONNECTED, .within = NS_PER_S };
	struct plan p = lab_of(&x, &back);
	struct event e = program_result(DROP, UNSUPPORTED, TIME_NONE);

	CHECK(expect_program(&p, outcomes, &e));
	CHECK(!expect_measured(&p, outcomes));
	CHECK_TEXT(outcomes[0].why, "nothing was measured for it (drop: cannot)");
	memset(outcomes, 0, sizeof(outcomes));
	e = program_result(DROP, NOTICED, 1);
	CHECK(expect_program(&p, outcomes, &e));
	CHECK(!expect_measured(&p, outcomes));
	CHECK(!outcomes[0].broken);
	CHECK_TEXT(outcomes[1].why, "nothing was measured for it (drop: the peer does not come back)");
	memset(outcomes, 0, sizeof(outcomes));
	CHECK(!expect_measured(&p, outcomes));
	CHECK_TEXT(outcomes[0].why, "nothing was measured for it");
	expects[0] = expects[1] = (struct expect){ .kind = EXPECT_ALL };
	memset(outcomes, 0, sizeof(outcomes));
	CHECK(expect_measured(&p, outcomes));
}

/* What came since: segments, of which so many had data, or were resets; bytes that it
 * acknowledged; and how long ago this kernel took one as an ACK, -1 if it took none. */
static bool heard(uint32_t segs, uint32_t data, uint32_t resets, uint64_t acked, nsec ack_age)
{
	struct heard then = { .segs_in = UINT32_MAX - 1, .data_segs_in = 100, .bytes_acked = 1000, .at = 5 * NS_PER_S };
	struct heard now = then;

	now.segs_in += segs;
	now.data_segs_in += data;
	now.bytes_acked += acked;
	if (ack_age >= 0)
		now.at = 9 * NS_PER_S - ack_age;
	return heard_more(&then, &now, resets);
}

/* A segment without data, when a FIN had come already, or only then, with a byte in flight or without; and bytes
 * acknowledged. */
static bool heard_and_fin(bool already, bool in_flight, uint64_t acked)
{
	struct heard then = { .finished = already, .in_flight = in_flight, .at = 5 * NS_PER_S };
	struct heard now = { .finished = true, .in_flight = in_flight, .segs_in = 1, .bytes_acked = acked, .at = 9 * NS_PER_S };

	return heard_more(&then, &now, 0);
}

static void signs_of_life(void)
{
	CHECK(!heard(0, 0, 0, 0, -1));
	CHECK(heard(0, 0, 0, 1, -1)); /* whatever carried it */
	CHECK(heard(1, 0, 0, 0, 0));
	CHECK(heard(5, 3, 0, 0, 0)); /* the count of segments may overflow */
	CHECK(!heard(1, 0, 1, 0, 0)); /* resets are none */
	CHECK(heard(2, 0, 1, 0, 0));
	/* What only speaks does not prove that it hears: data, and what is not taken as an ACK, as
	 * its window probes and its keepalives are not. */
	CHECK(!heard(3, 3, 0, 0, 0));
	CHECK(!heard(3, 0, 0, 0, -1));
	CHECK(!heard(4, 3, 0, 0, -1));
	CHECK(!heard_and_fin(false, false, 0)); /* nor does its FIN */
	CHECK(heard_and_fin(false, false, 1));
	CHECK(heard_and_fin(true, false, 0)); /* after it only an answer is without data */
	CHECK(!heard_and_fin(true, true, 0)); /* but the FIN again, by who does not hear */
	CHECK(heard_and_fin(true, true, 1));
	/* The age of an ACK is known no better than to a jiffy. */
	CHECK(!heard(1, 0, 0, 0, 4 * NS_PER_S - 10 * NS_PER_MS));
}

#define S(n) ((nsec)(n) * NS_PER_S)

/* Of a watch whose fault struck at 10 s, with 8 s to notice. */
static nsec ends(size_t undecided, size_t spare, bool silent, nsec done)
{
	static struct run run;
	static size_t by_probe[1];
	struct plan plan = { .judge.within = S(8) };
	struct watch w = { .run = &run, .phase = DYING, .at = { .struck = S(10), .died = S(10), .done = done },
			   .pending = { .undecided = undecided, .by_probe = by_probe, .spare = spare },
			   .silent_application = silent, .timers.latest = NS_NEVER };

	run.plan = &plan;
	run.within = S(8);
	return deadline_of(&w);
}

static void a_watch_waits_for_what_is_open(void)
{
	CHECK_INT(ends(0, 0, false, TIME_NONE), S(10)); /* all is said */
	CHECK_INT(ends(1, 0, false, TIME_NONE), S(18));
	CHECK_INT(ends(1, 1, false, TIME_NONE), S(10)); /* nobody waits for that one */
	CHECK_INT(ends(2, 1, false, TIME_NONE), S(18));
	CHECK_INT(ends(0, 0, true, TIME_NONE), S(18)); /* a pause, perhaps: its command runs, or there is none */
	CHECK_INT(ends(0, 0, true, S(10)), S(11));
	CHECK_INT(ends(0, 0, true, S(12)), S(15)); /* as long once more, and a second */
	CHECK_INT(ends(0, 0, true, S(17)), S(18)); /* never longer than --within */
	CHECK_INT(ends(1, 0, true, S(10)), S(18));
}

/* Events that are queued one by one, and reported in between, take one event's memory. */
static void a_ring_that_is_empty_begins_anew(void)
{
	struct event ring[4];
	struct feed f = { .ring = ring, .room = 4 };

	for (int i = 0; i < 6; i++) {
		CHECK(feed_event(&f, EVENT_NOTE, i) == ring);
		CHECK(feed_event(&f, EVENT_NOTE, i) == ring + 1);
		feed_drain(&f);
		CHECK_INT(f.count, 0);
	}
}

static nsec woken_at;

static void note_wake(struct probe_context *p, nsec when)
{
	(void)p;
	woken_at = when;
}

/* A wake-up costs more than a look: of thousands of connections, a thousand are looked at in one. */
static void keepalive_is_looked_at_together(void)
{
	static const struct probe_host host = { .wake_at = note_wake };
	struct plan p = { 0 };
	struct error e;
	char state[256] = "";
	nsec before = clock_now();

	CHECK_INT(groups_parse(&p, "keepalive:idle=5s:intvl=4s", &e), 0);
	for (int i = 0; i < 3; i++) {
		const struct chosen *c = &p.groups->chosen[0];
		struct probe_context me = { .probe = c->probe, .params = c->params, .state = state, .host = &host };

		me.fd = socket(AF_INET, SOCK_STREAM, 0);
		CHECK(c->probe->state_size <= sizeof(state));
		CHECK_INT(c->probe->arm(&me).kind, VERDICT_NOTHING);
		CHECK_INT(woken_at % (10 * NS_PER_MS), 0);
		CHECK(woken_at > before + 6 * NS_PER_S && woken_at <= clock_now() + 6 * NS_PER_S + 10 * NS_PER_MS);
		close(me.fd);
	}
	plan_free(&p);
}

int main(void)
{
	UNIT_CASE(within_a_time);
	UNIT_CASE(never);
	UNIT_CASE(any_all_alive);
	UNIT_CASE(what_is_inconclusive_fulfils_nothing);
	UNIT_CASE(what_was_not_watched_fulfils_nothing);
	UNIT_CASE(the_first_reason_is_kept);
	UNIT_CASE(noticed_by_a_program);
	UNIT_CASE(alive_is_of_programs_too);
	UNIT_CASE(probes_are_not_asked_of_programs);
	UNIT_CASE(reconnected_where_it_can_be);
	UNIT_CASE(exited_never);
	UNIT_CASE(of_one_fault_alone);
	UNIT_CASE(what_was_not_measured_does_not_pass);
	UNIT_CASE(signs_of_life);
	UNIT_CASE(a_watch_waits_for_what_is_open);
	UNIT_CASE(a_ring_that_is_empty_begins_anew);
	UNIT_CASE(keepalive_is_looked_at_together);
	return unit_end();
}
