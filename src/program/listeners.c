// SPDX-License-Identifier: MIT
/* Who listens, and what for. */
#include "listeners.h"

#include <stdio.h>
#include <string.h>

#include "engine/address.h"
#include "host.h"

enum { HINTS = 3 };

static bool is_loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
}

static int is_on(const struct diag_socket *s, void *of)
{
	const in_port_t *port = of;

	return diag_port(&s->ends.local) == *port && !is_loopback(&s->ends.local);
}

int listeners_on(int diag, in_port_t port)
{
	return diag_each(diag, 1 << STATE_LISTEN, is_on, &port);
}

struct hint {
	bool listens;
	in_port_t port;
	unsigned count;
	char *to;
	size_t room, used;
};

static int note(const struct diag_socket *s, void *of)
{
	struct hint *h = of;
	const struct sockaddr_storage *a = h->listens ? &s->ends.local : &s->ends.remote;
	const char *start = h->listens ? "it listens on " : "it connects to ";
	char text[ADDRESS_TEXT];
	int n;

	if (diag_port(a) == h->port && !is_loopback(a))
		return 0;
	address_text(text, (const struct sockaddr *)a, sizeof(*a));
	if (strstr(h->to, text)) /* several connections to one place */
		return 0;
	n = snprintf(h->to + h->used, h->room - h->used, "%s%s", h->count ? ", " : start, text);
	if (n < 0 || h->used + (size_t)n >= h->room) {
		h->to[h->used] = '\0';
		return 1;
	}
	h->used += (size_t)n;
	return ++h->count == HINTS;
}

void listeners_hint(int diag, bool listens, in_port_t port, char *to, size_t room)
{
	struct hint h = { .listens = listens, .port = port, .to = to, .room = room };

	if (room == 0)
		return;
	*to = '\0';
	diag_each(diag, listens ? 1 << STATE_LISTEN : 1 << STATE_SYN_SENT | 1 << STATE_ESTABLISHED, note, &h);
}
