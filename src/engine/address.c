// SPDX-License-Identifier: MIT
/* Addresses, by getnameinfo(3). Names never reach a report, only numbers do. */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void address_text(char text[ADDRESS_TEXT], const struct sockaddr *sa, socklen_t len)
{
	char host[64], port[8];
	const char *show = host;
	bool brackets;

	if (getnameinfo(sa, len, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV)) {
		snprintf(text, ADDRESS_TEXT, "?");
		return;
	}
	if (!strncmp(host, "::ffff:", 7) && strchr(host, '.'))
		show = host + 7;
	brackets = strchr(show, ':') != NULL;
	snprintf(text, ADDRESS_TEXT, "%s%s%s:%s", brackets ? "[" : "", show, brackets ? "]" : "", port);
}

void address_local(char text[ADDRESS_TEXT], int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getsockname(fd, (struct sockaddr *)&ss, &len))
		address_text(text, (struct sockaddr *)&ss, len);
}

void address_remote(char text[ADDRESS_TEXT], int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getpeername(fd, (struct sockaddr *)&ss, &len))
		address_text(text, (struct sockaddr *)&ss, len);
}

int address_family(const struct plan *p)
{
	struct in_addr v4;

	if (p->connect.family != AF_UNSPEC || !p->connect.source)
		return p->connect.family;
	if (inet_pton(AF_INET, p->connect.source, &v4) == 1)
		return AF_INET;
	return strchr(p->connect.source, ':') ? AF_INET6 : AF_UNSPEC;
}

int address_bind_source(int fd, const char *name, const struct addrinfo *source, int family, struct error *e)
{
	while (source && source->ai_family != family)
		source = source->ai_next;
	if (!source)
		return error_set(e, STATUS_CONNECT, "-s '%s': no address of the target's family", name);
	if (bind(fd, source->ai_addr, source->ai_addrlen))
		return error_set(e, error_connect_status(errno), "-s '%s': %s", name, error_reason(errno));
	return 0;
}

uint16_t address_port(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon ? (uint16_t)strtoul(colon + 1, NULL, 10) : 0;
}
