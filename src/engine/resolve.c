// SPDX-License-Identifier: MIT
/* Names, resolved by a few processes, each of which answers one question after the other on a socket. */
#include "resolve.h"

#include <errno.h>
#include <netinet/in.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"
#include "lookup.h"

#define NOBODY SIZE_MAX

/* What a process is asked; it answers with a struct answer. */
struct query {
	int family, flags;
	bool any; /* no host */
	char host[NI_MAXHOST];
};

/* A host, and the targets that have it. */
struct question {
	const char *host; /* NULL: any */
	size_t first, last;
};

struct worker {
	struct resolver *of;
	struct handler socket; /* fd -1: there is no process */
	pid_t pid;
	const struct question *at;
};

struct resolver {
	struct run *run;
	int family, flags;
	resolver_done *done;
	void *owner;
	size_t n, *next;       /* of each target the next one that has its host; NOBODY */
	in_port_t *ports;      /* of each target */
	struct question *questions, **unknown;
	size_t nquestions, nunknown, asked, left;
	void *hosts;           /* a tree of questions */
	struct worker workers[RESOLVE_AT_ONCE];
};

static void fail(struct resolver *r, size_t i, enum status status, const char *why)
{
	struct error e;

	error_set(&e, status, "%s", why);
	r->done(r->owner, i, NULL, &e);
}

static void tell_failure(struct resolver *r, size_t i, const struct answer *a)
{
	if (a->rc == EAI_SYSTEM)
		fail(r, i, error_connect_status(a->err), error_reason(a->err));
	else
		fail(r, i, a->rc == EAI_MEMORY ? STATUS_SYSTEM : STATUS_CONNECT, gai_strerror(a->rc));
}

/* To each of its targets. */
static void tell_answer(struct resolver *r, const struct question *q, const struct answer *a)
{
	r->left--;
	for (size_t i = q->first, next; i != NOBODY; i = next) {
		struct addrinfo *list = a->rc ? NULL : lookup_list(a, r->ports[i]);

		next = r->next[i]; /* who is told the last may close it */
		if (a->rc)
			tell_failure(r, i, a);
		else if (!list)
			fail(r, i, STATUS_SYSTEM, "out of memory");
		else
			r->done(r->owner, i, list, NULL);
	}
}

/* ---- the processes ---- */

static void end_worker(struct worker *w)
{
	if (w->socket.fd < 0)
		return;
	loop_remove(&w->of->run->loop, &w->socket);
	close(w->socket.fd);
	w->socket.fd = -1;
	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
}

/* The loop's signals stay blocked: whoever ends the parent has it end the child. */
static void __attribute__((noreturn)) be_worker(int fd)
{
	struct answer a;
	struct query q;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd > 3) /* a connection that it would share were not over when it is closed */
		syscall(SYS_close_range, 3, fd - 1, 0);
	syscall(SYS_close_range, fd + 1, ~0U, 0);
	while (recv(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q)) {
		memset(&a, 0, sizeof(a));
		look_up(&a, q.any ? NULL : q.host, q.family, q.flags);
		if (send(fd, &a, sizeof(a), MSG_NOSIGNAL) != (ssize_t)sizeof(a))
			break;
	}
	_exit(0);
}

/* The next question, or the end. */
static void ask_next(struct worker *w)
{
	struct resolver *r = w->of;
	struct query q = { .family = r->family, .flags = r->flags };

	if (r->asked == r->nunknown) {
		end_worker(w);
		return;
	}
	w->at = r->unknown[r->asked++];
	q.any = !w->at->host;
	if (w->at->host)
		strncpy(q.host, w->at->host, sizeof(q.host) - 1);
	send(w->socket.fd, &q, sizeof(q), MSG_NOSIGNAL); /* if that fails, it has ended, which is seen */
}

static void answer_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct worker *w = container_of(h, struct worker, socket);
	const struct question *q = w->at;
	struct answer a;
	ssize_t n = recv(h->fd, &a, sizeof(a), MSG_DONTWAIT);

	(void)events;
	(void)woken;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == (ssize_t)sizeof(a)) {
		ask_next(w);
		tell_answer(w->of, q, &a);
		return;
	}
	end_worker(w);
	fail(w->of, q->first, STATUS_SYSTEM, "the process that looks it up has ended");
}

static int start_worker(struct worker *w)
{
	int fds[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return errno;
	w->pid = fork();
	if (!w->pid) {
		close(fds[0]);
		be_worker(fds[1]);
	}
	rc = errno;
	close(fds[1]);
	w->socket = (struct handler){ .fd = fds[0], .ready = answer_ready };
	if (w->pid > 0) {
		rc = -loop_add(&w->of->run->loop, &w->socket, EPOLLIN);
		if (!rc)
			ask_next(w);
		return rc;
	}
	close(fds[0]);
	w->socket.fd = -1;
	return rc;
}

/* ---- the questions ---- */

/* The host is the first member. */
static int compare_hosts(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	return x->host && y->host ? strcasecmp(x->host, y->host) : (y->host != NULL) - (x->host != NULL);
}

static int find_port(struct resolver *r, size_t i, const struct target *t, struct error *e)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP, .ai_flags = AI_PASSIVE };
	struct addrinfo *list;
	int rc = t->port ? getaddrinfo(NULL, t->port, &hints, &list) : EAI_SERVICE;

	if (!t->port)
		return 0;
	if (rc == EAI_SERVICE || rc == EAI_NONAME)
		return usage(e, "'%s': unknown port name '%s'", t->text, t->port);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", t->text, rc == EAI_SYSTEM ? error_reason(errno) : gai_strerror(rc));
	r->ports[i] = ((const struct sockaddr_in *)list->ai_addr)->sin_port;
	freeaddrinfo(list);
	return 0;
}

static int add_question(struct resolver *r, size_t i, const struct target *t, struct error *e)
{
	struct question *q = &r->questions[r->nquestions], **found;

	*q = (struct question){ .host = t->host, .first = i, .last = i };
	r->next[i] = NOBODY;
	found = tsearch(q, &r->hosts, compare_hosts);
	if (!found)
		return out_of_memory(e);
	if (*found == q) {
		r->nquestions++;
		return find_port(r, i, t, e);
	}
	r->next[(*found)->last] = i;
	(*found)->last = i;
	return find_port(r, i, t, e);
}

static void forget(void *question)
{
	(void)question;
}

static int add_questions(struct resolver *r, const struct target *targets, struct error *e)
{
	int rc = 0;

	r->next = calloc(r->n + 1, sizeof(*r->next));
	r->ports = calloc(r->n + 1, sizeof(*r->ports));
	r->questions = calloc(r->n + 1, sizeof(*r->questions));
	r->unknown = calloc(r->n + 1, sizeof(struct question *));
	if (!r->next || !r->ports || !r->questions || !r->unknown)
		return out_of_memory(e);
	for (size_t i = 0; i < r->n && !rc; i++)
		rc = add_question(r, i, &targets[i], e);
	tdestroy(r->hosts, forget);
	r->hosts = NULL;
	r->left = r->nquestions;
	return rc;
}

static void ask_all(struct resolver *r)
{
	struct answer a;
	int rc = 0;

	for (size_t i = 0; i < r->nquestions; i++)
		if (lookup_known(&a, r->questions[i].host, r->family, r->flags))
			tell_answer(r, &r->questions[i], &a);
		else
			r->unknown[r->nunknown++] = &r->questions[i];
	for (size_t i = 0; i < RESOLVE_AT_ONCE && r->asked < r->nunknown && !rc; i++) {
		const size_t first = r->unknown[r->asked]->first;

		rc = start_worker(&r->workers[i]);
		if (rc && !i) /* fewer do as well */
			fail(r, first, STATUS_SYSTEM, error_reason(rc));
	}
}

struct resolver *resolver_start(struct run *run, const struct target *targets, size_t n, int family, bool passive, resolver_done *done,
			       void *owner, struct error *e)
{
	struct resolver *r = calloc(1, sizeof(*r));

	if (!r) {
		out_of_memory(e);
		return NULL;
	}
	*r = (struct resolver){ .run = run, .family = family, .flags = passive ? AI_PASSIVE : 0, .n = n, .done = done, .owner = owner };
	for (size_t i = 0; i < RESOLVE_AT_ONCE; i++)
		r->workers[i] = (struct worker){ .of = r, .socket.fd = -1 };
	if (!add_questions(r, targets, e)) {
		ask_all(r);
		return r;
	}
	resolver_close(r);
	return NULL;
}

void resolver_close(struct resolver *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < RESOLVE_AT_ONCE; i++)
		end_worker(&r->workers[i]);
	free(r->next);
	free(r->ports);
	free(r->questions);
	free(r->unknown);
	free(r);
}
