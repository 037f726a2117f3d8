// SPDX-License-Identifier: MIT
/*
 * The peer of the benchmark: accepts all who come, on loopback addresses of its own, and on command
 * closes connections and says when.
 *
 *	server ADDRESSES [echo|close]
 *
 * It prints "listening ADDRESS..." with 127.0.0.1 and so many of those behind it. With echo it answers
 * with what it reads; with close it closes whoever it has accepted. Commands are lines of standard input:
 *
 *	await N           prints "accepted N" when so many have been accepted since it started
 *	close N GAP       closes the N oldest, with GAP microseconds between two on average,
 *	reset N GAP       ... or resets them. Prints "closed N FIRST LAST": stamps from before the first
 *	                  call, and after the last
 *	stamps            prints "dead SERVER CLIENT STAMP" for each that has been closed so far, with the
 *	                  stamp from just before the call, and then "stamps N"
 *
 * Stamps are nanoseconds of CLOCK_MONOTONIC. It ends with its standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

#define ROOM 1000000 /* connections, in all its life */
#define BATCH 512

struct client {
	int fd;
	struct sockaddr_in address, own;
	int64_t died;
};

static struct client *clients;
static size_t accepted, closed; /* clients[closed..accepted] are connected */
static size_t awaited;          /* 0: nobody waits */
static int *listeners;
static size_t nlisteners;
static int epfd;
static int echoes, closes;

static void watch(int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev))
		give_up("epoll_ctl", NULL);
}

/* On 127.0.0.i; the kernel picks the port. */
static int listen_on(size_t i)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)i) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char name[ADDRESS_ROOM];
	socklen_t len = sizeof(a);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, SOMAXCONN) || getsockname(fd, (struct sockaddr *)&a, &len))
		give_up("listen", NULL);
	printf(" %s", address_name(name, &a));
	watch(fd, EPOLLIN);
	return fd;
}

/* Without TIME_WAIT, and so that nobody can take it for a FIN. */
static void reset(int fd)
{
	const struct linger at_once = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

static void tell_awaited(void)
{
	if (!awaited || accepted < awaited)
		return;
	printf("accepted %zu\n", accepted);
	awaited = 0;
}

static void accept_all(int listener)
{
	for (;;) {
		struct client c = { .died = 0 };
		socklen_t len = sizeof(c.address), own = sizeof(c.own);

		c.fd = accept4(listener, (struct sockaddr *)&c.address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (c.fd < 0 && errno == EAGAIN)
			return;
		if (c.fd < 0 || accepted == ROOM || getsockname(c.fd, (struct sockaddr *)&c.own, &own))
			give_up("accept", NULL);
		if (closes) {
			close(c.fd);
			continue;
		}
		if (echoes)
			watch(c.fd, EPOLLIN);
		clients[accepted++] = c;
	}
}

static void echo(int fd)
{
	char buffer[4096];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if ((n < 0 && errno != EAGAIN) || !n || (n > 0 && write(fd, buffer, (size_t)n) < 0))
		epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL); /* it has gone */
}

/* Half of it to one and a half, so that no clock tick keeps step with it. */
static void pause_for(long microseconds)
{
	int64_t ns = microseconds * (US / 2) + (microseconds ? random() % (microseconds * US) : 0);
	const struct timespec ts = { .tv_sec = ns / (1000000 * US), .tv_nsec = ns % (1000000 * US) };

	if (microseconds)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static void close_some(size_t n, long gap, void (*end)(int fd))
{
	struct client *first = clients + closed;
	int64_t last;

	if (!n || n > accepted - closed)
		give_up("close", "so many are not there");
	for (struct client *c = first; c < first + n; c++) {
		pause_for(gap);
		c->died = stamp();
		end(c->fd);
	}
	last = stamp();
	closed += n;
	printf("closed %zu %lld %lld\n", n, (long long)first->died, (long long)last);
}

static void close_plainly(int fd)
{
	close(fd);
}

static void tell_stamps(void)
{
	char server[ADDRESS_ROOM], client[ADDRESS_ROOM];

	for (const struct client *c = clients; c < clients + closed; c++)
		printf("dead %s %s %lld\n", address_name(server, &c->own), address_name(client, &c->address), (long long)c->died);
	printf("stamps %zu\n", closed);
}

static void obey(const char *line)
{
	size_t n;
	long gap;

	if (sscanf(line, "await %zu", &n) == 1)
		awaited = n;
	else if (sscanf(line, "close %zu %ld", &n, &gap) == 2)
		close_some(n, gap, close_plainly);
	else if (sscanf(line, "reset %zu %ld", &n, &gap) == 2)
		close_some(n, gap, reset);
	else if (!strcmp(line, "stamps"))
		tell_stamps();
	else
		give_up(line, "no such command");
	tell_awaited();
}

/* One command at a time: whoever sends it waits for what it prints. False at the end. */
static int read_command(void)
{
	char line[80];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (n <= 0)
		return 0;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	obey(line);
	fflush(stdout);
	return 1;
}

static int is_listener(int fd)
{
	return nlisteners && fd >= listeners[0] && fd <= listeners[nlisteners - 1];
}

static void serve(void)
{
	struct epoll_event batch[BATCH];

	for (;;) {
		int n = epoll_wait(epfd, batch, BATCH, -1);

		for (int i = 0; i < n; i++) {
			int fd = batch[i].data.fd;

			if (fd == STDIN_FILENO && !read_command())
				return;
			if (is_listener(fd))
				accept_all(fd);
			else if (fd != STDIN_FILENO)
				echo(fd);
		}
		tell_awaited();
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3)
		give_up("usage", "server ADDRESSES [echo|close]");
	echoes = argc == 3 && !strcmp(argv[2], "echo");
	closes = argc == 3 && !strcmp(argv[2], "close");
	raise_descriptors();
	clients = array(ROOM, sizeof(*clients));
	listeners = array((size_t)count_of(argv[1]), sizeof(*listeners));
	epfd = epoll_create1(EPOLL_CLOEXEC);
	printf("listening");
	for (long i = 0; i < count_of(argv[1]); i++)
		listeners[nlisteners++] = listen_on((size_t)i);
	printf("\n");
	fflush(stdout);
	watch(STDIN_FILENO, EPOLLIN);
	serve();
	return 0;
}
