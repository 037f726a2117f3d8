// SPDX-License-Identifier: MIT
/*
 * TCP_USER_TIMEOUT and nothing else. It sends nothing, so on an idle connection
 * nothing is ever overdue and it never notices anything.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "option.h"
#include "predict.h"

struct params {
	nsec after;
};

static const struct param rows[] = {
	{ .name = "after", .help = "how long data may stay unacknowledged", .def = "10s",
	  .unit = UNIT_TIME, .system = true, .sysctl = "tcp_retries2 tcp_rto_max_ms tcp_rto_min_us",
	  .min = NS_PER_MS, .max = INT32_MAX * NS_PER_MS,
	  .offset = offsetof(struct params, after) },
	{ 0 },
};

static int check(const void *params, struct error *e)
{
	const struct params *p = params;

	return option_whole("after", p->after, NS_PER_MS, e);
}

/*
 * With data in flight: after a loss probe and a timeout. A closed window, with `system`, has a count of probes, and is not in here (see
 * the text).
 */
static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;
	const struct tcp_path known = path_or_slow(path);

	(void)interval;
	return give_up_in_flight(p->after == PARAM_SYSTEM ? 0 : p->after, &known, LATEST);
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	int rc;

	if (p->after == PARAM_SYSTEM)
		return verdict_nothing();
	rc = option_set(l->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, p->after / NS_PER_MS);
	return rc ? verdict_unable("setsockopt(TCP_USER_TIMEOUT)", -rc) : verdict_nothing();
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	(void)interval;
	u->user_timeout = p->after;
}

const struct probe probe_user_timeout = {
	.name = "user-timeout",
	.call = "TCP_USER_TIMEOUT",
	.summary = "has the kernel give up when data stay unacknowledged",
	.text =
		"setsockopt(TCP_USER_TIMEOUT), RFC 5482: when data are not acknowledged for `after`, "
		"the kernel ends the connection with ETIMEDOUT, instead of after the quarter of an hour "
		"that tcp_retries2 allows. The probe waits for that error.\n\n"
		"Alone it sends nothing, so on an idle connection it does nothing: there must be data "
		"in flight. The clock starts when the first retransmission timeout expires. Before that "
		"a lone segment is sent again as a loss probe, so the end comes about two such timeouts "
		"later than `after`: 0.4 s on a quick path, and more where the sysctl tcp_rto_min_us or "
		"a route's rto_min is greater.\n\n"
		"With keepalive on the same socket it is checked only when a keepalive timer fires, and "
		"then replaces the count of segments. It also ends a connection whose peer answers "
		"window probes but takes no data, which keepalive never does: a live peer that does not "
		"read for longer than `after` is killed. A FIN is no error and is not noticed.\n\n"
		"With `after=system`, data in flight are given up by the first timer after tcp_retries2 "
		"timeouts would be over: up to one backoff interval later, tcp_rto_max_ms at most. A "
		"closed window is given up after tcp_retries2 unanswered probes, whatever `after` is, "
		"if that comes first. The longer the window was closed before the peer fell silent, the "
		"further apart the probes are: up to half an hour in all.\n\n"
		"It is usually set beside keepalive, to cover the time when keepalive is silent.",
	.also = "TCP user timeout (RFC 5482), tcp-ut, TCP_RXT_CONNDROPTIME (macOS)",
	.who =
		"gRPC\tthe keepalive timeout, 20 s by default, is set as TCP_USER_TIMEOUT, too: in servers, and in "
		"clients with keepalive\n"
		"libpq since 12\ttcp_user_timeout\n"
		"HAProxy\ttcp-ut, on bind and server lines\n"
		"Cassandra since 4.0\tinternode_tcp_user_timeout (4.0: with _in_ms), 30 s\n"
		"hiredis\tredisSetTcpUserTimeout()",
	.code =
		"#include <netinet/in.h>\n"
		"#include <netinet/tcp.h>\n"
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Once, on an established connection. Milliseconds; 0 is the system's. */\n"
		"int watch_peer(int fd)\n"
		"{\n"
		"\tunsigned after = @after:ms0@;\n"
		"\n"
		"\treturn setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,\n"
		"\t\t&after, sizeof(after));\n"
		"}\n"
		"\n"
		"/* When the socket wakes, after something was sent. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd };\n"
		"\n"
		"\treturn poll(&p, 1, 0) > 0 && (p.revents & POLLERR);\n"
		"}\n",
	.traits = ONLY_SETS_OPTION | TAKES_ERROR,
	.use = use,
	.predict = predict_option,
	.params = rows,
	.lab = { "after=3s" },
	.params_size = sizeof(struct params),
	.worst_case = worst_case,
	.check = check,
	.arm = arm,
	.event = option_event,
};
