// SPDX-License-Identifier: MIT
/* Names, each resolved by a process that writes one answer into a pipe and ends. */
#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 32
#define ADDRESSES_MOST 32

/* What a child writes: getaddrinfo's result, its errno, and the addresses. */
struct answer {
	int rc, err;
	size_t count;
	struct {
		struct sockaddr_storage sa;
		socklen_t len;
	} address[ADDRESSES_MOST];
};

/* An address list of our own: one block, whoever found the addresses. */
struct block {
	struct addrinfo info;
	struct sockaddr_storage sa;
};

struct lookup {
	struct lookups *all;
	const char *option, *text;      /* for messages: "-s ", or "" */
	const char *host, *port;
	struct addrinfo hints, **list;
	struct handler pipe;            /* fd -1: there is no child */
	pid_t pid;
	struct answer answer;
	size_t got;
};

struct lookups {
	struct run *run;
	struct lookup *each;
	size_t count, next, left; /* next: to be started */
	struct error error;
	bool done;
};

static struct addrinfo *list_of(const struct answer *a)
{
	struct block *b = calloc(a->count, sizeof(*b));

	for (size_t i = 0; b && i < a->count; i++) {
		b[i].sa = a->address[i].sa;
		b[i].info = (struct addrinfo){
			.ai_family = b[i].sa.ss_family, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP,
			.ai_addrlen = a->address[i].len, .ai_addr = (struct sockaddr *)&b[i].sa,
			.ai_next = i + 1 < a->count ? &b[i + 1].info : NULL,
		};
	}
	return b ? &b->info : NULL;
}

void resolve_free(struct addrinfo *list)
{
	free(list); /* the first is the block */
}

static void look_up(struct answer *a, const char *host, const char *port, const struct addrinfo *hints)
{
	struct addrinfo *list;

	a->rc = getaddrinfo(host, port, hints, &list);
	a->err = errno;
	if (a->rc)
		return;
	for (const struct addrinfo *i = list; i && a->count < ADDRESSES_MOST; i = i->ai_next) {
		memcpy(&a->address[a->count].sa, i->ai_addr, i->ai_addrlen);
		a->address[a->count++].len = i->ai_addrlen;
	}
	freeaddrinfo(list);
}

/* RFC 6761, section 6.3: this name and all below it are the loopback address, and no server is to be asked. */
static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	const size_t len = sizeof(name) - 1;
	size_t n = strlen(host);

	n -= n && host[n - 1] == '.';
	return n >= len && !strncasecmp(host + n - len, name, len) && (n == len || host[n - len - 1] == '.');
}

/* Is the answer known without asking anybody? */
static bool is_known(struct lookup *l)
{
	struct addrinfo hints = l->hints;

	hints.ai_flags |= AI_NUMERICHOST;
	if (l->host && is_localhost(l->host)) {
		if (hints.ai_family != AF_INET)
			look_up(&l->answer, "::1", l->port, &hints);
		if (hints.ai_family != AF_INET6)
			look_up(&l->answer, "127.0.0.1", l->port, &hints);
		return true;
	}
	look_up(&l->answer, l->host, l->port, &hints);
	return !l->host || l->answer.rc != EAI_NONAME;
}

static int fail(struct lookup *l)
{
	struct error *e = &l->all->error;
	const struct answer *a = &l->answer;

	if (e->status)
		return -1;
	if (a->rc == EAI_SERVICE)
		return error_set(e, STATUS_USAGE, "'%s': unknown port name '%s'", l->text, l->port);
	if (a->rc == EAI_SYSTEM)
		return error_set(e, error_connect_status(a->err), "%s'%s': %s", l->option, l->text, error_reason(a->err));
	return error_set(e, a->rc == EAI_MEMORY ? STATUS_SYSTEM : STATUS_CONNECT, "%s'%s': %s", l->option, l->text,
			 gai_strerror(a->rc));
}

static int finish(struct lookup *l)
{
	l->all->left--;
	if (l->answer.rc)
		return fail(l);
	*l->list = list_of(&l->answer);
	return *l->list ? 0 : error_set(&l->all->error, STATUS_SYSTEM, "'%s': out of memory", l->text);
}

/* ---- the child ---- */

static void end_child(struct lookup *l)
{
	if (l->pipe.fd < 0)
		return;
	loop_remove(&l->all->run->loop, &l->pipe);
	close(l->pipe.fd);
	l->pipe.fd = -1;
	kill(l->pid, SIGKILL);
	waitpid(l->pid, NULL, 0);
}

/* The loop's signals stay blocked: whoever ends the parent has it end the child. */
static void __attribute__((noreturn)) be_child(struct lookup *l, int to)
{
	const char *at = (const char *)&l->answer;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(&l->answer, 0, sizeof(l->answer));
	look_up(&l->answer, l->host, l->port, &l->hints);
	for (size_t left = sizeof(l->answer); left;) {
		ssize_t n = write(to, at, left);

		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	_exit(0);
}

static void start_more(struct lookups *all);

/* All of the answer, or the end of a child that could not give one. */
static void answer_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct lookup *l = container_of(h, struct lookup, pipe);
	ssize_t n = read(h->fd, (char *)&l->answer + l->got, sizeof(l->answer) - l->got);

	(void)events;
	(void)woken;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	l->got += n > 0 ? (size_t)n : 0;
	if (n > 0 && l->got < sizeof(l->answer))
		return;
	end_child(l);
	if (l->got < sizeof(l->answer))
		error_set(&l->all->error, STATUS_SYSTEM, "'%s': the process that looks it up has ended", l->text);
	else
		finish(l);
	start_more(l->all);
}

static int start_child(struct lookup *l)
{
	struct error *e = &l->all->error;
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return error_set(e, STATUS_SYSTEM, "'%s': %s", l->text, error_reason(errno));
	l->pid = fork();
	if (!l->pid)
		be_child(l, fds[1]);
	close(fds[1]);
	if (l->pid < 0) {
		close(fds[0]);
		return error_set(e, STATUS_SYSTEM, "'%s': %s", l->text, error_reason(errno));
	}
	memset(&l->answer, 0, sizeof(l->answer));
	l->pipe = (struct handler){ .fd = fds[0], .ready = answer_ready };
	rc = loop_add(&l->all->run->loop, &l->pipe, EPOLLIN);
	return rc ? error_set(e, STATUS_SYSTEM, "'%s': %s", l->text, error_reason(-rc)) : 0;
}

/* As many as may be at work; the first failure ends it all. */
static void start_more(struct lookups *all)
{
	size_t at_work = all->left - (all->count - all->next);

	for (; at_work < AT_ONCE && all->next < all->count && !all->error.status; all->next++) {
		struct lookup *l = &all->each[all->next];

		if (is_known(l)) {
			finish(l);
		} else {
			start_child(l);
			at_work++;
		}
	}
	all->done = !all->left || all->error.status;
	if (all->done)
		loop_stop(&all->run->loop);
}

/* ---- the run ---- */

static struct lookup lookup_of(struct lookups *all, const struct target *t, int family, struct addrinfo **list)
{
	*list = NULL;
	return (struct lookup){
		.all = all, .option = "", .text = t->text, .host = t->host, .port = t->port, .list = list, .pipe.fd = -1,
		.hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP },
	};
}

/* --timeout came first: names the first that has no answer. */
static void fail_unanswered(const struct lookups *all, struct error *e)
{
	const struct lookup *l = all->each;

	while (l < all->each + all->count && *l->list)
		l++;
	if (l < all->each + all->count)
		error_set(e, STATUS_CONNECT, "%s'%s': no address before --timeout", l->option, l->text);
}

static int look_up_all(struct lookups *all, struct error *e)
{
	int rc;

	all->left = all->count;
	start_more(all);
	rc = run_until(all->run, &all->done, e);
	if (rc && all->run->end.timed_out)
		fail_unanswered(all, e);
	for (size_t i = 0; i < all->count; i++)
		end_child(&all->each[i]);
	if (rc || !all->error.status)
		return rc;
	*e = all->error;
	return -1;
}

int resolve_targets(struct run *r, struct addrinfo **lists, const struct target *targets, size_t n, int family,
		    bool passive, struct error *e)
{
	const char *source = passive ? NULL : r->plan->connect.source;
	const struct target from = { .text = (char *)source, .host = (char *)source };
	struct lookups all = { .run = r };
	int rc;

	all.each = calloc(n + 1, sizeof(*all.each));
	if (!all.each)
		return error_set(e, STATUS_SYSTEM, "names: out of memory");
	for (size_t i = 0; i < n; i++) {
		all.each[i] = lookup_of(&all, &targets[i], family, &lists[i]);
		all.each[i].hints.ai_flags = passive ? AI_PASSIVE : 0;
	}
	all.count = n;
	if (source && !r->source) {
		all.each[n] = lookup_of(&all, &from, family, &r->source);
		all.each[n].option = "-s ";
		all.count++;
	}
	rc = look_up_all(&all, e);
	free(all.each);
	return rc;
}
