// SPDX-License-Identifier: MIT
/*
 * The init: it reaps, passes on what the program writes, and does what it is told. Nothing within the namespace can
 * end it; what is without can by SIGKILL alone, and the kernel then ends all that is within.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "net/netns.h"
#include "shell.h"

#define CHUNK (64 << 10)
#define CHUNKS 16 /* a pipe holds no more, unless its program made it larger */

struct init {
	const struct init_plan *plan;
	int signals;   /* SIGCHLD, and SIGTERM: the parent is gone */
	int output[2]; /* the program's output */
	pid_t command; /* 0: it has ended */
	int status;
	bool runs;     /* is anything left? */
	bool again;    /* to be started when nothing is */
	bool stopped;  /* never again */
	nsec kill_at;  /* NS_NEVER */
};

static void send_news(const struct init *i, enum program_news news, nsec at, const struct error *e)
{
	struct program_message m;

	memset(&m, 0, sizeof(m)); /* the padding is sent too */
	m.news = news;
	m.at = at;
	m.status = i->status;
	if (e)
		m.error = *e;
	send(i->plan->launcher, &m, sizeof(m), MSG_NOSIGNAL);
}

/* ---- its output ---- */

static bool pass_on(const struct init *i)
{
	static char chunk[CHUNK];
	ssize_t n = read(i->output[0], chunk, sizeof(chunk));

	if (n > 0)
		log_add(i->plan->log, chunk, (size_t)n);
	return n > 0;
}

/* What it wrote comes before the news that it did not live to write more. */
static void pass_on_all(const struct init *i)
{
	for (int n = 0; n < CHUNKS && pass_on(i); n++)
		;
}

/* Also a process that changed its user may open /dev/stdout. */
static int open_output(struct init *i)
{
	if (pipe2(i->output, O_CLOEXEC))
		return -1;
	fchmod(i->output[1], 0666);
	return fcntl(i->output[0], F_SETFL, O_NONBLOCK);
}

/* ---- the program ---- */

static void start(struct init *i)
{
	struct error e = { .status = STATUS_OK };
	pid_t pid = shell_start(i->plan, i->output[1], &e);

	i->again = false;
	i->status = 0;
	i->runs = pid > 0;
	i->command = pid > 0 ? pid : 0;
	send_news(i, PROGRAM_RUNS, clock_now(), &e);
}

static void command_ended(struct init *i, int status, nsec at)
{
	i->command = 0;
	i->status = status;
	pass_on_all(i);
	send_news(i, PROGRAM_ENDED, at, NULL);
}

static void all_ended(struct init *i, nsec at)
{
	i->runs = false;
	i->kill_at = NS_NEVER;
	pass_on_all(i);
	if (i->stopped)
		directory_remove(i->plan->directory);
	send_news(i, PROGRAM_OVER, at, NULL);
	if (i->again)
		start(i);
}

static void reap(struct init *i)
{
	int status;
	pid_t pid;
	nsec at;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == i->command)
			command_ended(i, status, clock_now());
	at = clock_now();
	if (pid < 0 && errno == ECHILD && i->runs)
		all_ended(i, at);
}

/* Each that is waited for may have left children, on an old kernel also one that was being forked. */
static void __attribute__((noreturn)) end(struct init *i)
{
	do
		kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0);
	pass_on_all(i);
	directory_remove(i->plan->directory);
	_exit(0);
}

/* ---- orders ---- */

static int send_signal(int signo, nsec *at, struct error *e)
{
	*at = clock_now();
	if (!kill(-1, signo))
		return 0;
	return error_set(e, STATUS_SYSTEM, "the program: %s", errno == ESRCH ? "no process of it is left" : error_reason(errno));
}

/* The launcher need not wait for the directory's removal, which takes its time. A process that is stopped takes no SIGTERM. */
static void stop(struct init *i, nsec grace)
{
	i->again = false;
	i->stopped = true;
	if (!i->runs)
		directory_remove(i->plan->directory);
	if (!i->runs)
		return;
	kill(-1, grace > 0 ? SIGTERM : SIGKILL);
	kill(-1, SIGCONT);
	i->kill_at = ns_add(clock_now(), grace);
}

static void kill_if_due(struct init *i)
{
	if (i->kill_at == NS_NEVER || clock_now() < i->kill_at)
		return;
	kill(-1, SIGKILL);
	i->kill_at = NS_NEVER;
}

static void restart(struct init *i)
{
	if (i->stopped)
		return;
	if (i->runs)
		i->again = true;
	else
		start(i);
}

static void take_order(struct init *i, int socket)
{
	struct init_answer answer;
	struct init_order order;

	memset(&answer, 0, sizeof(answer));
	if (recv(socket, &order, sizeof(order), MSG_DONTWAIT) != (ssize_t)sizeof(order))
		return;
	switch (order.kind) {
	case INIT_END:
		end(i);
	case INIT_STOP:
		stop(i, order.grace);
		return;
	case INIT_RESTART:
		answer.at = clock_now();
		break;
	case INIT_SIGNAL:
		send_signal(order.signo, &answer.at, &answer.error);
		break;
	}
	send(socket, &answer, sizeof(answer), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (order.kind == INIT_RESTART)
		restart(i);
}

/* One from within has a pid; what comes from without is the parent's death, or as good as that. */
static void take_signals(struct init *i)
{
	struct signalfd_siginfo info;

	while (read(i->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTERM && !info.ssi_pid)
			end(i);
	reap(i);
}

/* ---- the process ---- */

/* Its standard descriptors are of no use, but their numbers must not become others'. */
static void hold_only(const struct init_plan *p)
{
	int keep[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, p->setup->ns, p->directory->fd, p->log->file, p->launcher, p->striker };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	process_keep_only(keep, sizeof(keep) / sizeof(*keep));
}

/*
 * SIGTERM, as SIGKILL would leave the directory; that it is blocked keeps the kernel from dropping it as nobody's.
 * The parent cannot be asked for: it has no pid in here. One that died before the first line is known by the end of
 * its socket.
 */
static int prepare(struct init *i, struct error *e)
{
	sigset_t set;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_NAME, "tcpalive-init");
	hold_only(i->plan);
	signal(SIGCHLD, SIG_DFL);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	i->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (i->signals < 0 || open_output(i))
		return error_set(e, STATUS_SYSTEM, "the program's init: %s", error_reason(errno));
	return netns_go(i->plan->setup->ns, e);
}

/* The end of the launcher's socket is its end. */
static void wait_and_serve(struct init *i)
{
	struct pollfd p[] = {
		{ .fd = i->plan->striker, .events = POLLIN }, { .fd = i->signals, .events = POLLIN },
		{ .fd = i->plan->launcher, .events = POLLIN }, { .fd = i->output[0], .events = POLLIN },
	};
	nsec left = i->kill_at == NS_NEVER ? NS_NEVER : i->kill_at - clock_now();
	struct timespec ts = { left > 0 ? left / NS_PER_S : 0, left > 0 ? left % NS_PER_S : 0 };

	if (ppoll(p, sizeof(p) / sizeof(*p), left == NS_NEVER ? NULL : &ts, NULL) < 0)
		return;
	kill_if_due(i);
	if (p[0].revents & POLLIN)
		take_order(i, p[0].fd);
	if (p[1].revents)
		take_signals(i);
	if (p[2].revents & POLLIN)
		take_order(i, p[2].fd);
	if (p[2].revents & (POLLHUP | POLLERR))
		end(i);
	if (p[3].revents)
		pass_on(i);
}

void init_run(const struct init_plan *plan)
{
	struct init i = { .plan = plan, .kill_at = NS_NEVER };
	struct error e = { .status = STATUS_OK };

	if (prepare(&i, &e)) {
		send_news(&i, PROGRAM_RUNS, clock_now(), &e);
		end(&i);
	}
	start(&i);
	for (;;)
		wait_and_serve(&i);
}
