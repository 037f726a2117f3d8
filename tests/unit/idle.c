// SPDX-License-Identifier: MIT
/*
 * The search for an idle limit, against simulated paths: each limit from 1 s to an hour is to be found within the precision, and
 * in little more time than the longest silence that was tried. With the argument `table` it prints what the search takes.
 */
#include "unit.h"

#include <stdlib.h>

#include "idle/search.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)
#define SECONDS(n) ((nsec)(n) * NS_PER_S)
#define ROUND_TRIP MS(20)
#define SUSPECTED MS(300)
#define VAIN MS(3500)

/* A path that forgets who was silent for that long, and how it does. */
struct path {
	nsec limit;
	bool silently;      /* else by RST */
	nsec out_from, out_until; /* it loses everything in between */
	size_t immune;      /* forgets this connection never; SIZE_MAX */
	size_t lost_once;   /* the first ask of this one is lost; SIZE_MAX */
};

struct simulated {
	struct path path;
	struct search search;
	struct silence each[RUNGS_MOST];
	struct {
		nsec answer, suspect, dead; /* when it comes to that; NS_NEVER */
	} on[RUNGS_MOST];
	nsec now;
	size_t reconnected;
};

static void ask(struct simulated *s, size_t i)
{
	const struct path *p = &s->path;
	bool alive = i == p->immune || s->now - s->each[i].since < p->limit;
	bool out = s->now >= p->out_from && s->now < p->out_until;

	search_asked(&s->search, i, s->now);
	s->on[i].answer = s->on[i].suspect = s->on[i].dead = NS_NEVER;
	if (alive && !out) {
		s->on[i].answer = s->now + ROUND_TRIP;
		if (i == p->lost_once) {
			s->on[i].suspect = s->now + SUSPECTED;
			s->on[i].answer = s->now + SECONDS(1) + ROUND_TRIP;
			s->path.lost_once = SIZE_MAX;
		}
	} else if (!alive && !p->silently && !out) {
		s->on[i].dead = s->now + ROUND_TRIP;
	} else {
		s->on[i].suspect = s->now + SUSPECTED;
		s->on[i].dead = s->now + VAIN;
	}
}

static nsec earliest(const struct simulated *s)
{
	nsec when;

	search_next(&s->search, &when);
	for (size_t i = 0; i < s->search.count; i++) {
		when = s->on[i].answer < when ? s->on[i].answer : when;
		when = s->on[i].suspect < when ? s->on[i].suspect : when;
		when = s->on[i].dead < when ? s->on[i].dead : when;
	}
	return when;
}

static void happen(struct simulated *s, size_t i)
{
	if (s->on[i].suspect <= s->now) {
		s->on[i].suspect = NS_NEVER;
		search_suspect(&s->search, i, s->now);
	}
	if (s->on[i].answer <= s->now) {
		s->on[i].answer = s->on[i].suspect = s->on[i].dead = NS_NEVER;
		search_answered(&s->search, i, s->now);
	}
	if (s->on[i].dead <= s->now) {
		s->on[i].dead = NS_NEVER;
		search_dead(&s->search, i, s->now);
	}
}

static void reconnect(struct simulated *s)
{
	size_t n = search_wants(&s->search);

	for (size_t i = 0; i < s->search.count && n; i++)
		if (s->each[i].state == SILENCE_LOST) {
			search_add(&s->search, i, s->now);
			s->reconnected++;
			n--;
		}
}

static void simulate(struct simulated *s, struct path path, nsec up_to, unsigned precision, size_t count)
{
	size_t i;
	nsec when;

	memset(s, 0, sizeof(*s));
	s->path = path;
	search_open(&s->search, s->each, count ? count : ladder_count(up_to, precision), up_to, precision);
	for (i = 0; i < s->search.count; i++) {
		s->on[i].answer = s->on[i].suspect = s->on[i].dead = NS_NEVER;
		search_add(&s->search, i, 0);
	}
	for (unsigned turns = 0; !search_is_over(&s->search) && turns < 100000; turns++) {
		nsec next = earliest(s);

		if (next != NS_NEVER && next > s->now)
			s->now = next;
		for (i = 0; i < s->search.count; i++)
			happen(s, i);
		i = search_next(&s->search, &when);
		if (i < s->search.count && when <= s->now)
			ask(s, i);
		reconnect(s);
	}
}

static struct path forgets(nsec limit, bool silently)
{
	return (struct path){ .limit = limit, .silently = silently, .out_from = NS_NEVER, .immune = SIZE_MAX, .lost_once = SIZE_MAX };
}

static bool is_found(const struct simulated *s)
{
	const struct bracket *b = &s->search.bracket;

	return b->at_least <= s->path.limit && s->path.limit <= b->at_most && bracket_is_narrow(b, s->search.precision);
}

/* Every limit, 2 % apart. */
static void each_limit_is_found(void)
{
	static const unsigned precisions[] = { 10, 50, 100, 200 };
	struct simulated s;

	for (size_t p = 0; p < sizeof(precisions) / sizeof(*precisions); p++)
		for (int silently = 0; silently < 2; silently++)
			for (double limit = 1.01; limit < 3500; limit *= 1.02) {
				simulate(&s, forgets((nsec)(limit * 1e9), silently), SECONDS(3600), precisions[p], 0);
				if (!is_found(&s))
					unit_fail(__FILE__, __LINE__, "limit %.2f s, precision %u: %.2f to %.2f", limit, precisions[p],
						  ns_seconds(s.search.bracket.at_least), ns_seconds(s.search.bracket.at_most));
			}
}

/* A rung above the limit, and what it takes to be sure. */
static void it_takes_little_longer_than_the_limit(void)
{
	struct simulated s;

	for (double limit = 8; limit < 3500; limit *= 1.03) {
		simulate(&s, forgets((nsec)(limit * 1e9), true), SECONDS(3600), 50, 0);
		if (s.now > (nsec)(limit * 1.3e9) + 2 * VAIN)
			unit_fail(__FILE__, __LINE__, "limit %.2f s takes %.2f s", limit, ns_seconds(s.now));
		CHECK_INT(s.reconnected, 0);
	}
}

static void nothing_is_forgotten(void)
{
	struct simulated s;

	simulate(&s, forgets(NS_NEVER, true), SECONDS(3600), 50, 0);
	CHECK(s.search.bracket.at_most == NS_NEVER);
	CHECK_INT(s.search.bracket.at_least, SECONDS(3600));
	CHECK(s.now <= SECONDS(3600) + ROUND_TRIP);
	CHECK(s.search.asked == s.search.count);
}

static void a_limit_below_a_second_is_only_bounded(void)
{
	struct simulated s;

	simulate(&s, forgets(MS(500), false), SECONDS(60), 50, 0);
	CHECK_INT(s.search.bracket.at_least, 0);
	CHECK_INT(s.search.bracket.at_most, SECONDS(1));
	CHECK(s.now < SECONDS(2));
}

/* One packet that is lost looks like forgetting until the next is answered. */
static void a_lost_packet_is_no_limit(void)
{
	struct simulated s;

	for (size_t i = 0; i < 38; i++) {
		struct path path = forgets(SECONDS(350), false);

		path.lost_once = i;
		simulate(&s, path, SECONDS(3600), 50, 0);
		CHECK(is_found(&s));
		path.limit = NS_NEVER;
		simulate(&s, path, SECONDS(3600), 50, 0);
		CHECK(s.search.bracket.at_most == NS_NEVER);
	}
}

/* The path is silent for longer than an ask waits: who lived through more silence afterwards says so. */
static void an_outage_contradicts(void)
{
	struct path path = forgets(SECONDS(600), false);
	struct simulated s;

	path.out_from = SECONDS(60);
	path.out_until = SECONDS(80);
	simulate(&s, path, SECONDS(3600), 50, 0);
	CHECK(!is_found(&s));
	CHECK(bracket_contradicts(&s.search.bracket) || s.search.bracket.at_most < SECONDS(81));
}

/* Another path, or a server that ended some for a reason of its own: the longer silence was lived through. */
static void a_longer_silence_that_lives_contradicts(void)
{
	struct simulated s;
	struct path path = forgets(SECONDS(20), false);
	size_t contradictions = 0;

	for (path.immune = 14; path.immune < 20; path.immune++) {
		simulate(&s, path, SECONDS(3600), 50, 0);
		contradictions += bracket_contradicts(&s.search.bracket);
	}
	CHECK(contradictions >= 3);
}

/* A server that lets in a few only. */
static void few_connections_take_rounds(void)
{
	struct simulated s;

	for (size_t n = RUNGS_LEAST; n < 12; n++)
		for (double limit = 1.1; limit < 3000; limit *= 1.3) {
			simulate(&s, forgets((nsec)(limit * 1e9), false), SECONDS(3600), 50, n);
			if (!is_found(&s))
				unit_fail(__FILE__, __LINE__, "%zu connections, limit %.2f s: %.2f to %.2f", n, limit,
					  ns_seconds(s.search.bracket.at_least), ns_seconds(s.search.bracket.at_most));
		}
}

/* The peer's keepalive keeps every connection: no longer silence can be tried, and none is claimed. */
static void who_is_spoken_to_is_not_silent(void)
{
	struct silence each[8];
	struct search s;
	nsec now = 0, when;

	search_open(&s, each, 8, SECONDS(100), 50);
	for (size_t i = 0; i < 8; i++)
		search_add(&s, i, 0);
	for (unsigned turn = 1; turn <= 20; turn++) {
		now = SECONDS(5 * turn);
		for (size_t i; i = search_next(&s, &when), i < s.count && when <= now;) {
			search_asked(&s, i, when);
			search_answered(&s, i, when);
		}
		for (size_t i = 0; i < 8; i++)
			if (each[i].state == SILENCE_KEPT)
				search_heard(&s, i, now, 0);
	}
	CHECK(search_is_over(&s));
	CHECK_INT(s.bracket.at_least, SECONDS(5));
	CHECK_INT(s.heard, SECONDS(5));
	CHECK(s.bracket.at_most == NS_NEVER);
}

static void a_ladder_reaches_its_top(void)
{
	CHECK_INT(ladder_rung(0, 38, SECONDS(3600)), SECONDS(1));
	CHECK_INT(ladder_rung(37, 38, SECONDS(3600)), SECONDS(3600));
	CHECK(ladder_count(SECONDS(3600), 50) < 40);
	CHECK(ladder_count(SECONDS(3600), 10) == RUNGS_MOST);
	CHECK(ladder_count(SECONDS(1), 50) == RUNGS_LEAST);
}

/* What the search takes: limit, connections, time, its share of the limit, and the bracket. */
static int print_table(void)
{
	static const int limits[] = { 2, 5, 12, 60, 350, 600, 900, 3500 };
	struct simulated s;
	double worst = 0;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		simulate(&s, forgets(SECONDS(limits[i]), true), SECONDS(3600), 50, 0);
		printf("%5d s: %zu connections, %.1f s (%.2f), %.2f to %.2f\n", limits[i], s.search.count, ns_seconds(s.now),
		       ns_seconds(s.now) / limits[i], ns_seconds(s.search.bracket.at_least), ns_seconds(s.search.bracket.at_most));
	}
	for (double limit = 60; limit < 3500; limit *= 1.001) {
		simulate(&s, forgets((nsec)(limit * 1e9), true), SECONDS(3600), 50, 0);
		worst = ns_seconds(s.now) / limit > worst ? ns_seconds(s.now) / limit : worst;
	}
	printf("worst from a minute on: %.3f of the limit\n", worst);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "table"))
		return print_table();
	UNIT_CASE(each_limit_is_found);
	UNIT_CASE(it_takes_little_longer_than_the_limit);
	UNIT_CASE(nothing_is_forgotten);
	UNIT_CASE(a_limit_below_a_second_is_only_bounded);
	UNIT_CASE(a_lost_packet_is_no_limit);
	UNIT_CASE(an_outage_contradicts);
	UNIT_CASE(a_longer_silence_that_lives_contradicts);
	UNIT_CASE(few_connections_take_rounds);
	UNIT_CASE(who_is_spoken_to_is_not_silent);
	UNIT_CASE(a_ladder_reaches_its_top);
	return unit_end();
}
