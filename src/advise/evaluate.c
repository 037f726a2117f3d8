// SPDX-License-Identifier: MIT
/* Composites against a goal: the model's predictions, summed up over faults and traffic. */
#include "evaluate.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "faults/fault.h"
#include "model/predict.h"
#include "plan/spec.h"

static int add_pause(struct evaluator *ev, struct error *e)
{
	char spec[64];

	snprintf(spec, sizeof(spec), FAULT_PAUSE ":for=%s", duration_text(ev->goal->tolerate).text);
	return lab_parse(&ev->plan, spec, e);
}

/* Who sends often enough never meets it, and so it kills nobody. */
static int add_memory(struct evaluator *ev, const struct fault *f, struct error *e)
{
	char spec[64];

	if (ev->goal->path_limit == NS_NEVER)
		return 0;
	snprintf(spec, sizeof(spec), "%s:idle=%s", f->name, duration_text(ev->goal->path_limit).text);
	return lab_parse(&ev->plan, spec, e);
}

int evaluator_open(struct evaluator *ev, const struct goal *goal, struct error *e)
{
	*ev = (struct evaluator){ .goal = goal };
	for (size_t i = 0; i < faults_count; i++) {
		const size_t bit = ev->plan.lab.nfaults;
		bool pause = !strcmp(faults[i]->name, FAULT_PAUSE);

		if (faults[i]->forgets) {
			if (add_memory(ev, faults[i], e))
				return -1;
			continue;
		}
		if (pause ? add_pause(ev, e) : lab_parse(&ev->plan, faults[i]->name, e))
			return -1;
		ev->dead |= (fault_set)faults[i]->dead << bit;
		ev->pause |= (fault_set)pause << bit;
	}
	return 0;
}

void evaluator_close(struct evaluator *ev)
{
	plan_free(&ev->plan);
}

fault_set evaluator_fault(const struct evaluator *ev, const char *name)
{
	fault_set s = 0;

	for (size_t i = 0; i < ev->plan.lab.nfaults; i++)
		if (!strcmp(ev->plan.lab.faults[i].fault->name, name))
			s |= (fault_set)1 << i;
	return s;
}

void evaluator_names(const struct evaluator *ev, fault_set s, char *to, size_t room)
{
	size_t used = 0;

	*to = '\0';
	for (size_t i = 0; i < ev->plan.lab.nfaults && used < room; i++)
		if (s & (fault_set)1 << i)
			used += (size_t)snprintf(to + used, room - used, "%s%s", used ? ", " : "",
						 ev->plan.lab.faults[i].spec);
}

/* The slowest of those kinds of traffic, without slack. */
static nsec slowest_traffic(const struct evaluator *ev, const struct group *g, size_t fault, unsigned when,
			    bool *false_alarm)
{
	nsec slowest = 0;

	for (unsigned traffic = TRAFFIC_IDLE; traffic <= TRAFFIC_STREAM; traffic++) {
		struct circumstances s = {
			.traffic = (enum traffic)traffic, .ipv6 = ev->goal->ipv6, .interval = ev->goal->interval,
			.path = { .sys = ev->goal->sys, .rtt = ev->goal->rtt }, .age = NS_NEVER, .lasts = NS_NEVER,
		};
		struct composite_prediction c;

		if (!(when & 1u << traffic))
			continue;
		c = predict_composite(g, &ev->plan.lab.faults[fault], &s);
		*false_alarm |= c.may_alarm;
		if (ev->plan.lab.faults[fault].fault->forgets)
			*false_alarm |= ev->goal->path_limit != NS_NEVER && (c.first.dead || c.first.unsure);
		slowest = c.surely > slowest ? c.surely : slowest;
	}
	return slowest;
}

static void evaluate_fault(const struct evaluator *ev, const struct group *g, size_t fault, unsigned when,
			   struct evaluation *result)
{
	fault_set bit = (fault_set)1 << fault;
	bool false_alarm = false;
	nsec latest = slowest_traffic(ev, g, fault, when, &false_alarm);

	if (false_alarm)
		result->false_alarms |= bit;
	latest = ns_add(latest, goal_slack(ev->goal->within));
	if (!(ev->dead & bit) || latest > ev->goal->within || latest == NS_NEVER)
		return;
	result->noticed |= bit;
	result->latest = latest > result->latest ? latest : result->latest;
}

int evaluate(const struct evaluator *ev, const char *spec, unsigned when, fault_set among,
	     struct evaluation *result, struct error *e)
{
	struct plan p = { .ngroups = 0 };
	int failed = groups_parse(&p, spec, e);

	*result = (struct evaluation){ .latest = 0 };
	for (size_t i = 0; !failed && i < ev->plan.lab.nfaults; i++)
		if (among & (fault_set)1 << i)
			evaluate_fault(ev, &p.groups[0], i, when, result);
	plan_free(&p);
	return failed;
}

int evaluate_latest(const struct evaluator *ev, const char *spec, unsigned when, const char *fault,
		    nsec *latest, struct error *e)
{
	struct plan p = { .ngroups = 0 };
	int failed = groups_parse(&p, spec, e);
	bool false_alarm = false;

	*latest = NS_NEVER;
	for (size_t i = 0; !failed && i < ev->plan.lab.nfaults; i++)
		if (!strcmp(ev->plan.lab.faults[i].fault->name, fault))
			*latest = slowest_traffic(ev, &p.groups[0], i, when, &false_alarm);
	plan_free(&p);
	return failed;
}
