// SPDX-License-Identifier: MIT
/* A program under test in the matrix of results, and how its reactions read. */
#include "unit.h"

#include <stdio.h>
#include <errno.h>
#include <string.h>

#include "events/program.h"
#include "events/reaction.h"
#include "reports/program-phrases.h"
#include "reports/text.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)
#define US(n) ((nsec)(n) * NS_PER_US)

enum { PROGRAM, PEEK, KEEPALIVE, ROWS };
enum { DROP, FREEZE, NONE, FAULTS };

static struct report_probe rows[ROWS];
static const struct report_fault faults[FAULTS] = {
	{ .name = "drop", .dead = true }, { .name = "freeze", .dead = true }, { .name = "none", .control = true },
};
static struct report_context context;
static struct results results;

/* Two connections for each probe and fault; the program has some of its own. */
static void open_results(void)
{
	rows[PROGRAM] = (struct report_probe){ .probe = program_probe(PROGRAM_CLIENT), .spec = "client", .group = "client",
		.program = true, .members = 1, .worst_case = NS_NEVER };
	rows[PEEK] = (struct report_probe){ .probe = probe_find("peek"), .spec = "peek", .group = "peek", .members = 1 };
	rows[KEEPALIVE] = (struct report_probe){ .probe = probe_find("keepalive"), .spec = "keepalive:idle=1s:intvl=1s:cnt=2",
		.group = "keepalive:idle=1s:intvl=1s:cnt=2", .members = 1 };
	context = (struct report_context){ .mode = "lab", .start = MS(1000), .probes = rows, .programs = 1, .nprobes = ROWS,
		.faults = faults, .nfaults = FAULTS, .connections = 2 * (ROWS - 1) * FAULTS, .within = NS_NEVER, .timeout = NS_NEVER };
	CHECK_INT(results_open(&results, &context), 0);
}

static struct event event_at(enum event_kind kind, nsec t, size_t column)
{
	return (struct event){ .kind = kind, .t = t, .after = TIME_NONE, .row = NO_ROW, .column = column, .fault = faults[column].name };
}

static void take_step(nsec t, size_t column, const char *program, enum program_step step)
{
	struct event e = event_at(EVENT_PROGRAM, t, column);

	e.program = program;
	e.step.step = step;
	results_event(&results, &e);
}

static void take_fault(nsec t, size_t column)
{
	struct event e = event_at(EVENT_FAULT, t, column);

	results_event(&results, &e);
}

static void take(size_t column, size_t row, unsigned conn, enum result result, nsec after)
{
	struct event e = event_at(EVENT_RESULT, MS(9000), column);

	e.conn = conn;
	e.row = row;
	e.probe = rows[row].probe;
	e.program = row == PROGRAM ? "client" : NULL;
	e.after = after;
	e.verdict.lag = TIME_NONE;
	e.result = (struct event_result){ .result = result, .packets = { 10 * (int64_t)row, 600, MS(60000) }, .steady = { -1, -1, 0 } };
	results_event(&results, &e);
}

static void its_connections_are_not_counted(void)
{
	open_results();
	CHECK_INT(results.columns[DROP].expected, 5); /* two of each probe, and its own */
	CHECK_INT(results.ncomposites, 3);
	CHECK_INT(results_shared(&results), 2);
	CHECK(results_have_program(&results));
	results_close(&results);
	context.nprobes = 1;
	context.connections = 0;
	CHECK_INT(results_open(&results, &context), 0);
	CHECK_INT(results.columns[DROP].expected, 1);
	CHECK_INT(results_shared(&results), 0);
	results_close(&results);
}

static void it_is_first_and_no_probe(void)
{
	open_results();
	take_fault(MS(2000), DROP);
	take(DROP, PEEK, 1, NOTICED, MS(20));
	take(DROP, KEEPALIVE, 2, NOTICED, MS(3000));
	take(DROP, PROGRAM, 0, MISSED, TIME_NONE);
	results_finish(&results);
	CHECK_INT(results.shown, 3);
	CHECK_INT(results.leading, 1);
	CHECK(results.order[0] == results_probe(&results, PROGRAM));
	CHECK_INT(results_together(&results), 1);
	results_close(&results);
}

static void steps_tell_how_far_a_stage_is(void)
{
	char state[LIVE_STATE];

	open_results();
	live_state(state, &results, DROP, MS(1000));
	CHECK_TEXT(state, "waiting");
	take_step(MS(1100), DROP, "server", PROGRAM_STARTED);
	live_state(state, &results, DROP, MS(1200));
	CHECK_TEXT(state, "starting the server");
	take_step(MS(1300), DROP, "client", PROGRAM_STARTED);
	take_step(MS(1400), DROP, "client", PROGRAM_CONNECTED);
	take_step(MS(1450), DROP, "server", PROGRAM_CONNECTED); /* not of the row */
	live_state(state, &results, DROP, MS(1500));
	CHECK_TEXT(state, "connected");
	take_step(MS(1500), DROP, "client", PROGRAM_CLOSED); /* before the fault: says nothing of it */
	take_fault(MS(2000), DROP);
	live_state(state, &results, DROP, MS(5500));
	CHECK_TEXT(state, "struck 3s ago");
	CHECK_INT(results_stage(&results, DROP)->of[PROGRAM_CLOSED].count, 0);
	take_step(MS(5600), DROP, "client", PROGRAM_KERNEL);
	live_state(state, &results, DROP, MS(5700));
	CHECK_TEXT(state, "kernel knew +3.60s");
	live_state(state, &results, FREEZE, MS(5700));
	CHECK_TEXT(state, "waiting");
	CHECK(!results_program(&results, DROP));
	take(DROP, PROGRAM, 0, NOTICED, MS(3601));
	CHECK_INT(results_program(&results, DROP)->after, MS(3601));
	live_state(state, &results, DROP, MS(9000));
	CHECK(!strncmp(state, "noticed +3.60s", 14));
	results_close(&results);
}

/* Peek is free and misses; keepalive is the only one that noticed both; then nobody did. */
static void who_noticed_what_it_missed(void)
{
	char text[PROGRAM_SUM];

	open_results();
	take_fault(MS(2000), DROP);
	take_fault(MS(2000), FREEZE);
	take(DROP, PROGRAM, 0, MISSED, TIME_NONE);
	take(FREEZE, PROGRAM, 0, MISSED, TIME_NONE);
	take(DROP, PEEK, 1, NOTICED, MS(20));
	take(FREEZE, PEEK, 2, MISSED, TIME_NONE);
	take(DROP, KEEPALIVE, 3, NOTICED, MS(3000));
	take(FREEZE, KEEPALIVE, 4, NOTICED, MS(3100));
	program_advice(text, &results);
	CHECK_TEXT(text, "-p 'keepalive:idle=1s:intvl=1s:cnt=2' noticed what the client missed (drop, freeze), after 3.10s at the latest, "
			"for 20 packets a minute.");
	take(FREEZE, KEEPALIVE, 5, MISSED, TIME_NONE); /* once is enough */
	program_advice(text, &results);
	CHECK_TEXT(text, "-p 'peek' noticed 1 of the 2 deaths that the client missed (drop, freeze), and no probe beside it more, "
			"for 10 packets a minute.");
	results_close(&results);
	open_results();
	take_fault(MS(2000), DROP);
	take(DROP, PROGRAM, 0, MISSED, TIME_NONE);
	take(DROP, PEEK, 1, MISSED, TIME_NONE);
	program_advice(text, &results);
	CHECK_TEXT(text, "No probe beside it noticed what the client missed: drop.");
	results_close(&results);
}

/* Both noticed it, the more expensive one first. */
static void of_several_that_noticed_the_best_is_told(void)
{
	char text[PROGRAM_SUM];

	open_results();
	take_fault(MS(2000), DROP);
	take(DROP, PROGRAM, 0, MISSED, TIME_NONE);
	take(DROP, KEEPALIVE, 1, NOTICED, MS(20));
	take(DROP, PEEK, 2, NOTICED, MS(3000));
	program_advice(text, &results);
	CHECK_TEXT(text, "-p 'peek' noticed what the client missed (drop), after 3.00s, for 10 packets a minute.");
	take_fault(MS(2000), NONE);
	take(NONE, PEEK, 3, FALSE_ALARM, MS(10)); /* whose price is of no interest then */
	program_advice(text, &results);
	CHECK_TEXT(text, "-p 'keepalive:idle=1s:intvl=1s:cnt=2' noticed what the client missed (drop), after 20.0ms, for 20 packets a minute.");
	results_close(&results);
}

static void nothing_missed_needs_no_advice(void)
{
	char text[PROGRAM_SUM];

	open_results();
	take_fault(MS(2000), DROP);
	take(DROP, PROGRAM, 0, NOTICED, MS(5));
	take(NONE, PROGRAM, 0, FALSE_ALARM, MS(5));
	program_advice(text, &results);
	CHECK_TEXT(text, "");
	results_finish(&results);
	program_sum(text, &results);
	CHECK_TEXT(text, "The client noticed 1 of 1 death, after 5.00ms; false alarm at none.");
	results_close(&results);
}

static const char *how(struct reaction r, enum result result)
{
	static char text[160];

	return reaction_how(text, sizeof(text), &r, result);
}

static void how_a_reaction_came_about(void)
{
	struct reaction r = { .connections = 10, .given_up = 10, .told = 7, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT,
		.kernel = MS(3000), .acted = US(200), .last = MS(5000), .connecting = TIME_NONE, .reconnected = TIME_NONE };

	CHECK_TEXT(how(r, NOTICED), "kernel ETIMEDOUT on 7 of 10, closed 200us later; 3 by its own timer");
	r.told = 10;
	CHECK_TEXT(how(r, NOTICED), "kernel ETIMEDOUT, closed 200us later");
	r.acted = 0; /* both were found at the same look */
	CHECK_TEXT(how(r, NOTICED), "kernel ETIMEDOUT, closed at once");
	r.acted = US(200);
	r.given_up = 8;
	CHECK_TEXT(how(r, MISSED), "gave up 8 of 10 connections, the last after 5.00s; the kernel knew of 10 (ETIMEDOUT)");
	r.given_up = 0;
	r.told = 2;
	CHECK_TEXT(how(r, MISSED), "the kernel knew of 2 of 10 connections (ETIMEDOUT after 3.00s), and it never looked");
	r.connecting = MS(3100); /* it did, and left the descriptor open */
	CHECK_TEXT(how(r, MISSED), "the kernel knew of 2 of 10 connections (ETIMEDOUT after 3.00s), and it never closed them");
	r.connections = r.told = 1;
	CHECK_TEXT(how(r, MISSED), "the kernel knew (ETIMEDOUT after 3.00s), and it never closed it");
	r.connections = 10;
	r.told = 0;
	CHECK_TEXT(how(r, MISSED), "nobody knew");
	CHECK_TEXT(how(r, STAYED_ALIVE), "");
	r.given_up = 10;
	r.kernel = r.acted = TIME_NONE;
	CHECK_TEXT(how(r, NOTICED), "by its own timer, before the kernel knew anything");
	r.connections = 0;
	CHECK_TEXT(how(r, INCONCLUSIVE), "");
}

static void what_became_of_it(void)
{
	struct reaction r = { .connecting = MS(3100), .reconnected = TIME_NONE, .exited = TIME_NONE };
	char text[160];

	CHECK_TEXT(reaction_then(text, sizeof(text), &r), "tried in vain to reconnect after 3.10s");
	r.reconnected = MS(4200);
	r.exited = MS(9000);
	r.status = 3 << 8;
	CHECK_TEXT(reaction_then(text, sizeof(text), &r), "reconnected after 4.20s, exited with status 3 after 9.00s");
	r.reconnected = r.connecting = TIME_NONE;
	r.status = 6;
	CHECK_TEXT(reaction_then(text, sizeof(text), &r), "killed by SIGABRT after 9.00s");
	CHECK_TEXT(reaction_then(text, 12, &r), "killed by S"); /* cut, and no further */
}

int main(void)
{
	UNIT_CASE(its_connections_are_not_counted);
	UNIT_CASE(it_is_first_and_no_probe);
	UNIT_CASE(steps_tell_how_far_a_stage_is);
	UNIT_CASE(who_noticed_what_it_missed);
	UNIT_CASE(of_several_that_noticed_the_best_is_told);
	UNIT_CASE(nothing_missed_needs_no_advice);
	UNIT_CASE(how_a_reaction_came_about);
	UNIT_CASE(what_became_of_it);
	return unit_end();
}
