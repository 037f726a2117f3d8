/* SPDX-License-Identifier: MIT */
/* The scenes of tests/unit/reports.c in which a program is under test, or the other end is looked at. */
#ifndef TESTS_UNIT_SCENES_PROGRAMS_H
#define TESTS_UNIT_SCENES_PROGRAMS_H

#define US(n) ((nsec)(n) * NS_PER_US)
#define NEVER (-1)

enum { PROGRAM = PEEK }; /* its row is the first; those of the probes stay */
enum { P_NONE, P_DROP, P_FREEZE, P_CLOSE, P_KILL, P_HALF_CLOSE, P_FLAP, P_REBOOT, P_ZERO_WINDOW, P_LINK_DOWN, P_FAULTS };

static void begin_program(const char *mode, enum program_role role, size_t nprobes, size_t nfaults, unsigned connections)
{
	static const struct report_fault faults[P_FAULTS] = {
		[P_NONE] = { .name = "none", .control = true },   [P_DROP] = { .name = "drop", .dead = true },
		[P_FREEZE] = { .name = "freeze", .dead = true },  [P_CLOSE] = { .name = "close", .dead = true },
		[P_KILL] = { .name = "kill", .dead = true },      [P_HALF_CLOSE] = { .name = "half-close" },
		[P_FLAP] = { .name = "flap:for=2s" },             [P_REBOOT] = { .name = "reboot-late:for=<2s>|\"", .dead = true },
		[P_ZERO_WINDOW] = { .name = "zero-window", .dead = true },
		[P_LINK_DOWN] = { .name = "link-down", .dead = true },
	};
	const struct probe *p = program_probe(role);

	begin(mode, nfaults, connections);
	memcpy(faults_here, faults, sizeof(faults));
	probes_here[PROGRAM] = (struct report_probe){ .probe = p, .spec = p->name, .group = p->name, .program = true,
		.members = 1, .worst_case = NS_NEVER };
	context.programs = 1;
	context.nprobes = 1 + nprobes;
	context.within = MS(10000);
	put(EVENT_START, 0);
}

static struct event *put_step(int ms, const char *program, size_t column, enum program_step step, int after)
{
	struct event *e = put(EVENT_PROGRAM, ms);

	e->program = program;
	e->column = column;
	e->fault = column == NO_ROW ? NULL : faults_here[column].name;
	e->row = program == probes_here[PROGRAM].spec ? PROGRAM : NO_ROW;
	e->after = after == NEVER ? TIME_NONE : MS(after);
	e->step.step = step;
	if (step == PROGRAM_STARTED || step == PROGRAM_EXITED)
		return e;
	snprintf(e->step.local, ADDRESS_TEXT, "192.0.2.1:%u", 40000 + (unsigned)ms);
	snprintf(e->step.remote, ADDRESS_TEXT, "192.0.2.2:9000");
	return e;
}

static void put_kernel_step(int ms, size_t column, enum kernel_cause cause, int err, int after)
{
	struct event *e = put_step(ms, probes_here[PROGRAM].spec, column, PROGRAM_KERNEL, after);

	e->step.cause = cause;
	e->step.err = err;
}

static const struct reaction unmoved = {
	.connections = 1, .kernel = TIME_NONE, .acted = TIME_NONE, .last = TIME_NONE, .connecting = TIME_NONE,
	.reconnected = TIME_NONE, .exited = TIME_NONE,
};

static struct reaction told(enum kernel_cause cause, int err, nsec when, nsec acted)
{
	struct reaction r = unmoved;

	r.told = 1;
	r.cause = cause;
	r.err = err;
	r.kernel = when;
	r.acted = acted;
	r.given_up = acted != TIME_NONE;
	r.last = acted != TIME_NONE ? when + acted : TIME_NONE;
	return r;
}

/* The words of how are those of the lab. */
static struct event *put_program(size_t column, enum result result, nsec after, struct reaction r, const char *promise)
{
	struct event *e = put_result(0, PROGRAM, column, result, -1);

	e->program = probes_here[PROGRAM].spec;
	e->after = after;
	e->verdict = (struct event_verdict){ .lag = TIME_NONE };
	e->result.segments_out = e->result.bytes_out = -1;
	e->result.reaction = r;
	snprintf(e->result.reaction.promise, sizeof(r.promise), "%s", promise);
	reaction_how(e->verdict.how, sizeof(e->verdict.how), &r, result);
	return e;
}

static void put_stage(size_t column)
{
	put_step(20, "server", column, PROGRAM_STARTED, NEVER);
	put_step(50, "client", column, PROGRAM_STARTED, NEVER);
	put_step(60 + (int)column, probes_here[PROGRAM].spec, column, PROGRAM_CONNECTED, NEVER);
	put_fault(1000, faults_here[column].name, column);
}

/* Of one fault alone, or of all, which the results until now have met; `at` broke it. */
static void expect_of_program(const char *text, const char *fault, const char *at, const char *why)
{
	for (size_t i = 0; i < nevents; i++) {
		struct event *e = &events[i];

		if (e->kind != EVENT_RESULT || !e->program || e->result.result == UNSUPPORTED || (fault && strcmp(e->fault, fault)))
			continue;
		e->result.expected.count++;
		if (at && !strcmp(e->fault ? e->fault : "", at))
			e->result.expected.broken = text;
	}
	put_expect(text, NO_ROW, why);
	events[nevents - 1].program = probes_here[PROGRAM].spec;
	events[nevents - 1].fault = fault;
}

#define KEEPALIVE_PROMISE "its keepalive of 1/1/2 promises 3.0s; measured 3.0s"
#define NO_PROMISE "no keepalive, no user timeout: nothing will ever tell it"

/* A client alone, and everything that can become of it. */
static void a_program_alone(void)
{
	struct reaction r;

	begin_program("lab", PROGRAM_CLIENT, 0, P_FAULTS, 0);
	for (size_t column = P_NONE; column < P_FAULTS; column++)
		put_stage(column);
	put_program(P_NONE, STAYED_ALIVE, TIME_NONE, unmoved, "");
	put_kernel_step(4010, P_DROP, KERNEL_TIMEOUT, ETIMEDOUT, 3010);
	put_step(4011, "client", P_DROP, PROGRAM_CLOSED, 3011);
	put_step(4050, "client", P_DROP, PROGRAM_CONNECTING, 3050);
	r = told(KERNEL_TIMEOUT, ETIMEDOUT, MS(3010), US(200));
	r.connecting = MS(3050);
	put_program(P_DROP, NOTICED, MS(3010) + US(200), r, KEEPALIVE_PROMISE);
	put_program(P_FREEZE, MISSED, TIME_NONE, unmoved, NO_PROMISE);
	put_program(P_CLOSE, MISSED, TIME_NONE, told(KERNEL_FIN, 0, US(100), TIME_NONE), "");
	r = told(KERNEL_RST, ECONNRESET, US(150), MS(12));
	r.exited = MS(3200);
	r.status = 1 << 8;
	put_program(P_KILL, NOTICED, MS(12) + US(150), r, "a FIN or an RST tells it, once it reads");
	put_step(4200, "client", P_KILL, PROGRAM_EXITED, 3200)->step.status = r.status;
	r = told(KERNEL_FIN, 0, US(120), US(900));
	r.reconnected = MS(52);
	r.connecting = MS(51);
	put_program(P_HALF_CLOSE, FALSE_ALARM, US(1020), r, "");
	r = told(KERNEL_TIMEOUT, ETIMEDOUT, MS(3010), US(250));
	r.connecting = MS(3050);
	r.reconnected = MS(4200);
	put_program(P_FLAP, FALSE_ALARM, MS(3010) + US(250), r, KEEPALIVE_PROMISE);
	snprintf(put_program(P_REBOOT, UNSUPPORTED, TIME_NONE, unmoved, "")->verdict.how, 112,
		 "its socket's <state> cannot be | lost & found while it runs");
	note_of(put_program(P_ZERO_WINDOW, INCONCLUSIVE, TIME_NONE, unmoved, ""), "no connection was established when the fault struck");
	r = unmoved;
	r.given_up = 1;
	r.last = MS(5000);
	put_program(P_LINK_DOWN, NOTICED, MS(5000), r, NO_PROMISE);
	expect_of_program("drop:noticed<=10s", "drop", NULL, NULL);
	expect_of_program("flap:for=2s:reconnected<=4s", "flap:for=2s", "flap:for=2s", "flap:for=2s: client: reconnected, after 4.200000 s");
	put_end(1, NULL);
	check_scene("program");
	check_text("program-v", 1, "80");
	check_text("program-60", 0, "60");
	check_text("program-120", 0, "120");
}

static void put_cells_beside(size_t column, const enum result results[3], const int after[3])
{
	for (size_t probe = RDHUP; probe <= IDLE; probe++)
		put_cell(column, probe, results[probe - RDHUP], after[probe - RDHUP], NS_NEVER);
}

/* A server, beside probes that notice what it missed. */
static void a_program_beside_probes(void)
{
	struct reaction r;

	begin_program("lab", PROGRAM_SERVER, 3, 5, 8);
	for (size_t column = P_NONE; column <= P_CLOSE; column++)
		put_stage(column);
	put_program(P_NONE, STAYED_ALIVE, TIME_NONE, unmoved, "");
	put_cells_beside(P_NONE, (enum result[]){ STAYED_ALIVE, STAYED_ALIVE, STAYED_ALIVE }, (int[]){ -1, -1, -1 });
	put_program(P_DROP, MISSED, TIME_NONE, unmoved, NO_PROMISE);
	put_cells_beside(P_DROP, (enum result[]){ MISSED, NOTICED, NOTICED }, (int[]){ -1, 1400, 2100 });
	put_program(P_FREEZE, MISSED, TIME_NONE, unmoved, NO_PROMISE);
	put_cells_beside(P_FREEZE, (enum result[]){ MISSED, MISSED, NOTICED }, (int[]){ -1, -1, 2200 });
	r = told(KERNEL_FIN, 0, US(90), US(60));
	r.exited = US(400);
	r.status = 6;
	put_program(P_CLOSE, NOTICED, US(150), r, "");
	put_cells_beside(P_CLOSE, (enum result[]){ NOTICED, NOTICED, NOTICED }, (int[]){ 1, 1, 2 });
	snprintf(put_program(P_KILL, UNSUPPORTED, TIME_NONE, unmoved, "")->verdict.how, 112, "it may not be signalled");
	put_cells_beside(P_KILL, (enum result[]){ UNSUPPORTED, UNSUPPORTED, UNSUPPORTED }, (int[]){ -1, -1, -1 });
	put_end(0, NULL);
	check_scene("program-beside");
	check_text("program-beside-v", 1, "80");
}

/* One fault, which has a timeline: a pool of ten, of which eight were given up. */
static void a_pool(void)
{
	struct reaction r = told(KERNEL_TIMEOUT, ETIMEDOUT, MS(3010), US(300));

	begin_program("lab", PROGRAM_CLIENT, 1, 1, 1);
	put_probe(RDHUP, "keepalive", "keepalive:idle=1s", 1, 0, MS(3200));
	probes_here[RDHUP].spec = probes_here[RDHUP].group;
	faults_here[0] = faults_here[P_DROP];
	put_step(20, "server", 0, PROGRAM_STARTED, NEVER);
	put_step(50, "client", 0, PROGRAM_STARTED, NEVER);
	for (int i = 0; i < 10; i++)
		put_step(60 + i, "client", 0, PROGRAM_CONNECTED, NEVER);
	put_connected(100, 1, RDHUP, 0);
	put_fault(1000, "drop", 0);
	for (int i = 0; i < 8; i++) {
		put_kernel_step(4010 + 20 * i, 0, KERNEL_TIMEOUT, ETIMEDOUT, 3010 + 20 * i);
		put_step(4011 + 20 * i, "client", 0, PROGRAM_CLOSED, 3011 + 20 * i);
	}
	put_step(4200, "client", 0, PROGRAM_CONNECTING, 3200);
	r.connections = 10;
	r.given_up = r.told = 8;
	r.connecting = MS(3200);
	r.last = MS(3151);
	put_program(0, MISSED, TIME_NONE, r, KEEPALIVE_PROMISE);
	put_cell(0, RDHUP, NOTICED, 3011, MS(3200))->conn = 1;
	expect_of_program("noticed<=10s", NULL, "drop", "drop: client: missed");
	put_end(1, NULL);
	check_scene("program-pool");
	check_text("program-pool-v", 1, "80");
}

/* An error ends the run before there is a result. */
static void a_program_that_never_connects(void)
{
	begin_program("lab", PROGRAM_CLIENT, 0, 2, 0);
	put_step(20, "server", P_NONE, PROGRAM_STARTED, NEVER);
	put_step(50, "client", P_NONE, PROGRAM_STARTED, NEVER);
	put_step(90, "client", P_NONE, PROGRAM_EXITED, NEVER)->step.status = 3 << 8;
	put_end(3, "--client 'echo <no>': it ended with status 3 before it connected; it wrote: <no>");
	check_scene("program-error");
}

/* What the peer verb sees of the other end, which reconnects; and of one that does nothing. */
static void the_other_end(void)
{
	struct reaction r = unmoved;
	struct event *e;

	begin_program("peer", PROGRAM_CLIENT, 0, 0, 1);
	snprintf(put(EVENT_LISTENING, 1)->connection.local, ADDRESS_TEXT, "[::]:9000");
	put_step(200, "client", NO_ROW, PROGRAM_CONNECTED, NEVER);
	put_fault(1000, "freeze", NO_ROW);
	put_step(6010, "client", NO_ROW, PROGRAM_CLOSED, 5010);
	put_step(8200, "client", NO_ROW, PROGRAM_RECONNECTED, 7200);
	r.given_up = 1;
	r.last = MS(5010);
	r.connecting = r.reconnected = MS(7200);
	e = put_program(NO_ROW, NOTICED, MS(5010), r, "");
	snprintf(e->verdict.how, sizeof(e->verdict.how), "it closed (FIN)");
	expect_of_program("noticed<=10s", NULL, NULL, NULL);
	put_end(0, NULL);
	check_scene("other-end");
	check_text("other-end-v", 1, "80");
}

static void the_other_end_that_does_nothing(void)
{
	struct event *e;

	begin_program("peer", PROGRAM_SERVER, 0, 0, 1);
	put_step(200, "server", NO_ROW, PROGRAM_CONNECTED, NEVER);
	put_fault(1000, "drop", NO_ROW);
	e = put_program(NO_ROW, MISSED, TIME_NONE, unmoved, "");
	snprintf(e->verdict.how, sizeof(e->verdict.how), "it never reacted within 10s");
	expect_of_program("noticed<=5s", NULL, "", "server: missed");
	put_end(1, NULL);
	check_scene("other-end-missed");
}

/* It dies several times: each is a result. */
static void the_other_end_again_and_again(void)
{
	static const enum result results[] = { NOTICED, MISSED, NOTICED };

	begin_program("peer", PROGRAM_CLIENT, 0, 0, 0);
	for (int i = 0; i < 3; i++) {
		struct reaction r = unmoved;
		struct event *e;

		put_step(3000 * i + 200, "client", NO_ROW, PROGRAM_CONNECTED, NEVER);
		put_fault(3000 * i + 1000, "close", NO_ROW);
		r.given_up = results[i] == NOTICED;
		e = put_program(NO_ROW, results[i], r.given_up ? MS(20 + i) : TIME_NONE, r, "");
		e->t = START + MS(3000 * i + 2000);
		snprintf(e->verdict.how, sizeof(e->verdict.how), "%s", r.given_up ? "it closed (FIN)" : "it never reacted within 1s");
	}
	put_end(1, NULL);
	check_scene("other-end-again");
}

/* The live view of a lab as it is after that many milliseconds, on a terminal of that size. */
static void check_live(const char *name, int ms, int columns, int rows)
{
	static char buffer[64 * 1024];
	struct text t = { .c = &context, .matrix = true, .decimals = 4 };
	struct out like = { .columns = columns, .rows = rows, .tty = true }, page;
	char path[512];
	FILE *f;

	CHECK(!results_open(&t.results, &context));
	for (size_t i = 0; i < nevents && events[i].t <= START + MS(ms); i++)
		results_event(&t.results, &events[i]);
	out_page(&page, &like, buffer, sizeof(buffer) - 1);
	live_lab(&page, &t, START + MS(ms), (size_t)rows - 2);
	buffer[page.used] = '\0';
	snprintf(path, sizeof(path), "%s/live-%s-%d.text", golden, name, ms);
	if (!scratch) {
		f = fopen(path, "w");
		CHECK(f && fputs(buffer, f) >= 0 && !fclose(f));
	} else {
		compare(path, buffer, read_file(path));
	}
	results_close(&t.results);
}

/* Two stages at once: one is over, two are under way, the others wait. */
static void a_program_live(void)
{
	struct reaction r = told(KERNEL_TIMEOUT, ETIMEDOUT, MS(3010), US(200));

	begin_program("lab", PROGRAM_CLIENT, 0, P_FAULTS, 0);
	context.timeout = MS(15000);
	put_program(P_ZERO_WINDOW, UNSUPPORTED, TIME_NONE, unmoved, "")->t = START + MS(10); /* it waits for nothing */
	put_step(20, "server", P_NONE, PROGRAM_STARTED, NEVER);
	put_step(25, "server", P_DROP, PROGRAM_STARTED, NEVER);
	put_step(700, "client", P_NONE, PROGRAM_STARTED, NEVER);
	put_step(750, "client", P_NONE, PROGRAM_CONNECTED, NEVER);
	put_step(760, "client", P_NONE, PROGRAM_CONNECTED, NEVER);
	put_step(800, "client", P_DROP, PROGRAM_STARTED, NEVER);
	put_step(850, "client", P_DROP, PROGRAM_CONNECTED, NEVER);
	put_fault(1500, "drop", P_DROP);
	put_fault(1600, "none", P_NONE);
	put_kernel_step(4510, P_DROP, KERNEL_TIMEOUT, ETIMEDOUT, 3010);
	put_step(4511, "client", P_DROP, PROGRAM_CLOSED, 3011);
	put_step(5700, "client", P_DROP, PROGRAM_RECONNECTED, 4200);
	r.reconnected = MS(4200);
	put_program(P_DROP, NOTICED, MS(3010) + US(200), r, "")->t = START + MS(6000);
	put_step(6100, "server", P_FREEZE, PROGRAM_STARTED, NEVER);
	put_step(6200, "client", P_FREEZE, PROGRAM_STARTED, NEVER);
	check_live("program", 500, 80, 24);
	check_live("program", 1000, 80, 24);
	check_live("program", 4600, 80, 24);
	check_live("program", 6300, 80, 10);
	check_live("program", 6350, 120, 40);
}

#endif
