// SPDX-License-Identifier: MIT
/* What the lab measures in. The order of opening matters: each process is forked before what it must not inherit is made. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "net/addresses.h"
#include "program/program.h"

static int set_sysctls(const struct world *w, const struct plan *p, struct error *e)
{
	for (size_t i = 0; i < p->lab.nsysctls; i++)
		for (size_t k = 0; k < w->faults; k++) {
			const struct assignment *a = &p->lab.sysctls[i];
			const struct lab_link *link = &w->net.link[k];

			if (lab_sysctl(&w->net, &link->watcher, a->name, a->value, e) ||
			    lab_sysctl(&w->net, &link->peer, a->name, a->value, e))
				return -1;
		}
	return 0;
}

/* The reason ends with the fix in brackets: there is one more, but not for programs, and not for who verifies
 * advice, which is of a path. */
static int offer_loopback(const struct plan *p, struct error *e)
{
	size_t len = strlen(e->text);

	if (!p->lab.promises && !plan_has_programs(p) && len && e->text[len - 1] == ')')
		snprintf(e->text + len - 1, sizeof(e->text) - len + 1, "; or --net loopback, which needs none)");
	return -1;
}

static int open_network(struct world *w, const struct plan *p, const char *const *names, struct error *e)
{
	if (p->lab.net == LAB_NET_LOOPBACK)
		return 0;
	if (lab_net_open(&w->net, w->faults, p->connect.family, e))
		return offer_loopback(p, e);
	if (set_sysctls(w, p, e))
		return -1;
	w->worker = worker_open(&w->net, p->lab.rtt, p->lab.pcap, names, e);
	return w->worker ? 0 : -1;
}

static struct program **program_at(const struct world *w, size_t fault, enum program_role role)
{
	return &w->programs[fault * PROGRAM_ROLES + role];
}

struct program *world_program(const struct world *w, size_t fault, enum program_role role)
{
	return *program_at(w, fault, role);
}

bool world_echoes(const struct world *w)
{
	return !w->programs || (w->ends.role == PROGRAM_SERVER && !w->dying[0]);
}

static int make_program(struct world *w, const struct plan *p, size_t fault, enum program_role role, struct error *e)
{
	const struct program_plan *q = &p->lab.programs;
	const struct lab_link *link = &w->net.link[fault];
	const struct program_setup setup = {
		.command = q->command[role], .role = role, .ns = role == q->dies ? link->peer.ns : link->watcher.ns,
		.host = w->server, .port = SUPERVISOR_PROGRAMS_PORT, .fault = p->lab.faults[fault].spec, .logs = q->logs,
	};
	struct program **made = program_at(w, fault, role);

	if (!q->command[role])
		return 0;
	*made = program_new(&setup, e);
	if (role == q->dies)
		w->dying[fault] = *made;
	return *made ? 0 : -1;
}

/* Before the supervisors, which strike them. */
static int make_programs(struct world *w, const struct plan *p, struct error *e)
{
	const bool v6 = p->connect.family == AF_INET6, there = p->lab.programs.dies == PROGRAM_SERVER;

	w->programs = calloc(w->faults * PROGRAM_ROLES + 1, sizeof(struct program *));
	w->dying = calloc(w->faults + 1, sizeof(struct program *));
	if (!w->programs || !w->dying)
		return out_of_memory(e);
	snprintf(w->server, sizeof(w->server), "%s", v6 ? (there ? LAB_IPV6_PEER : LAB_IPV6_WATCHER)
						  : (there ? LAB_IPV4_PEER : LAB_IPV4_WATCHER));
	w->ends = (struct supervisor_ends){
		.dying = w->dying, .role = p->lab.programs.dies, .say = p->connect.say,
		.connections = p->lab.programs.command[PROGRAM_CLIENT] ? 0 : p->connect.connections,
		.probes = (unsigned)p->ngroups * p->connect.connections,
	};
	for (size_t i = 0; i < w->faults; i++)
		if (make_program(w, p, i, PROGRAM_SERVER, e) || make_program(w, p, i, PROGRAM_CLIENT, e))
			return -1;
	return 0;
}

static void set_address(struct world *w, size_t i, int family)
{
	struct peer_address *a = &w->peers[i];
	const socklen_t len = addresses_fill(&a->sa, family, w->worker ? LAB_IPV4_PEER : "127.0.0.1", w->worker ? LAB_IPV6_PEER : "::1",
					   supervisor_port(w->supervisor, i));

	a->info = (struct addrinfo){
		.ai_family = a->sa.ss_family, .ai_socktype = SOCK_STREAM,
		.ai_addr = (struct sockaddr *)&a->sa, .ai_addrlen = len,
	};
}

int world_open(struct world *w, const struct plan *p, const char *const *names, struct error *e)
{
	memset(w, 0, sizeof(*w));
	w->faults = p->lab.nfaults;
	w->peers = calloc(p->lab.nfaults + 1, sizeof(*w->peers));
	if (!w->peers)
		return error_set(e, STATUS_SYSTEM, "the lab: out of memory");
	if (open_network(w, p, names, e) || (plan_has_programs(p) && make_programs(w, p, e)))
		return -1;
	w->supervisor = supervisor_open(w->worker ? &w->net : NULL, w->worker, p->lab.faults, p->lab.nfaults, p->connect.family,
					plan_has_programs(p) ? &w->ends : NULL, e);
	if (!w->supervisor)
		return -1;
	for (size_t i = 0; i < w->faults; i++)
		set_address(w, i, p->connect.family);
	return 0;
}

int world_check(struct world *w, struct error *e)
{
	return worker_check(w->worker, e) || supervisor_check(w->supervisor, e) ? -1 : 0;
}

int world_end(struct world *w, struct error *e)
{
	int rc;

	for (size_t i = 0; w->programs && i < w->faults * PROGRAM_ROLES; i++) {
		program_close(w->programs[i]);
		w->programs[i] = NULL;
	}
	supervisor_close(w->supervisor);
	rc = worker_close(w->worker, e);
	w->supervisor = NULL;
	w->worker = NULL;
	return rc;
}

void world_close(struct world *w)
{
	struct error ignored;

	world_end(w, &ignored);
	if (w->net.links)
		lab_net_close(&w->net);
	free(w->peers);
	free(w->programs);
	free(w->dying);
	memset(w, 0, sizeof(*w));
}

int world_enter(const struct world *w, struct error *e)
{
	return w->worker ? netns_go(w->net.link[0].watcher.ns, e) : 0;
}

int world_leave(const struct world *w, struct error *e)
{
	return w->worker ? netns_go(w->net.home, e) : 0;
}
