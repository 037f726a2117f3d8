// SPDX-License-Identifier: MIT
/* From processes to their namespaces, from those to the sockets of each, and from a socket to who holds it and its options. */
#include "collect.h"

#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/words.h"
#include "copies.h"
#include "holders.h"
#include "hosts.h"
#include "program/owner.h"

struct collecting {
	struct audit_list *list;
	struct holders holders;
	struct copies copies;
	size_t host; /* whose sockets are listed */
	bool all;    /* those too that nobody is seen to hold */
	struct error *e;
};

/* ---- the sockets of a namespace ---- */

/* A process of that user, there, into which nobody may look; NULL: none. */
static const struct audit_process *find_closed(const struct collecting *c, uint32_t uid)
{
	for (size_t i = 0; i < c->list->nprocesses; i++) {
		const struct audit_process *p = &c->list->processes[i];

		if (p->err && p->uid == uid && p->host == c->host)
			return p;
	}
	return NULL;
}

static struct audit_socket *add_socket(struct collecting *c, const struct diag_socket *now, struct holder *h)
{
	struct audit_socket *s = list_add(&c->list->sockets, &c->list->nsockets, sizeof(*s), c->e);

	if (!s)
		return NULL;
	*s = (struct audit_socket){
		.host = c->host, .process = h ? h->process : NO_PROCESS, .fd = h ? h->fd : -1, .has_timer = true, .now = *now, .at = clock_now(),
	};
	if (h)
		h->told = true;
	return s;
}

/* closed: see find_closed. */
static void explain_holder(struct audit_socket *s, const struct audit_process *closed)
{
	const char *needs = owner_needs();

	if (closed)
		snprintf(s->incomplete, sizeof(s->incomplete),
			 "perhaps of %d (%s), whose descriptors may not be read: %s, or to be user %u", (int)closed->pid,
			 closed->command, needs ? needs : "CAP_SYS_PTRACE is needed", (unsigned)closed->uid);
	else if (!needs)
		snprintf(s->incomplete, sizeof(s->incomplete), "no process that is seen here holds it: it may be the kernel's, or of another PID namespace");
	else
		snprintf(s->incomplete, sizeof(s->incomplete), "no process that may be looked into holds it: %s, or to be user %u", needs,
			 (unsigned)s->now.uid);
}

/* What can be told of one that nobody is seen to hold. */
static void explain_unheld(struct audit_socket *s, const struct audit_process *closed)
{
	const bool waits = s->now.state == STATE_ESTABLISHED || s->now.state == STATE_CLOSE_WAIT;

	if (s->now.inode)
		explain_holder(s, closed);
	else
		snprintf(s->incomplete, sizeof(s->incomplete), "its program has %s: nobody holds it", waits ? "not accepted it yet" : "closed it");
}

/* As /proc lists them. */
static bool is_passing(const struct diag_socket *now)
{
	return now->state == STATE_TIME_WAIT || now->state == STATE_SYN_RECV;
}

/* A second subflow of a connection, and what a list has twice, is told already. */
static int meet_socket(const struct diag_socket *now, void *of)
{
	struct collecting *c = of;
	struct holder *h = now->inode ? holders_find(&c->holders, now->inode) : NULL;
	const struct audit_process *closed = NULL;
	struct audit_socket *s;

	if (is_passing(now) || (h && h->told))
		return 0;
	if (now->state == STATE_LISTEN) {
		c->list->rest.listening += h != NULL;
		if (h)
			h->told = true;
		return 0;
	}
	if (!h && now->inode && !c->all)
		closed = find_closed(c, now->uid);
	if (!h && !closed && !c->all)
		return 0;
	s = add_socket(c, now, h);
	if (s && !h)
		explain_unheld(s, closed);
	return !s;
}

static int visit_hosts(struct collecting *c)
{
	int rc = 0;

	for (c->host = 0; !rc && c->host < c->list->nhosts; c->host++) {
		rc = host_visit(&c->list->hosts[c->host], -1, meet_socket, c, c->e);
		c->list->rest.timewait += host_timewait(&c->list->hosts[c->host]);
	}
	return rc;
}

/* ---- sockets of namespaces in which no process was met ---- */

/* Lists that of the copy's socket, if it is not listed yet. */
static int visit_namespace(struct collecting *c, int copy)
{
	const size_t known = c->list->nhosts;
	int ns = ioctl(copy, SIOCGSKNS), rc;

	if (ns < 0)
		return 0;
	rc = hosts_of_namespace(c->list, ns, &c->host, c->e);
	if (!rc && c->list->nhosts > known)
		rc = host_visit(&c->list->hosts[c->host], ns, meet_socket, c, c->e);
	close(ns);
	return rc;
}

static int add_unlisted(struct collecting *c, struct holder *h, const struct diag_socket *now)
{
	struct audit_socket *s;

	c->host = c->list->processes[h->process].host;
	s = add_socket(c, now, h);
	if (!s)
		return -1;
	s->has_timer = false;
	snprintf(s->incomplete, sizeof(s->incomplete), "its timer is not known: its network namespace may not be entered, which needs CAP_SYS_ADMIN");
	return 0;
}

/* One that was made while others were listed. */
static int meet_new(struct collecting *c, const struct holder *h, const struct diag_socket *now)
{
	int diag, rc = 0;
	struct diag_socket found;

	c->host = c->list->processes[h->process].host;
	if (!c->list->hosts[c->host].own)
		return 0;
	diag = diag_open();
	if (diag < 0)
		return 0;
	if (diag_find(diag, &now->ends, &found) == 1 && found.inode == now->inode)
		rc = meet_socket(&found, c);
	close(diag);
	return rc;
}

/* What is no connection is counted; a connection was made meanwhile, or is of another namespace. */
static int meet_copy(struct collecting *c, struct holder *h, int copy)
{
	struct diag_socket now;
	int rc;

	if (!copy_is_connection(copy, &now, &c->list->rest) || now.inode != h->inode) {
		h->told = true;
		return 0;
	}
	rc = meet_new(c, h, &now);
	if (!rc && !h->told)
		rc = visit_namespace(c, copy);
	return rc || h->told ? rc : add_unlisted(c, h, &now);
}

static int meet_unlisted(struct collecting *c, struct holder *h)
{
	int copy = copy_open(&c->copies, &c->list->processes[h->process], h->fd), rc;

	if (copy < 0)
		return 0;
	rc = meet_copy(c, h, copy);
	close(copy);
	return rc;
}

static int meet_all_unlisted(struct collecting *c)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->holders.count; i++) {
		struct holder *h = &c->holders.list[i];

		if (!h->told && (!i || h[-1].inode != h->inode))
			rc = meet_unlisted(c, h);
	}
	return rc;
}

int audit_collect(const struct audit_plan *p, struct audit_list *l, struct error *e)
{
	struct collecting c = { .list = l, .all = p->all, .e = e };
	int rc;

	*l = (struct audit_list){ 0 };
	rc = holders_collect(p, l, &c.holders, e);
	if (!rc)
		rc = visit_hosts(&c);
	if (!rc)
		rc = meet_all_unlisted(&c);
	if (!rc)
		rc = copies_read(&c.copies, l, &c.holders, e);
	copies_close(&c.copies);
	holders_free(&c.holders);
	return rc;
}

void audit_list_free(struct audit_list *l)
{
	free(l->hosts);
	free(l->processes);
	free(l->sockets);
	*l = (struct audit_list){ 0 };
}
