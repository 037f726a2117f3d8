// SPDX-License-Identifier: MIT
/* Addresses, by getaddrinfo(3) and getnameinfo(3). Names never reach a report, only numbers do. */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
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

/* getaddrinfo blocks for as long as name servers keep silent. Meanwhile nobody reads
 * the loop's signals, so they end the program as they end any other. */
static int look_up(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **list)
{
	sigset_t ends, was;
	int rc, err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &ends, &was);
	rc = getaddrinfo(host, port, hints, list);
	err = errno;
	sigprocmask(SIG_SETMASK, &was, NULL);
	errno = err;
	return rc;
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

int address_resolve(struct addrinfo **list, const struct target *t, int family, int passive,
		    struct error *e)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP };
	int rc;

	hints.ai_flags = passive ? AI_PASSIVE : 0;
	rc = look_up(t->host, t->port, &hints, list);
	if (!rc)
		return 0;
	if (rc == EAI_SERVICE)
		return error_set(e, STATUS_USAGE, "'%s': unknown port name '%s'", t->text, t->port);
	if (rc == EAI_SYSTEM)
		return error_set(e, error_connect_status(errno), "'%s': %s", t->text, error_reason(errno));
	return error_set(e, rc == EAI_MEMORY ? STATUS_SYSTEM : STATUS_CONNECT, "'%s': %s", t->text, gai_strerror(rc));
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

int address_bind_source(int fd, const char *source, int family, struct error *e)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *list;
	int rc = look_up(source, NULL, &hints, &list);

	if (rc)
		return error_set(e, STATUS_CONNECT, "-s '%s': %s", source, gai_strerror(rc));
	rc = bind(fd, list->ai_addr, list->ai_addrlen);
	if (rc)
		error_set(e, error_connect_status(errno), "-s '%s': %s", source, error_reason(errno));
	freeaddrinfo(list);
	return rc;
}
