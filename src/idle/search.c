// SPDX-License-Identifier: MIT
/* The search: a ladder, and then the bracket. */
#include "search.h"

#define CHECKS 3       /* that a silence beyond the limit is not lived through either */
#define INTERRUPTED 2  /* who is spoken to so often before its time is never silent for so long */

void search_open(struct search *s, struct silence *each, size_t count, nsec up_to, unsigned precision)
{
	*s = (struct search){
		.each = each, .count = count, .up_to = up_to, .precision = precision, .bracket.at_most = NS_NEVER,
	};
	for (size_t i = 0; i < count; i++)
		each[i] = (struct silence){ .fresh = true, .target = ladder_rung(i, count, up_to) };
}

/* The bracket, if what is suspected is true. */
static struct bracket supposed(const struct search *s)
{
	struct bracket b = s->bracket;

	for (size_t i = 0; i < s->count; i++)
		if (s->each[i].state == SILENCE_SUSPECTED && s->each[i].asked < b.at_most)
			b.at_most = s->each[i].asked;
	return b;
}

static bool lies_within(const struct bracket *b, nsec silence)
{
	return silence > b->at_least && silence < b->at_most;
}

/* Is it still worth asking? What is beyond the end waits in case that was an error. */
static bool is_due(const struct silence *m, const struct bracket *b)
{
	return m->state == SILENCE_KEPT && m->target != NS_NEVER && (m->check || lies_within(b, m->target));
}

size_t search_next(const struct search *s, nsec *when)
{
	const struct bracket b = supposed(s);
	size_t found = s->count;

	*when = NS_NEVER;
	for (size_t i = 0; i < s->count; i++) {
		const struct silence *m = &s->each[i];

		if (is_due(m, &b) && ns_add(m->since, m->target) < *when) {
			*when = ns_add(m->since, m->target);
			found = i;
		}
	}
	return found;
}

/* Will somebody's answer narrow it? */
static bool is_being_tried(const struct search *s, const struct bracket *b)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct silence *m = &s->each[i];

		if (is_due(m, b) || (m->state == SILENCE_ASKED && lies_within(b, m->asked)))
			return true;
	}
	return false;
}

/* Has it answered, and may it be asked again? */
static bool is_reserve(const struct silence *m)
{
	return m->state == SILENCE_KEPT && !m->fresh && m->target == NS_NEVER;
}

static size_t count_reserve(const struct search *s, nsec now, nsec before)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += is_reserve(&s->each[i]) && now - s->each[i].since < before;
	return n;
}

/* Gives the point to the one that comes to it first. */
static void assign(struct search *s, nsec point, nsec now)
{
	struct silence *best = NULL;

	for (size_t i = 0; i < s->count; i++) {
		struct silence *m = &s->each[i];

		if (is_reserve(m) && now - m->since <= point && (!best || m->since < best->since))
			best = m;
	}
	if (best)
		best->target = point;
}

/* Those whose silence has passed the last point, but not the end: they need not wait. */
static void ask_at_once(struct search *s, const struct bracket *b, nsec now)
{
	for (size_t i = 0; i < s->count; i++)
		if (is_reserve(&s->each[i]) && lies_within(b, now - s->each[i].since))
			s->each[i].target = now - s->each[i].since;
}

static void try_within(struct search *s, const struct bracket *b, nsec now)
{
	nsec points[RUNGS_MOST];
	size_t n = bracket_points(b, s->precision, points, count_reserve(s, now, b->at_most));

	while (n--)
		assign(s, points[n], now);
	if (!is_being_tried(s, b))
		ask_at_once(s, b, now);
}

/* Once the end is certain: a few that have been silent for longer, and would only be waited for in vain. */
static void check_beyond(struct search *s, nsec now)
{
	unsigned left = CHECKS;

	if (s->checked || s->bracket.at_most == NS_NEVER)
		return;
	s->checked = true;
	for (size_t i = 0; i < s->count && left; i++) {
		struct silence *m = &s->each[i];

		if (m->state != SILENCE_KEPT || now - m->since <= s->bracket.at_most)
			continue;
		m->check = true;
		m->target = now - m->since;
		left--;
	}
}

static void replan(struct search *s, nsec now)
{
	const struct bracket b = supposed(s);

	check_beyond(s, now);
	if (b.at_most == NS_NEVER || bracket_contradicts(&b) || bracket_is_narrow(&b, s->precision) || is_being_tried(s, &b))
		return;
	try_within(s, &b, now);
}

static void keep(struct silence *m, nsec now)
{
	m->state = SILENCE_KEPT;
	m->since = now;
	m->slack = 0;
	m->target = NS_NEVER;
	m->fresh = m->check = false;
}

void search_add(struct search *s, size_t i, nsec since)
{
	struct silence *m = &s->each[i];
	bool first = m->state == SILENCE_NONE;
	nsec rung = m->target;

	keep(m, since);
	if (first) {
		m->fresh = true;
		m->target = rung;
	}
	replan(s, since);
}

void search_spread(struct search *s)
{
	size_t n = 0, i = 0;

	for (size_t k = 0; k < s->count; k++)
		n += s->each[k].state == SILENCE_KEPT && s->each[k].fresh;
	for (size_t k = 0; k < s->count; k++)
		if (s->each[k].state == SILENCE_KEPT && s->each[k].fresh)
			s->each[k].target = ladder_rung(i++, n, s->up_to);
}

void search_asked(struct search *s, size_t i, nsec now)
{
	s->each[i].state = SILENCE_ASKED;
	s->each[i].asked = now - s->each[i].since;
}

static void lived_through(struct search *s, nsec silence)
{
	if (silence > s->bracket.at_least)
		s->bracket.at_least = silence;
}

void search_answered(struct search *s, size_t i, nsec now)
{
	lived_through(s, s->each[i].asked);
	s->asked++;
	keep(&s->each[i], now);
	replan(s, now);
}

void search_suspect(struct search *s, size_t i, nsec now)
{
	s->each[i].state = SILENCE_SUSPECTED;
	replan(s, now);
}

void search_dead(struct search *s, size_t i, nsec now)
{
	struct silence *m = &s->each[i];

	m->state = SILENCE_LOST;
	s->asked++;
	if (m->asked + m->slack < s->bracket.at_most)
		s->bracket.at_most = m->asked + m->slack;
	replan(s, now);
}

void search_heard(struct search *s, size_t i, nsec now, nsec slack)
{
	struct silence *m = &s->each[i];
	nsec silence = now - m->since - slack;

	if (silence >= RUNG_LEAST) {
		m->heard++;
		lived_through(s, silence);
		s->heard = silence > s->heard ? silence : s->heard;
	}
	m->since = now;
	m->slack = slack;
	if (m->heard >= INTERRUPTED)
		m->target = NS_NEVER;
	replan(s, now);
}

void search_gone(struct search *s, size_t i, nsec now)
{
	s->each[i].state = SILENCE_LOST;
	replan(s, now);
}

static bool is_waiting_for_answers(const struct search *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->each[i].state == SILENCE_ASKED || s->each[i].state == SILENCE_SUSPECTED)
			return true;
	return false;
}

size_t search_wants(const struct search *s)
{
	const struct bracket b = supposed(s);
	nsec points[RUNGS_MOST];
	size_t lost = 0, n;

	if (b.at_most == NS_NEVER || bracket_contradicts(&b) || bracket_is_narrow(&b, s->precision) || is_being_tried(s, &b))
		return 0;
	for (size_t i = 0; i < s->count; i++)
		lost += s->each[i].state == SILENCE_LOST;
	n = bracket_points(&b, s->precision, points, RUNGS_MOST);
	return n < lost ? n : lost;
}

bool search_is_stuck(const struct search *s)
{
	nsec when;

	return !is_waiting_for_answers(s) && search_next(s, &when) == s->count;
}

bool search_is_over(const struct search *s)
{
	return search_is_stuck(s) && !search_wants(s);
}

nsec search_ends(const struct search *s, nsec now, nsec vain)
{
	const struct bracket b = supposed(s);
	nsec last = is_waiting_for_answers(s) ? now : TIME_NONE;

	for (size_t i = 0; i < s->count; i++) {
		const struct silence *m = &s->each[i];

		if (is_due(m, &b) && m->since + m->target > last)
			last = m->since + m->target;
	}
	return last == TIME_NONE ? now : last + vain;
}
