// SPDX-License-Identifier: MIT
/*
 * Metrics in the text of OpenMetrics 1.0, for Prometheus and, in a file, for node_exporter's textfile collector. That one reads the
 * older text format (prometheus/common, expfmt/text_parse.go): there UNIT and EOF are comments, the types info and stateset are
 * errors, as are time stamps, and a counter, whose type OpenMetrics gives without "_total", is one without a type.
 */
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "metrics.h"
#include "report.h"

struct openmetrics {
	struct metrics m;
	const char *file; /* without its folder: what runs differ by whose files are read by one exporter */
};

static int openmetrics_begin(void *state, struct out *o, const struct report_context *c)
{
	struct openmetrics *p = state;
	const char *slash = strrchr(o->name, '/');

	p->file = slash ? slash + 1 : o->name;
	return metrics_open(&p->m, c);
}

static void openmetrics_event(void *state, struct out *o, const struct event *e)
{
	struct openmetrics *p = state;

	(void)o;
	metrics_event(&p->m, e);
}

static void put_family(struct out *o, const char *name, const char *type, const char *unit, const char *help)
{
	out_printf(o, "# TYPE tcpalive_%s %s\n", name, type);
	if (unit)
		out_printf(o, "# UNIT tcpalive_%s %s\n", name, unit);
	out_printf(o, "# HELP tcpalive_%s %s\n", name, help);
}

static void put_label(struct out *o, const char *before, const char *name, const char *value)
{
	out_printf(o, "%s%s=\"", before, name);
	out_escaped(o, value, "\\\"");
	out_text(o, "\"");
}

/* Of i; more may follow. */
static void put_target(struct out *o, const struct metrics *m, size_t i)
{
	const struct metrics_target *t = &m->targets[i];

	put_label(o, "", "target", m->c->targets ? m->c->target_list[i].text : m->listening);
	if (m->c->targets && m->c->target_list[i].name)
		put_label(o, ",", "name", m->c->target_list[i].name);
	if (t->copy)
		out_printf(o, ",copy=\"%u\"", t->copy);
}

static void put_seconds(struct out *o, nsec t)
{
	out_printf(o, "%.9g\n", ns_seconds(t));
}

static void put_time(struct out *o, nsec wall)
{
	out_printf(o, "%.3f\n", ns_seconds(wall));
}

/* A family of one number for each target; false where it has none. */
typedef bool target_value(const struct metrics_target *t, char to[32]);

static bool value_up(const struct metrics_target *t, char to[32])
{
	return t->known && snprintf(to, 32, "%d", t->now.open == t->now.wanted);
}

static bool value_open(const struct metrics_target *t, char to[32])
{
	return t->known && snprintf(to, 32, "%u", t->now.open);
}

static bool value_changed(const struct metrics_target *t, char to[32])
{
	return t->now.changed != TIME_NONE && snprintf(to, 32, "%.3f", ns_seconds(t->now.changed));
}

static bool value_connects(const struct metrics_target *t, char to[32])
{
	return snprintf(to, 32, "%llu", (unsigned long long)t->connects) > 0;
}

static bool value_unnoticed(const struct metrics_target *t, char to[32])
{
	return snprintf(to, 32, "%llu", (unsigned long long)t->unnoticed) > 0;
}

static bool value_alarms(const struct metrics_target *t, char to[32])
{
	return snprintf(to, 32, "%llu", (unsigned long long)t->false_alarms) > 0;
}

static bool value_notice(const struct metrics_target *t, char to[32])
{
	return t->notice != TIME_NONE && snprintf(to, 32, "%.9g", ns_seconds(t->notice));
}

static bool value_rtt(const struct metrics_target *t, char to[32])
{
	return t->now.rtt != TIME_NONE && snprintf(to, 32, "%.9g", ns_seconds(t->now.rtt));
}

static bool value_polls(const struct metrics_target *t, char to[32])
{
	return t->now.answers.of && snprintf(to, 32, "%u", t->now.answers.of);
}

static bool value_answer_sum(const struct metrics_target *t, char to[32])
{
	return t->now.answers.of && snprintf(to, 32, "%.9g", ns_seconds(t->now.answers.total));
}

static bool value_answer_count(const struct metrics_target *t, char to[32])
{
	return t->now.answers.of && snprintf(to, 32, "%u", t->now.answers.timed);
}

static const struct target_family {
	const char *name, *type, *unit, *help; /* type NULL: of the family before it */
	const char *suffix;
	target_value *value;
	bool of_targets; /* not of whoever comes (--listen) */
} families[] = {
	{ "up", "gauge", NULL, "Are all connections to the target established?", "", value_up, true },
	{ "connections", "gauge", NULL, "Connections that are established.", "", value_open, false },
	{ "last_change_timestamp_seconds", "gauge", "seconds", "When that number changed last.", "", value_changed, false },
	{ "connects", "counter", NULL, "Connections that were established so far.", "_total", value_connects, false },
	{ "deaths_unnoticed", "counter", NULL, "Deaths that no probe noticed.", "_total", value_unnoticed, false },
	{ "false_alarms", "counter", NULL, "Connections said to be dead whose peer was alive.", "_total", value_alarms, false },
	{ "last_notice_seconds", "gauge", "seconds", "Silence before the last death was noticed.", "", value_notice, false },
	{ "rtt_seconds", "gauge", "seconds", "Round trip as TCP measures it, of the fastest connection.", "", value_rtt, false },
	{ "polls", "counter", NULL, "Polls of the peer's application (heartbeat).", "_total", value_polls, false },
	{ "answer_seconds", "summary", "seconds", "Time until the peer's application answered a poll.", "_sum", value_answer_sum, false },
	{ "answer_seconds", NULL, NULL, NULL, "_count", value_answer_count, false },
};

static void put_targets(struct out *o, const struct metrics *m, const struct target_family *f)
{
	char value[32];

	if (f->of_targets && !m->c->targets)
		return;
	if (f->type)
		put_family(o, f->name, f->type, f->unit, f->help);
	for (size_t i = 0; i < m->ntargets; i++) {
		if (!f->value(&m->targets[i], value))
			continue;
		out_printf(o, "tcpalive_%s%s{", f->name, f->suffix);
		put_target(o, m, i);
		out_printf(o, "} %s\n", value);
	}
}

static void put_deaths(struct out *o, const struct metrics *m)
{
	put_family(o, "deaths", "counter", NULL,
		   "Connections whose peer died, by what the kernel knew; silence: it knew nothing when a probe did.");
	for (size_t i = 0; i < m->ntargets; i++)
		for (enum kernel_cause k = 0; k <= KERNEL_TIMEOUT; k++) {
			out_text(o, "tcpalive_deaths_total{");
			put_target(o, m, i);
			out_printf(o, ",cause=\"%s\"} %llu\n", k ? kernel_cause_name(k) : "silence",
				   (unsigned long long)m->targets[i].deaths[k]);
		}
}

static void put_notices(struct out *o, const struct metrics *m)
{
	unsigned long long n = 0;

	put_family(o, "notice_seconds", "histogram", "seconds",
		   "Silence before a death was noticed: since the FIN or RST came, or else since the peer was heard last.");
	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		n += m->notices[i];
		out_printf(o, "tcpalive_notice_seconds_bucket{le=\"%.3f\"} %llu\n", ns_seconds(metrics_bucket[i]), n);
	}
	n += m->notices[METRICS_BUCKETS];
	out_printf(o, "tcpalive_notice_seconds_bucket{le=\"+Inf\"} %llu\ntcpalive_notice_seconds_sum ", n);
	put_seconds(o, m->noticed);
	out_printf(o, "tcpalive_notice_seconds_count %llu\n", n);
}

static void put_command(struct out *o, const char *name, const struct metrics_command *k, unsigned long long n)
{
	out_printf(o, "tcpalive_audit_%s{", name);
	put_label(o, "", "command", k->name);
	out_printf(o, "} %llu\n", n);
}

static void put_fault(struct out *o, const char *name, const struct metrics *m, const struct metrics_command *k, size_t f)
{
	out_printf(o, "tcpalive_audit_%s{", name);
	put_label(o, "", "command", k->name);
	put_label(o, ",", "fault", m->c->faults[f].name);
	out_text(o, "} ");
}

static void put_processes(struct out *o, const struct metrics *m)
{
	put_family(o, "audit_connections", "gauge", NULL, "TCP connections of running processes.");
	for (size_t i = 0; i < m->ncommands; i++)
		put_command(o, "connections", &m->commands[i], m->commands[i].connections);
	put_family(o, "audit_incomplete", "gauge", NULL, "Those of which not all is known: permission is missing.");
	for (size_t i = 0; i < m->ncommands; i++)
		put_command(o, "incomplete", &m->commands[i], m->commands[i].incomplete);
	put_family(o, "audit_worst_seconds", "gauge", "seconds", "The longest until a connection would notice the fault, of those that would.");
	for (size_t i = 0; i < m->ncommands; i++)
		for (size_t f = 0; f < m->c->nfaults; f++)
			if (m->commands[i].faults[f].worst != TIME_NONE) {
				put_fault(o, "worst_seconds", m, &m->commands[i], f);
				put_seconds(o, m->commands[i].faults[f].worst);
			}
	put_family(o, "audit_never", "gauge", NULL, "Connections that would never notice the fault.");
	for (size_t i = 0; i < m->ncommands; i++)
		for (size_t f = 0; f < m->c->nfaults; f++) {
			put_fault(o, "never", m, &m->commands[i], f);
			out_printf(o, "%llu\n", (unsigned long long)m->commands[i].faults[f].never);
		}
}

static void put_run(struct out *o, const struct openmetrics *p, const char *name)
{
	out_printf(o, "tcpalive_%s{", name);
	put_label(o, "", "mode", p->m.c->mode);
	put_label(o, ",", "file", p->file);
}

static void put_begin(struct out *o, const struct openmetrics *p)
{
	put_family(o, "build_info", "gauge", NULL, "The version, what it does, and the file where this is.");
	put_run(o, p, "build_info");
	put_label(o, ",", "version", TCPALIVE_VERSION);
	out_text(o, "} 1\n");
	put_family(o, "start_timestamp_seconds", "gauge", "seconds", "When it was started.");
	put_run(o, p, "start_timestamp_seconds");
	out_text(o, "} ");
	put_time(o, p->m.c->wall);
}

/* Nothing changes any more: the numbers are of that time. */
static void put_end(struct out *o, const struct openmetrics *p)
{
	const struct metrics *m = &p->m;

	put_family(o, "expectation_kept", "gauge", NULL, "Did what was expected hold?");
	for (size_t i = 0; i < m->nexpects; i++) {
		put_run(o, p, "expectation_kept");
		put_label(o, ",", "expect", m->expects[i].text);
		out_printf(o, "} %d\n", m->expects[i].held);
	}
	if (!m->ended)
		return;
	put_family(o, "end_timestamp_seconds", "gauge", "seconds", "When it ended.");
	put_run(o, p, "end_timestamp_seconds");
	out_text(o, "} ");
	put_time(o, m->c->wall + m->end - m->c->start);
	put_family(o, "exit_status", "gauge", NULL, "How it ended.");
	put_run(o, p, "exit_status");
	out_printf(o, "} %d\n", m->status);
}

static void openmetrics_page(const void *state, struct out *o)
{
	const struct openmetrics *p = state;

	o->utf8 = true;
	put_begin(o, p);
	if (metrics_are_of_processes(&p->m)) {
		put_processes(o, &p->m);
	} else {
		for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
			put_targets(o, &p->m, &families[i]);
		put_deaths(o, &p->m);
		put_notices(o, &p->m);
	}
	put_end(o, p);
	out_text(o, "# EOF\n");
}

static void openmetrics_end(void *state, struct out *o)
{
	struct openmetrics *p = state;

	(void)o;
	metrics_close(&p->m);
}

const struct report report_openmetrics = {
	.name = "openmetrics",
	.summary = "metrics of watch and audit for Prometheus, or for node_exporter's textfile collector",
	.follows = true,
	.state_size = sizeof(struct openmetrics),
	.begin = openmetrics_begin,
	.event = openmetrics_event,
	.page = openmetrics_page,
	.end = openmetrics_end,
};
