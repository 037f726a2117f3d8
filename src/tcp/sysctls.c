// SPDX-License-Identifier: MIT
/* The sysctls that the model depends on: reads them, or takes them from --sysctl. */
#include "sysctls.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "sysctl.h"
#include "wheel.h"

static int64_t read_or(const char *name, int64_t missing)
{
	struct error ignored;
	char text[32], *end;
	long long value;

	if (sysctl_read(name, text, sizeof(text), &ignored))
		return missing;
	value = strtoll(text, &end, 10);
	return end > text ? (int64_t)value : missing;
}

void sysctls_read(struct sysctls *s)
{
	s->keepalive_time = read_or("tcp_keepalive_time", 7200) * NS_PER_S;
	s->keepalive_intvl = read_or("tcp_keepalive_intvl", 75) * NS_PER_S;
	s->keepalive_probes = read_or("tcp_keepalive_probes", 9);
	s->retries2 = read_or("tcp_retries2", 15);
	s->orphan_retries = read_or("tcp_orphan_retries", 0);
	s->syn_retries = read_or("tcp_syn_retries", 6);
	s->syn_linear_timeouts = read_or("tcp_syn_linear_timeouts", 0); /* kernels before 6.5 have none */
	s->rto_max = read_or("tcp_rto_max_ms", 120000) * NS_PER_MS;
	s->rto_min = read_or("tcp_rto_min_us", 200000) * NS_PER_US;
	s->fin_timeout = read_or("tcp_fin_timeout", 60) * NS_PER_S;
	s->tick = wheel_tick();
}

/* The bounds are the kernel's: net/ipv4/sysctl_net_ipv4.c. */
static const struct {
	const char *name;
	int64_t min, max, unit;
	size_t offset;
} known[] = {
	{ "tcp_keepalive_time", 1, INT32_MAX, NS_PER_S, offsetof(struct sysctls, keepalive_time) },
	{ "tcp_keepalive_intvl", 1, INT32_MAX, NS_PER_S, offsetof(struct sysctls, keepalive_intvl) },
	{ "tcp_keepalive_probes", 1, 255, 1, offsetof(struct sysctls, keepalive_probes) },
	{ "tcp_retries2", 0, 255, 1, offsetof(struct sysctls, retries2) },
	{ "tcp_rto_max_ms", 1000, 120000, NS_PER_MS, offsetof(struct sysctls, rto_max) },
	{ "tcp_rto_min_us", 1, INT32_MAX, NS_PER_US, offsetof(struct sysctls, rto_min) },
	{ "tcp_fin_timeout", 0, INT32_MAX / 1000, NS_PER_S, offsetof(struct sysctls, fin_timeout) },
};

int sysctls_assign(struct sysctls *sys, const char *full, const char *text, struct error *e)
{
	const char *prefix = "net.ipv4.";
	const char *name = full + (strncmp(full, prefix, strlen(prefix)) ? 0 : strlen(prefix));
	struct why why;
	int64_t value;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		if (count_parse(text, known[i].min, known[i].max, &value, &why))
			return error_set(e, STATUS_USAGE, "sysctl '%s': %s", full, why.text);
		*(int64_t *)((char *)sys + known[i].offset) = value * known[i].unit;
		return 0;
	}
	return error_set(e, STATUS_USAGE,
			 "sysctl '%s': no prediction depends on it (tcp_keepalive_time, _intvl, _probes, "
			 "tcp_retries2, tcp_rto_max_ms, tcp_rto_min_us, tcp_fin_timeout)", full);
}
