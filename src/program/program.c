// SPDX-License-Identifier: MIT
/* A program under test, seen by the process that launched it and by who strikes it. */
#include "program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "base/words.h"
#include "command.h"
#include "init.h"
#include "order.h"
#include "pidns.h"
#include "tail.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

#define PROGRAM "the program"
#define INIT PROGRAM "'s init"
#define END_LIMIT (5 * NS_PER_S)

/* Seen by the processes that were forked after program_new, too. */
struct shared {
	_Atomic pid_t init;
	struct log_memory log;
};

struct program {
	struct program_setup setup;
	struct shared *shared;
	char *command;
	struct directory directory;
	struct log log;
	int striker[2]; /* of who strikes; of the init */
	int epoll;      /* the next two */
	int init;       /* to it; -1 */
	int pidfd;      /* its end; -1: not on this kernel, or it has ended */
	pid_t pid;      /* it; 0: none */
	bool runs;
};

/* ---- made ---- */

static int open_channels(struct program *p)
{
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return -1;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p->striker);
}

static int open_all(struct program *p, struct error *e)
{
	const struct program_setup *s = &p->setup;

	p->shared = mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED || open_channels(p))
		return error_set(e, STATUS_SYSTEM, PROGRAM ": %s", error_reason(errno));
	if (log_open(&p->log, &p->shared->log, s->logs, s->fault, program_role_name(s->role), e) ||
	    directory_make(&p->directory, e))
		return -1;
	p->command = command_fill(s, p->directory.path, e);
	return p->command ? 0 : -1;
}

struct program *program_new(const struct program_setup *s, struct error *e)
{
	struct program *p = malloc(sizeof(*p));

	if (!p) {
		out_of_memory(e);
		return NULL;
	}
	*p = (struct program){
		.setup = *s, .shared = MAP_FAILED, .directory = DIRECTORY_NONE, .log = { .file = -1 },
		.striker = { -1, -1 }, .epoll = -1, .init = -1, .pidfd = -1,
	};
	if (!open_all(p, e))
		return p;
	program_close(p);
	return NULL;
}

/* ---- launched ---- */

static int look_at(struct program *p, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &ev);
}

static int start_init(struct program *p, int end, struct error *e)
{
	const struct init_plan plan = {
		.setup = &p->setup, .command = p->command, .directory = &p->directory, .log = &p->log,
		.launcher = end, .striker = p->striker[1],
	};

	p->pid = pidns_fork(e);
	if (p->pid == 0)
		init_run(&plan);
	if (p->pid > 0)
		return 0;
	p->pid = 0;
	return -1;
}

int program_launch(struct program *p, struct error *e)
{
	int pair[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return error_set(e, STATUS_SYSTEM, INIT ": %s", error_reason(errno));
	p->init = pair[0];
	rc = look_at(p, p->init) ? error_set(e, STATUS_SYSTEM, INIT ": %s", error_reason(errno)) : start_init(p, pair[1], e);
	close(pair[1]);
	if (rc)
		return -1;
	close(p->striker[1]);
	p->striker[1] = -1;
	p->runs = true;
	atomic_store(&p->shared->init, p->pid);
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd >= 0)
		look_at(p, p->pidfd);
	return 0;
}

/* ---- its news ---- */

int program_fd(const struct program *p)
{
	return p->epoll;
}

/* That a descriptor is closed does not take it off an epoll, where another process has it too. */
static void look_no_more(struct program *p, int *fd)
{
	if (*fd < 0)
		return;
	epoll_ctl(p->epoll, EPOLL_CTL_DEL, *fd, NULL);
	close(*fd);
	*fd = -1;
}

static void close_init(struct program *p)
{
	look_no_more(p, &p->pidfd);
	look_no_more(p, &p->init);
	p->pid = 0;
	p->runs = false;
}

/* Somebody else ended it, and so all. */
static int read_end(struct program *p, struct program_message *m)
{
	bool ran = p->runs;
	int rc;

	memset(m, 0, sizeof(*m));
	if (!p->pid)
		return 0;
	atomic_store(&p->shared->init, 0);
	rc = process_check(&p->pid, INIT, &m->error);
	if (p->pid) {
		atomic_store(&p->shared->init, p->pid);
		return 0;
	}
	m->news = PROGRAM_OVER;
	m->at = clock_now();
	if (rc > 0)
		m->error.status = STATUS_OK;
	close_init(p);
	return ran;
}

int program_read(struct program *p, struct program_message *m)
{
	ssize_t n;

	do
		n = p->init < 0 ? 0 : recv(p->init, m, sizeof(*m), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*m))
		return read_end(p, m);
	if (m->news == PROGRAM_RUNS)
		p->runs = !m->error.status;
	else if (m->news == PROGRAM_OVER)
		p->runs = false;
	return 1;
}

bool program_is_running(const struct program *p)
{
	return p->runs;
}

pid_t program_init(const struct program *p)
{
	return atomic_load(&p->shared->init);
}

const char *program_tail(const struct program *p, unsigned lines, char *to, size_t room)
{
	char last[4096];

	return tail_lines(last, log_last(&p->shared->log, last, sizeof(last)), lines, to, room);
}

/* ---- struck ---- */

static int give_order(const struct program *p, const struct init_order *order, nsec *at, struct error *e)
{
	pid_t init = program_init(p);

	if (!init)
		return error_set(e, STATUS_SYSTEM, PROGRAM ": it does not run");
	return order_carry_out(p->striker[0], init, order, at, e);
}

int program_signal(const struct program *p, int signo, nsec *at, struct error *e)
{
	const struct init_order order = { .kind = INIT_SIGNAL, .signo = signo };

	return give_order(p, &order, at, e);
}

int program_restart(const struct program *p, struct error *e)
{
	const struct init_order order = { .kind = INIT_RESTART };
	nsec ignored;

	return give_order(p, &order, &ignored, e);
}

/* ---- ended ---- */

static void tell_init(const struct program *p, enum init_order_kind kind, nsec grace)
{
	const struct init_order order = { .kind = kind, .grace = grace };
	ssize_t n = p->init < 0 ? 0 : send(p->init, &order, sizeof(order), MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)n;
}

void program_stop(struct program *p, nsec grace)
{
	tell_init(p, INIT_STOP, grace);
}

/* With its init a namespace is gone, and so are all that were in it. */
static void end_init(struct program *p)
{
	bool killed;

	tell_init(p, INIT_END, 0);
	if (p->pid)
		process_end(p->pid, END_LIMIT, &killed);
	atomic_store(&p->shared->init, 0);
	close_init(p);
}

void program_end(struct program *p, nsec grace)
{
	const nsec limit = ns_add(clock_now(), ns_add(grace, END_LIMIT));
	struct program_message m;

	program_stop(p, grace);
	while (p->runs && clock_now() < limit) {
		struct pollfd news = { .fd = p->epoll, .events = POLLIN };

		poll(&news, 1, (int)((limit - clock_now()) / NS_PER_MS) + 1);
		while (program_read(p, &m))
			;
	}
	if (p->runs)
		end_init(p);
}

void program_close(struct program *p)
{
	if (!p)
		return;
	if (p->pid)
		end_init(p);
	if (p->shared != MAP_FAILED) {
		if (p->log.memory)
			log_close(&p->log);
		munmap(p->shared, sizeof(*p->shared));
	}
	for (int i = 0; i < 2; i++)
		if (p->striker[i] >= 0)
			close(p->striker[i]);
	if (p->epoll >= 0)
		close(p->epoll);
	directory_remove(&p->directory); /* for which the descriptors are free now */
	free(p->command);
	free(p);
}
