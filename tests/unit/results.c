// SPDX-License-Identifier: MIT
/* The matrix of results and what the test reports make of it, from events that never were. */
#include "unit.h"

#include "base/utf8.h"
#include "probes/probe.h"
#include "reports/check.h"
#include "results/results.h"
#include "results/score.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)

static struct report_probe probes_here[3];
static const struct report_fault faults_here[] = {
	{ .name = "none", .control = true }, { .name = "drop", .dead = true }, { .name = "half-close" },
};
static struct report_context context;
static struct results results;

enum { PEEK, RDHUP, KEEPALIVE };                     /* of the context's probes */
enum { ROW_PEEK, ROW_BOTH, ROW_RDHUP, ROW_KEEPALIVE }; /* of the matrix */
enum { NONE, DROP, HALF_CLOSE };

/* peek on a connection, rdhup and keepalive on another. */
static void open_results(const char *mode, size_t nfaults)
{
	probes_here[PEEK] = (struct report_probe){ .probe = probe_find("peek"), .spec = "peek", .group = "peek",
		.members = 1, .worst_case = MS(100) };
	probes_here[RDHUP] = (struct report_probe){ .probe = probe_find("rdhup"), .spec = "rdhup",
		.group = "rdhup+keepalive", .members = 2, .worst_case = 0 };
	probes_here[KEEPALIVE] = (struct report_probe){ .probe = probe_find("keepalive"), .spec = "keepalive",
		.group = "rdhup+keepalive", .members = 2, .member = 1, .worst_case = MS(14000) };
	context = (struct report_context){ .mode = mode, .start = MS(1000), .probes = probes_here, .nprobes = 3,
		.faults = nfaults ? faults_here : NULL, .nfaults = nfaults, .traffic = "idle",
		.connections = nfaults ? 6 : 2, .within = NS_NEVER, .timeout = NS_NEVER };
	CHECK_INT(results_open(&results, &context), 0);
}

static struct event event_at(enum event_kind kind, nsec t, size_t column)
{
	return (struct event){ .kind = kind, .t = t, .after = TIME_NONE, .row = NO_ROW, .column = column,
		.fault = column == NO_ROW ? NULL : faults_here[column].name };
}

static struct event result_of(size_t column, size_t probe, unsigned conn, enum result result, nsec after)
{
	struct event e = event_at(EVENT_RESULT, MS(5000), column);

	e.conn = conn;
	e.probe = probes_here[probe].probe;
	e.group = probes_here[probe].group;
	e.row = probe;
	e.after = after;
	e.verdict.lag = TIME_NONE;
	e.result = (struct event_result){ .result = result, .worst_case = probes_here[probe].worst_case,
		.segments_out = 3, .bytes_out = 10, .packets = { -1, -1, 0 } };
	e.result.predicted = (struct predicted){ .known = true, .result = result,
		.by = result == NOTICED ? after : NS_NEVER };
	return e;
}

static void take(size_t column, size_t probe, unsigned conn, enum result result, nsec after)
{
	struct event e = result_of(column, probe, conn, result, after);

	results_event(&results, &e);
}

static void take_a_lab(void)
{
	struct event struck;

	open_results("lab", 3);
	for (size_t i = 0; i < 3; i++) {
		struck = event_at(EVENT_FAULT, MS(2000), i);
		results_event(&results, &struck);
	}
	take(NONE, PEEK, 1, STAYED_ALIVE, TIME_NONE);
	take(NONE, RDHUP, 2, STAYED_ALIVE, TIME_NONE);
	take(NONE, KEEPALIVE, 2, STAYED_ALIVE, TIME_NONE);
	take(DROP, PEEK, 3, MISSED, TIME_NONE);
	take(DROP, RDHUP, 4, NOTICED, MS(1500));
	take(DROP, KEEPALIVE, 4, NOTICED, MS(1400));
	take(HALF_CLOSE, PEEK, 5, FALSE_ALARM, MS(100));
	take(HALF_CLOSE, RDHUP, 6, FALSE_ALARM, MS(-200));
	take(HALF_CLOSE, KEEPALIVE, 6, STAYED_ALIVE, TIME_NONE);
	results_finish(&results);
}

static enum result cell_at(size_t row, size_t column)
{
	return cell_result(results_cell(&results, row, column));
}

static void a_composite_is_one_strategy(void)
{
	take_a_lab();
	CHECK_INT(results.nrows, 4);
	CHECK_INT(results.ncomposites, 2);
	CHECK_INT(cell_at(ROW_PEEK, NONE), STAYED_ALIVE);
	CHECK_INT(cell_at(ROW_PEEK, DROP), MISSED);
	CHECK_INT(cell_at(ROW_PEEK, HALF_CLOSE), FALSE_ALARM);
	CHECK_INT(cell_at(ROW_BOTH, NONE), STAYED_ALIVE);
	CHECK_INT(cell_at(ROW_BOTH, DROP), NOTICED);
	CHECK_INT(cell_at(ROW_BOTH, HALF_CLOSE), FALSE_ALARM);
	CHECK_INT(cell_at(ROW_KEEPALIVE, HALF_CLOSE), STAYED_ALIVE);
	CHECK_INT(results_cell(&results, ROW_BOTH, DROP)->slowest, MS(1400)); /* the first of its probes */
	CHECK_INT(results_cell(&results, ROW_RDHUP, DROP)->slowest, MS(1500));
	CHECK_INT(results_cell(&results, ROW_BOTH, HALF_CLOSE)->slowest, MS(-200));
	CHECK_INT(results_cell(&results, ROW_BOTH, DROP)->total, 1);
	CHECK_INT(results_count(&results), 12);
	results_close(&results);
}

static void the_fault_says_who_died(void)
{
	take_a_lab();
	CHECK(!results_died(&results, NONE));
	CHECK(results_died(&results, DROP));
	CHECK(!results_died(&results, HALF_CLOSE));
	results_close(&results);
}

static void what_a_row_is_worth(void)
{
	struct results_score s;

	take_a_lab();
	results_score(&results, ROW_PEEK, &s);
	CHECK(s.deaths == 1 && s.noticed == 0 && s.alarms == 1);
	CHECK(s.median == TIME_NONE && s.slowest == TIME_NONE);
	results_score(&results, ROW_BOTH, &s);
	CHECK(s.deaths == 1 && s.noticed == 1 && s.alarms == 1);
	CHECK_INT(s.median, MS(1400));
	CHECK_INT(s.slowest, MS(1400));
	results_score(&results, ROW_KEEPALIVE, &s);
	CHECK(s.deaths == 1 && s.noticed == 1 && s.alarms == 0);
	CHECK_INT(s.packets, -1);
	results_close(&results);
	CHECK_INT(a_minute(10, 30 * NS_PER_S), 20);
	CHECK_INT(a_minute(-1, 30 * NS_PER_S), -1);
	CHECK_INT(a_minute(10, 0), -1);
}

static void agreement_with_the_predictions(void)
{
	struct results_agreement a;
	struct event off;

	open_results("lab", 3);
	take(NONE, PEEK, 1, STAYED_ALIVE, TIME_NONE);
	off = result_of(DROP, PEEK, 3, MISSED, TIME_NONE);
	off.result.predicted.off = true;
	results_event(&results, &off);
	off = result_of(HALF_CLOSE, PEEK, 5, MISSED, TIME_NONE);
	off.result.predicted.known = false;
	results_event(&results, &off);
	results_finish(&results);
	a = results_agreement(&results);
	CHECK_INT(a.predicted, 2);
	CHECK_INT(a.off, 1);
	CHECK(results_cell(&results, ROW_PEEK, DROP)->predicted.off);
	CHECK(!results_cell(&results, ROW_PEEK, NONE)->predicted.off);
	results_close(&results);
}

static void take_a_watch(enum result of_peek, nsec peek_after)
{
	struct event e = event_at(EVENT_FAULT, MS(2000), NO_ROW);

	open_results("connect", 0);
	e.fault = "exec";
	results_event(&results, &e);
	take(NO_ROW, PEEK, 1, of_peek, peek_after);
	take(NO_ROW, RDHUP, 2, NOTICED, MS(20));
	take(NO_ROW, KEEPALIVE, 2, NOTICED, MS(400));
}

static void medians(void)
{
	nsec kept[8];
	struct sample s = { .kept = kept, .room = 8 };

	CHECK_INT(sample_median(&s), TIME_NONE);
	sample_add(&s, TIME_NONE);
	CHECK_INT(s.seen, 0);
	sample_add(&s, 30);
	sample_add(&s, 10);
	sample_add(&s, 20);
	CHECK_INT(sample_median(&s), 20);
	CHECK(s.seen == 3 && s.least == 10 && s.most == 30);
	sample_add(&s, 5);
	CHECK_INT(sample_median(&s), 10);
	for (nsec t = 0; t < 1000; t++)
		sample_add(&s, 50);
	CHECK(s.seen == 1004 && s.least == 5 && s.most == 50);
	CHECK(sample_median(&s) <= 50);
}

static void who_noticed_first_is_first(void)
{
	take_a_watch(MISSED, TIME_NONE);
	results_finish(&results);
	CHECK_INT(results.shown, 3);
	CHECK(results.order[0] == results_probe(&results, RDHUP));
	CHECK(results.order[1] == results_probe(&results, KEEPALIVE));
	CHECK(results.order[2] == results_probe(&results, PEEK));
	CHECK_INT(results_together(&results), 1);
	CHECK_INT(results_zero(&results), MS(2000));
	results_close(&results);
	take_a_watch(NOTICED, MS(20) + NS_PER_US);
	results_finish(&results);
	CHECK(results.order[1] == results_probe(&results, PEEK));
	CHECK_INT(results_together(&results), 2); /* in one wake of the loop, probably */
	results_close(&results);
	take_a_watch(NOTICED, MS(20) + SAME_WAKE);
	results_finish(&results);
	CHECK_INT(results_together(&results), 1);
	results_close(&results);
}

static void packets_in_peace(void)
{
	struct results_score s;
	struct event e;

	open_results("lab", 3);
	for (size_t column = NONE; column <= DROP; column++) {
		e = result_of(column, PEEK, 1 + (unsigned)column, STAYED_ALIVE, TIME_NONE);
		e.result.packets = (struct packets){ column == NONE ? 10 : 1000, column == NONE ? 600 : 9000, 30 * NS_PER_S };
		results_event(&results, &e);
	}
	results_finish(&results);
	results_score(&results, ROW_PEEK, &s);
	CHECK_INT(s.packets, 20); /* a minute, of the control alone */
	CHECK_INT(s.bytes, 1200);
	results_close(&results);
}

/* Without a control of which packets were counted all faults are added up. */
static void packets_without_peace(void)
{
	struct results_score s;
	struct event e;

	open_results("lab", 3);
	take(NONE, PEEK, 1, STAYED_ALIVE, TIME_NONE);
	for (size_t column = DROP; column <= HALF_CLOSE; column++) {
		e = result_of(column, PEEK, 1 + (unsigned)column, STAYED_ALIVE, TIME_NONE);
		e.result.packets = (struct packets){ 10 * (int64_t)column, 600 * (int64_t)column, 30 * NS_PER_S };
		results_event(&results, &e);
	}
	results_finish(&results);
	results_score(&results, ROW_PEEK, &s);
	CHECK_INT(s.packets, 30);
	CHECK_INT(s.bytes, 1800);
	results_close(&results);
	open_results("lab", 3);
	e = result_of(NONE, PEEK, 1, STAYED_ALIVE, TIME_NONE);
	e.result.packets = (struct packets){ 0, 0, 30 * NS_PER_S };
	results_event(&results, &e);
	results_score(&results, ROW_PEEK, &s);
	CHECK(s.packets == 0 && s.bytes == 0); /* none, and not unknown */
	results_close(&results);
}

static void the_worst_of_several(void)
{
	static const enum result order[] = { UNSUPPORTED, STAYED_ALIVE, NOTICED, INCONCLUSIVE, MISSED, FALSE_ALARM };

	for (size_t worse = 1; worse < RESULTS; worse++)
		for (size_t turned = 0; turned < 2; turned++) {
			open_results("lab", 3);
			take(DROP, PEEK, 1, order[turned ? worse : worse - 1], MS(10));
			take(DROP, PEEK, 2, order[turned ? worse - 1 : worse], MS(10));
			CHECK_INT(cell_worst(results_cell(&results, ROW_PEEK, DROP)), order[worse]);
			CHECK_INT(results_cell(&results, ROW_PEEK, DROP)->worst.result.result, order[worse]);
			results_close(&results);
		}
}

static void the_slowest_is_the_worst_of_equals(void)
{
	open_results("lab", 3);
	take(DROP, PEEK, 1, NOTICED, MS(10));
	take(DROP, PEEK, 2, NOTICED, MS(30));
	take(DROP, PEEK, 3, NOTICED, MS(20));
	CHECK_INT(results_cell(&results, ROW_PEEK, DROP)->worst.after, MS(30));
	CHECK_INT(results_cell(&results, ROW_PEEK, DROP)->slowest, MS(30));
	results_close(&results);
}

static void a_verdict_before_its_result(void)
{
	struct event struck = event_at(EVENT_FAULT, MS(2000), DROP), dead;

	open_results("lab", 3);
	results_event(&results, &struck);
	dead = result_of(DROP, KEEPALIVE, 1, NOTICED, TIME_NONE);
	dead.kind = EVENT_DEAD;
	dead.t = MS(3500);
	dead.verdict.lag = MS(100);
	results_event(&results, &dead);
	CHECK_INT(results_cell(&results, ROW_KEEPALIVE, DROP)->dead_after, MS(1500));
	CHECK_INT(results_cell(&results, ROW_BOTH, DROP)->dead_after, MS(1500));
	CHECK_INT(results_cell(&results, ROW_BOTH, DROP)->kernel, MS(3400));
	CHECK_INT(results_cell(&results, ROW_PEEK, DROP)->dead_after, TIME_NONE);
	results_close(&results);
}

static void advice_has_its_room(void)
{
	struct event e = event_at(EVENT_ADVICE, MS(5000), NO_ROW);

	open_results("lab", 3);
	e.after = MS(700);
	e.advice = (struct event_advice){ .deaths = 3, .deaths_of = 4, .packets = { 10, 600, 30 * NS_PER_S } };
	results_event(&results, &e); /* of nothing: none */
	CHECK_INT(results.nadvice, 0);
	e.group = "peek";
	for (size_t i = 0; i < RESULTS_ADVICE + 4; i++)
		results_event(&results, &e);
	CHECK_INT(results.nadvice, RESULTS_ADVICE);
	CHECK_TEXT(results.advice[0].spec, "peek");
	CHECK(results.advice[0].deaths == 3 && results.advice[0].deaths_of == 4 && results.advice[0].slowest == MS(700));
	CHECK(results.advice[0].packets == 20 && results.advice[0].bytes == 1200);
	results_close(&results);
}

static void a_sample_is_of_all(void)
{
	nsec kept[128];
	struct sample s = { .kept = kept, .room = 128 };

	for (nsec t = 0; t < 10000; t++)
		sample_add(&s, t);
	CHECK(sample_median(&s) > 3000 && sample_median(&s) < 7000);
}

static void namesakes_have_names_of_their_own(void)
{
	open_results("connect", 0);
	CHECK_TEXT(results_probe(&results, PEEK)->row->name, "peek");
	results_close(&results);
	probes_here[KEEPALIVE].spec = "keepalive:idle=2s";
	CHECK_INT(results_open(&results, &context), 0);
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->label, "+keepalive"); /* the only one */
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->name, "keepalive");
	results_close(&results);
	probes_here[PEEK] = (struct report_probe){ .probe = probe_find("keepalive"), .spec = "keepalive:cnt=1",
		.group = "keepalive:cnt=1", .members = 1 };
	probes_here[KEEPALIVE].spec = "keepalive:idle=2s";
	CHECK_INT(results_open(&results, &context), 0);
	CHECK_TEXT(results_probe(&results, PEEK)->row->name, "keepalive cnt=1");
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->name, "keepalive idle=2s");
	CHECK_TEXT(results_probe(&results, RDHUP)->row->label, "+rdhup");
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->label, "+keepalive");
	CHECK_TEXT(results_probe(&results, PEEK)->row->label, "keepalive"); /* no other is alone */
	CHECK_TEXT(results_probe(&results, RDHUP)->row->name, "rdhup");
	results_close(&results);
	probes_here[RDHUP] = (struct report_probe){ .probe = probe_find("rdhup"), .spec = "rdhup:", .group = "rdhup:",
		.members = 1 };
	probes_here[KEEPALIVE].group = probes_here[KEEPALIVE].spec;
	probes_here[KEEPALIVE].members = 1;
	probes_here[KEEPALIVE].member = 0;
	CHECK_INT(results_open(&results, &context), 0);
	CHECK_TEXT(results_probe(&results, PEEK)->row->label, "keepalive cnt=1");
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->label, "keepalive idle=2s");
	CHECK_TEXT(results_probe(&results, RDHUP)->row->label, "rdhup");
	results_close(&results);
	open_results("connect", 0);
	probes_here[PEEK].probe = probes_here[KEEPALIVE].probe;
	results_close(&results);
	probes_here[PEEK].spec = probes_here[PEEK].group = probes_here[KEEPALIVE].spec = "keepalive";
	CHECK_INT(results_open(&results, &context), 0);
	CHECK_TEXT(results_probe(&results, PEEK)->row->name, "keepalive");
	CHECK_TEXT(results_probe(&results, KEEPALIVE)->row->name, "keepalive in rdhup+keepalive");
	CHECK_TEXT(results_probe(&results, PEEK)->row->label, "keepalive");
	results_close(&results);
}

/* Three probes with these parameters, each alone or all on connections with an rdhup: their names. */
static void check_names(bool shared, const char *const specs[3], const char *const want[3])
{
	static struct report_probe all[6];
	char groups[3][128];

	for (size_t i = 0; i < 3; i++) {
		struct report_probe *p = &all[i * (1 + shared)];

		snprintf(groups[i], sizeof(groups[i]), "%s%s", shared ? "rdhup+" : "", specs[i]);
		if (shared)
			*p++ = (struct report_probe){ .probe = probe_find("rdhup"), .spec = "rdhup",
				.group = groups[i], .members = 2 };
		*p = (struct report_probe){ .probe = probe_find("heartbeat"), .spec = specs[i],
			.group = groups[i], .members = 1 + shared, .member = shared };
	}
	context.probes = all;
	context.nprobes = shared ? 6 : 3;
	CHECK_INT(results_open(&results, &context), 0);
	for (size_t i = 0; i < 3; i++) {
		CHECK_TEXT(results.rows[results.composites[i]].label, want[i]);
		CHECK_TEXT(results.rows[results.composites[i]].spec, groups[i]);
	}
	for (size_t i = 0; i < results.nrows; i++)
		for (size_t k = 0; k < i; k++) {
			CHECK(strcmp(results.rows[i].label, results.rows[k].label) != 0);
			CHECK(strcmp(results.rows[i].brief, results.rows[k].brief) != 0);
			CHECK(!*results.rows[i].name || strcmp(results.rows[i].name, results.rows[k].name) != 0);
		}
}

static void a_name_has_the_parameters_that_differ(void)
{
	open_results("connect", 0);
	results_close(&results);
	check_names(false, (const char *const[]){ "heartbeat:every=500ms:limit=1s", "heartbeat:every=500ms:limit=1s:eof=ignore",
						  "heartbeat:limit=2s:every=500ms" },
		    (const char *const[]){ "heartbeat limit=1s", "heartbeat limit=1s eof=ignore", "heartbeat limit=2s" });
	results_close(&results);
	check_names(true, (const char *const[]){ "heartbeat:limit=1s", "heartbeat:limit=1s:eof=ignore", "heartbeat:limit=1s:send=\\:" },
		    (const char *const[]){ "rdhup+heartbeat", "rdhup+heartbeat eof=ignore", "rdhup+heartbeat send=\\:" });
	CHECK_TEXT(results_probe(&results, 1)->row->name, "heartbeat");
	CHECK_TEXT(results_probe(&results, 1)->row->label, "+heartbeat");
	CHECK_TEXT(results_probe(&results, 2)->row->name, "rdhup in rdhup+heartbeat eof=ignore");
	CHECK_TEXT(results_probe(&results, 2)->row->label, "#2 +rdhup");
	CHECK_TEXT(results_probe(&results, 3)->row->label, "+heartbeat eof=ignore");
	results_close(&results);
	/* One and the same in another order; and such that differ behind what is cut. */
	check_names(false, (const char *const[]){ "heartbeat:every=1s:limit=1s", "heartbeat:limit=1s:every=1s", "heartbeat" },
		    (const char *const[]){ "heartbeat every=1s limit=1s", "heartbeat limit=1s every=1s", "heartbeat" });
	CHECK_TEXT(results.rows[0].brief, "heartbeat every=1s limit=~");
	results_close(&results);
	check_names(false, (const char *const[]){ "heartbeat:send=0123456789abcdef", "heartbeat:send=0123456789ABCDEF", "heartbeat:send=0123456789abcdeg" },
		    (const char *const[]){ "heartbeat send=0123456789abcdef", "heartbeat send=0123456789ABCDEF",
					   "heartbeat send=0123456789abcdeg" });
	CHECK_TEXT(results.rows[0].brief, "heartbeat send=0123456789~");
	CHECK_TEXT(results.rows[2].brief, "#3 heartbeat send=0123456~");
	results_close(&results);
}

static const char *name_in(const void *list, size_t i)
{
	return ((const char *const *)list)[i];
}

/* Two pairs, each alike where it is cut, and all of them where a number takes its room. */
static void cut_names_differ(void)
{
	static const char *const list[] = {
		"keepalive idle=1s", "keepalive idle=2s", "keepalive intvl=1s", "keepalive intvl=2s",
	};
	char names[4][NAME_ROOM];

	for (size_t columns = 6; columns < 20; columns++)
		for (size_t i = 0; i < 4; i++) {
			name_apart(names[i], name_in, list, i, columns);
			CHECK(utf8_width(names[i]) <= columns);
			for (size_t k = 0; k < i; k++)
				CHECK(strcmp(names[i], names[k]) != 0);
		}
	name_apart(names[3], name_in, list, 3, 13);
	CHECK_TEXT(names[3], "#4 keepalive~");
}

static void the_rank_of_results(void)
{
	CHECK(result_rank(FALSE_ALARM) < result_rank(NOTICED));
	CHECK(result_rank(NOTICED) < result_rank(MISSED));
	CHECK(result_rank(NOTICED) < result_rank(STAYED_ALIVE));
	CHECK(result_rank(MISSED) < result_rank(UNSUPPORTED));
	CHECK(result_rank(NOTICED) < result_rank(INCONCLUSIVE));
	CHECK(result_rank(MISSED) < result_rank(INCONCLUSIVE));
	CHECK(result_rank(INCONCLUSIVE) < result_rank(STAYED_ALIVE));
	CHECK(result_rank(STAYED_ALIVE) < result_rank(UNSUPPORTED));
}

static struct check checked(const struct event *e)
{
	struct check k;

	CHECK(check_event(&k, &results, e));
	return k;
}

static void a_cell_as_a_test(void)
{
	struct event e;
	struct check k;

	open_results("lab", 3);
	e = result_of(DROP, KEEPALIVE, 4, NOTICED, MS(1400));
	k = checked(&e);
	CHECK_INT(k.state, CHECK_PASSED);
	CHECK_INT(k.time, MS(1400));
	CHECK_TEXT(k.suite, "drop");
	CHECK_TEXT(k.name, "keepalive");
	CHECK_TEXT(k.why, "");
	e.result.predicted = (struct predicted){ .known = true, .off = true, .result = NOTICED, .by = MS(1250) };
	k = checked(&e);
	CHECK_INT(k.state, CHECK_FAILED);
	CHECK_TEXT(k.why, "predicted noticed by 1.250000 s, measured noticed after 1.400000 s");
	e.result.predicted = (struct predicted){ .known = true, .off = true, .result = STAYED_ALIVE, .by = NS_NEVER };
	e.after = MS(-300);
	e.result.result = FALSE_ALARM;
	k = checked(&e);
	CHECK_TEXT(k.why, "predicted alive, measured false-alarm 0.300000 s before the fault");
	CHECK_INT(k.time, 0);
	e.result.predicted.known = false;
	k = checked(&e);
	CHECK_INT(k.state, CHECK_SKIPPED);
	CHECK_TEXT(k.why, "nothing was predicted");
	e = result_of(DROP, KEEPALIVE, 4, UNSUPPORTED, TIME_NONE);
	e.result.predicted.off = true;
	snprintf(e.verdict.how, sizeof(e.verdict.how), "forbidden");
	k = checked(&e);
	CHECK_INT(k.state, CHECK_SKIPPED);
	CHECK_TEXT(k.why, "unsupported: forbidden");
	CHECK_INT(k.time, TIME_NONE);
	results_close(&results);
}

static struct event expectation(const char *text, bool held, size_t probe)
{
	struct event e = event_at(EVENT_EXPECT, MS(9000), NO_ROW);

	e.expect = (struct event_expect){ .text = text, .held = held, .why = held ? NULL : "because" };
	e.probe = probe == NO_ROW ? NULL : probes_here[probe].probe;
	e.row = probe;
	return e;
}

static void how_long_an_expectation_took(void)
{
	struct event e;

	take_a_watch(NOTICED, MS(90));
	e = expectation("any", true, NO_ROW);
	CHECK_INT(checked(&e).time, MS(20)); /* the first */
	CHECK_INT(checked(&e).state, CHECK_PASSED);
	CHECK_TEXT(checked(&e).suite, "connect");
	e = expectation("all", true, NO_ROW);
	CHECK_INT(checked(&e).time, MS(400)); /* the last */
	e = expectation("peek<=1s", true, PEEK);
	CHECK_INT(checked(&e).time, MS(90)); /* the one that it is about */
	CHECK_TEXT(checked(&e).name, "peek<=1s");
	e = expectation("peek<=1ms", false, PEEK);
	CHECK_INT(checked(&e).time, MS(90)); /* it noticed, too late */
	CHECK_INT(checked(&e).state, CHECK_FAILED);
	CHECK_TEXT(checked(&e).why, "because");
	results_close(&results);
}

static void a_miss_takes_until_the_end(void)
{
	struct event e;

	take_a_watch(MISSED, TIME_NONE);
	e = expectation("all", false, NO_ROW);
	CHECK_INT(checked(&e).time, MS(7000)); /* since the fault */
	e = expectation("any", true, NO_ROW);
	CHECK_INT(checked(&e).time, MS(20)); /* the miss of another does not matter */
	e = expectation("peek=never", true, PEEK);
	CHECK_INT(checked(&e).time, MS(7000));
	results_close(&results);
}

static void a_peer_is_one_test(void)
{
	struct event e = event_at(EVENT_END, MS(4000), NO_ROW);
	struct check k;

	open_results("peer", 0);
	k = checked(&e);
	CHECK_INT(k.state, CHECK_PASSED);
	CHECK_INT(k.time, MS(3000));
	e.end.status = 5;
	k = checked(&e);
	CHECK_INT(k.state, CHECK_FAILED);
	CHECK_TEXT(k.why, "exit status 5");
	e.end.why = "SIGINT";
	CHECK(!check_event(&k, &results, &e));
	context.mode = "connect";
	e.end.why = NULL;
	CHECK(!check_event(&k, &results, &e));
	results_close(&results);
}

int main(void)
{
	UNIT_CASE(a_composite_is_one_strategy);
	UNIT_CASE(the_fault_says_who_died);
	UNIT_CASE(what_a_row_is_worth);
	UNIT_CASE(agreement_with_the_predictions);
	UNIT_CASE(medians);
	UNIT_CASE(who_noticed_first_is_first);
	UNIT_CASE(packets_in_peace);
	UNIT_CASE(packets_without_peace);
	UNIT_CASE(the_worst_of_several);
	UNIT_CASE(the_slowest_is_the_worst_of_equals);
	UNIT_CASE(a_verdict_before_its_result);
	UNIT_CASE(advice_has_its_room);
	UNIT_CASE(a_sample_is_of_all);
	UNIT_CASE(namesakes_have_names_of_their_own);
	UNIT_CASE(a_name_has_the_parameters_that_differ);
	UNIT_CASE(cut_names_differ);
	UNIT_CASE(the_rank_of_results);
	UNIT_CASE(a_cell_as_a_test);
	UNIT_CASE(how_long_an_expectation_took);
	UNIT_CASE(a_miss_takes_until_the_end);
	UNIT_CASE(a_peer_is_one_test);
	return unit_end();
}
