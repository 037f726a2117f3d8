// SPDX-License-Identifier: MIT
/*
 * IP_RECVERR: an ICMP error becomes the socket's error at once. On an IPv6
 * socket both options are set, for IPv4-mapped peers.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "ask.h"
#include "option.h"
#include "predict.h"

static struct verdict arm(struct probe_context *l)
{
	int rc, domain = AF_INET;

	option_get(l->fd, SOL_SOCKET, SO_DOMAIN, &domain);
	rc = option_set(l->fd, SOL_IP, IP_RECVERR, 1);
	if (domain == AF_INET6)
		rc = option_set(l->fd, SOL_IPV6, IPV6_RECVERR, 1);
	if (rc)
		return verdict_unable(domain == AF_INET6 ? "setsockopt(IPV6_RECVERR)" :
			"setsockopt(IP_RECVERR)", -rc);
	return verdict_nothing();
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	(void)params;
	(void)interval;
	u->recverr = true;
}

const struct probe probe_icmp = {
	.name = "icmp",
	.call = "IP_RECVERR or IPV6_RECVERR",
	.summary = "makes an ICMP unreachable fatal at once",
	.text =
		"setsockopt(IP_RECVERR), and IPV6_RECVERR on an IPv6 socket. RFC 1122 has TCP take an "
		"ICMP unreachable for a hint: Linux only remembers it, to name it if the connection "
		"times out later. With this option it becomes the socket's error at once: EHOSTUNREACH, "
		"ENETUNREACH, ECONNREFUSED, or EACCES for `administratively prohibited` on IPv6. The "
		"probe waits for that.\n\n"
		"The probe sends nothing, and a router answers only what is sent. Linux believes an "
		"ICMP error if it quotes unacknowledged data or a pure ACK. So this side need not send "
		"data itself: when the peer sends some, the ACK is enough. A keepalive segment and a "
		"window probe lie one byte before the window, and an ICMP error about one of them is "
		"ignored. So while neither side sends data, the probe notices nothing: it needs a "
		"sending probe, or the application's own traffic, beside it.\n\n"
		"Many networks filter ICMP, and a host that lost power sends none. The price: a route "
		"that flaps for a second kills a connection that would have survived, and so does "
		"anybody who can forge a packet with the right numbers. The TCP state is still "
		"ESTABLISHED afterwards, and POLLHUP is not set. A FIN is not noticed.",
	.also = "hard ICMP errors",
	.code =
		"#include <netinet/in.h>\n"
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Once, on an established connection. On IPv4 sockets the first fails. */\n"
		"int watch_peer(int fd)\n"
		"{\n"
		"\tint on = 1;\n"
		"\n"
		"\tsetsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));\n"
		"\treturn setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));\n"
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
	.worst_case = worst_at_once,
	.arm = arm,
	.event = option_event,
};
