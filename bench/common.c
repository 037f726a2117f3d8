// SPDX-License-Identifier: MIT
/* What the programs of the benchmark share. */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

int64_t stamp(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000 * US + ts.tv_nsec;
}

void give_up(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why ? why : strerror(errno));
	exit(1);
}

long count_of(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 0 || n > 1000000)
		give_up(text, "not a count up to 1000000");
	return n;
}

void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		give_up("getrlimit", NULL);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		give_up("setrlimit", NULL);
}

void *array(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		give_up("memory", NULL);
	return p;
}

const char *address_name(char to[ADDRESS_ROOM], const struct sockaddr_in *a)
{
	char host[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &a->sin_addr, host, sizeof(host));
	snprintf(to, ADDRESS_ROOM, "%s:%u", host, ntohs(a->sin_port));
	return to;
}
