// SPDX-License-Identifier: MIT
/* Known limits, a row each: defaults as their documents name them. */
#include "known.h"

#include <stdio.h>
#include <string.h>

#define LEEWAY 50 /* a limit that lies outside by one part in so many may still be that: their timers are coarse */

/* How they forget, where it is known. */

enum known_how { BY_PATH, BY_RST, BY_CLOSE };

static const struct {
	const char *whose;
	nsec limit;
	enum known_how how;
} known[] = {
	/* https://aws.amazon.com/blogs/networking-and-content-delivery/introducing-nlb-tcp-configurable-idle-timeout/ */
	{ "an AWS Network Load Balancer", 350 * NS_PER_S, BY_RST },
	/* https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html */
	{ "an AWS NAT gateway", 350 * NS_PER_S, BY_RST },
	/* https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html */
	{ "an AWS Application Load Balancer", 60 * NS_PER_S, BY_CLOSE },
	/* https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset: silently, or by RST at the end of the silence */
	{ "an Azure Load Balancer", 240 * NS_PER_S, BY_PATH },
	/* https://cloud.google.com/compute/docs/troubleshooting/general-tips: idle connections */
	{ "Google Cloud's connection tracking", 600 * NS_PER_S, BY_PATH },
	/* Linux, net/netfilter/ipvs/ip_vs_proto_tcp.c: tcp_timeouts */
	{ "Linux IPVS", 900 * NS_PER_S, BY_PATH },
	/* https://www.cisco.com/c/en/us/td/docs/security/asa/asa91/configuration/firewall/asa_91_firewall_config/conns_connlimits.html */
	{ "a Cisco ASA", 3600 * NS_PER_S, BY_PATH },
	/* https://community.fortinet.com/t5/FortiGate/Technical-Tip-Default-session-timeout-value-session-ttl/ta-p/194357 */
	{ "a FortiGate", 3600 * NS_PER_S, BY_PATH },
	/* RFC 5382, REQ-5: not less than 2 hours 4 minutes */
	{ "a NAT as RFC 5382 wants it", 7440 * NS_PER_S, BY_PATH },
	/* Linux, net/netfilter/nf_conntrack_proto_tcp.c: tcp_timeouts */
	{ "Linux conntrack", 432000 * NS_PER_S, BY_PATH },
	/* https://nginx.org/en/docs/http/ngx_http_core_module.html: keepalive_timeout, client_header_timeout */
	{ "nginx's keepalive_timeout", 75 * NS_PER_S, BY_CLOSE },
	{ "nginx's client_header_timeout", 60 * NS_PER_S, BY_CLOSE },
	/* sshd_config(5): LoginGraceTime */
	{ "OpenSSH's LoginGraceTime", 120 * NS_PER_S, BY_CLOSE },
	/* https://www.postgresql.org/docs/current/runtime-config-connection.html: authentication_timeout */
	{ "PostgreSQL's authentication_timeout", 60 * NS_PER_S, BY_CLOSE },
	/* https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html: connect_timeout */
	{ "MySQL's connect_timeout", 10 * NS_PER_S, BY_CLOSE },
	/* https://httpd.apache.org/docs/2.4/mod/core.html: KeepAliveTimeout */
	{ "Apache httpd's KeepAliveTimeout", 5 * NS_PER_S, BY_CLOSE },
	/* https://nodejs.org/api/http.html: server.keepAliveTimeout */
	{ "Node.js's keepAliveTimeout", 5 * NS_PER_S, BY_CLOSE },
};

static bool forgets_so(enum known_how known_how, enum forgetting how)
{
	switch (known_how) {
	case BY_RST:
		return how == FORGETS_BY_RST;
	case BY_CLOSE:
		return how == FORGETS_BY_PEER || how == FORGETS_BY_FIN;
	case BY_PATH:
		break;
	}
	return how == FORGETS_BY_RST || how == FORGETS_SILENTLY;
}

void known_limits(char *to, size_t room, const struct bracket *b, enum forgetting how)
{
	size_t used = 0;

	*to = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(*known) && used < room; i++) {
		nsec leeway = known[i].limit / LEEWAY;

		if (b->at_most == NS_NEVER || known[i].limit < b->at_least - leeway || known[i].limit > b->at_most + leeway ||
		    !forgets_so(known[i].how, how))
			continue;
		used += (size_t)snprintf(to + used, room - used, "%s%s", used ? ", " : "", known[i].whose);
	}
}
