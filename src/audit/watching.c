// SPDX-License-Identifier: MIT
/*
 * Which connections there are, a copy of each, and whether the process holds it still: its descriptor in /proc is a link
 * that names the socket. That of a process that has ended, or that reuses the number, names another one or nothing.
 */
#include "watching.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "collect.h"
#include "engine/adopted.h"
#include "program/owner.h"

struct watching {
	struct audit_list list;
	struct adopted *conns;
	const struct audit_socket **sockets; /* of each */
	struct target *targets;              /* the label of each */
	size_t count;
	size_t unwatched;  /* established ones that cannot be */
	const struct audit_socket *first_unwatched;
	int *descriptors;  /* of each process /proc/PID/fd, which is that process's and no later one's; -1 */
	int *processes;    /* of each owner_open(); or -errno */
	int *ends;         /* those of them that are open */
	size_t nends;
};

static const struct audit_process *process_of(const struct watching *w, size_t i)
{
	return &w->list.processes[w->sockets[i]->process];
}

static bool holds(void *of, size_t i)
{
	const struct watching *w = of;
	char name[16], names[64], link[64];
	ssize_t len;

	snprintf(name, sizeof(name), "%d", w->conns[i].fd);
	len = readlinkat(w->descriptors[w->sockets[i]->process], name, link, sizeof(link) - 1);
	link[len > 0 ? len : 0] = '\0';
	snprintf(names, sizeof(names), "socket:[%u]", w->sockets[i]->now.inode);
	return !strcmp(link, names);
}

static int copy(void *of, size_t i, struct error *e)
{
	const struct watching *w = of;
	struct owner o = { .pid = w->conns[i].pid, .fd = w->conns[i].fd };
	struct stat st;
	int fd;

	memcpy(o.command, w->conns[i].command, sizeof(o.command));
	fd = owner_copy_of(w->processes[w->sockets[i]->process], o.fd);
	if (fd < 0)
		return holds(of, i) ? owner_refused(&o, -fd, e) : -ENOENT;
	if (!fstat(fd, &st) && st.st_ino == w->sockets[i]->now.inode)
		return fd;
	close(fd);
	return -ENOENT;
}

static bool is_watched(const struct audit_socket *s)
{
	return s->process != NO_PROCESS && s->fd >= 0 && s->now.state == STATE_ESTABLISHED && s->options.known && !s->mptcp;
}

/* Why that established connection cannot be watched. */
static const char *why_unwatched(const struct audit_socket *s)
{
	return s->mptcp ? "MPTCP" : *s->incomplete ? s->incomplete : "no process is seen to hold it";
}

static int open_processes(struct watching *w, struct error *e)
{
	char path[64];

	w->descriptors = calloc(w->list.nprocesses + 1, sizeof(*w->descriptors));
	w->processes = calloc(w->list.nprocesses + 1, sizeof(*w->processes));
	w->ends = calloc(w->list.nprocesses + 1, sizeof(*w->ends));
	if (!w->descriptors || !w->processes || !w->ends)
		return out_of_memory(e);
	for (size_t i = 0; i < w->list.nprocesses; i++)
		w->descriptors[i] = -1;
	for (size_t i = 0; i < w->count; i++) {
		size_t process = w->sockets[i]->process;

		if (w->processes[process])
			continue;
		w->processes[process] = owner_open(w->conns[i].pid);
		snprintf(path, sizeof(path), "/proc/%d/fd", (int)w->conns[i].pid);
		w->descriptors[process] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (w->processes[process] > 0)
			w->ends[w->nends++] = w->processes[process];
	}
	return 0;
}

static int add_connection(struct watching *w, const struct audit_socket *s, struct error *e)
{
	struct adopted *a = &w->conns[w->count];
	char label[48];

	w->sockets[w->count] = s;
	*a = (struct adopted){ .pid = process_of(w, w->count)->pid, .fd = s->fd };
	memcpy(a->command, process_of(w, w->count)->command, sizeof(a->command));
	snprintf(label, sizeof(label), "%s[%d] fd %d", a->command, (int)a->pid, a->fd);
	w->targets[w->count] = (struct target){ .text = strdup(label), .groups = { .count = 1 } };
	return w->targets[w->count++].text ? 0 : out_of_memory(e);
}

static int choose(struct watching *w, struct error *e)
{
	const size_t n = w->list.nsockets + 1;

	w->count = 0;
	w->conns = calloc(n, sizeof(*w->conns));
	w->sockets = calloc(n, sizeof(*w->sockets));
	w->targets = calloc(n, sizeof(*w->targets));
	if (!w->conns || !w->sockets || !w->targets)
		return out_of_memory(e);
	for (size_t i = 0; i < w->list.nsockets; i++) {
		const struct audit_socket *s = &w->list.sockets[i];

		if (is_watched(s)) {
			if (add_connection(w, s, e))
				return -1;
		} else if (s->now.state == STATE_ESTABLISHED && !w->unwatched++) {
			w->first_unwatched = s;
		}
	}
	return 0;
}

/* The first reason that is known. */
static int explain_nothing(const struct watching *w, struct error *e)
{
	if (w->unwatched)
		return error_set(e, STATUS_SYSTEM, "audit: %zu established connection%s, none to be watched: %s", w->unwatched,
				 w->unwatched == 1 ? "" : "s", why_unwatched(w->first_unwatched));
	for (size_t i = 0; i < w->list.nprocesses; i++) {
		const struct audit_process *p = &w->list.processes[i];
		struct owner o = { .pid = p->pid, .fd = -1 };

		memcpy(o.command, p->command, sizeof(o.command));
		if (p->err)
			return owner_refused(&o, p->err, e);
	}
	return error_set(e, STATUS_CONNECT, "audit: no connection is established there");
}

static void close_all(struct watching *w)
{
	for (size_t i = 0; i < w->nends; i++)
		close(w->ends[i]);
	for (size_t i = 0; w->descriptors && i < w->list.nprocesses; i++)
		if (w->descriptors[i] >= 0)
			close(w->descriptors[i]);
	for (size_t i = 0; w->targets && i < w->count; i++)
		target_free(&w->targets[i]);
	free(w->ends);
	free(w->processes);
	free(w->descriptors);
	free(w->targets);
	free(w->sockets);
	free(w->conns);
	audit_list_free(&w->list);
}

static int watch(struct watching *w, const struct plan *p, struct error *e)
{
	struct adoption a = { .conns = w->conns, .count = w->count, .ends = w->ends, .nends = w->nends, .of = w, .copy = copy, .holds = holds };
	struct plan own = *p;

	own.connect.targets = w->targets;
	own.connect.ntargets = w->count;
	own.connect.connections = 1;
	own.lab.nfaults = 0;
	if (w->unwatched)
		snprintf(a.note, sizeof(a.note), "%zu more established connection%s cannot be watched: %.90s", w->unwatched,
			 w->unwatched == 1 ? "" : "s", why_unwatched(w->first_unwatched));
	return run_adopted(&own, &a, e);
}

int run_audit_watch(const struct plan *p, struct error *e)
{
	struct watching w = { .count = 0 };
	int status;

	if (audit_collect(&p->audit, &w.list, e) || choose(&w, e) || (!w.count && explain_nothing(&w, e)) || open_processes(&w, e))
		status = (int)e->status;
	else
		status = watch(&w, p, e);
	close_all(&w);
	return status;
}
