// SPDX-License-Identifier: MIT
/*
 * A connection that is gone from this kernel was reset: by the other end, or by this one in answer to what the other
 * end sent behind the peer's FIN. Which of the two it was is told by the count of the RSTs that this kernel sends.
 */
#include "other.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/tcpinfo.h"

#define TIMER_FORGETS 3 /* idiag_timer */
#define GRAIN (10 * NS_PER_MS) /* of an age in TCP_INFO: a jiffy, which is 10 ms at the most */
#define WRITTEN_OFF 5   /* so many retransmissions, and it may have been this kernel that gave up */

nsec other_since(const struct tcp_info *ti, nsec now)
{
	const nsec age = ti->tcpi_last_data_sent * NS_PER_MS;

	return age > GRAIN ? now - age + GRAIN : now;
}

struct other other_new(const struct diag_ends *ends, nsec since)
{
	struct other o = { .ends = *ends, .since = since, .at = TIME_NONE, .missing = TIME_NONE, .forgotten = TIME_NONE };

	/* A socket whose other end is a link-local address is bound to that link. */
	if (!o.ends.device && ends->remote.ss_family == AF_INET6)
		o.ends.device = ((const struct sockaddr_in6 *)&ends->remote)->sin6_scope_id;
	return o;
}

/* The number below that name: two lines of words, the first of them names. */
static int64_t column(char *names, char *numbers, const char *name)
{
	char *rest[2];
	const char *word = strtok_r(names, " \n", &rest[0]), *number = strtok_r(numbers, " \n", &rest[1]);

	while (word && number) {
		if (!strcmp(word, name))
			return strtoll(number, NULL, 10);
		word = strtok_r(NULL, " \n", &rest[0]);
		number = strtok_r(NULL, " \n", &rest[1]);
	}
	return -1;
}

int64_t other_resets(void)
{
	FILE *f = fopen("/proc/self/net/snmp", "re");
	char names[1024], numbers[1024];
	int64_t n = -1;

	if (!f)
		return -1;
	while (n < 0 && fgets(names, sizeof(names), f) && fgets(numbers, sizeof(numbers), f))
		if (!strncmp(names, "Tcp:", 4))
			n = column(names, numbers, "OutRsts");
	fclose(f);
	return n;
}

static void end(struct other *o, enum seen seen, nsec at, const char *blind)
{
	o->seen = seen;
	o->at = at;
	o->blind = blind;
}

/* While a connection goes over to TIME_WAIT, sock_diag may miss it once. What was sent until then decides. */
static void vanished(struct other *o, const struct look *l, nsec now)
{
	if (o->missing == TIME_NONE) {
		o->missing = now;
		o->reset_here = l->resets < 0 || other_resets() != l->resets;
	} else if (l->deaf) {
		end(o, SEEN_NOTHING, o->missing, "this end was deaf, and has lost the connection");
	} else if (!l->keeps) {
		end(o, SEEN_NOTHING, o->missing, "this end has reset or lost the connection");
	} else if (o->forgotten != TIME_NONE && o->missing >= o->forgotten) {
		end(o, SEEN_NOTHING, o->missing, "this kernel has forgotten the connection (tcp_fin_timeout)");
	} else if (o->reset_here) {
		end(o, SEEN_NOTHING, o->missing, "this end has reset the connection");
	} else {
		end(o, SEEN_RESET, o->missing, NULL);
	}
}

static void look_at_state(struct other *o, const struct diag_socket *s, nsec now)
{
	switch (s->state) {
	case STATE_FIN_WAIT2:
		o->told = true;
		break;
	case STATE_TIME_WAIT:
		o->told = true;
		end(o, SEEN_CLOSED, now, NULL);
		break;
	case STATE_CLOSE_WAIT:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
		end(o, SEEN_CLOSED, now, NULL);
		break;
	default:
		break;
	}
	o->cookie = s->cookie;
	o->missing = o->forgotten = TIME_NONE;
	if (s->timer == TIMER_FORGETS || s->retransmits >= WRITTEN_OFF)
		o->forgotten = now + (s->timer == TIMER_FORGETS ? (nsec)s->expires * NS_PER_MS - 100 * NS_PER_MS : 0);
}

void other_look(struct other *o, const struct look *l, nsec now)
{
	struct diag_socket s;
	int rc = l->diag < 0 ? l->diag : diag_find(l->diag, &o->ends, &s);

	if (rc < 0)
		end(o, SEEN_NOTHING, now, "this kernel does not say what becomes of connections (sock_diag)");
	else if (rc && (!o->cookie || o->cookie == s.cookie))
		look_at_state(o, &s, now);
	else
		vanished(o, l, now); /* or the same ends are another connection's by now */
}

static const void *host_of(const struct sockaddr_storage *ss, size_t *len)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)ss;

	*len = ss->ss_family == AF_INET ? 4 : 16;
	if (ss->ss_family == AF_INET)
		return &((const struct sockaddr_in *)ss)->sin_addr;
	if (memcmp(&six->sin6_addr, mapped, sizeof(mapped)))
		return &six->sin6_addr;
	*len = 4;
	return six->sin6_addr.s6_addr + 12;
}

bool other_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	size_t len[2];
	const void *host[2] = { host_of(a, &len[0]), host_of(b, &len[1]) };

	return len[0] == len[1] && !memcmp(host[0], host[1], len[0]);
}

static struct sockaddr_storage address_of(int family, const uint8_t *host, uint16_t port)
{
	union {
		struct sockaddr_storage ss;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} a = { .ss.ss_family = (sa_family_t)family };

	if (family == AF_INET) {
		memcpy(&a.four.sin_addr, host, sizeof(a.four.sin_addr));
		a.four.sin_port = htons(port);
	} else {
		memcpy(&a.six.sin6_addr, host, sizeof(a.six.sin6_addr));
		a.six.sin6_port = htons(port);
	}
	return a.ss;
}

struct diag_ends other_ends(const struct packet *p)
{
	return (struct diag_ends){
		.local = address_of(p->family, p->dst, p->dst_port), .remote = address_of(p->family, p->src, p->src_port),
	};
}

bool other_is_of(const struct other *o, const struct diag_ends *ends)
{
	return diag_port(&o->ends.remote) == diag_port(&ends->remote) && diag_port(&o->ends.local) == diag_port(&ends->local) &&
	       other_same_host(&o->ends.remote, &ends->remote) && other_same_host(&o->ends.local, &ends->local);
}
