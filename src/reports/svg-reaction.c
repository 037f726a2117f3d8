// SPDX-License-Identifier: MIT
/* A lane of a program's picture. All times are since the fault; before it they are negative. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/signal-name.h"
#include "base/utf8.h"
#include "events/reaction.h"
#include "svg-program.h"
#include "xml.h"

static bool is_some(const struct reaction *r)
{
	return r->given_up && r->given_up < r->connections;
}

struct reaction_marks reaction_marks(const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	const struct predicted *p = &e->result.predicted;
	struct reaction_marks m;

	for (size_t k = 0; k < MARKS; k++)
		m.at[k] = TIME_NONE;
	if (e->result.result == NOTICED)
		m.at[MARK_GAVE_UP] = e->after;
	else if (e->result.result == FALSE_ALARM)
		m.at[MARK_ALARM] = e->after;
	else if (e->result.result == MISSED)
		m.at[MARK_MISSED] = 0;
	else if (e->result.result == STAYED_ALIVE)
		m.at[MARK_ALIVE] = 0;
	if (is_some(r) && e->result.result != FALSE_ALARM)
		m.at[MARK_SOME] = r->last;
	if (p->known && p->result == NOTICED && p->by != NS_NEVER)
		m.at[MARK_PROMISE] = p->by;
	m.at[MARK_KERNEL] = r->kernel;
	m.at[MARK_CONNECTING] = r->reconnected == TIME_NONE ? r->connecting : TIME_NONE;
	m.at[MARK_RECONNECTED] = r->reconnected;
	m.at[MARK_EXITED] = r->exited;
	return m;
}

void reaction_seen(char to[REACTION_SHORT], const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	const bool gave_up = e->result.result == NOTICED || e->result.result == FALSE_ALARM;
	char time[DURATION_ROOM];

	*to = '\0';
	if (is_some(r))
		snprintf(to, REACTION_SHORT, "gave up %u of %u", r->given_up, r->connections);
	else if (gave_up && r->kernel != TIME_NONE && r->acted != TIME_NONE)
		snprintf(to, REACTION_SHORT, "%s%s%s", reaction_cause(r), r->acted ? " +" : "",
			 r->acted ? duration_narrow(time, r->acted) : "");
	else if (gave_up && e->fault && !strncmp(e->verdict.how, "by its own timer", 16))
		snprintf(to, REACTION_SHORT, "its own timer");
	else if (e->result.result == MISSED && r->told)
		snprintf(to, REACTION_SHORT, "%s, never %s", reaction_cause(r), reaction_looked(r) ? "closed" : "looked");
	else if (e->result.result == MISSED || gave_up)
		utf8_visible(to, REACTION_SHORT, e->verdict.how, true);
}

void reaction_then_short(char to[REACTION_SHORT], const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	char time[DURATION_ROOM];
	size_t used = 0;

	*to = '\0';
	if (r->reconnected != TIME_NONE)
		used = (size_t)snprintf(to, REACTION_SHORT, "reconnected %s", duration_narrow(time, r->reconnected));
	else if (r->connecting != TIME_NONE)
		used = (size_t)snprintf(to, REACTION_SHORT, "tried again %s", duration_narrow(time, r->connecting));
	if (r->exited == TIME_NONE)
		return;
	if (WIFSIGNALED(r->status))
		snprintf(to + used, REACTION_SHORT - used, "%s%s", used ? ", " : "", signal_name(WTERMSIG(r->status)));
	else
		snprintf(to + used, REACTION_SHORT - used, "%sexit %d", used ? ", " : "", WEXITSTATUS(r->status));
}

void reaction_mark(struct out *o, enum reaction_mark m, double x, double y)
{
	static const enum lane_mark same[MARKS] = {
		[MARK_GAVE_UP] = LANE_NOTICED, [MARK_ALARM] = LANE_ALARM, [MARK_MISSED] = LANE_MISSED,
		[MARK_ALIVE] = LANE_ALIVE, [MARK_KERNEL] = LANE_KERNEL, [MARK_PROMISE] = LANE_SUSPECT,
	};
	static const char *const shapes[MARKS] = {
		[MARK_SOME] = "<circle class=\"mark part\" r=\"5\"/>",
		[MARK_CONNECTING] = "<path class=\"mark again\" d=\"M-2.5-5 3.5 0-2.5 5\"/>",
		[MARK_RECONNECTED] = "<path class=\"mark back\" d=\"M-4-6 6 0-4 6Z\"/>",
		[MARK_EXITED] = "<path class=\"mark out\" d=\"M-5-5H5V5H-5Z\"/>",
	};

	if (shapes[m])
		out_printf(o, "<g transform=\"translate(%.1f %.1f)\">%s</g>\n", x, y, shapes[m]);
	else
		svg_mark(o, same[m], x, y);
}

/* What a reader sees who points at a lane. */
static void draw_title(struct out *o, const struct event *e)
{
	char text[REACTION_TEXT];

	xml_text(o, e->fault ? e->fault : e->program);
	svg_more(o, "%s", reaction_text(text, e));
	if (*e->result.reaction.promise)
		svg_more(o, "%s", e->result.reaction.promise);
	if (*e->note)
		svg_more(o, "%s", e->note);
}

static void draw_words(const struct program_page *p, struct out *o, const struct event *e, double y)
{
	static const char *const classes[RESULTS] = {
		[NOTICED] = "end good", [MISSED] = "end bad", [FALSE_ALARM] = "end warn",
		[STAYED_ALIVE] = "end dim", [INCONCLUSIVE] = "end open", [UNSUPPORTED] = "end dim",
	};
	char text[REACTION_SHORT];

	if (e->after != TIME_NONE)
		duration_brief(text, e->after);
	else
		snprintf(text, sizeof(text), "%s", result_name(e->result.result));
	svg_text(o, p->after, y + 4, classes[e->result.result], "%s", text);
	reaction_seen(text, e);
	utf8_shorten(text, SEEN_MOST);
	svg_text(o, p->seen, y + 4, "mono small dim", "%s", text);
	reaction_then_short(text, e);
	utf8_shorten(text, THEN_MOST);
	svg_text(o, p->then, y + 4, "mono small dim", "%s", text);
}

/* It was watched at least for as long as it did something. */
static nsec missed_at(const struct program_page *p, const struct reaction_marks *m)
{
	nsec at = p->waited;

	for (enum reaction_mark k = 0; k < MARKS; k++)
		if (k != MARK_PROMISE && m->at[k] > at)
			at = m->at[k];
	return at;
}

static double mark_x(const struct program_page *p, const struct reaction_marks *m, enum reaction_mark k)
{
	nsec at = k == MARK_MISSED ? missed_at(p, m) : k == MARK_ALIVE ? p->plot.time.hi : m->at[k];

	return plot_x(&p->plot, at);
}

/* From the fault until it gave up, or on to the end. */
static void draw_line(const struct program_page *p, struct out *o, const struct reaction_marks *m, double y)
{
	const double zero = plot_x(&p->plot, 0), end = plot_x(&p->plot, p->plot.time.hi);

	if (m->at[MARK_GAVE_UP] != TIME_NONE)
		svg_box(o, "bar", zero, y - 3, plot_x(&p->plot, m->at[MARK_GAVE_UP]) - zero, 6);
	else if (m->at[MARK_MISSED] != TIME_NONE)
		svg_line(o, "gap", zero, y, mark_x(p, m, MARK_MISSED) - 8, y);
	else
		svg_line(o, "quiet", plot_x(&p->plot, p->plot.time.lo), y, end, y);
}

/* Would it hide the verdict, or be hidden by it? Then it is below. */
static bool collides(const struct program_page *p, const struct reaction_marks *m, enum reaction_mark k)
{
	for (enum reaction_mark v = MARK_GAVE_UP; k >= MARK_CONNECTING && v <= MARK_ALIVE; v++)
		if (m->at[v] != TIME_NONE && fabs(mark_x(p, m, v) - mark_x(p, m, k)) < 11)
			return true;
	return false;
}

static void draw_mark(const struct program_page *p, struct out *o, const struct reaction_marks *m, enum reaction_mark k, double y)
{
	if (m->at[k] == TIME_NONE || (k == MARK_PROMISE && !p->has[k]))
		return;
	if (k == MARK_PROMISE && m->at[k] > p->plot.time.hi)
		return;
	if (!collides(p, m, k)) {
		reaction_mark(o, k, mark_x(p, m, k), y);
		return;
	}
	out_printf(o, "<g transform=\"translate(%.1f %.1f) scale(.75)\">", mark_x(p, m, k), y + 9);
	reaction_mark(o, k, 0, 0);
	out_text(o, "</g>\n");
}

void reaction_draw(const struct program_page *p, struct out *o, const struct event *e, double y)
{
	/* What comes later covers what came with it. */
	static const enum reaction_mark order[MARKS] = {
		MARK_PROMISE, MARK_KERNEL, MARK_CONNECTING, MARK_EXITED, MARK_RECONNECTED, MARK_MISSED, MARK_ALIVE, MARK_SOME,
		MARK_ALARM, MARK_GAVE_UP,
	};
	const struct reaction_marks m = reaction_marks(e);
	char text[sizeof(e->note)];

	svg_begin(o);
	draw_title(o, e);
	svg_titled(o);
	draw_words(p, o, e, y);
	if (e->result.result == UNSUPPORTED || e->result.result == INCONCLUSIVE) {
		snprintf(text, sizeof(text), "%s", e->result.result == UNSUPPORTED ? e->verdict.how : e->note);
		utf8_shorten(text, (size_t)(p->plot.right - p->plot.left) / 7);
		svg_text(o, p->plot.left + 8, y + 4, "small dim", "%s", text);
	} else {
		draw_line(p, o, &m, y);
		for (size_t i = 0; i < MARKS; i++)
			draw_mark(p, o, &m, order[i], y);
	}
	svg_end(o);
}
