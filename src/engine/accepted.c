// SPDX-License-Identifier: MIT
/* Counts what came without data, and compares with when a SYN-ACK is repeated. */
#include "accepted.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "tcp/tcpinfo.h"

#define LOOK_EVERY (250 * NS_PER_MS)
#define TOLERANCE (150 * NS_PER_MS)
#define REPEATS 5 /* net.ipv4.tcp_synack_retries */
#define SURE (2250 * NS_PER_MS) /* a peer's keepalive segment each second has come twice, a SYN-ACK once */

/* The value below the name in a table of two lines, "TcpExt: A B" and "TcpExt: 1 2"; -1 without. */
static int64_t value_below(char *table, const char *name)
{
	char *names = table, *values = strchr(table, '\n'), *a, *b;

	if (!values)
		return -1;
	*values++ = '\0';
	values[strcspn(values, "\n")] = '\0';
	a = strtok_r(names, " ", &names);
	b = strtok_r(values, " ", &values);
	for (; a && b; a = strtok_r(NULL, " ", &names), b = strtok_r(NULL, " ", &values))
		if (!strcmp(a, name))
			return strtoll(b, NULL, 10);
	return -1;
}

static int64_t count_challenges(void)
{
	char table[8192];
	int fd = open("/proc/net/netstat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, table, sizeof(table) - 1);

	if (fd >= 0)
		close(fd);
	table[n > 0 ? n : 0] = '\0';
	return value_below(table, "TCPSYNChallenge");
}

/* How often a SYN-ACK is repeated within that time. */
static uint32_t repeats(nsec age)
{
	uint32_t n = 0;

	while (n < REPEATS && age >= (((nsec)2 << n) - 1) * NS_PER_S)
		n++;
	return n;
}

enum looks { TOO_EARLY, LOOKS_ACCEPTED, LOOKS_REPEATED };

static enum looks look_at(const struct conn *c, nsec now)
{
	nsec age = now - c->accept.since;
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);
	uint32_t came;

	if (!tcpinfo_has(len, tcpi_data_segs_in) || ti.tcpi_state == STATE_CLOSE_WAIT)
		return LOOKS_ACCEPTED; /* only who was established sends a FIN */
	came = ti.tcpi_segs_in - c->accept.segs_in;
	if (ti.tcpi_data_segs_in || ti.tcpi_bytes_acked > c->accept.bytes_acked ||
	    ti.tcpi_last_ack_recv * NS_PER_MS < age - TOLERANCE)
		return LOOKS_ACCEPTED;
	if (!repeats(age - TOLERANCE))
		return TOO_EARLY;
	return came >= repeats(age - TOLERANCE) && came <= repeats(age + TOLERANCE) ? LOOKS_REPEATED : LOOKS_ACCEPTED;
}

static void tell(struct conn *c, bool refused, nsec now)
{
	struct event *e = conn_event(c, EVENT_NOTE, now);

	c->accept.refused = refused;
	snprintf(e->note, sizeof(e->note), "%s", refused ? NOT_ACCEPTED : "accepted by the peer after all");
}

/* Is it still to be looked at? */
static bool check(struct conn *c, nsec now, bool challenged)
{
	enum looks looks;

	if (!c->established || c->accept.known || c->kernel.closed)
		return false;
	looks = look_at(c, now);
	c->accept.perhaps = looks == LOOKS_REPEATED && challenged;
	if (c->accept.perhaps && !c->accept.refused && now - c->accept.since >= SURE)
		tell(c, true, now);
	if (looks == LOOKS_ACCEPTED && c->accept.refused)
		tell(c, false, now);
	c->accept.known = looks == LOOKS_ACCEPTED;
	return !c->accept.known;
}

static void look(struct timer *t, nsec now)
{
	struct accepted *a = container_of(t, struct accepted, timer);
	int64_t challenges = count_challenges();
	bool challenged = a->challenges >= 0 && challenges > a->challenges, more = false;

	for (struct watch *w = a->watches; w < a->watches + a->n; w++)
		for (size_t i = 0; w->phase < JUDGING && i < w->nconns; i++)
			more |= check(&w->conns[i], now, challenged) || w->phase == FORMING;
	if (more)
		timer_set(&a->watches->run->loop, t, now + LOOK_EVERY);
}

void accepted_start(struct accepted *a, struct watch *watches, size_t n)
{
	*a = (struct accepted){ .watches = watches, .n = n, .challenges = count_challenges(), .timer.fire = look };
	timer_set(&watches->run->loop, &a->timer, clock_now() + LOOK_EVERY);
}

void accepted_judge(struct conn *c)
{
	if (!c->accept.refused && !c->accept.perhaps)
		return;
	check(c, clock_now(), true);
	if (c->accept.perhaps && !c->accept.refused)
		tell(c, true, clock_now());
}
