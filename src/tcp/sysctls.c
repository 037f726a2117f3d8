// SPDX-License-Identifier: MIT
/* What the kernel does unless told otherwise. /proc/sys/net shows the namespace of the thread that opens it. */
#include "sysctls.h"

#include <stdio.h>

static int64_t read_one(const char *name, int64_t missing)
{
	char path[96];
	long long value;
	int got;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	f = fopen(path, "re");
	if (!f)
		return missing;
	got = fscanf(f, "%lld", &value);
	fclose(f);
	return got == 1 ? (int64_t)value : missing;
}

void sysctls_read(struct sysctls *s)
{
	s->keepalive_time = read_one("tcp_keepalive_time", 7200) * NS_PER_S;
	s->keepalive_intvl = read_one("tcp_keepalive_intvl", 75) * NS_PER_S;
	s->keepalive_probes = read_one("tcp_keepalive_probes", 9);
	s->retries2 = read_one("tcp_retries2", 15);
	s->rto_max = read_one("tcp_rto_max_ms", 120000) * NS_PER_MS;
}
