// SPDX-License-Identifier: MIT
/*
 * The observer beside programs that write down what they do: a link of the lab's network for each case, all at the same time. Each
 * program runs in the watcher's host, its peer in the other one. With an argument, prints what was observed and how far off it was.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/addresses.h"
#include "net/netns.h"
#include "net/worker.h"
#include "program/connections.h"
#include "program/listeners.h"
#include "program/observer.h"

enum { PORT = 9000, MOST = 4 };

/* What a program wrote down; shared with it. */
struct diary {
	nsec connected, saw, acting, acted, again;
	nsec waited; /* for a processor, until it last wrote something down */
	int err;
};

struct lane;

struct scene {
	const char *name;
	void (*program)(struct lane *l); /* the watcher's; waits with go */
	void (*peer)(struct lane *l, int fd); /* NULL: holds its connection */
	void (*connected)(struct lane *l); /* what is done to the link, by this process */
	bool listens;   /* the program is the server */
	bool ipv6;
	/* What must be observed. */
	enum kernel_cause cause;
	int err;
	bool closes, shut;
	bool refused;   /* nobody listens */
	bool foreign;   /* the program is somebody else */
	size_t count;   /* how many connections, if not one */
};

struct lane {
	const struct scene *scene;
	size_t link;
	struct diary *diary;
	struct observer *observer;
	int listener, go[2];
	bool told;
	pid_t program, peer;
	struct observed *seen; /* the first */
};

static struct lab_net net;
static struct link_worker *worker;
static struct loop loop;
static struct lane lanes[40];
static size_t lanes_used, lanes_started;
static nsec started;

/* --- how late the machine is */

enum { BEAT_MS = 5, BEATS = 8192 };

static struct beat {
	nsec at, waited;
} beats[BEATS];
static size_t beats_used;
static char worker_pid[16];

/* How long that process was ready to run and did not get to it; 0 where the kernel does not tell. */
static nsec waited_for_processor(const char *process)
{
	char path[64], line[128] = "", *rest;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", process);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	strtoull(line, &rest, 10);
	return (nsec)strtoull(rest, NULL, 10);
}

/* Of a process that has started no other yet. */
static void find_worker(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "re");
	if (!f || !fgets(worker_pid, sizeof(worker_pid), f))
		worker_pid[0] = '\0';
	worker_pid[strcspn(worker_pid, " ")] = '\0';
	if (f)
		fclose(f);
}

static void beat(struct timer *t, nsec now)
{
	(void)now;
	if (beats_used == BEATS)
		return;
	beats[beats_used].waited = waited_for_processor("self") + (*worker_pid ? waited_for_processor(worker_pid) : 0);
	beats[beats_used++].at = clock_now();
	timer_set(&loop, t, clock_now() + BEAT_MS * NS_PER_MS);
}

/* How long the observer's process and the packet worker waited in that time, at most. */
static nsec machine_late(nsec from, nsec to)
{
	size_t first = 0, last = 0;

	if (!beats_used)
		return 0;
	while (first + 1 < beats_used && beats[first + 1].at <= from)
		first++;
	while (last + 1 < beats_used && beats[last].at < to)
		last++;
	return last > first ? beats[last].waited - beats[first].waited : 0;
}

/* A program writes down that it is now. */
static void write_down(struct diary *d, nsec *what)
{
	*what = clock_now();
	d->waited = waited_for_processor("self");
}

/* --- what the programs do */

static struct sockaddr_storage address(const struct lane *l, bool watcher, in_port_t port)
{
	struct sockaddr_storage a = { .ss_family = l->scene->ipv6 ? AF_INET6 : AF_INET };
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&a;

	if (l->scene->ipv6) {
		v6->sin6_port = htons(port);
		inet_pton(AF_INET6, watcher ? LAB_IPV6_WATCHER : LAB_IPV6_PEER, &v6->sin6_addr);
	} else {
		v4->sin_port = htons(port);
		inet_pton(AF_INET, watcher ? LAB_IPV4_WATCHER : LAB_IPV4_PEER, &v4->sin_addr);
	}
	return a;
}

static int dial(struct lane *l, bool watcher, in_port_t from)
{
	struct sockaddr_storage to = address(l, !watcher, PORT), own = address(l, watcher, from);
	int fd = socket(to.ss_family, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (from && bind(fd, (void *)&own, sizeof(own)) < 0)
		_exit(3);
	if (connect(fd, (void *)&to, l->scene->ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) < 0) {
		l->diary->err = errno;
		l->diary->acted = clock_now();
		_exit(0);
	}
	if (watcher)
		write_down(l->diary, &l->diary->connected);
	return fd;
}

static void wait_go(const struct lane *l)
{
	char c;

	if (read(l->go[0], &c, 1) != 1)
		_exit(2);
}

static void option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0)
		_exit(4);
}

/* Until the kernel tells something. */
static void await_end(struct lane *l, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLRDHUP };
	char bytes[64];

	poll(&p, 1, -1);
	write_down(l->diary, &l->diary->saw);
	if (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) < 0)
		l->diary->err = errno;
}

static void end(struct lane *l, int fd)
{
	l->diary->acting = clock_now();
	close(fd);
	l->diary->acted = clock_now();
}

static void reset(int fd)
{
	const struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static void close_when_told(struct lane *l)
{
	int fd = dial(l, true, 0);

	await_end(l, fd);
	end(l, fd);
	pause();
}

static void hold_when_told(struct lane *l)
{
	await_end(l, dial(l, true, 0));
	pause();
}

static void close_long_after_told(struct lane *l)
{
	int fd = dial(l, true, 0);

	await_end(l, fd);
	pause_ms(150);
	end(l, fd);
	pause();
}

static void exit_when_told(struct lane *l)
{
	await_end(l, dial(l, true, 0));
	l->diary->acting = clock_now();
	_exit(0);
}

static int keepalive(struct lane *l)
{
	int fd = dial(l, true, 0);

	option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	option(fd, IPPROTO_TCP, TCP_KEEPCNT, 1);
	return fd;
}

static void keepalive_then_close(struct lane *l)
{
	int fd = keepalive(l);

	await_end(l, fd);
	end(l, fd);
	pause();
}

static void keepalive_then_hold(struct lane *l)
{
	int fd = keepalive(l);

	await_end(l, fd);
	pause_ms(150);
	end(l, fd);
	pause();
}

/* With unread data, which it leaves there: as an RST of its own would be. */
static void keepalive_and_unread(struct lane *l)
{
	struct pollfd p = { 0 };

	p.fd = keepalive(l);
	poll(&p, 1, -1);
	write_down(l->diary, &l->diary->saw);
	end(l, p.fd);
	pause();
}

static void user_timeout(struct lane *l)
{
	int fd = dial(l, true, 0);

	option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 300);
	wait_go(l);
	send(fd, "x", 1, 0);
	await_end(l, fd);
	end(l, fd);
	pause();
}

static void retransmit(struct lane *l)
{
	int fd = dial(l, true, 0);

	wait_go(l);
	send(fd, "x", 1, 0);
	await_end(l, fd);
	pause_ms(150);
	end(l, fd);
	pause();
}

static void recverr(struct lane *l)
{
	int fd = dial(l, true, 0);

	option(fd, IPPROTO_IP, IP_RECVERR, 1);
	wait_go(l);
	send(fd, "x", 1, 0);
	await_end(l, fd);
	end(l, fd);
	pause();
}

/* ICMP errors answer its keepalive, which Linux does not take; it times out. */
static void recverr_idle(struct lane *l)
{
	int fd = keepalive(l);

	option(fd, IPPROTO_IP, IP_RECVERR, 1);
	await_end(l, fd);
	end(l, fd);
	pause();
}

/* A soft error; the timeout then reports it. */
static void soft_error(struct lane *l)
{
	int fd = dial(l, true, 0);

	option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 300);
	wait_go(l);
	send(fd, "x", 1, 0);
	await_end(l, fd);
	end(l, fd);
	pause();
}

static void close_at_will(struct lane *l)
{
	int fd = dial(l, true, 0);

	wait_go(l);
	end(l, fd);
	pause();
}

static void close_unread(struct lane *l)
{
	struct pollfd p = { .events = POLLIN };

	p.fd = dial(l, true, 0);
	poll(&p, 1, -1);
	end(l, p.fd);
	pause();
}

static void close_lingering(struct lane *l)
{
	int fd = dial(l, true, 0);

	wait_go(l);
	reset(fd);
	end(l, fd);
	pause();
}

static void shut_and_hold(struct lane *l)
{
	int fd = dial(l, true, 0);

	wait_go(l);
	write_down(l->diary, &l->diary->saw);
	shutdown(fd, SHUT_WR);
	pause();
}

static void shut_and_close(struct lane *l)
{
	int fd = dial(l, true, 0);

	wait_go(l);
	write_down(l->diary, &l->diary->saw);
	shutdown(fd, SHUT_WR);
	pause_ms(150);
	end(l, fd);
	pause();
}

static void be_killed(struct lane *l)
{
	dial(l, true, 0);
	wait_go(l);
	l->diary->acting = clock_now();
	raise(SIGKILL);
}

static int accepted(struct lane *l)
{
	int fd = accept(l->listener, NULL, NULL);

	write_down(l->diary, &l->diary->connected);
	return fd;
}

static void serve_and_close(struct lane *l)
{
	int fd = accepted(l);

	await_end(l, fd);
	end(l, fd);
	pause();
}

static void never_accept(struct lane *l)
{
	(void)l;
	pause();
}

static void stop_listening(struct lane *l)
{
	wait_go(l);
	end(l, l->listener);
	pause();
}

/* Has room for one connection, until another one was turned away. */
static void accept_late(struct lane *l)
{
	listen(l->listener, 0);
	wait_go(l);
	pause_ms(300);
	accept(l->listener, NULL, NULL);
	accept(l->listener, NULL, NULL);
	pause();
}

/* Two connections from one port. */
static void come_again(struct lane *l)
{
	int fd = dial(l, true, 7777);

	wait_go(l);
	reset(fd);
	end(l, fd);
	dial(l, true, 7777);
	write_down(l->diary, &l->diary->again);
	pause();
}

static void connect_only(struct lane *l)
{
	dial(l, true, 0);
	pause();
}

static void connect_six(struct lane *l)
{
	for (int i = 0; i < 6; i++)
		dial(l, true, 0);
	write_down(l->diary, &l->diary->again);
	pause();
}

/* --- what their peers do, and what is done to the links */

static void peer_finishes(struct lane *l, int fd)
{
	wait_go(l);
	shutdown(fd, SHUT_WR);
	pause();
}

static void peer_resets(struct lane *l, int fd)
{
	wait_go(l);
	reset(fd);
	close(fd);
	pause();
}

/* A second connection, whose SYN is repeated after a second. */
static void peer_is_turned_away(struct lane *l, int fd)
{
	struct sockaddr_storage to = address(l, true, PORT);
	int other = socket(AF_INET, SOCK_STREAM, 0);

	(void)fd;
	wait_go(l);
	connect(other, (void *)&to, sizeof(struct sockaddr_in));
	write_down(l->diary, &l->diary->again);
	pause();
}

static void peer_sends(struct lane *l, int fd)
{
	(void)l;
	send(fd, "hello", 5, 0);
	pause();
}

static void go(struct lane *l)
{
	CHECK_INT(write(l->go[1], "g", 1), 1);
}

/* The program and its peer. */
static void both_go(struct lane *l)
{
	go(l);
	go(l);
}

static void cut(struct lane *l)
{
	worker_set_rule(worker, l->link, &LINK_CUT);
}

static void cut_and_go(struct lane *l)
{
	cut(l);
	go(l);
}

static void refuse(struct lane *l)
{
	const struct link_rule rule = { .answer = ANSWER_ICMP_HOST };

	worker_set_rule(worker, l->link, &rule);
}

static void refuse_and_go(struct lane *l)
{
	refuse(l);
	go(l);
}

static void down_and_go(struct lane *l)
{
	struct error e;

	CHECK_INT(lab_link_down(&net, &net.link[l->link], &e), 0);
	go(l);
}

static void addr_gone_and_go(struct lane *l)
{
	struct error e;

	CHECK_INT(lab_addr_gone(&net, &net.link[l->link], &e), 0);
	go(l);
}

/* --- the cases */

static const struct scene scenes[] = {
	{ .name = "fin, closes at once", .program = close_when_told, .peer = peer_finishes, .connected = go, .cause = KERNEL_FIN, .closes = true },
	{ .name = "fin, closes at once, IPv6", .program = close_when_told, .peer = peer_finishes, .connected = go, .cause = KERNEL_FIN, .closes = true, .ipv6 = true },
	{ .name = "fin, closes late", .program = close_long_after_told, .peer = peer_finishes, .connected = go, .cause = KERNEL_FIN, .closes = true },
	{ .name = "fin, exits", .program = exit_when_told, .peer = peer_finishes, .connected = go, .cause = KERNEL_FIN, .closes = true },
	{ .name = "fin, holds", .program = hold_when_told, .peer = peer_finishes, .connected = go, .cause = KERNEL_FIN },
	{ .name = "rst, closes at once", .program = close_when_told, .peer = peer_resets, .connected = go, .cause = KERNEL_RST, .err = ECONNRESET, .closes = true },
	{ .name = "rst, closes late", .program = close_long_after_told, .peer = peer_resets, .connected = go, .cause = KERNEL_RST, .err = ECONNRESET, .closes = true },
	{ .name = "rst, holds", .program = hold_when_told, .peer = peer_resets, .connected = go, .cause = KERNEL_RST, .err = ECONNRESET },
	{ .name = "rst, holds, IPv6", .program = hold_when_told, .peer = peer_resets, .connected = go, .cause = KERNEL_RST, .err = ECONNRESET, .ipv6 = true },
	{ .name = "keepalive, closes at once", .program = keepalive_then_close, .connected = cut, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "keepalive, closes late", .program = keepalive_then_hold, .connected = cut, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "keepalive, unread data", .program = keepalive_and_unread, .peer = peer_sends, .connected = cut, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "user timeout", .program = user_timeout, .connected = cut_and_go, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "retransmissions", .program = retransmit, .connected = cut_and_go, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "IP_RECVERR", .program = recverr, .connected = refuse_and_go, .cause = KERNEL_UNREACHABLE, .err = EHOSTUNREACH, .closes = true },
	{ .name = "IP_RECVERR, keepalive", .program = recverr_idle, .connected = refuse, .cause = KERNEL_TIMEOUT, .err = ETIMEDOUT, .closes = true },
	{ .name = "soft error", .program = soft_error, .connected = refuse_and_go, .cause = KERNEL_TIMEOUT, .closes = true },
	{ .name = "closes a healthy one", .program = close_at_will, .connected = go, .closes = true },
	{ .name = "closes with unread data", .program = close_unread, .peer = peer_sends, .closes = true },
	{ .name = "closes with SO_LINGER 0", .program = close_lingering, .connected = go, .closes = true },
	{ .name = "shuts down, holds", .program = shut_and_hold, .connected = go, .shut = true },
	{ .name = "shuts down, closes late", .program = shut_and_close, .connected = go, .shut = true, .closes = true },
	{ .name = "is killed", .program = be_killed, .connected = go, .closes = true },
	{ .name = "link down, closes", .program = close_at_will, .connected = down_and_go, .closes = true },
	{ .name = "link down, SO_LINGER 0", .program = close_lingering, .connected = down_and_go, .closes = true },
	{ .name = "link down, times out", .program = user_timeout, .connected = down_and_go, .cause = KERNEL_TIMEOUT, .closes = true },
	{ .name = "address gone, fin lost", .program = connect_only, .peer = peer_finishes, .connected = addr_gone_and_go },
	{ .name = "server: fin, closes", .program = serve_and_close, .peer = peer_finishes, .connected = go, .listens = true, .cause = KERNEL_FIN, .closes = true },
	{ .name = "server: never accepts", .program = never_accept, .peer = peer_finishes, .connected = go, .listens = true, .cause = KERNEL_FIN },
	{ .name = "server: stops listening", .program = stop_listening, .connected = go, .listens = true, .closes = true },
	{ .name = "server: no room at first", .program = accept_late, .peer = peer_is_turned_away, .connected = both_go, .listens = true, .count = 2 },
	{ .name = "the port comes again", .program = come_again, .connected = go, .closes = true, .count = 2 },
	{ .name = "refused", .program = connect_only, .refused = true },
	{ .name = "somebody else", .program = connect_only, .foreign = true },
	{ .name = "too many", .program = connect_six, .count = 6 },
};

enum { SCENES = sizeof(scenes) / sizeof(*scenes) };

/* --- the machinery */

static void step(void *owner, enum program_step what, nsec at, struct observed *c)
{
	struct lane *l = owner;

	(void)at;
	if (what == PROGRAM_CONNECTING && !l->seen)
		l->seen = c;
}

static bool foreign(void *owner, uint16_t port)
{
	const struct lane *l = owner;

	CHECK(port != PORT);
	return l->scene->foreign;
}

static void failed(void *owner, const struct error *e)
{
	struct lane *l = owner;

	CHECK_TEXT(l->scene->name, e->text);
}

static int listener_open(const struct lane *l, bool watcher)
{
	struct sockaddr_storage a = address(l, watcher, PORT);
	int fd;

	CHECK_INT(netns_enter(watcher ? net.link[l->link].watcher.ns : net.link[l->link].peer.ns), 0);
	fd = socket(a.ss_family, SOCK_STREAM, 0);
	CHECK_INT(bind(fd, (void *)&a, sizeof(a)), 0);
	CHECK_INT(listen(fd, 5), 0);
	return fd;
}

static void run_peer(struct lane *l)
{
	int fd = l->scene->listens ? dial(l, false, 0) : accept(l->listener, NULL, NULL);

	if (l->scene->peer)
		l->scene->peer(l, fd);
	pause();
}

static pid_t start(struct lane *l, bool watcher)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (netns_enter(watcher ? net.link[l->link].watcher.ns : net.link[l->link].peer.ns) < 0)
		_exit(5);
	for (int fd = 3; fd < 1024; fd++) /* or a lane's end is held by those after it */
		if (fd != l->listener && fd != l->go[0])
			close(fd);
	if (watcher != l->scene->listens)
		close(l->listener);
	watcher ? l->scene->program(l) : run_peer(l);
	_exit(0);
}

static void lane_open(struct lane *l, const struct scene *s, size_t link)
{
	struct observer_setup setup = { .loop = &loop, .ns = net.link[link].watcher.ns, .home = net.home, .worker = worker, .link = link,
					.port = PORT, .listens = s->listens, .most = MOST, .step = step, .foreign = foreign, .failed = failed, .owner = l };
	struct error e;

	l->scene = s;
	l->link = link;
	l->diary = mmap(NULL, sizeof(*l->diary), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK_INT(pipe(l->go), 0);
	l->observer = observer_open(&setup, &e);
	CHECK(l->observer != NULL);
	l->listener = listener_open(l, s->listens);
	CHECK_INT(netns_enter(net.home), 0);
	if (s->refused)
		close(l->listener);
}

static void lane_start(struct lane *l)
{
	l->program = start(l, true);
	l->peer = start(l, false);
	close(l->listener);
}

static bool is_done(const struct lane *l)
{
	if (l->scene->foreign)
		return l->diary->connected != 0;
	if (l->scene->refused)
		return l->seen && l->seen->refused;
	if (l->scene->count && !l->diary->again)
		return false;
	if (!l->seen || l->seen->established == TIME_NONE)
		return false;
	if (l->scene->closes)
		return l->seen->closed != TIME_NONE;
	return !l->scene->cause || l->seen->kernel != TIME_NONE;
}

/* When its program knows it too. */
static void tell_connected(struct lane *l)
{
	if (l->told || !l->seen || l->seen->established == TIME_NONE || (!l->diary->connected && !l->scene->listens))
		return;
	l->told = true;
	if (l->scene->connected)
		l->scene->connected(l);
}

static void check_time(struct timer *t, nsec now)
{
	bool all = now - started > 2 * NS_PER_S; /* so that what must not come would have come */

	/* One after the other: all at once they would be in each other's way. */
	if (lanes_started < lanes_used)
		lane_start(&lanes[lanes_started++]);

	for (size_t i = 0; i < lanes_used; i++) {
		tell_connected(&lanes[i]);
		all = all && is_done(&lanes[i]);
	}
	if (all || now - started > 20 * NS_PER_S)
		loop_stop(&loop);
	else
		timer_set(&loop, t, now + 20 * NS_PER_MS);
}

static void wire(struct handler *h, uint32_t events, nsec woken)
{
	uint64_t rung;

	(void)events;
	(void)woken;
	if (read(h->fd, &rung, sizeof(rung)) < 0)
		return;
	for (size_t i = 0; i < lanes_used; i++)
		observer_wire(lanes[i].observer);
}

static void run_all(void)
{
	struct handler bell = { .ready = wire };
	static struct timer heart = { .fire = beat };
	struct timer timer = { .fire = check_time };
	struct error e = { 0 };

	CHECK_INT(lab_net_open(&net, SCENES, AF_INET, &e), 0);
	CHECK_INT(loop_open(&loop, 2 * SCENES + 3, &e), 0);
	worker = worker_open(&net, 0, NULL, NULL, &e);
	find_worker();
	bell.fd = worker_wire_fd(worker);
	CHECK_INT(loop_add(&loop, &bell, EPOLLIN), 0);
	for (size_t i = 0; i < SCENES; i++)
		CHECK_INT(lab_sysctl(&net, &net.link[i].watcher, "tcp_retries2", "1", &e), 0);
	started = clock_now();
	lanes_used = SCENES;
	for (size_t i = 0; i < SCENES; i++)
		lane_open(&lanes[i], &scenes[i], i);
	timer_set(&loop, &timer, started);
	timer_set(&loop, &heart, started);
	CHECK_INT(loop_run(&loop, &e), 0);
	for (size_t i = 0; i < SCENES; i++)
		observer_look(lanes[i].observer);
	beat(&heart, clock_now());
	timer_unset(&loop, &heart);
}

static void finish_all(void)
{
	struct error e;

	for (size_t i = 0; i < lanes_used; i++) {
		struct lane *l = &lanes[i];

		if (waitpid(l->program, NULL, WNOHANG) == 0) {
			kill(l->program, SIGKILL);
			waitpid(l->program, NULL, 0);
		}
		kill(l->peer, SIGKILL);
		waitpid(l->peer, NULL, 0);
		observer_close(l->observer);
	}
	CHECK_INT(worker_close(worker, &e), 0);
	loop_close(&loop);
	lab_net_close(&net);
}

/* What a host has sent is not all told while the worker does not run. */
static void a_link_worker_that_does_not_run_is_behind(void)
{
	const nsec end = clock_now() + 10 * NS_PER_S;
	const pid_t pid = (pid_t)atoi(worker_pid);
	struct sockaddr_storage to;
	socklen_t len = addresses_fill(&to, AF_INET, LAB_IPV4_PEER, LAB_IPV6_PEER, htons(9));
	struct error e;
	int fd;

	CHECK(pid > 0 && !kill(pid, SIGSTOP));
	CHECK_INT(netns_go(net.link[0].watcher.ns, &e), 0);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK_INT(netns_go(net.home, &e), 0);
	CHECK_INT(sendto(fd, "", 1, 0, (struct sockaddr *)&to, len), 1);
	close(fd);
	CHECK(worker_is_behind(worker, 0));
	kill(pid, SIGCONT);
	while (worker_is_behind(worker, 0) && clock_now() < end)
		usleep(1000);
	CHECK(clock_now() < end);
}

static void everything_was_observed(void)
{
	for (size_t i = 0; i < lanes_used; i++) {
		const struct lane *l = &lanes[i];

		unit_text(__FILE__, __LINE__, l->scene->name, is_done(l) ? "observed" : "not observed", "observed");
		if (l->scene->foreign)
			CHECK_INT(observer_count(l->observer), 0);
		else
			CHECK_INT(observer_count(l->observer) + observer_beyond(l->observer), l->scene->count ? l->scene->count : 1);
		CHECK(observer_count(l->observer) <= MOST);
	}
}

static void causes_are_what_they_are(void)
{
	for (size_t i = 0; i < lanes_used; i++) {
		const struct lane *l = &lanes[i];

		if (!l->seen)
			continue;
		unit_text(__FILE__, __LINE__, l->scene->name, kernel_cause_name(l->seen->cause), kernel_cause_name(l->scene->cause));
		unit_int(__FILE__, __LINE__, l->scene->name, l->seen->err, l->scene->err);
		unit_int(__FILE__, __LINE__, l->scene->name, l->seen->kernel != TIME_NONE, l->scene->cause != KERNEL_NOTHING);
	}
}

/* Given up or not: a socket that a program holds, or might accept yet, is not closed. */
static void what_is_held_is_not_closed(void)
{
	for (size_t i = 0; i < lanes_used; i++) {
		const struct lane *l = &lanes[i];

		if (!l->seen)
			continue;
		unit_int(__FILE__, __LINE__, l->scene->name, l->seen->closed != TIME_NONE, l->scene->closes);
		CHECK(!l->scene->shut || l->seen->shut != TIME_NONE);
		unit_int(__FILE__, __LINE__, l->scene->name, l->seen->gone, l->scene->closes || l->scene->refused);
		CHECK(!l->scene->refused || (l->seen->refused && l->diary->err == ECONNREFUSED));
	}
}

enum { LATE_MS = 100 };

static void check_between(const char *name, const char *what, nsec from, nsec at, nsec to)
{
	if (at == TIME_NONE || !from || !to)
		return;
	if (at < from || at > to)
		unit_fail(__FILE__, __LINE__, "%s: %s %.3f ms after %.3f ms", name, what, (double)(at - from) / 1e6, (double)(to - from) / 1e6);
}

/* The same, but for LATE_MS and for what the machine was late itself. */
static void check_soon(const char *name, const char *what, nsec from, nsec at, nsec to)
{
	if (to)
		check_between(name, what, from, at, to + LATE_MS * NS_PER_MS + machine_late(to, at));
}

static void times_are_those_that_the_programs_wrote_down(void)
{
	for (size_t i = 0; i < lanes_used; i++) {
		const struct lane *l = &lanes[i];
		const struct diary *d = l->diary;
		const struct observed *c = l->seen;
		const nsec early = LATE_MS * NS_PER_MS + d->waited; /* a program may be told late */

		if (!c)
			continue;
		if (d->connected)
			check_soon(l->scene->name, "connected", d->connected - early, c->established, d->connected);
		if (d->saw)
			check_soon(l->scene->name, "kernel", d->saw - early, c->kernel, d->saw);
		check_soon(l->scene->name, "closed", d->acting, c->closed, d->acted ? d->acted : d->acting);
		if (l->scene->shut)
			check_soon(l->scene->name, "shut", d->saw, c->shut, d->saw);
		if (c->kernel != TIME_NONE && c->closed != TIME_NONE)
			check_between(l->scene->name, "closed after the kernel knew", c->kernel, c->closed,
				      c->kernel + NS_PER_S + machine_late(c->kernel, c->closed));
	}
}

static const struct lane *lane_of(const char *name)
{
	for (size_t i = 0; i < lanes_used; i++)
		if (!strcmp(lanes[i].scene->name, name))
			return &lanes[i];
	CHECK_TEXT(name, "a scene");
	return &lanes[0];
}

static int listen_at(const char *text, in_port_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_INT(inet_pton(AF_INET, text, &a.sin_addr), 1);
	CHECK_INT(bind(fd, (void *)&a, sizeof(a)), 0);
	CHECK_INT(listen(fd, 1), 0);
	return fd;
}

static void a_port_that_comes_again_is_another_connection(void)
{
	const struct lane *l = lane_of("the port comes again");
	const struct observed *again;

	if (observer_count(l->observer) != 2)
		return;
	again = observer_at(l->observer, 1);
	CHECK(!memcmp(&again->ends, &observer_at(l->observer, 0)->ends, sizeof(again->ends)));
	check_soon("again", "connected", l->diary->again - LATE_MS * NS_PER_MS - l->diary->waited, again->established, l->diary->again);
	CHECK(again->closed == TIME_NONE && again->kernel == TIME_NONE && !again->gone && again->inode);
}

/* Whatever news of its sockets is still on its way. */
static void what_an_ended_program_held_is_given_up(void)
{
	const char *const held[] = { "fin, holds", "rst, holds", "shuts down, holds", "address gone, fin lost" };
	nsec at;

	for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++) {
		struct lane *l = (struct lane *)lane_of(held[i]);

		CHECK(l->seen->closed == TIME_NONE);
		kill(l->program, SIGKILL);
		CHECK_INT(waitpid(l->program, NULL, 0), l->program);
		at = clock_now();
		observer_over(l->observer, at);
		check_between(held[i], "closed", at - NS_PER_S, l->seen->closed, clock_now());
		CHECK(l->seen->gone && l->seen->inode == 0);
	}
}

/* In a lane whose program has ended. */
static void hints_say_what_is_there_instead(void)
{
	const struct lane *l = lane_of("refused");
	char text[112] = "x";
	int other, lo, diag;

	observer_hint(l->observer, text, sizeof(text));
	CHECK_TEXT(text, "");
	CHECK_INT(netns_enter(net.link[l->link].watcher.ns), 0);
	other = listen_at("127.0.0.1", PORT);
	lo = listen_at("0.0.0.0", 9001);
	diag = diag_open();
	CHECK_INT(netns_enter(net.home), 0);
	CHECK_INT(listeners_on(diag, PORT), 0);
	CHECK_INT(listeners_on(diag, 9001), 1);
	listeners_hint(diag, true, PORT, text, sizeof(text));
	CHECK_HAS(text, "it listens on ");
	CHECK_HAS(text, "127.0.0.1:9000");
	CHECK_HAS(text, ", ");
	CHECK_HAS(text, "0.0.0.0:9001");
	listeners_hint(diag, true, PORT, text, 30); /* no more than there is room for */
	CHECK(strlen(text) == strlen("it listens on ") + 14 || strlen(text) == strlen("it listens on ") + 12);
	listeners_hint(diag, true, PORT, text, 8);
	CHECK_TEXT(text, "");
	close(other);
	close(lo);
	close(diag);
}

static void a_client_that_connects_elsewhere(void)
{
	const struct lane *l = lane_of("refused");
	struct sockaddr_storage to = address(l, false, 5432);
	char text[112];
	int fd;

	worker_set_rule(worker, l->link, &LINK_CUT);
	CHECK_INT(netns_enter(net.link[l->link].watcher.ns), 0);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_INT(netns_enter(net.home), 0);
	CHECK_INT(connect(fd, (void *)&to, sizeof(struct sockaddr_in)), -1);
	observer_hint(l->observer, text, sizeof(text));
	CHECK_TEXT(text, "it connects to 192.0.2.2:5432");
	close(fd);
}

/* --- what cannot be brought about at will */

enum { KEY = 7777, THIS = 1, THAT = 2 /* cookies */ };

static struct connection *begun(struct connections *t, const struct observer_setup *s, nsec at)
{
	struct connection *c = connections_add(t, KEY);

	connection_begin(c, s, at);
	return c;
}

static void looked(struct connection *c, uint64_t cookie, unsigned state, nsec at)
{
	const struct diag_socket s = { .state = (uint8_t)state, .inode = 1, .cookie = cookie };

	connection_looked(c, &s, at, at);
}

static void came(struct connection *c, unsigned flags, nsec at)
{
	connection_wire(c, &(struct wire_event){ .at = (uint64_t)at, .dir = LINK_IN, .flags = (uint8_t)flags });
}

static void left(struct connection *c, unsigned flags, nsec at)
{
	connection_wire(c, &(struct wire_event){ .at = (uint64_t)at, .dir = LINK_OUT, .flags = (uint8_t)flags });
}

/* A client's, which was there a second before. */
static struct connection missed(nsec at)
{
	static const struct observer_setup client = { 0 };
	struct connection c = { .key = KEY };

	connection_begin(&c, &client, at - NS_PER_S);
	looked(&c, THIS, STATE_ESTABLISHED, at - NS_PER_S);
	connection_looked(&c, NULL, at, at);
	return c;
}

static bool settled(struct connection *c, nsec now, nsec heard)
{
	if (connection_must_wait(c, now, heard))
		return false;
	connection_settle(c, now, true);
	return true;
}

/* A client has reset its connection and comes again from the same port, before the server closes its first socket. */
static void news_is_not_of_who_has_the_port_now(void)
{
	const struct observer_setup server = { .listens = true };
	struct connections t = { 0 };
	struct connection *first, *second;

	CHECK_INT(connections_open(&t, 4), 0);
	first = begun(&t, &server, NS_PER_S);
	second = begun(&t, &server, 2 * NS_PER_S);
	CHECK(connections_of_socket(&t, THIS, KEY) == first); /* which came first ends first */
	first->destroyed = 3 * NS_PER_S;
	CHECK(connections_of_socket(&t, THAT, KEY) == second);
	first->destroyed = TIME_NONE;
	looked(first, THIS, STATE_ESTABLISHED, NS_PER_S);
	CHECK(connections_of_socket(&t, THIS, KEY) == first);
	CHECK(connections_of_socket(&t, THIS, 0) == first);
	CHECK(connections_of_socket(&t, THAT, KEY) == second);
	connections_retire(&t, first);
	CHECK(!connections_of_socket(&t, THIS, KEY)); /* already concluded, and not the second one's */
	CHECK(connections_with(&t, THIS) == first && !connections_with(&t, THAT));
	connections_close(&t);
}

/* The socket that was found last may have been the one that has the port now. */
static void a_replaced_one_has_no_cookie_of_another(void)
{
	struct connection c = { .key = KEY };

	connection_begin(&c, &(const struct observer_setup){ .listens = true }, NS_PER_S);
	looked(&c, THIS, STATE_ESTABLISHED, 2 * NS_PER_S);
	connection_replaced(&c, 3 * NS_PER_S);
	CHECK(c.cookie == THIS && c.lost == 3 * NS_PER_S);
	connection_begin(&c, c.setup, NS_PER_S);
	looked(&c, THAT, STATE_ESTABLISHED, 4 * NS_PER_S);
	connection_replaced(&c, 3 * NS_PER_S);
	CHECK(c.cookie == 0 && connection_is_lost(&c));
}

/* An RST ends a connection that is then looked at, before the RST itself was read. */
static void an_end_waits_for_its_packet(void)
{
	const nsec at = 2 * NS_PER_S;
	struct connection c = missed(at);

	CHECK(connection_must_wait(&c, at + NS_PER_MS, at + NS_PER_MS));
	CHECK(c.seen.kernel == TIME_NONE);
	came(&c, WIRE_RST, at - NS_PER_MS);
	CHECK(settled(&c, at + NS_PER_MS, at + NS_PER_MS));
	CHECK_INT(c.seen.cause, KERNEL_RST);
	CHECK_INT(c.seen.kernel, at - NS_PER_MS);
}

/* The link worker is held up: the RST of a program that closed with one was sent before its socket was missed, and is told of late. */
static void a_reset_waits_for_a_link_worker(void)
{
	const nsec at = 2 * NS_PER_S;
	struct connection c = missed(at);

	CHECK(connection_must_wait(&c, at + 90 * NS_PER_MS, at - NS_PER_MS));
	CHECK(c.seen.kernel == TIME_NONE);
	left(&c, WIRE_RST, at + 90 * NS_PER_MS);
	CHECK(settled(&c, at + 91 * NS_PER_MS, at + 90 * NS_PER_MS));
	CHECK(c.seen.kernel == TIME_NONE && c.seen.closed == at);
}

/* Of a kernel that gave up nothing is sent, and what answers the peer long after is of nobody. */
static void a_timeout_waits_for_a_link_worker(void)
{
	const nsec at = 2 * NS_PER_S;
	struct connection c = missed(at);

	CHECK(connection_must_wait(&c, at + 90 * NS_PER_MS, at - NS_PER_MS));
	CHECK(settled(&c, at + 91 * NS_PER_MS, at + 90 * NS_PER_MS));
	CHECK_INT(c.seen.cause, KERNEL_TIMEOUT);
	CHECK_INT(c.seen.kernel, at);
	left(&c, WIRE_RST, at + 95 * NS_PER_MS);
	CHECK(c.rst_out == TIME_NONE);
	/* One that is stopped is not waited for. */
	c = missed(at);
	CHECK(settled(&c, at + 2 * NS_PER_S, at - NS_PER_MS));
}

/* A client connected, left and ended between two looks, and before what became of the connection was concluded. */
static void who_ends_at_once_was_connected(void)
{
	const nsec at = 2 * NS_PER_S;
	struct connection c = { .key = KEY };

	connection_begin(&c, &(const struct observer_setup){ 0 }, at);
	connection_looked(&c, NULL, at + 3 * NS_PER_MS, at + 3 * NS_PER_MS);
	CHECK(connection_must_wait(&c, at + 3 * NS_PER_MS, at));
	connection_over(&c, at + 4 * NS_PER_MS, true);
	CHECK(c.seen.established == TIME_NONE); /* its SYN was not answered */
	came(&c, WIRE_SYN | WIRE_ACK, at + NS_PER_MS);
	left(&c, WIRE_FIN, at + 2 * NS_PER_MS);
	connection_over(&c, at + 4 * NS_PER_MS, true);
	CHECK_INT(c.seen.established, at + NS_PER_MS);
	CHECK(c.seen.gone && c.seen.kernel == TIME_NONE && c.seen.closed == at + 4 * NS_PER_MS);
}

/* The link worker was held up between its stamp and the delivery; something was being repeated, whose timer was not due. */
static void a_late_rst_is_no_timeout(void)
{
	const nsec at = 2 * NS_PER_S;
	const struct diag_socket s = { .state = STATE_ESTABLISHED, .inode = 1, .cookie = THIS, .timer = 1, .retransmits = 1, .expires = 800 };
	struct connection c = { .key = KEY };

	connection_begin(&c, &(const struct observer_setup){ 0 }, NS_PER_S);
	came(&c, WIRE_RST, at - 30 * NS_PER_MS);
	connection_looked(&c, &s, at, at);
	connection_looked(&c, NULL, at + NS_PER_MS, at + NS_PER_MS);
	CHECK(settled(&c, at + 2 * NS_PER_MS, at + 2 * NS_PER_MS));
	CHECK_INT(c.seen.cause, KERNEL_RST);
	CHECK_INT(c.seen.err, ECONNRESET);
}

/* A server took a connection and was reset before anybody looked: the news of its socket says that there was one. */
static void a_server_reset_at_once_was_connected(void)
{
	const struct diag_socket s = { .state = STATE_CLOSE, .cookie = THIS, .ends.remote.ss_family = AF_INET };
	struct connection c = { .key = KEY };
	const nsec at = 2 * NS_PER_S;

	connection_begin(&c, &(const struct observer_setup){ .listens = true }, at);
	connection_looked(&c, NULL, at, at);
	came(&c, WIRE_RST, at + NS_PER_MS);
	CHECK(connection_must_wait(&c, at + NS_PER_MS, at + NS_PER_MS));
	connection_destroyed(&c, &s, at + 2 * NS_PER_MS);
	CHECK(settled(&c, at + 4 * NS_PER_MS, at + 4 * NS_PER_MS));
	CHECK(!c.seen.refused && c.seen.established != TIME_NONE && c.seen.closed != TIME_NONE);
}

static void print_time(const char *what, nsec at, nsec beside)
{
	if (at != TIME_NONE && beside)
		printf(" %s %+.3f", what, (double)(at - beside) / 1e6);
}

/* By how many ms it was observed after the program wrote it down. */
static void print_all(void)
{
	for (size_t i = 0; i < lanes_used; i++) {
		const struct lane *l = &lanes[i];
		const struct diary *d = l->diary;
		const struct observed *c = l->seen;

		printf("# %-26s", l->scene->name);
		if (c) {
			printf(" %-11s %3d", kernel_cause_name(c->cause), c->err);
			print_time("connected", c->established, d->connected);
			print_time("kernel", c->kernel, d->saw);
			print_time("shut", c->shut, d->saw);
			print_time("closing", c->closed, d->acting);
			print_time("closed", c->closed, d->acted);
		}
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	(void)argv;
	run_all();
	if (argc > 1)
		print_all();
	UNIT_CASE(everything_was_observed);
	UNIT_CASE(causes_are_what_they_are);
	UNIT_CASE(what_is_held_is_not_closed);
	UNIT_CASE(times_are_those_that_the_programs_wrote_down);
	UNIT_CASE(a_port_that_comes_again_is_another_connection);
	UNIT_CASE(what_an_ended_program_held_is_given_up);
	UNIT_CASE(hints_say_what_is_there_instead);
	UNIT_CASE(a_client_that_connects_elsewhere);
	UNIT_CASE(a_link_worker_that_does_not_run_is_behind);
	finish_all();
	UNIT_CASE(news_is_not_of_who_has_the_port_now);
	UNIT_CASE(a_replaced_one_has_no_cookie_of_another);
	UNIT_CASE(an_end_waits_for_its_packet);
	UNIT_CASE(a_reset_waits_for_a_link_worker);
	UNIT_CASE(a_timeout_waits_for_a_link_worker);
	UNIT_CASE(who_ends_at_once_was_connected);
	UNIT_CASE(a_late_rst_is_no_timeout);
	UNIT_CASE(a_server_reset_at_once_was_connected);
	return unit_end();
}
