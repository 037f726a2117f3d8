// SPDX-License-Identifier: MIT
/*
 * What tcpalive is held against: the least that a program can do.
 *
 *	bare watch N RATE IDLE:INTERVAL:COUNT|- ADDRESS:PORT...
 *
 * connects N times in all, RATE times a second (0: without delay), to these in turn, without blocking, and
 * waits with epoll for EPOLLRDHUP; with SO_KEEPALIVE unless that is "-". It prints "connected FIRST LAST" (before the first socket was made,
 * and when the last one was established), and at SIGTERM, or when all have died, for each of these
 * "dead SERVER CLIENT STAMP".
 *
 *	bare time COMMAND [ARGUMENT]...
 *
 * runs that, its output thrown away, and prints "ran ELAPSED CPU STATUS": from before it was started to
 * after it was waited for, what it took of the CPU, and its exit status (-1 if a signal ended it).
 *
 * Stamps and times are nanoseconds, of CLOCK_MONOTONIC.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define AT_ONCE 64 /* connections that are being made: what tcpalive does */
#define BATCH 512

extern char **environ;

struct connection {
	int fd, established;
	int64_t died; /* 0: not yet */
};

static struct connection *connections;
static size_t total, rate, begun, established, dead;
static struct sockaddr_in *servers;
static size_t nservers;
static int keepalive[3]; /* idle, interval, count; 0: off */
static int epfd;
static volatile sig_atomic_t ended;

static void on_end(int signo)
{
	(void)signo;
	ended = 1;
}

static void parse_server(struct sockaddr_in *a, const char *text)
{
	char host[INET_ADDRSTRLEN] = "";
	unsigned port;

	*a = (struct sockaddr_in){ .sin_family = AF_INET };
	if (sscanf(text, "%15[0-9.]:%u", host, &port) != 2 || inet_pton(AF_INET, host, &a->sin_addr) != 1 || port > 65535)
		give_up(text, "not ADDRESS:PORT");
	a->sin_port = htons((uint16_t)port);
}

static void parse_keepalive(const char *text)
{
	if (strcmp(text, "-") && sscanf(text, "%d:%d:%d", &keepalive[0], &keepalive[1], &keepalive[2]) != 3)
		give_up(text, "not IDLE:INTERVAL:COUNT");
}

static void set_keepalive(int fd)
{
	const int on = 1;

	if (!keepalive[0])
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &keepalive[0], sizeof(int)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &keepalive[1], sizeof(int)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &keepalive[2], sizeof(int)))
		give_up("setsockopt", NULL);
}

static void begin_one(void)
{
	struct sockaddr_in *to = &servers[begun % nservers];
	struct connection *c = &connections[begun++];
	struct epoll_event ev = { .events = EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c };

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		give_up("socket", NULL);
	if (connect(c->fd, (struct sockaddr *)to, sizeof(*to)) && errno != EINPROGRESS)
		give_up("connect", NULL);
	if (epoll_ctl(epfd, EPOLL_CTL_ADD, c->fd, &ev))
		give_up("epoll_ctl", NULL);
}

static void finish_one(struct connection *c)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len) || err)
		give_up("connect", strerror(err));
	set_keepalive(c->fd);
	c->established = 1;
	established++;
}

/* So many may have begun by now. */
static size_t allowed(int64_t first)
{
	size_t due = rate ? 1 + (size_t)((stamp() - first) / (1000000 * US / (int64_t)rate)) : total;

	return due < total ? due : total;
}

static void connect_all(void)
{
	struct epoll_event batch[BATCH];
	int64_t first = stamp(), last;

	while (established < total) {
		size_t most = allowed(first);

		while (begun < most && begun - established < AT_ONCE)
			begin_one();
		int n = epoll_wait(epfd, batch, BATCH, begun < total && begun == most ? 1 : -1);

		for (int i = 0; i < n; i++)
			if (!((struct connection *)batch[i].data.ptr)->established)
				finish_one(batch[i].data.ptr);
	}
	last = stamp();
	printf("connected %lld %lld\n", (long long)first, (long long)last);
	fflush(stdout);
}

static void wait_for_deaths(void)
{
	struct epoll_event batch[BATCH];
	sigset_t none;

	sigemptyset(&none);
	while (dead < total && !ended) {
		int n = epoll_pwait(epfd, batch, BATCH, -1, &none);

		for (int i = 0; i < n; i++) {
			struct connection *c = batch[i].data.ptr;

			if (c->died || !(batch[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
				continue;
			c->died = stamp();
			dead++;
		}
	}
}

static void tell_deaths(void)
{
	char server[ADDRESS_ROOM], client[ADDRESS_ROOM];

	for (size_t i = 0; i < total; i++) {
		struct sockaddr_in own;
		socklen_t len = sizeof(own);

		if (!connections[i].died || getsockname(connections[i].fd, (struct sockaddr *)&own, &len))
			continue;
		printf("dead %s %s %lld\n", address_name(server, &servers[i % nservers]), address_name(client, &own),
		       (long long)connections[i].died);
	}
}

/* SIGTERM comes through in epoll_pwait alone. */
static void catch_end(void)
{
	struct sigaction act = { .sa_handler = on_end };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTERM, &act, NULL);
}

static int watch(int argc, char **argv)
{
	if (argc < 4)
		give_up("usage", "bare watch N RATE IDLE:INTERVAL:COUNT|- ADDRESS:PORT...");
	total = (size_t)count_of(argv[0]);
	rate = (size_t)count_of(argv[1]);
	parse_keepalive(argv[2]);
	nservers = (size_t)argc - 3;
	servers = array(nservers, sizeof(*servers));
	for (size_t i = 0; i < nservers; i++)
		parse_server(&servers[i], argv[3 + i]);
	connections = array(total, sizeof(*connections));
	raise_descriptors();
	catch_end();
	epfd = epoll_create1(EPOLL_CLOEXEC);
	connect_all();
	wait_for_deaths();
	tell_deaths();
	return 0;
}

static int time_command(int argc, char **argv)
{
	posix_spawn_file_actions_t quiet;
	struct rusage use;
	int64_t before;
	pid_t pid;
	int status;

	if (argc < 1)
		give_up("usage", "bare time COMMAND [ARGUMENT]...");
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&quiet, STDOUT_FILENO, STDERR_FILENO);
	before = stamp();
	errno = posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ);
	if (errno || wait4(pid, &status, 0, &use) < 0)
		give_up(argv[0], NULL);
	posix_spawn_file_actions_destroy(&quiet);
	printf("ran %lld %lld %d\n", (long long)(stamp() - before),
	       (long long)((use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 * US +
			   (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * US),
	       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "watch"))
		return watch(argc - 2, argv + 2);
	if (argc > 1 && !strcmp(argv[1], "time"))
		return time_command(argc - 2, argv + 2);
	give_up("usage", "bare watch|time ...");
}
