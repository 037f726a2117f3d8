// SPDX-License-Identifier: MIT
/* The result of a program. All times are compared as they were stamped, in whatever order they came. */
#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ended.h"
#include "events/program.h"
#include "events/reaction.h"
#include "lab.h"
#include "program/owner.h"

#define OPTIONS_MOST 16 /* connections whose options are read: a pool's are alike */
#define EXIT_SHOWS NS_PER_S /* who gave its last connection up may end itself */

static nsec struck_at(const struct subject *s)
{
	return s->stage->watch.at.struck;
}

static bool gave_up(const struct subject_conn *c)
{
	return c->seen->closed != TIME_NONE;
}

/* Is its peer dead? To a path that forgets it is for those that were forgotten before they were given up. */
static bool is_dead(const struct subject *s, const struct subject_conn *c)
{
	const struct fault *f = s->stage->fault->fault;
	nsec at;

	if (!f->forgets)
		return f->dead;
	at = forgotten_since(s->stage, &c->seen->ends);
	return at != TIME_NONE && (!gave_up(c) || at <= c->seen->closed);
}

/* ---- when the fault strikes ---- */

static void read_options(const struct subject *s, struct subject_conn *c)
{
	struct owner owner;
	struct error e;
	int fd;

	if (owner_find(program_init(s->ends[s->survivor].program), c->seen->inode, &owner, &e) || (fd = owner_copy(&owner, &e)) < 0) {
		snprintf(c->options.why, sizeof(c->options.why), "%.111s", e.text);
		return;
	}
	options_read(fd, &c->options);
	close(fd);
}

/* Was it established then, and neither end had said more? */
static bool was_whole(const struct observed *o, nsec at)
{
	return o->established != TIME_NONE && o->established <= at && (o->kernel == TIME_NONE || o->kernel > at) &&
	       (o->closed == TIME_NONE || o->closed > at);
}

static bool is_known(const struct subject *s, const struct observed *seen)
{
	for (size_t i = 0; i < s->nconns; i++)
		if (s->conns[i].seen == seen)
			return true;
	return false;
}

static void add_if_whole(struct subject *s, struct observed *seen, nsec at)
{
	if (s->nconns < SUBJECT_CONNS && was_whole(seen, at) && !is_known(s, seen))
		s->conns[s->nconns++] = (struct subject_conn){
			.seen = seen, .sent = seen->info.tcpi_bytes_sent, .in_flight = seen->info.tcpi_unacked > 0,
			.options.why = "the connection was too new",
		};
}

static void add_whole(struct subject *s, nsec at)
{
	for (size_t i = 0; i < observer_count(s->observer); i++)
		add_if_whole(s, observer_at(s->observer, i), at);
}

void measure_before(struct subject *s)
{
	observer_look(s->observer);
	add_whole(s, clock_now());
	for (size_t i = 0; i < s->nconns && i < OPTIONS_MOST; i++)
		read_options(s, &s->conns[i]);
}

void measure_struck(struct subject *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nconns; i++)
		if (was_whole(s->conns[i].seen, struck_at(s)))
			s->conns[kept++] = s->conns[i];
	s->nconns = kept;
	add_whole(s, struck_at(s));
}

void measure_connected(struct subject *s, struct observed *seen)
{
	add_if_whole(s, seen, struck_at(s));
}

/* ---- what became of it ---- */

static nsec since(const struct subject *s, nsec at)
{
	return at == TIME_NONE || at < struck_at(s) ? TIME_NONE : at - struck_at(s);
}

/* What a process holds ends with it, though the news of that may be read later: no moment of its connections is after its end. */
static nsec closed_at(const struct subject *s, const struct subject_conn *c)
{
	const nsec over = s->ends[s->survivor].over;

	return gave_up(c) && over != TIME_NONE && over < c->seen->closed ? over : c->seen->closed;
}

/* When its kernel knew, if that was before the program gave the connection up; TIME_NONE. What came from the wire has its own time; that
 * its kernel gave up may be news that was read late. */
static nsec told_at(const struct subject *s, const struct subject_conn *c)
{
	const nsec kernel = c->seen->kernel;

	if (kernel == TIME_NONE || !gave_up(c) || kernel <= closed_at(s, c))
		return kernel;
	return kernel <= c->seen->closed && c->seen->cause == KERNEL_TIMEOUT ? closed_at(s, c) : TIME_NONE;
}

/* How long it took the slowest to act on what its kernel knew, and what that was. */
static void add_conn(const struct subject *s, struct reaction *r, const struct subject_conn *c)
{
	const nsec told = told_at(s, c), closed = closed_at(s, c);

	r->connections++;
	r->given_up += gave_up(c);
	r->told += told != TIME_NONE;
	if (gave_up(c) && since(s, closed) > r->last)
		r->last = since(s, closed);
	if (told == TIME_NONE)
		return;
	if (r->kernel == TIME_NONE || since(s, told) < r->kernel) {
		r->kernel = since(s, told);
		r->cause = c->seen->cause;
		r->err = c->seen->err;
		r->acted = gave_up(c) ? closed - told : TIME_NONE;
	}
}

static struct reaction react(const struct subject *s)
{
	const struct subject_program *p = &s->ends[s->survivor];
	struct reaction r = {
		.kernel = TIME_NONE, .acted = TIME_NONE, .last = TIME_NONE, .connecting = since(s, s->connecting),
		.reconnected = since(s, s->reconnected), .exited = since(s, p->over), .status = p->status,
	};

	for (size_t i = 0; i < s->nconns; i++)
		add_conn(s, &r, &s->conns[i]);
	return r;
}

static enum result result_of(const struct subject *s, const struct reaction *r)
{
	size_t dead = 0, kept = 0; /* of the dead those that it did not give up */

	if (!r->connections)
		return INCONCLUSIVE;
	for (size_t i = 0; i < s->nconns; i++) {
		const struct subject_conn *c = &s->conns[i];

		dead += is_dead(s, c);
		kept += is_dead(s, c) && !gave_up(c);
	}
	if (dead)
		return kept ? MISSED : NOTICED;
	return r->given_up ? FALSE_ALARM : STAYED_ALIVE;
}

/* A client may be connected again, until the time is up. A server waits for nobody in particular. */
nsec measure_due(const struct subject *s)
{
	struct reaction r;

	if (!s->measured || !program_is_running(s->ends[s->survivor].program))
		return clock_now();
	r = react(s);
	if (r.given_up < r.connections || expect_has(s->lab->run.plan, EXPECT_NO_EXIT))
		return NS_NEVER;
	if (s->survivor == PROGRAM_SERVER && !expect_has(s->lab->run.plan, EXPECT_RECONNECTED))
		return struck_at(s) + (r.last == TIME_NONE ? 0 : r.last) + EXIT_SHOWS;
	return r.reconnected == TIME_NONE ? NS_NEVER : clock_now();
}

/* ---- its result ---- */

/* What it wrote takes the room that is left. */
static void say_unconnected(const struct subject *s, char *to, size_t room)
{
	static const char wrote[] = "; it wrote: ";
	const struct subject_program *p = &s->ends[s->survivor];
	char end[64], tail[80];
	size_t used, left;

	ended_text(end, sizeof(end), ended_last(s->observer, struck_at(s)), s->survivor, struck_at(s));
	used = (size_t)snprintf(to, room, "the %s had no connection when the fault struck%s%s", program_role_name(p->role),
				*end ? ": " : "", end);
	left = room - used - (sizeof(wrote) - 1);
	program_tail(p->program, 1, tail, left < sizeof(tail) ? left : sizeof(tail));
	if (*tail)
		snprintf(to + used, room - used, "%s%s", wrote, tail);
}

/* Why nothing can be said. */
static void say_inconclusive(const struct subject *s, char *to, size_t room)
{
	if (s->lab->run.end.signo)
		snprintf(to, room, "the run was interrupted before it was decided");
	else
		say_unconnected(s, to, room);
}

static bool has_written(const struct subject_conn *c)
{
	return c->in_flight || c->seen->info.tcpi_bytes_sent > c->sent;
}

/* Where they differ the sentence says that it is of one. */
static void set_promise(struct event *e, const struct predicted *p, const char *text, size_t of)
{
	char *to = e->result.reaction.promise;

	e->result.predicted = *p;
	if (of && p->known)
		snprintf(to, sizeof(e->result.reaction.promise), "the weakest of %zu: %s", of, text);
	else
		snprintf(to, sizeof(e->result.reaction.promise), "%s", text);
}

/* Of several connections the one with the weakest promise counts. */
static void add_promise(const struct subject *s, struct event *e)
{
	const struct run *run = &s->lab->run;
	const struct circumstances around = {
		.traffic = TRAFFIC_IDLE, .interval = run->plan->interval, .path.sys = &run->sysctls, .path.rtt = run->plan->lab.rtt,
		.ipv6 = run->plan->connect.family == AF_INET6, .age = NS_NEVER, .lasts = NS_NEVER, .polls = true,
	};
	const size_t n = s->nconns < OPTIONS_MOST ? s->nconns : OPTIONS_MOST;
	struct predicted worst = { .by = NS_NEVER };
	char weakest[PROMISE_TEXT] = "";
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		struct predicted p = { .by = NS_NEVER };
		char text[PROMISE_TEXT] = "";

		promise_fill(&s->conns[i].options, s->stage->fault, &around, has_written(&s->conns[i]), &e->result, e->after, &p,
			     text, sizeof(text));
		differ |= i && strcmp(text, weakest);
		if (i && result_rank(p.result) <= result_rank(worst.result) && p.by <= worst.by)
			continue;
		worst = p;
		memcpy(weakest, text, sizeof(weakest));
	}
	set_promise(e, &worst, weakest, differ ? n : 0);
}

/* What it says itself may tell why an expectation did not hold. */
static void tell_tail(const struct subject *s)
{
	struct event *e = subject_event(s, s->survivor, EVENT_NOTE, clock_now());
	char tail[120];

	program_tail(s->ends[s->survivor].program, 2, tail, sizeof(tail));
	snprintf(e->note, sizeof(e->note), "the %s wrote last: %s", e->program, *tail ? tail : "nothing");
}

static void tell_beyond(const struct subject *s)
{
	struct event *e = subject_event(s, s->survivor, EVENT_NOTE, clock_now());

	snprintf(e->note, sizeof(e->note), "%zu connections of the %s were too many to be looked at",
		 observer_beyond(s->observer), e->program);
}

static void account(struct subject *s, struct event *e)
{
	struct run *r = &s->lab->run;
	const bool held = expect_program(r->plan, r->end.outcomes, e);

	r->end.any_struck |= struck_at(s) != TIME_NONE;
	r->end.any_watched |= e->result.result != UNSUPPORTED;
	r->end.any_died |= e->result.result == NOTICED || e->result.result == MISSED;
	r->end.any_failed |= !held || e->result.result == INCONCLUSIVE;
	if (!held)
		tell_tail(s);
}

void measure_tell(struct subject *s)
{
	struct event *e;

	observer_look(s->observer);
	measure_struck(s); /* of an end that came before the strike it may have been told only now */
	if (observer_beyond(s->observer))
		tell_beyond(s);
	e = subject_event(s, s->survivor, EVENT_RESULT, clock_now());
	e->probe = program_probe(s->survivor);
	e->group = e->probe->name;
	e->row = 0;
	e->result.reaction = react(s);
	e->result.result = result_of(s, &e->result.reaction);
	if (s->lab->run.end.signo && e->result.result != NOTICED && e->result.result != FALSE_ALARM)
		e->result.result = INCONCLUSIVE;
	if (e->result.result == NOTICED || e->result.result == FALSE_ALARM)
		e->after = e->result.reaction.last;
	reaction_how(e->verdict.how, sizeof(e->verdict.how), &e->result.reaction, e->result.result);
	if (e->result.result == INCONCLUSIVE)
		say_inconclusive(s, e->note, sizeof(e->note));
	else
		add_promise(s, e);
	account(s, e);
}
