// SPDX-License-Identifier: MIT
/* pidfd_getfd(2), and getsockopt(2) of what it gives. */
#include "copies.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program/owner.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define ROUNDS 5 /* for a program that closes and opens without a pause; then what is known must do */

void copies_close(struct copies *c)
{
	if (c->pid && c->process >= 0)
		close(c->process);
	c->pid = 0;
}

int copy_open(struct copies *c, const struct audit_process *p, int fd)
{
	if (c->pid != p->pid) {
		copies_close(c);
		c->process = owner_open(p->pid);
		c->pid = p->pid;
	}
	return c->process < 0 ? c->process : owner_copy_of(c->process, fd);
}

static int protocol_of(int copy)
{
	int protocol = 0;
	socklen_t len = sizeof(protocol);

	return getsockopt(copy, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) ? 0 : protocol;
}

/* By what no other socket ever has. A subflow has a cookie of its own, and the inode of its connection; /proc tells no cookie. */
static bool is_same(int copy, bool mptcp, const struct diag_socket *now)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);
	struct stat st;

	if (now->cookie && !mptcp && !getsockopt(copy, SOL_SOCKET, SO_COOKIE, &cookie, &len))
		return cookie == now->cookie;
	return !fstat(copy, &st) && S_ISSOCK(st.st_mode) && st.st_ino == now->inode;
}

/* Bytes, see tcp(7). */
static uint32_t unread_of(int copy)
{
	int n = 0;

	return ioctl(copy, SIOCINQ, &n) || n < 0 ? 0 : (uint32_t)n;
}

static uint32_t unsent_of(int copy)
{
	int n = 0;

	return ioctl(copy, SIOCOUTQ, &n) || n < 0 ? 0 : (uint32_t)n;
}

/* 0, or -ESTALE where the descriptor has become another socket; nothing is changed then. */
static int copy_read(int copy, struct audit_socket *s)
{
	const bool mptcp = protocol_of(copy) == IPPROTO_MPTCP;

	if (!is_same(copy, mptcp, &s->now))
		return -ESTALE;
	s->mptcp = mptcp;
	if (mptcp) /* what the subflows have brought waits elsewhere */
		s->now.unread = unread_of(copy);
	if (!s->now.has_info)
		s->now.has_info = tcpinfo_read(copy, &s->now.info) > 0;
	options_read(copy, &s->options);
	return 0;
}

static void read_ends(int copy, struct diag_ends *ends)
{
	socklen_t len = sizeof(ends->local);

	getsockname(copy, (struct sockaddr *)&ends->local, &len);
	len = sizeof(ends->remote);
	getpeername(copy, (struct sockaddr *)&ends->remote, &len);
}

/* What the queues of a closed socket are nobody tells. */
static void read_connection(int copy, struct diag_socket *now)
{
	struct stat st;

	read_ends(copy, &now->ends);
	now->inode = fstat(copy, &st) ? 0 : (uint32_t)st.st_ino;
	now->unread = unread_of(copy);
	now->unsent = unsent_of(copy);
	now->retransmits = now->info.tcpi_unacked ? now->info.tcpi_retransmits : now->info.tcpi_probes;
}

bool copy_is_connection(int copy, struct diag_socket *now, struct audit_rest *rest)
{
	const int protocol = protocol_of(copy);

	*now = (struct diag_socket){ .state = STATE_CLOSE };
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_MPTCP) {
		rest->others++;
		return false;
	}
	if (tcpinfo_read(copy, &now->info) <= 0)
		return false;
	now->has_info = true;
	now->state = now->info.tcpi_state;
	if (now->state == STATE_LISTEN)
		rest->listening++;
	else if (now->state == STATE_CLOSE && now->info.tcpi_segs_in)
		rest->over++;
	if (now->state == STATE_LISTEN || now->state == STATE_CLOSE)
		return false;
	read_connection(copy, now);
	return true;
}

/* ---- all of them ---- */

/* Had its program closed it by then, or given it another number? */
static bool is_gone(int err)
{
	return err == -EBADF || err == -ESRCH || err == -ESTALE;
}

static void explain_copy(struct audit_socket *s, const struct audit_process *p, int fd, int err)
{
	struct owner o = { .pid = p->pid, .fd = fd };
	struct error e;

	memcpy(o.command, p->command, sizeof(o.command));
	if (is_gone(-err))
		error_set(&e, STATUS_SYSTEM, "its program gives it one number after another: no copy could be taken");
	else
		owner_refused(&o, err, &e);
	snprintf(s->incomplete, sizeof(s->incomplete), "%.150s", e.text);
}

/* By any descriptor that is the socket, unless it is gone. 0, or -errno. */
static int read_one(struct copies *c, const struct audit_list *l, const struct holders *h, struct audit_socket *s)
{
	const struct holder *by = holders_find(h, s->now.inode);
	int err = -ESTALE;

	for (; by && err; by = holders_next(h, by)) {
		const struct audit_process *p = &l->processes[by->process];
		int copy = copy_open(c, p, by->fd);

		err = copy < 0 ? copy : copy_read(copy, s);
		if (copy >= 0)
			close(copy);
		if (err)
			explain_copy(s, p, by->fd, -err);
		s->process = err ? s->process : by->process;
		s->fd = err ? s->fd : by->fd;
	}
	if (!err && s->has_timer)
		*s->incomplete = '\0'; /* of a round before */
	return err;
}

/* Reads those of which nothing is known yet; how many are gone. */
static size_t read_round(struct copies *c, struct audit_list *l, const struct holders *h)
{
	size_t gone = 0;

	for (size_t i = 0; i < l->nsockets; i++) {
		struct audit_socket *s = &l->sockets[i];

		if (s->process != NO_PROCESS && !s->options.known)
			gone += is_gone(read_one(c, l, h, s));
	}
	return gone;
}

/* Of these nobody holds a descriptor any more. */
static void drop_closed(struct audit_list *l, const struct holders *h)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->nsockets; i++) {
		const struct audit_socket *s = &l->sockets[i];

		if (s->process == NO_PROCESS || s->options.known || holders_find(h, s->now.inode))
			l->sockets[kept++] = *s;
	}
	l->nsockets = kept;
}

static void explain_hosts(struct audit_list *l)
{
	for (size_t i = 0; i < l->nsockets; i++) {
		struct audit_socket *s = &l->sockets[i];

		if (!l->hosts[s->host].entered && s->options.known && !*s->incomplete)
			snprintf(s->incomplete, sizeof(s->incomplete), "the sysctls of its network namespace are not known, which needs CAP_SYS_ADMIN");
	}
}

int copies_read(struct copies *c, struct audit_list *l, struct holders *h, struct error *e)
{
	for (int i = 0; i < ROUNDS && read_round(c, l, h); i++) {
		if (holders_again(l, h, e))
			return -1;
		drop_closed(l, h);
	}
	explain_hosts(l);
	return 0;
}
