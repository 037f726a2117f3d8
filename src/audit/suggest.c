// SPDX-License-Identifier: MIT
/*
 * One number makes all values, as Redis makes them of its own: keepalive after that time, three more a third of it apart. The largest is taken that
 * the model lets be in time. advise's search is for who has a second to spare for it.
 */
#include "suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise/evaluate.h"
#include "advise/programs.h"
#include "base/words.h"
#include "faults/fault.h"
#include "model/standing.h"

#define WITHIN (120 * NS_PER_S)
#define COUNT 3

/* How many intervals OpenSSH needs, and since 9.2 its server twice as many. */
#define SSH_INTERVALS (COUNT + 1)

/* ---- values ---- */

static nsec bound_of(const struct plan *p)
{
	nsec bound = NS_NEVER;

	for (size_t i = 0; i < p->judge.nexpects; i++)
		if (p->judge.expects[i].kind == EXPECT_PREDICTED && p->judge.expects[i].within < bound)
			bound = p->judge.expects[i].within;
	return bound == NS_NEVER ? WITHIN : bound;
}

static nsec third(nsec number)
{
	return number >= COUNT * NS_PER_S ? number / COUNT / NS_PER_S * NS_PER_S : NS_PER_S;
}

static nsec end_of(nsec number)
{
	return number + COUNT * third(number);
}

static nsec latest_of(const struct standing *s, const struct sysctls *sys)
{
	const struct chosen_fault drop = { .fault = fault_find(FAULT_CUT) };
	const struct tcp_path path = { .sys = sys, .rtt = PATH_SLOW };

	return standing_end(s, &drop, &path).late;
}

static bool is_in_time(enum strategy strategy, nsec number, nsec bound, const struct sysctls *sys)
{
	struct standing s = {
		.keepalive = true, .idle = number, .intvl = third(number), .cnt = COUNT, .timer = SOCKET_TIMER_KEEPALIVE, .expires = number,
		.user_timeout = strategy == BY_OPTIONS ? end_of(number) : 0,
	};

	if (strategy == BY_SSH || strategy == BY_SSHD)
		return (strategy == BY_SSHD ? 2 : 1) * SSH_INTERVALS * number <= bound;
	if (latest_of(&s, sys) > bound)
		return false;
	s.in_flight = true;
	s.timer = SOCKET_TIMER_RETRANSMIT;
	s.expires = 0;
	return strategy != BY_OPTIONS || latest_of(&s, sys) <= bound;
}

/* 0: none is in time. */
static nsec find_number(enum strategy strategy, nsec bound, const struct sysctls *sys)
{
	nsec number = bound / NS_PER_S * NS_PER_S;

	for (; number > 0 && !is_in_time(strategy, number, bound, sys); number -= NS_PER_S)
		if (number > WITHIN)
			number = number / 2 / NS_PER_S * NS_PER_S + NS_PER_S;
	return number;
}

/* ---- programs ---- */

/* Is it one of those that the row has, which are separated by blanks? One that ends with an asterisk begins so. */
static bool is_named(const char *names, const char *command)
{
	for (size_t len; names && *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		if (names[len - 1] == '*' ? !strncmp(names, command, len - 1) : strlen(command) == len && !memcmp(names, command, len))
			return true;
	}
	return false;
}

static const struct program *find_program(const char *command)
{
	const struct program *any = NULL;

	for (size_t i = 0; i < programs_count; i++) {
		if (is_named(programs[i].commands, command))
			return &programs[i];
		if (!any && programs[i].strategy == BY_OPTIONS)
			any = &programs[i];
	}
	return any;
}

static int fill(struct suggestion *s, const struct program *row, const char *command, nsec bound, const struct sysctls *sys, struct error *e)
{
	const nsec number = find_number(row->strategy, bound, sys);
	const struct candidate c = {
		.idle = number, .intvl = third(number), .cnt = COUNT, .after = end_of(number), .number = number, .every = number,
	};
	struct template_value values[CANDIDATE_VALUES + 1] = { { .name = NULL } };

	candidate_values(&c, values);
	*s = (struct suggestion){ .by = bound, .needs_answer = strategy_needs_answer(row->strategy),
				  .idle_only = strategy_when(row->strategy) == WHEN_IDLE };
	snprintf(s->program, sizeof(s->program), "%s (%s)", command, row->name);
	return number ? template_fill(s->text, sizeof(s->text), row->text, values, e) : 0;
}

/* ---- all ---- */

/* Nothing but options can help: of a fault that the peer's kernel answers for they cannot. */
static bool needs_change(const struct plan *p, const struct event_socket *s)
{
	bool silent = s->expected.broken != NULL;

	for (size_t i = 0; s->predicted && i < p->lab.nfaults; i++) {
		const struct effect *effect = &p->lab.faults[i].fault->effect;

		silent |= s->predicted[i].known && s->predicted[i].by == NS_NEVER && p->lab.faults[i].fault->dead && effect->empty != REPLY_ACK;
	}
	return silent && *s->command;
}

static bool is_told(const struct suggestion *list, size_t n, const char *command)
{
	const size_t len = strlen(command);

	for (size_t i = 0; i < n; i++)
		if (!strncmp(list[i].program, command, len) && list[i].program[len] == ' ')
			return true;
	return false;
}

static void report(struct feed *f, const struct suggestion *s)
{
	struct event *e = feed_event(f, EVENT_SETTING, clock_now());

	e->after = s->by;
	e->setting = (struct event_setting){
		.program = s->program, .text = *s->text ? s->text : NULL, .when = s->idle_only ? "on an idle connection" : NULL,
		.why = *s->text ? NULL : "none of its values is in time", .needs_answer = s->needs_answer,
	};
}

int audit_suggest(struct feed *f, const struct plan *p, const struct event_socket *groups, size_t n, struct suggestion **list, struct error *e)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct event_socket *s = &groups[i];
		struct suggestion *next;

		if (!needs_change(p, s) || is_told(*list, count, s->command))
			continue;
		next = list_add(list, &count, sizeof(*next), e);
		if (!next || fill(next, find_program(s->command), s->command, bound_of(p), &f->context.sysctls, e))
			return -1;
	}
	for (size_t i = 0; i < count; i++)
		report(f, &(*list)[i]);
	return 0;
}
