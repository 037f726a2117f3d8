// SPDX-License-Identifier: MIT
/*
 * The page of a probe, or of several on one connection. With `system` a probe's
 * times are not its own, so its worst case is given a second time, for all that can be left to
 * the system.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/worst.h"
#include "tcp/sysctl.h"
#include "explain.h"
#include "predictions.h"
#include "base/number.h"
#include "plan/defaults.h"
#include "plan/profiles.h"
#include "reports/phrases.h"
#include "print.h"
#include "snippet.h"
#include "base/words.h"

#define COLUMN 18

/* "2 h 11 min 15 s", "14.5 s", "100 ms" */
static struct duration_text duration_words(nsec ns)
{
	const int64_t ms = ns / NS_PER_MS, s = ms / 1000;
	struct duration_text t = { "" };
	size_t len = 0;

	if (s == 0) {
		snprintf(t.text, sizeof(t.text), "%" PRId64 " ms", ms);
		return t;
	}
	if (s >= 3600)
		len += (size_t)snprintf(t.text, sizeof(t.text), "%" PRId64 " h ", s / 3600);
	if (s / 60 % 60)
		len += (size_t)snprintf(t.text + len, sizeof(t.text) - len, "%" PRId64 " min ",
					s / 60 % 60);
	if (ms % 60000)
		len += (size_t)snprintf(t.text + len, sizeof(t.text) - len, "%g s ",
					(double)(ms % 60000) / 1000);
	t.text[len - 1] = '\0';
	return t;
}

/* Puts ", NAME VALUE" behind text for each of the names, which spaces part; not for one that
 * this kernel does not know. */
static void add_sysctls(char *text, size_t size, const char *names)
{
	for (size_t len; (len = strcspn(names, " ")); names += len + strspn(names + len, " ")) {
		char name[64], value[64];
		struct error e;
		size_t used = strlen(text);

		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		if (sysctl_read(name, value, sizeof(value), &e) == 0)
			snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", name, value);
	}
}

/* Leaves to the kernel all that can be left to it, and names it. True if there was something. */
static bool leave_to_system(const struct param *rows, void *params, char *names, size_t size)
{
	bool any = false;

	for (; rows && rows->name; rows++) {
		if (!rows->system)
			continue;
		*(int64_t *)((char *)params + rows->offset) = PARAM_SYSTEM;
		if (rows->sysctl)
			add_sysctls(names, size, rows->sysctl);
		any = true;
	}
	return any;
}

static void put_time(nsec time)
{
	printf("  %-*s", COLUMN - 2, time ? duration_text(time).text : "at once");
}

/* Works on a copy: the page goes on with the parameters that were given. */
static int put_system_case(const struct chosen *c, const struct circumstances *s, struct error *e)
{
	char names[256] = "", text[512];
	void *params = malloc(c->probe->params_size + 1);
	nsec worst;

	if (!params)
		return out_of_memory(e);
	if (c->probe->params_size)
		memcpy(params, c->params, c->probe->params_size);
	if (leave_to_system(c->probe->params, params, names, sizeof(names))) {
		worst = c->probe->worst_case(params, s->interval, &s->path);
		put_time(worst);
		puts("left to the sysctls of this machine (system)");
		snprintf(text, sizeof(text),
			 "With this system's defaults a silent peer is noticed after %s: %s",
			 duration_words(worst).text, names);
		fputs("  ", stdout);
		print_wrapped(text, 2, 2);
	}
	free(params);
	return 0;
}

/* Alone it would notice a silent path. */
static bool kept_silent(const struct chosen *c, nsec worst, const struct circumstances *s)
{
	return worst == NS_NEVER && c->probe->worst_case(c->params, s->interval, &s->path) != NS_NEVER;
}

static int put_worst_case(const struct group *g, const struct circumstances *s, struct error *e)
{
	puts("\nAt the latest, for a death that it can see:");
	for (size_t i = 0; i < g->count; i++) {
		const struct chosen *c = &g->chosen[i];
		nsec worst;

		if (!c->probe->worst_case)
			continue;
		worst = predict_worst_case(g, i, s->interval, &s->path);
		put_time(worst);
		printf("%s%s\n", c->spec, kept_silent(c, worst, s) ? ", which another's data keep silent" : "");
		if (g->count == 1 && put_system_case(c, s, e))
			return -1;
	}
	return 0;
}

static int put_predictions(const struct group *g, const struct plan *all,
			 const struct circumstances *idle, struct error *e)
{
	struct circumstances request = *idle;
	int changed;

	puts("\nEach fault, on an idle connection:");
	if (predictions_of_group(g, all, idle, NULL) < 0)
		return out_of_memory(e);
	request.traffic = TRAFFIC_REQUEST;
	puts("\nWhat differs while the application sends and is answered (--traffic request):");
	changed = predictions_of_group(g, all, &request, idle);
	if (changed == 0)
		puts("  nothing");
	puts("\n" PHRASE_TIMERS);
	return changed < 0 ? out_of_memory(e) : 0;
}

/* "PROGRAM\tHOW\n"... */
static void put_users(const char *who)
{
	puts("\nWho relies on it:");
	if (!who)
		puts("  nobody known");
	while (who && *who) {
		size_t name = strcspn(who, "\t"), line = strcspn(who, "\n");
		char how[256];

		snprintf(how, sizeof(how), "%.*s", (int)(line - name - 1), who + name + 1);
		printf("  %-*.*s", COLUMN + 2, (int)name, who);
		print_wrapped(how, COLUMN + 4, COLUMN + 4);
		who += line + (who[line] == '\n');
	}
}

static int probe_page(const struct group *g, const struct plan *all,
		      const struct circumstances *s, struct error *e)
{
	const struct chosen *c = &g->chosen[0];
	const char *why = "";

	explain_title(c->probe->name, c->probe->summary);
	print_text(c->probe->text, 0);
	putchar('\n');
	explain_fact("The check:", c->probe->call);
	if (c->probe->also)
		explain_fact("Also called:", c->probe->also);
	explain_fact("Traits:", traits_phrase(c->probe->traits).text);
	if (c->probe->supported && c->probe->supported(&why))
		explain_fact("Not here:", why);
	explain_params(c->probe->params);
	if (put_worst_case(g, s, e) || put_predictions(g, all, s, e))
		return -1;
	put_users(c->probe->who);
	puts("\nIn C:\n");
	snippet_print(c);
	return 0;
}

static void put_profile(const struct profile *p)
{
	explain_fact("Program:", p->program);
	explain_fact("As probes:", p->spec);
	explain_fact("Source:", p->source);
	explain_fact("Measured:", p->measured ? "that version, with its defaults, in a network namespace (ss -tno, strace)" :
						"no: the source says so");
	if (p->differs)
		explain_fact("Besides:", p->differs);
	putchar('\n');
}

static void put_named(const struct group *g)
{
	explain_fact("As probes:", g->stands_for);
	putchar('\n');
}

static int composite_page(const struct group *g, const struct plan *all,
			  const struct circumstances *s, struct error *e)
{
	const struct profile *profile = profile_find(g->spec, strlen(g->spec));
	char title[64];

	snprintf(title, sizeof(title), "%zu probes on one connection", g->count);
	explain_title(g->spec, profile ? profile->what : title);
	if (profile)
		put_profile(profile);
	else if (g->stands_for)
		put_named(g);
	for (size_t i = 0; i < g->count; i++) {
		printf("  %-16s", g->chosen[i].probe->name);
		print_wrapped(g->chosen[i].probe->summary, COLUMN, COLUMN);
	}
	if (!strcmp(g->spec, DEFAULT_PROBES)) {
		putchar('\n');
		print_text(DEFAULT_REMARK, 0);
	}
	if (put_worst_case(g, s, e))
		return -1;
	return put_predictions(g, all, s, e);
}

int explain_group(const struct group *g, const struct plan *all, const struct circumstances *s,
		  struct error *e)
{
	return g->count == 1 && !g->stands_for ? probe_page(g, all, s, e) :
			       composite_page(g, all, s, e);
}
