// SPDX-License-Identifier: MIT
/* The lab's advice: the smallest sets that notice most, and none where nothing is noticed; and whether advice
 * holds. Who ended a program's last connection. */
#include "unit.h"

#include "faults/fault.h"
#include "lab/advice.h"
#include "lab/ended.h"
#include "lab/lab.h"

#define GROUPS 3
#define FAULTS 2

static const struct probe probes_alike = { .name = "alike" };
static const struct fault deadly = { .name = "deadly", .dead = true };

static struct chosen members[GROUPS] = {
	{ .probe = &probes_alike }, { .probe = &probes_alike }, { .probe = &probes_alike },
};
static struct group groups[GROUPS] = {
	{ .chosen = &members[0], .count = 1, .spec = (char[]){ "a" } },
	{ .chosen = &members[1], .count = 1, .spec = (char[]){ "b" } },
	{ .chosen = &members[2], .count = 1, .spec = (char[]){ "c" } },
};
static const struct plan plan = { .groups = groups, .ngroups = GROUPS };
static const struct chosen_fault faults_of_test[FAULTS] = { { .fault = &deadly }, { .fault = &deadly } };

/* Each group misses both deaths, unless set otherwise. */
static struct matrix open_matrix(struct cell cells[FAULTS * GROUPS])
{
	for (size_t i = 0; i < (size_t)FAULTS * GROUPS; i++)
		cells[i] = (struct cell){ .result = MISSED, .after = TIME_NONE };
	return (struct matrix){
		.plan = &plan, .faults = faults_of_test, .nfaults = FAULTS, .ngroups = GROUPS, .cells = cells,
	};
}

static void set_noticed(struct matrix *m, size_t fault, size_t group, nsec after)
{
	m->cells[fault * GROUPS + group] = (struct cell){ .result = NOTICED, .after = after };
}

static void what_one_notices(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);
	struct advice list[4] = { { .ngroups = 0 } };

	set_noticed(&m, 0, 1, NS_PER_S);
	set_noticed(&m, 1, 1, 2 * NS_PER_S);
	set_noticed(&m, 0, 2, NS_PER_MS);
	CHECK_INT(advise(&m, true, list, 3), 1);
	CHECK_TEXT(list[0].spec, "b");
	CHECK_INT(list[0].deaths, 2);
	CHECK_INT(list[0].slowest, 2 * NS_PER_S);
}

/* Asked for as many as three sets, it advises one. */
static void advises_one(const struct matrix *m, const char *spec, int deaths)
{
	struct advice list[4] = { { .ngroups = 0 } };

	CHECK_INT(advise(m, true, list, 3), 1);
	CHECK_TEXT(list[0].spec, spec);
	CHECK_INT(list[0].deaths, deaths);
}

static void what_two_notice_together(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);

	set_noticed(&m, 0, 0, NS_PER_S);
	set_noticed(&m, 1, 2, NS_PER_MS);
	advises_one(&m, "a+c", 2);
}

static void false_alarms_are_of_no_use(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);

	set_noticed(&m, 0, 0, NS_PER_S);
	set_noticed(&m, 0, 1, NS_PER_MS);
	cells[GROUPS + 1].false_alarm = true;
	advises_one(&m, "a", 1);
}

/* No set is advised, of which nothing could be said but that it notices no death. */
static void nothing_noticed(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);
	struct advice list[4] = { { .ngroups = 0 } };

	CHECK_INT(advise(&m, true, list, 3), 0);
	m.nfaults = 0;
	CHECK_INT(advise(&m, true, list, 3), 0);
}

/* What a set costs is read off the peer that is left in peace, and not off one that merely lives. */
static void what_a_set_costs(void)
{
	static const struct fault calm = { .name = "calm", .control = true }, pause = { .name = "pause" };
	static const struct chosen_fault four[] = {
		{ .fault = &deadly }, { .fault = &deadly }, { .fault = &calm }, { .fault = &pause },
	};
	struct cell cells[4 * GROUPS];
	struct matrix m = open_matrix(cells);
	struct advice list[4] = { { .ngroups = 0 } };

	for (size_t i = (size_t)FAULTS * GROUPS; i < (size_t)4 * GROUPS; i++)
		cells[i] = (struct cell){ .result = STAYED_ALIVE, .packets = { 31, 1632, 5 * NS_PER_S } };
	m.faults = four;
	m.nfaults = 4;
	set_noticed(&m, 0, 0, NS_PER_S);
	set_noticed(&m, 1, 2, NS_PER_S);
	cells[2 * GROUPS].packets = (struct packets){ 24, 1200, 4 * NS_PER_S };
	cells[2 * GROUPS + 2].packets = (struct packets){ 10, 400, 2 * NS_PER_S }; /* in 4 s twice as many */
	CHECK_INT(advise(&m, true, list, 3), 1);
	CHECK_TEXT(list[0].spec, "a+c");
	CHECK(list[0].packets.count == 44 && list[0].packets.bytes == 2000 && list[0].packets.time == 4 * NS_PER_S);
}

/* ---- what was promised ---- */

#define KEPT 3 /* of one composite: the death, the pause, and the peer that is left in peace */

static const struct fault in_peace = { .name = "in-peace", .control = true }, paused = { .name = "paused" };
static const struct chosen_fault kept_faults[KEPT] = {
	{ .fault = &deadly, .spec = (char[]){ "deadly" } }, { .fault = &paused, .spec = (char[]){ "paused" } },
	{ .fault = &in_peace, .spec = (char[]){ "in-peace" } },
};

/* All is as it was promised: a death within 10 s, and two packets each 2 s, which the peer's echo makes three. */
struct kept {
	struct cell cells[KEPT];
	struct promise promise;
};

static struct kept all_kept(void)
{
	return (struct kept){
		.cells = {
			{ .result = NOTICED, .after = 9 * NS_PER_S, .prompt = 9 * NS_PER_S },
			{ .result = STAYED_ALIVE, .after = TIME_NONE, .prompt = TIME_NONE },
			{ .result = STAYED_ALIVE, .after = TIME_NONE, .prompt = TIME_NONE, .steady = { 10, 400, 10 * NS_PER_S } },
		},
		.promise = { .by = 10 * NS_PER_S, .noticed = 1, .packets = 2, .echoed = 3, .gap = 2 * NS_PER_S },
	};
}

/* What the lab tells of it. failed: is the exit status that of a failure? */
static struct event told_of(const struct chosen_fault *of, size_t n, struct cell *cells, struct promise *promise,
			    bool *failed)
{
	static struct lab l;
	static struct event ring[2];
	const struct plan one = { .groups = groups, .ngroups = 1, .lab.promises = promise };

	l = (struct lab){ .run = { .plan = &one, .feed = { .ring = ring, .room = 2 } } };
	l.matrix = (struct matrix){ .plan = &one, .faults = of, .nfaults = n, .ngroups = 1, .cells = cells };
	verify_tell(&l);
	*failed = l.run.end.any_failed;
	return ring[0];
}

static struct event told(struct kept *k, bool *failed)
{
	return told_of(kept_faults, KEPT, k->cells, &k->promise, failed);
}

static void a_promise_that_is_kept(void)
{
	struct kept k = all_kept();
	bool failed;
	struct event e = told(&k, &failed);

	CHECK(e.kind == EVENT_VERIFIED && e.verified.holds && !failed);
	CHECK(e.verified.deaths == 1 && e.verified.deaths_of == 1 && !e.verified.alarms);
	CHECK(e.after == 9 * NS_PER_S && e.verified.promised == 10 * NS_PER_S);
	CHECK_TEXT(e.verified.slowest, "deadly");
	CHECK(e.verified.an_hour == 3600 && e.verified.promised_an_hour == 3600 && !e.verified.why);
	CHECK_TEXT(e.note, "");
}

/* Does it hold; if not, is that the reason? */
static void breaks_it(struct kept k, const char *why)
{
	bool failed;
	struct event e = told(&k, &failed);

	CHECK(e.verified.holds == !why && failed == !!why);
	CHECK_TEXT(e.note, why ? why : "");
}

static void what_breaks_a_promise(void)
{
	struct kept k = all_kept();

	k.cells[0].after = k.cells[0].prompt = 10 * NS_PER_S + NS_PER_MS;
	breaks_it(k, "deadly noticed after 10.001 s");
	k.cells[0].prompt = 10 * NS_PER_S; /* this process was late, and not the probe */
	breaks_it(k, NULL);
	k.cells[0] = (struct cell){ .result = MISSED, .after = TIME_NONE, .prompt = TIME_NONE };
	k.cells[1].false_alarm = true;
	breaks_it(k, "deadly missed; a false alarm at paused");
	k.promise.noticed = 0; /* neither was promised */
	k.promise.alarms = 1 << 1;
	breaks_it(k, NULL);
	k.cells[1].result = INCONCLUSIVE;
	breaks_it(k, "paused inconclusive");
}

#define MANY 12

/* A number is not cut in its middle: what finds no room is counted. */
static void more_than_can_be_named(void)
{
	struct chosen_fault late[MANY];
	struct cell cells[MANY];
	struct promise promise = all_kept().promise;
	bool failed;
	struct event e;

	promise.noticed = (1 << MANY) - 1;
	for (size_t i = 0; i < MANY; i++) {
		late[i] = kept_faults[0];
		cells[i] = (struct cell){ .result = NOTICED, .after = 11 * NS_PER_S, .prompt = 11 * NS_PER_S };
	}
	e = told_of(late, MANY, cells, &promise, &failed);
	CHECK(failed && e.verified.deaths_of == MANY && !e.verified.deaths);
	CHECK_TEXT(e.note, "deadly noticed after 11.000 s; deadly noticed after 11.000 s; deadly noticed after 11.000 s; "
			   "deadly noticed after 11.000 s; and 8 more");
}

static void packets_and_why_they_differ(void)
{
	struct kept k = all_kept();
	bool failed;

	k.cells[2].steady.count = 9; /* a timer that fires late */
	breaks_it(k, NULL);
	k.cells[2].steady.count = 15;
	CHECK_TEXT(told(&k, &failed).verified.why, "the lab's peer echoes each byte, and that is acknowledged");
	breaks_it(k, NULL);
	k.cells[2].steady.count = 20; /* with a delayed ACK each */
	CHECK_TEXT(told(&k, &failed).verified.why, "an answer came so late that an ACK went before it");
	breaks_it(k, NULL);
	k.cells[2].steady.count = 22;
	breaks_it(k, "other packets than promised");
	k.cells[2].steady.count = 8;
	breaks_it(k, "other packets than promised");
	k.cells[2].retransmitted = 2;
	breaks_it(k, NULL);
	k.cells[2].steady = (struct packets){ -1, -1, 0 };
	CHECK_INT(told(&k, &failed).verified.an_hour, -1);
	breaks_it(k, NULL);
}

#define STRUCK (10 * NS_PER_S)

static const char *who_ended(enum program_role role, nsec kernel, enum kernel_cause cause, nsec closed)
{
	const struct observed o = { .established = 0, .kernel = kernel, .cause = cause, .closed = closed };
	static char text[64];

	return ended_text(text, sizeof(text), &o, role, STRUCK);
}

static void who_ended_the_last_connection(void)
{
	const nsec then = STRUCK - 400 * NS_PER_MS, later = then + NS_PER_MS;
	char text[64];

	CHECK_TEXT(who_ended(PROGRAM_CLIENT, TIME_NONE, KERNEL_NOTHING, then), "it closed its last one 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_CLIENT, later, KERNEL_FIN, then), "it closed its last one 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_CLIENT, then, KERNEL_FIN, later), "the server closed its last one 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_CLIENT, then, KERNEL_FIN, TIME_NONE), "the server closed its last one 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_SERVER, then, KERNEL_RST, later), "the client reset its last one 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_SERVER, then, KERNEL_TIMEOUT, later), "its last one timed out 400ms before");
	CHECK_TEXT(who_ended(PROGRAM_SERVER, then, KERNEL_UNREACHABLE, later), "its last one ended as unreachable 400ms before");
	CHECK_TEXT(ended_text(text, sizeof(text), NULL, PROGRAM_SERVER, STRUCK), "");
}

int main(void)
{
	UNIT_CASE(what_one_notices);
	UNIT_CASE(what_two_notice_together);
	UNIT_CASE(false_alarms_are_of_no_use);
	UNIT_CASE(nothing_noticed);
	UNIT_CASE(what_a_set_costs);
	UNIT_CASE(a_promise_that_is_kept);
	UNIT_CASE(what_breaks_a_promise);
	UNIT_CASE(more_than_can_be_named);
	UNIT_CASE(packets_and_why_they_differ);
	UNIT_CASE(who_ended_the_last_connection);
	return unit_end();
}
