// SPDX-License-Identifier: MIT
/* The strike of each fault, as the measuring process sees it: ordered, told by its supervisor, told to its watch. */
#include "lab.h"

static int apply_application(struct stage *s, struct error *e)
{
	const struct chosen_fault *f = s->fault;

	for (size_t i = 0; f->fault->application && i < s->watch.nconns; i++)
		if (s->watch.conns[i].established &&
		    f->fault->application(s->watch.conns[i].socket.fd, f->params, e))
			return -1;
	return 0;
}

int strike_order(struct watch *w, struct error *e)
{
	struct lab *l = lab_of(w->run);
	/* Before the first whole second, which a keepalive timer could be in step with. */
	nsec out_of_step = l->run.plan->fault.at_given ? 0 : l->out_of_step;

	if (stage_of(w)->subject)
		subject_strike(stage_of(w)->subject);
	return supervisor_strike(l->world.supervisor, index_of(l, stage_of(w)), clock_now() + out_of_step, e);
}

static void stage_struck(struct stage *s, nsec at)
{
	const struct fault *f = s->fault->fault;
	const struct plan *p = s->watch.run->plan;

	s->watch.timers.latest = ns_add(at, p->judge.timeout);
	if (f->forgets) /* who was silent before is forgotten sooner */
		s->watch.timers.later = ns_max(0, f->forgets(s->fault->params) - (at - s->watch.at.established));
	if (f->control && p->lab.control_lasts) {
		s->watch.timers.least = at + p->lab.control_lasts;
		s->watch.timers.latest = ns_max(s->watch.timers.latest, s->watch.timers.least);
	}
	score_struck(s);
	watch_struck(&s->watch, f->name, at, f->dead ? TRUTH_DEAD : TRUTH_ALIVE);
	if (s->subject)
		subject_struck(s->subject);
}

/* What the fault did may be seen before the supervisor's message is read. */
void strike_check(struct watch *w)
{
	const struct lab *l = lab_of(w->run);
	nsec at = supervisor_struck(l->world.supervisor, index_of(l, stage_of(w)));

	if (at)
		stage_struck(stage_of(w), at);
}

static int take_news(struct lab *l, const struct supervisor_message *news, struct error *e)
{
	struct stage *s = &l->stages[news->fault];

	if (news->news == SUPERVISOR_WAITS)
		return apply_application(s, e) || supervisor_go(l->world.supervisor, news->fault, e) ? -1 : 0;
	if (news->news == SUPERVISOR_CONNECTED)
		return 0; /* the observer has seen it */
	s->took = news->took;
	if (s->watch.at.struck == TIME_NONE)
		stage_struck(s, news->at);
	return s->fault->fault->when == FAULT_AFTER ? apply_application(s, e) : 0;
}

void strike_news(struct handler *h, uint32_t events, nsec woken)
{
	struct lab *l = container_of(h, struct lab, news);
	struct supervisor_message news;
	struct error e;
	int rc;

	(void)events;
	(void)woken;
	while ((rc = supervisor_read(l->world.supervisor, &news, &e)) > 0 && !(rc = take_news(l, &news, &e)))
		;
	if (rc < 0)
		run_fail(&l->run, &e);
}
