// SPDX-License-Identifier: MIT
/* A wish held against the forecasts. Its oddity: a pause may end with a verdict or not, and what may be counts. */
#include "trial.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "plan/spec.h"
#include "faults/fault.h"
#include "model/predict.h"

#define SLACK (250 * NS_PER_MS)
#define SLACK_SHARE 20 /* of a short wish */

nsec wish_slack(nsec within)
{
	return within < SLACK_SHARE * SLACK ? within / SLACK_SHARE : SLACK;
}

nsec wish_least(nsec latest)
{
	nsec within = latest + latest / (SLACK_SHARE - 1);

	within = (within / NS_PER_MS + 1) * NS_PER_MS;
	return within < SLACK_SHARE * SLACK ? within : latest + SLACK;
}

static int add_pause(struct trial *t, const struct wish *w, struct error *e)
{
	char spec[64];

	snprintf(spec, sizeof(spec), "flap:for=%s", duration_text(w->tolerate).text);
	return lab_parse(&t->plan, spec, e);
}

int trial_open(struct trial *t, const struct wish *w, struct error *e)
{
	*t = (struct trial){ .dead = 0 };
	for (size_t i = 0; i < faults_count; i++) {
		bool pause = !strcmp(faults[i]->name, "flap");

		if (pause ? add_pause(t, w, e) : lab_parse(&t->plan, faults[i]->name, e))
			return -1;
		t->dead |= (fault_set)faults[i]->dead << i;
		t->pause |= (fault_set)pause << i;
	}
	return 0;
}

void trial_close(struct trial *t)
{
	plan_free(&t->plan);
}

static void judge_fault(const struct trial *t, const struct wish *w, const struct group *g, size_t fault,
			unsigned when, struct finding *f)
{
	fault_set bit = (fault_set)1 << fault;
	bool alarm = false;
	nsec latest = 0;

	for (unsigned traffic = TRAFFIC_IDLE; traffic <= TRAFFIC_STREAM; traffic++) {
		struct circumstances s = {
			.traffic = (enum traffic)traffic, .ipv6 = w->ipv6, .interval = w->interval,
			.path.sys = w->sys, .age = NS_NEVER, .lasts = NS_NEVER,
		};
		struct composite_prediction c;

		if (!(when & 1u << traffic))
			continue;
		c = predict_composite(g, &t->plan.lab.faults[fault], &s);
		alarm |= c.may_alarm;
		latest = c.surely > latest ? c.surely : latest;
	}
	if (alarm)
		f->alarms |= bit;
	latest = ns_add(latest, wish_slack(w->within));
	if (!(t->dead & bit) || latest > w->within || latest == NS_NEVER)
		return;
	f->noticed |= bit;
	f->latest = latest > f->latest ? latest : f->latest;
}

int trial_judge(const struct trial *t, const struct wish *w, const char *spec, unsigned when,
		fault_set among, struct finding *f, struct error *e)
{
	struct plan p = { .ngroups = 0 };
	int failed = groups_parse(&p, spec, e);

	*f = (struct finding){ .latest = 0 };
	for (size_t i = 0; !failed && i < t->plan.lab.nfaults; i++)
		if (among & (fault_set)1 << i)
			judge_fault(t, w, &p.groups[0], i, when, f);
	plan_free(&p);
	return failed;
}

fault_set trial_set(const struct trial *t, const char *name)
{
	fault_set s = 0;

	for (size_t i = 0; i < t->plan.lab.nfaults; i++)
		if (!strcmp(t->plan.lab.faults[i].fault->name, name))
			s |= (fault_set)1 << i;
	return s;
}

void trial_names(const struct trial *t, fault_set s, char *to, size_t room)
{
	size_t used = 0;

	*to = '\0';
	for (size_t i = 0; i < t->plan.lab.nfaults && used < room; i++)
		if (s & (fault_set)1 << i)
			used += (size_t)snprintf(to + used, room - used, "%s%s", used ? ", " : "",
						 t->plan.lab.faults[i].spec);
}
