// SPDX-License-Identifier: MIT
/*
 * SO_KEEPALIVE: the kernel's timer decides, the probe only hears of it. It
 * also reads the count of unanswered segments in TCP_INFO, to raise a suspicion before the end.
 *
 * tcp_keepalive_timer() in net/ipv4/tcp_timer.c sends the first segment `idle` after
 * the last that came in, and gives up `intvl` after the last of `cnt`.
 */
#include <netinet/in.h>

#include "ask.h"
#include "option.h"
#include "predict.h"
#include "tcp/tcpinfo.h"

struct params {
	nsec idle, intvl;
	int64_t cnt;
};

struct state {
	nsec idle, intvl; /* as the kernel has them, `system` resolved */
	int cnt;
	unsigned seen;    /* segments in flight or unanswered at the last check */
	unsigned reported;    /* unanswered ones already reported; TCP_USER_TIMEOUT may let them pass cnt */
};

/* Two checks this far apart tell an unanswered segment from one just sent. */
#define CHECK_MIN (100 * NS_PER_MS)
/* Connections that were made one after the other are looked at together: of many, the wake-ups cost the most. */
#define TOGETHER (10 * NS_PER_MS)

static nsec check_interval(const struct state *s)
{
	return s->intvl / 4 < CHECK_MIN ? CHECK_MIN : s->intvl / 4;
}

static const struct param rows[] = {
	{ .name = "idle", .help = "silence before the first segment", .def = "5s",
	  .unit = UNIT_TIME, .system = true, .sysctl = "tcp_keepalive_time",
	  .min = KEEPALIVE_MIN, .max = KEEPALIVE_MAX,
	  .offset = offsetof(struct params, idle) },
	{ .name = "intvl", .help = "time between unanswered segments", .def = "3s",
	  .unit = UNIT_TIME, .system = true, .sysctl = "tcp_keepalive_intvl",
	  .min = KEEPALIVE_MIN, .max = KEEPALIVE_MAX,
	  .offset = offsetof(struct params, intvl) },
	{ .name = "cnt", .help = "unanswered segments that mean dead", .def = "3",
	  .unit = UNIT_COUNT, .system = true, .sysctl = "tcp_keepalive_probes",
	  .min = 1, .max = KEEPALIVE_CNT_MAX,
	  .offset = offsetof(struct params, cnt) },
	{ 0 },
};

static int check(const void *params, struct error *e)
{
	const struct params *p = params;

	if (option_whole("idle", p->idle, NS_PER_S, e))
		return -1;
	return option_whole("intvl", p->intvl, NS_PER_S, e);
}

static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;
	nsec idle = p->idle == PARAM_SYSTEM ? path->sys->keepalive_time : p->idle;
	nsec intvl = p->intvl == PARAM_SYSTEM ? path->sys->keepalive_intvl : p->intvl;
	int64_t cnt = p->cnt == PARAM_SYSTEM ? path->sys->keepalive_probes : p->cnt;

	(void)interval;
	return ns_add(ns_max(idle, intvl), ns_times(intvl, cnt)); /* the timer is set for intvl when a segment is sent */
}

static void check_after(struct probe_context *l, nsec delay)
{
	nsec at = ns_add(clock_now(), delay);

	probe_wake_at(l, ns_add(at, TOGETHER - at % TOGETHER));
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	struct verdict v = option_keepalive(l, p->idle, p->intvl, p->cnt);
	int idle = 0, intvl = 0;

	if (v.kind == VERDICT_UNABLE)
		return v;
	option_get(l->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle);
	option_get(l->fd, IPPROTO_TCP, TCP_KEEPINTVL, &intvl);
	option_get(l->fd, IPPROTO_TCP, TCP_KEEPCNT, &s->cnt);
	s->idle = idle * NS_PER_S;
	s->intvl = intvl * NS_PER_S;
	check_after(l, s->idle + check_interval(s));
	return v;
}

/* When a segment could at the earliest be unanswered: not before the silence has
 * lasted `idle`. While the peer speaks, that keeps this probe asleep. */
static nsec next_check(const struct state *s, const struct tcp_info *ti)
{
	uint32_t ms = ti->tcpi_last_ack_recv < ti->tcpi_last_data_recv ?
		ti->tcpi_last_ack_recv : ti->tcpi_last_data_recv;
	nsec silence = (nsec)ms * NS_PER_MS;

	if (s->seen || silence >= s->idle)
		return check_interval(s);
	return s->idle - silence + check_interval(s);
}

static struct verdict tick(struct probe_context *l)
{
	struct state *s = l->state;
	unsigned before = s->seen, unanswered;
	struct tcp_info ti;
	bool grown;

	if (tcpinfo_up_to(l->fd, &ti, tcpi_last_ack_recv))
		return verdict_nothing();
	/* The same field counts window probes: those are sent with data in the queue. */
	s->seen = ti.tcpi_probes && !ask_queued(l->fd) ? ti.tcpi_probes : 0;
	check_after(l, next_check(s, &ti));
	unanswered = before < s->seen ? before : s->seen;
	grown = unanswered > s->reported;
	s->reported = unanswered;
	if (!grown || unanswered > (unsigned)s->cnt)
		return verdict_nothing();
	return verdict_suspect("getsockopt(TCP_INFO)", "%u of %d probes unanswered", unanswered, s->cnt);
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	(void)interval;
	u->keepalive = true;
	u->idle = p->idle;
	u->intvl = p->intvl;
	u->cnt = p->cnt;
}

const struct probe probe_keepalive = {
	.name = "keepalive",
	.call = "SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT",
	.summary = "has the kernel probe the peer's kernel, and waits for the error",
	.text =
		"setsockopt() turns keepalive on. After `idle` of silence the kernel sends a segment "
		"without data that the peer's kernel must answer. Unanswered, it is sent again each "
		"`intvl`; `intvl` after the last of `cnt`, the connection fails with ETIMEDOUT: idle + "
		"cnt * intvl after the last sign of life. Where `intvl` is longer than `idle`, an answered "
		"segment is followed by the next after `intvl`, and so the end comes later by what it is "
		"longer. An RST in answer (the peer's host came back "
		"without its memory) ends the connection at once.\n\n"
		"It proves the path and the peer's kernel, not the application: the kernel of a stopped "
		"or stuck process still acknowledges. The option has no call of its own, so only the "
		"socket's error is noticed here, never a FIN. A peer that closed goes unnoticed until "
		"its kernel has dropped the connection (a minute on Linux: tcp_fin_timeout) and answers "
		"with an RST. Before the end, the count of unanswered segments is read from TCP_INFO "
		"and reported.\n\n"
		"Data blind it. While anything is unacknowledged or queued, the timer re-arms and sends "
		"nothing, and the far longer retransmission timeout decides (user-timeout shortens "
		"that). The kernel never gives up a peer that closes its window but still answers. Lost "
		"segments on a bad path can kill a live connection when `cnt` is small.\n\n"
		"The kernel's own defaults are 2 hours, 75 seconds and 9, for every program that turns "
		"keepalive on and sets nothing else. Middleboxes drop an idle connection from their "
		"tables long before that: AWS's NLB and NAT gateway after 350 s, Azure's load balancer "
		"after 4 min, GCP after 10 min, many firewalls after 1 h. A shorter `idle` keeps the "
		"connection in their tables.",
	.also = "TCP keepalive, half-open detection, dead peer detection",
	.who =
		"Go\tnet.Dial and net.Listen: 15 s, 15 s, 9, dead after 2 min 30 s; http.DefaultTransport: 30 s, 15 s, 9 "
		"since Go 1.23, with 30 s, 30 s before\n"
		"Redis\ttcp-keepalive, 300 s by default: 300 s, 100 s, 3, dead after 10 min\n"
		"Envoy\ttcp_keepalive of a cluster, socket_options of a listener\n"
		"PostgreSQL, libpq\ttcp_keepalives_idle, keepalives_idle and their relatives\n"
		"OpenSSH\tTCPKeepAlive, on by default; the times are the system's",
	.code =
		"#include <netinet/in.h>\n"
		"#include <netinet/tcp.h>\n"
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"static int set(int fd, int level, int name, int value)\n"
		"{\n"
		"\treturn setsockopt(fd, level, name, &value, sizeof(value));\n"
		"}\n"
		"\n"
		"/* Once, on an established connection. */\n"
		"int watch_peer(int fd)\n"
		"{\n"
		"\tint failed = 0;\n"
		"\n"
		"\tfailed |= set(fd, IPPROTO_TCP, TCP_KEEPIDLE, @idle:s@);\n"
		"\tfailed |= set(fd, IPPROTO_TCP, TCP_KEEPINTVL, @intvl:s@);\n"
		"\tfailed |= set(fd, IPPROTO_TCP, TCP_KEEPCNT, @cnt@);\n"
		"\tfailed |= set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);\n"
		"\treturn failed;\n"
		"}\n"
		"\n"
		"/* When the socket wakes; a read or a write would fail then, too. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd };\n"
		"\n"
		"\treturn poll(&p, 1, 0) > 0 && (p.revents & POLLERR);\n"
		"}\n",
	.traits = ONLY_SETS_OPTION | SENDS_SEGMENTS | TAKES_ERROR,
	.use = use,
	.predict = predict_option,
	.params = rows,
	.lab = { "idle=1s:intvl=1s:cnt=2" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.check = check,
	.arm = arm,
	.event = option_event,
	.tick = tick,
};
