// SPDX-License-Identifier: MIT
/* What socket options promise: every fault against a table of options, and the options of a socket. */
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faults/fault.h"
#include "plan/spec.h"
#include "program/promise.h"

static const struct sysctls sys = {
	.keepalive_time = 7200 * NS_PER_S, .keepalive_intvl = 75 * NS_PER_S, .keepalive_probes = 9, .retries2 = 15,
	.rto_max = 120 * NS_PER_S, .rto_min = 200 * NS_PER_MS, .fin_timeout = 60 * NS_PER_S, .tick = 4 * NS_PER_MS,
};

enum { NONE, ALIVE, LIMIT, BOTH, ICMP, UNKNOWN, SHORT, HASTY };

static const struct socket_options options[] = {
	[NONE] = { .known = true },
	[ALIVE] = { .known = true, .keepalive = true, .idle = 5 * NS_PER_S, .intvl = NS_PER_S, .cnt = 3 },
	[LIMIT] = { .known = true, .user_timeout = 3 * NS_PER_S },
	[BOTH] = { .known = true, .keepalive = true, .idle = 5 * NS_PER_S, .intvl = NS_PER_S, .cnt = 3, .user_timeout = 3 * NS_PER_S },
	[ICMP] = { .known = true, .recverr = true },
	[UNKNOWN] = { .known = false, .why = "not permitted" },
	[SHORT] = { .known = true, .keepalive = true, .idle = NS_PER_S, .intvl = NS_PER_S, .cnt = 2 },
	[HASTY] = { .known = true, .keepalive = true, .idle = NS_PER_S, .intvl = NS_PER_S, .cnt = 1, .user_timeout = 500 * NS_PER_MS },
};

static const struct event_result nothing = { .result = MISSED, .reaction = { .kernel = TIME_NONE } };

static struct predicted promise(const char *fault, int o, bool wrote, const struct event_result *r, nsec after, char text[160])
{
	const struct circumstances around = { .path.sys = &sys, .age = NS_NEVER, .lasts = NS_NEVER };
	struct chosen_fault f = { .fault = NULL };
	struct predicted p = { .known = false };
	struct error e;

	CHECK(!fault_parse(&f, fault, strlen(fault), &e));
	promise_fill(&options[o], &f, &around, wrote, r, after, &p, text, 160);
	free(f.params);
	free(f.spec);
	return p;
}

#define FIN "a FIN tells at once who reads, whatever its options"
#define RST "an RST tells at once, whatever its options"
#define NEVER "no keepalive, no user timeout: nothing will ever tell it"
#define IDLE "its user timeout of 3s needs data in flight: with none, nothing will ever tell it"
#define KERNEL "the peer's kernel answers for its process: nothing will ever tell it"
#define PATH "its keepalive sees the path, not the process: nothing will ever tell it"
#define HALF "a FIN says only that no more comes: no option tells whether the peer lives"
#define LIVES "the peer answers: no option ends a living connection"
#define EIGHT "its keepalive of 5/1/3 promises 8.00s"
#define SIX "its keepalive of 5/1/3 and user timeout of 3s promise 6.00s"
#define WRITE "its user timeout of 3s promises 3.43s from its write"
#define RETRIES "tcp_retries2 of 15 promises 15m40s from its write"
#define SILENCED "data in flight silence its keepalive: tcp_retries2 of 15 promises 15m40s from its write"
#define FIVE "its keepalive of 5/1/3 promises 5.00s: an RST answers it"
#define FIVE_BOTH "its keepalive of 5/1/3 and user timeout of 3s promise 5.00s: an RST answers it"
#define DATA "its next data are answered with an RST, whatever its options"
#define FULL "its user timeout of 3s promises 3.43s with a closed window"
#define PROBING "tcp_retries2 of 15 promises 17m41s with a closed window"
#define BACK "what it retransmits is answered with an RST when the silence is over, unless given up before"
#define FATAL "its IP_RECVERR makes the ICMP error fatal, which answers its next data"

/* Idle, and with something written: what each of the first five options promises. */
static const struct {
	const char *fault;
	enum result idle, wrote; /* of no options */
	const char *text[2][5];
} table[] = {
	{ "none", STAYED_ALIVE, STAYED_ALIVE, { { LIVES, LIVES, LIVES, LIVES, LIVES }, { LIVES, LIVES, LIVES, LIVES, LIVES } } },
	{ "close", NOTICED, NOTICED, { { FIN, FIN, FIN, FIN, FIN }, { FIN, FIN, FIN, FIN, FIN } } },
	{ "kill", NOTICED, NOTICED, { { "a FIN, or with unread data an RST, tells at once who reads, whatever its options" }, { NULL } } },
	{ "rst", NOTICED, NOTICED, { { RST, RST, RST, RST, RST }, { RST, RST, RST, RST, RST } } },
	{ "close-unread", NOTICED, NOTICED, { { RST, RST, RST, RST, RST }, { RST, RST, RST, RST, RST } } },
	{ "data-then-close", NOTICED, NOTICED, { { FIN, FIN, FIN, FIN, FIN }, { FIN, FIN, FIN, FIN, FIN } } },
	{ "data-then-rst", NOTICED, NOTICED, { { RST, RST, RST, RST, RST }, { RST, RST, RST, RST, RST } } },
	{ "half-close", FALSE_ALARM, FALSE_ALARM, { { HALF, HALF, HALF, HALF, HALF }, { HALF, HALF, HALF, HALF, HALF } } },
	{ "freeze", MISSED, MISSED, { { KERNEL, PATH, KERNEL, PATH, KERNEL }, { KERNEL, PATH, KERNEL, PATH, KERNEL } } },
	{ "zero-window", MISSED, MISSED, { { KERNEL, PATH, FULL, FULL, KERNEL }, { KERNEL, PATH, FULL, FULL, KERNEL } } },
	{ "zero-window-drop", NOTICED, NOTICED, { { PROBING, PROBING, FULL, FULL, PROBING }, { PROBING, PROBING, FULL, FULL, PROBING } } },
	{ "drop", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
	{ "drop-in", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
	{ "drop-out", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
	{ "reboot", MISSED, NOTICED, { { NEVER, FIVE, IDLE, FIVE_BOTH, NEVER }, { DATA, DATA, DATA, DATA, DATA } } },
	{ "reboot-late", MISSED, NOTICED, { { NEVER, FIVE, IDLE, FIVE_BOTH, NEVER }, { BACK, BACK, BACK, BACK, BACK } } },
	{ "icmp-host", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, FATAL } } },
	{ "icmp-port", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, FATAL } } },
	{ "icmp-admin", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, FATAL } } },
	{ "rst-injected", MISSED, NOTICED, { { NEVER, FIVE, IDLE, FIVE_BOTH, NEVER }, { DATA, DATA, DATA, DATA, DATA } } },
	{ "forget", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
	{ "flap", STAYED_ALIVE, STAYED_ALIVE, {
		{ "no keepalive, no user timeout: nothing minds the silence", "its keepalive of 5/1/3 outlasts the silence",
		  "its user timeout needs data in flight: nothing minds the silence",
		  "its keepalive of 5/1/3 and user timeout of 3s may end a living connection before the silence is over" },
		{ "tcp_retries2 of 15 outlasts the silence", NULL, "its user timeout of 3s outlasts the silence" } } },
	{ "link-down", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
	{ "addr-gone", MISSED, NOTICED, { { NEVER, EIGHT, IDLE, SIX, NEVER }, { RETRIES, SILENCED, WRITE, WRITE, RETRIES } } },
};
#define ROWS (sizeof(table) / sizeof(*table))

static void every_fault(void)
{
	char text[160];

	CHECK_INT(ROWS, faults_count);
	for (size_t i = 0; i < ROWS; i++)
		for (int wrote = 0; wrote < 2; wrote++) {
			CHECK_INT(promise(table[i].fault, NONE, wrote, &nothing, TIME_NONE, text).result,
				  wrote ? table[i].wrote : table[i].idle);
			for (int o = NONE; o <= ICMP; o++) {
				CHECK(promise(table[i].fault, o, wrote, &nothing, TIME_NONE, text).known);
				if (table[i].text[wrote][o])
					CHECK_TEXT(text, table[i].text[wrote][o]);
			}
		}
}

/* What it met is known from what was measured. */
static void a_path_that_forgets(void)
{
	static const struct event_result kept = { .result = STAYED_ALIVE, .reaction = { .kernel = TIME_NONE } };
	char text[160];

	CHECK_INT(promise("forget:idle=10s", ALIVE, false, &kept, TIME_NONE, text).result, STAYED_ALIVE);
	CHECK_TEXT(text, "its keepalive of 5/1/3 keeps the connection in the path's memory");
	CHECK_INT(promise("forget:idle=10s", NONE, true, &kept, TIME_NONE, text).result, STAYED_ALIVE);
	CHECK_TEXT(text, "one end or the other sent often enough for the path not to forget the connection");
	CHECK_INT(promise("forget:how=rst", ALIVE, false, &nothing, TIME_NONE, text).result, NOTICED);
	CHECK_TEXT(text, FIVE);
	promise("forget:how=rst", ALIVE, true, &nothing, TIME_NONE, text);
	CHECK_TEXT(text, DATA);
}

/* On an idle connection keepalive's timers decide; an eighth may be added to what is promised. */
static void times(void)
{
	char text[160];
	struct predicted p = promise("drop", SHORT, false, &nothing, TIME_NONE, text);

	CHECK_TEXT(text, "its keepalive of 1/1/2 promises 3.00s");
	CHECK(p.by > 3 * NS_PER_S && p.by < 3400 * NS_PER_MS);
	p = promise("reboot-late", HASTY, false, &nothing, TIME_NONE, text);
	CHECK_TEXT(text, "its keepalive of 1/1/1 and user timeout of 500ms promise 2.00s");
	promise("flap:for=10s", SHORT, false, &nothing, TIME_NONE, text);
	CHECK_TEXT(text, "its keepalive of 1/1/2 ends a living connection: the silence is longer");
	p = promise("drop", UNKNOWN, false, &nothing, TIME_NONE, text);
	CHECK(!p.known);
	CHECK_TEXT(text, "its socket options could not be read: not permitted");
}

static void beside_what_was_measured(void)
{
	struct event_result r = { .result = NOTICED, .reaction = { .connections = 1, .told = 1, .kernel = 8 * NS_PER_S } };
	char text[160];

	promise("drop", ALIVE, false, &r, 8100 * NS_PER_MS, text);
	CHECK_TEXT(text, EIGHT "; measured 8.10s");
	r.reaction.told = 0;
	r.reaction.kernel = TIME_NONE;
	promise("freeze", ALIVE, false, &r, 8100 * NS_PER_MS, text);
	CHECK_TEXT(text, "its keepalive sees the path, not the process: nothing but its own timer tells it");
	r = (struct event_result){ .result = MISSED, .reaction = { .connections = 1, .told = 1, .kernel = 8 * NS_PER_S } };
	promise("drop", ALIVE, false, &r, TIME_NONE, text);
	CHECK_TEXT(text, EIGHT "; its kernel knew after 8.00s");
}

static int socket_with(int family, int level, int recverr)
{
	const int on = 1, idle = 5, intvl = 1, cnt = 3, limit = 3000;
	int fd = socket(family, SOCK_STREAM, IPPROTO_TCP);

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &intvl, sizeof(intvl));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &cnt, sizeof(cnt));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
	setsockopt(fd, level, recverr, &on, sizeof(on));
	return fd;
}

static void options_of(int fd)
{
	struct socket_options o;

	CHECK_INT(options_read(fd, &o), 0);
	CHECK(o.known && o.keepalive && o.recverr);
	CHECK_INT(o.idle, 5 * NS_PER_S);
	CHECK_INT(o.intvl, NS_PER_S);
	CHECK_INT(o.cnt, 3);
	CHECK_INT(o.user_timeout, 3 * NS_PER_S);
	close(fd);
}

static void reading(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	struct socket_options o;

	CHECK_INT(options_read(fd, &o), 0);
	CHECK(o.known && !o.keepalive && !o.recverr && !o.user_timeout);
	close(fd);
	CHECK_INT(options_read(-1, &o), -EBADF);
	CHECK(!o.known && *o.why);
	options_of(socket_with(AF_INET, IPPROTO_IP, IP_RECVERR));
	fd = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
	if (fd < 0)
		return; /* a kernel without IPv6 */
	close(fd);
	options_of(socket_with(AF_INET6, IPPROTO_IPV6, IPV6_RECVERR));
	options_of(socket_with(AF_INET6, IPPROTO_IP, IP_RECVERR)); /* of an IPv4 client */
}

int main(void)
{
	UNIT_CASE(every_fault);
	UNIT_CASE(a_path_that_forgets);
	UNIT_CASE(times);
	UNIT_CASE(beside_what_was_measured);
	UNIT_CASE(reading);
	return unit_end();
}
