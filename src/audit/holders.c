// SPDX-License-Identifier: MIT
/* Reads /proc/PID/status, and /proc/PID/fd by way of program/descriptors.h. */
#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "hosts.h"
#include "program/descriptors.h"
#include "program/owner.h"

struct collecting {
	struct audit_list *list;
	struct holders *holders;
	size_t process; /* whose descriptors are read */
	struct error *e;
};

/* What /proc/PID/status tells. */
struct seen {
	pid_t pid;    /* of the process, where that was the id of a thread */
	uid_t uid;
	bool memory;  /* it has some: neither a zombie nor the kernel's own */
};

/* 0, or -errno. */
static int status_read(pid_t pid, struct seen *s)
{
	char path[64], line[256];
	unsigned uid;
	int tgid;
	FILE *file;

	*s = (struct seen){ .pid = pid, .uid = UID_UNKNOWN };
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Tgid: %d", &tgid) == 1)
			s->pid = tgid;
		else if (sscanf(line, "Uid: %*u %u", &uid) == 1)
			s->uid = uid;
		else if (!strncmp(line, "VmSize:", 7))
			s->memory = true;
	}
	fclose(file);
	return 0;
}

static int add_holder(int fd, uint32_t inode, void *of)
{
	const struct collecting *c = of;
	struct holder *h = list_add(&c->holders->list, &c->holders->count, sizeof(*h), c->e);

	if (h)
		*h = (struct holder){ .inode = inode, .fd = fd, .process = c->process };
	return !h;
}

/* Those of c->process. */
static int add_holders(struct collecting *c)
{
	struct audit_process *p = &c->list->processes[c->process];
	int rc = p->holds ? descriptors_each(p->pid, add_holder, c) : 0;

	if (rc < 0 && rc != -ENOENT && rc != -ESRCH) /* it may have ended meanwhile */
		p->err = -rc;
	return rc > 0 ? -1 : 0;
}

static bool is_listed(const struct audit_list *l, pid_t pid)
{
	for (size_t i = 0; i < l->nprocesses; i++)
		if (l->processes[i].pid == pid)
			return true;
	return false;
}

/* err: why its status cannot be read, or 0. */
static int add_process(struct collecting *c, const struct seen *s, int err)
{
	struct audit_process *p;
	size_t host;

	if (hosts_of_process(c->list, s->pid, &host, c->e))
		return -1;
	p = list_add(&c->list->processes, &c->list->nprocesses, sizeof(*p), c->e);
	if (!p)
		return -1;
	*p = (struct audit_process){ .pid = s->pid, .uid = s->uid, .host = host, .holds = s->memory, .err = err };
	process_command(s->pid, p->command, sizeof(p->command));
	c->process = c->list->nprocesses - 1;
	return add_holders(c);
}

static int add_all(struct collecting *c)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	int rc = 0;

	if (!proc)
		return error_set(c->e, STATUS_SYSTEM, "'/proc': %s", error_reason(errno));
	while (!rc && (d = readdir(proc))) {
		struct seen s;

		if (isdigit((unsigned char)*d->d_name) && !status_read(atoi(d->d_name), &s))
			rc = add_process(c, &s, 0);
	}
	closedir(proc);
	return rc;
}

/* Of one that /proc hides from this user (hidepid) no more is known than that it is there. */
static int add_given(struct collecting *c, pid_t pid)
{
	struct seen s;
	int err = -status_read(pid, &s);

	if (err && !owner_exists(pid))
		return error_set(c->e, STATUS_CONNECT, "'%d': no such process", (int)pid);
	return is_listed(c->list, s.pid) ? 0 : add_process(c, &s, err ? EACCES : 0);
}

static int by_inode(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	if (x->process != y->process)
		return x->process < y->process ? -1 : 1;
	return x->fd < y->fd ? -1 : x->fd > y->fd;
}

int holders_collect(const struct audit_plan *p, struct audit_list *l, struct holders *h, struct error *e)
{
	struct collecting c = { .list = l, .holders = h, .e = e };
	int rc = p->all ? add_all(&c) : 0;

	for (size_t i = 0; !rc && i < p->npids; i++)
		rc = add_given(&c, p->pids[i]);
	if (h->count)
		qsort(h->list, h->count, sizeof(*h->list), by_inode);
	return rc;
}

int holders_again(struct audit_list *l, struct holders *h, struct error *e)
{
	struct collecting c = { .list = l, .holders = h, .e = e };
	int rc = 0;

	holders_free(h);
	for (c.process = 0; !rc && c.process < l->nprocesses; c.process++)
		rc = add_holders(&c);
	if (h->count)
		qsort(h->list, h->count, sizeof(*h->list), by_inode);
	return rc;
}

void holders_free(struct holders *h)
{
	free(h->list);
	*h = (struct holders){ 0 };
}

struct holder *holders_find(const struct holders *h, uint32_t inode)
{
	size_t from = 0, to = h->count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (h->list[mid].inode < inode)
			from = mid + 1;
		else
			to = mid;
	}
	return from < h->count && h->list[from].inode == inode ? &h->list[from] : NULL;
}

const struct holder *holders_next(const struct holders *h, const struct holder *of)
{
	const struct holder *next = of + 1;

	return next < h->list + h->count && next->inode == of->inode ? next : NULL;
}
