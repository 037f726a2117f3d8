// SPDX-License-Identifier: MIT
/*
 * try-check STATE SECONDS: linked with the C of a page of explain, makes a TCP connection to
 * itself, lets the other end do what STATE says, and asks the page's peer_is_dead() until it says
 * yes, or for SECONDS; 0 asks once. Prints 1 or 0. Exit status 4: not available here.
 *
 *   idle  data  fin  data-fin  rst  data-rst
 *   half-close    the other end shuts down its sending half, and reads on
 *   talking       the other end sends a byte every 50 ms
 *   full          this end has written until nothing more fits, as the other does not read
 *   reboot        the other end has forgotten the connection, and answers with an RST
 *   silent        what arrives at the other end is thrown away, before its TCP sees it
 *   silent-sent   and this end has sent a byte since
 *
 * It works in a network namespace of its own where it may, so that no firewall is
 * in the way.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/filter.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int peer_is_dead(int fd);
int watch_peer(int fd) __attribute__((weak));

static void die(const char *what)
{
	perror(what);
	exit(4);
}

static void own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
		die("lo");
	close(fd);
}

/* fd[0] is this end, fd[1] the other. */
static void connect_pair(int fd[2], int small)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (small && (setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){ 4096 }, sizeof(int)) ||
		      setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &(int){ 8192 }, sizeof(int))))
		die("SO_RCVBUF");
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&at, &len) ||
	    connect(fd[0], (struct sockaddr *)&at, sizeof(at)))
		die("connect");
	fd[1] = accept(listener, NULL, NULL);
	close(listener);
}

static void drop_rx(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		die("a filter on a TCP socket needs CAP_NET_ADMIN");
}

static pid_t talk(int fd)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (send(fd, "!", 1, MSG_NOSIGNAL) == 1)
		poll(NULL, 0, 50);
	_exit(0);
}

static void end(int fd, int abort)
{
	struct linger l = { abort, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(fd);
}

/* What fits changes for a while, as this kernel and the other agree on a window. */
static void fill(int fd)
{
	static const char data[65536];

	for (int full = 0; full < 20;)
		if (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0) {
			full = 0;
		} else {
			full++;
			poll(NULL, 0, 5);
		}
}

/* Its RST is lost, and with it all that it knew. */
static void reboot(int fd[2])
{
	drop_rx(fd[0]);
	end(fd[1], 1);
	if (setsockopt(fd[0], SOL_SOCKET, SO_DETACH_FILTER, &(int){ 0 }, sizeof(int)))
		die("SO_DETACH_FILTER");
}

/* Waits until this end's kernel has seen what the other did; a receive that is left pending hides
 * the data. */
static void strike(const char *state, int fd[2])
{
	struct pollfd p = { .fd = fd[0], .events = POLLIN };

	if (!strncmp(state, "data", 4))
		send(fd[1], "!", 1, 0);
	if (strstr(state, "fin") || strstr(state, "rst"))
		end(fd[1], strstr(state, "rst") != NULL);
	if (!strcmp(state, "half-close"))
		shutdown(fd[1], SHUT_WR);
	if (!strncmp(state, "silent", 6))
		drop_rx(fd[1]);
	else if (!strcmp(state, "full"))
		fill(fd[0]);
	else if (!strcmp(state, "reboot"))
		reboot(fd);
	else if (strcmp(state, "idle"))
		poll(&p, 1, 300);
	if (strstr(state, "-"))
		poll(NULL, 0, 50);
	if (!strcmp(state, "silent-sent"))
		send(fd[0], "!", 1, 0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int fd[2], dead;
	pid_t talker = 0;
	double until;

	if (argc != 3)
		return 2;
	own_network();
	connect_pair(fd, !strcmp(argv[1], "full"));
	if (watch_peer && watch_peer(fd[0]))
		die("watch_peer");
	if (!strcmp(argv[1], "talking"))
		talker = talk(fd[1]);
	strike(argv[1], fd);
	until = seconds() + atof(argv[2]);
	while (!(dead = peer_is_dead(fd[0]) != 0) && seconds() < until)
		poll(NULL, 0, 50);
	printf("%d\n", dead);
	if (talker)
		kill(talker, SIGKILL);
	return 0;
}
