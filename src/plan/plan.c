// SPDX-License-Identifier: MIT
/* The names of what a plan may be, and how it is freed. */
#include "plan.h"

#include <stdlib.h>

static void faults_free(struct chosen_fault *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(f[i].params);
		free(f[i].spec);
	}
	free(f);
}

static void groups_free(struct group *g, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < g[i].count; j++) {
			free(g[i].chosen[j].params);
			free(g[i].chosen[j].spec);
		}
		free(g[i].chosen);
		free(g[i].spec);
		free(g[i].stands_for);
	}
	free(g);
}

const char *plan_mode_name(const struct plan *p)
{
	static const char *const names[] = {
		[MODE_CONNECT] = "connect", [MODE_LISTEN] = "listen", [MODE_LAB] = "lab",
		[MODE_PEER] = "peer", [MODE_PREDICT] = "predict", [MODE_ADVISE] = "advise",
		[MODE_AUDIT] = "audit", [MODE_IDLE_LIMIT] = "idle-limit",
	};

	return names[p->mode];
}

const char *plan_traffic_name(const struct plan *p)
{
	static const char *const names[] = {
		[TRAFFIC_IDLE] = "idle", [TRAFFIC_REQUEST] = "request", [TRAFFIC_STREAM] = "stream",
	};

	return p->mode == MODE_LAB || p->mode == MODE_PREDICT ? names[p->lab.traffic] : NULL;
}

const char *program_role_name(enum program_role r)
{
	return r == PROGRAM_CLIENT ? "client" : "server";
}

bool plan_survivor(const struct plan *p, enum program_role *role)
{
	*role = p->lab.programs.dies == PROGRAM_CLIENT ? PROGRAM_SERVER : PROGRAM_CLIENT;
	if (p->mode == MODE_PEER) {
		*role = p->connect.listen ? PROGRAM_CLIENT : PROGRAM_SERVER;
		return p->fault.chosen;
	}
	return p->mode == MODE_LAB && p->lab.programs.command[*role];
}

struct group_range plan_groups(const struct plan *p, const struct target *t)
{
	return t ? t->groups : (struct group_range){ .count = p->ngroups };
}

size_t plan_probes(const struct plan *p, struct group_range range)
{
	size_t n = 0;

	for (size_t i = range.first; i < range.first + range.count; i++)
		n += p->groups[i].count;
	return n;
}

const char *target_label(const struct target *t)
{
	return t->name ? t->name : t->text;
}

void target_free(struct target *t)
{
	free(t->text);
	free(t->host);
	free(t->port);
	free(t->authority);
	free(t->path);
	free(t->name);
}

static void targets_free(struct target *t, size_t count)
{
	for (size_t i = 0; i < count; i++)
		target_free(&t[i]);
	free(t);
}

/* A half-filled plan is freed too, so every pointer may be NULL. */
void plan_free(struct plan *p)
{
	targets_free(p->connect.targets, p->connect.ntargets);
	targets_free(p->connect.relay, p->connect.relay ? 1 : 0);
	free(p->connect.say);
	groups_free(p->groups, p->ngroups);
	faults_free((struct chosen_fault *)p->fault.chosen, p->fault.chosen ? 1 : 0);
	faults_free(p->lab.faults, p->lab.nfaults);
	for (size_t i = 0; i < p->lab.nsysctls; i++) {
		free(p->lab.sysctls[i].name);
		free(p->lab.sysctls[i].value);
	}
	free(p->lab.sysctls);
	for (size_t i = 0; i < p->judge.nexpects; i++)
		free(p->judge.expects[i].text);
	free(p->judge.expects);
	for (size_t i = 0; i < p->output.noutputs; i++)
		free(p->output.outputs[i].path);
	free(p->output.outputs);
	free(p->audit.pids);
	free(p->page.words);
	*p = (struct plan){ 0 };
}
