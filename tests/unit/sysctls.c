// SPDX-License-Identifier: MIT
/* The sysctls that the timers depend on, as files and as --sysctl has them, and ranges of time. */
#include "unit.h"

#include <stdlib.h>

#include "tcp/range.h"
#include "tcp/sysctl.h"
#include "tcp/sysctls.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)

static void ranges(void)
{
	struct time_range a = { 1, 5, 6, "a" }, b = { 2, 4, 9, "b" }, r;

	r = range_first(a, b);
	CHECK(r.from == 1 && r.by == 4 && r.late == 6);
	CHECK_TEXT(r.why, "b");
	CHECK_TEXT(range_first(b, a).why, "b");
	b.by = 5;
	CHECK_TEXT(range_first(a, b).why, "a"); /* as late, but a begins sooner */
	CHECK_TEXT(range_first(b, a).why, "a");
	b.by = 4;
	r = range_either(a, b);
	CHECK(r.from == 1 && r.by == 5 && r.late == 9);
	CHECK_TEXT(r.why, "a");
	CHECK_TEXT(range_either(b, a).why, "a");
	r = range_then(a, 10, 20, "then");
	CHECK(r.from == 11 && r.by == 25 && r.late == 26);
	CHECK_TEXT(r.why, "then");
	r = range_then(RANGE_NEVER("never"), 1, 1, "then");
	CHECK(r.from == NS_NEVER && r.by == NS_NEVER && r.late == NS_NEVER);
	r = range_maybe(7, "maybe");
	CHECK(r.from == 7 && r.by == NS_NEVER && r.late == NS_NEVER);
	r = range_at(3, "at");
	CHECK(r.from == 3 && r.by == 3 && r.late == 3);
	CHECK_INT(ns_min(1, 2), 1);
	CHECK_INT(ns_max(1, 2), 2);
	CHECK_INT(ns_add(NS_NEVER, -1), NS_NEVER);
	CHECK_INT(ns_add(-1, NS_NEVER), NS_NEVER);
	CHECK_INT(ns_add(NS_NEVER - 1, 2), NS_NEVER);
	CHECK_INT(ns_add(3, -5), -2);
}

static void sysctls_assigned(void)
{
	struct sysctls sys = { .rto_max = NS_PER_S };
	struct error e;

	CHECK_INT(sysctls_assign(&sys, "tcp_keepalive_time", "60", &e), 0);
	CHECK_INT(sys.keepalive_time, 60 * NS_PER_S);
	CHECK_INT(sysctls_assign(&sys, "net.ipv4.tcp_keepalive_intvl", "7", &e), 0);
	CHECK_INT(sys.keepalive_intvl, 7 * NS_PER_S);
	CHECK_INT(sysctls_assign(&sys, "tcp_keepalive_probes", "255", &e), 0);
	CHECK_INT(sys.keepalive_probes, 255);
	CHECK_INT(sysctls_assign(&sys, "tcp_retries2", "0", &e), 0);
	CHECK_INT(sys.retries2, 0);
	CHECK_INT(sysctls_assign(&sys, "tcp_rto_max_ms", "1000", &e), 0);
	CHECK_INT(sys.rto_max, NS_PER_S);
	CHECK_INT(sysctls_assign(&sys, "tcp_rto_max_ms", "999", &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_INT(sysctls_assign(&sys, "tcp_rto_max_ms", "120001", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_keepalive_probes", "256", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_keepalive_probes", "0", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_keepalive_time", "0", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_retries2", "", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "net.ipv6.tcp_retries2", "3", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_fin_timeout", "3", &e), 0);
	CHECK_INT(sys.fin_timeout, 3 * NS_PER_S);
	CHECK_INT(sysctls_assign(&sys, "tcp_rto_min_us", "5000", &e), 0);
	CHECK_INT(sys.rto_min, MS(5));
	CHECK_INT(sysctls_assign(&sys, "tcp_rto_min_us", "0", &e), -1);
	CHECK_INT(sysctls_assign(&sys, "tcp_syn_retries", "3", &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_HAS(e.text, "'tcp_syn_retries'");
	CHECK_INT(sys.rto_max, NS_PER_S); /* a refused value changes nothing */
}

/* What a file of /proc/sys/net/ipv4 says, or what Linux documents where there is none. */
static int64_t sysctl_number(const char *name, int64_t missing)
{
	char value[32];
	struct error e;

	return sysctl_read(name, value, sizeof(value), &e) ? missing : atoll(value);
}

static void sysctls_of_this_machine(void)
{
	struct sysctls sys;

	sysctls_read(&sys);
	CHECK_INT(sys.keepalive_time, sysctl_number("tcp_keepalive_time", 7200) * NS_PER_S);
	CHECK_INT(sys.keepalive_intvl, sysctl_number("tcp_keepalive_intvl", 75) * NS_PER_S);
	CHECK_INT(sys.keepalive_probes, sysctl_number("tcp_keepalive_probes", 9));
	CHECK_INT(sys.retries2, sysctl_number("tcp_retries2", 15));
	CHECK_INT(sys.rto_max, sysctl_number("tcp_rto_max_ms", 120000) * NS_PER_MS);
	CHECK_INT(sys.rto_min, sysctl_number("tcp_rto_min_us", 200000) * NS_PER_US);
	CHECK_INT(sys.fin_timeout, sysctl_number("tcp_fin_timeout", 60) * NS_PER_S);
	CHECK(sys.tick >= NS_PER_MS / 4 && sys.tick <= MS(10));
}

static void sysctl_files(void)
{
	char value[32], longest[300];
	struct error e;

	memset(longest, 'a', sizeof(longest));
	longest[260] = '\0';
	CHECK_INT(sysctl_read(longest, value, sizeof(value), &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);

	CHECK_INT(sysctl_read("tcp_retries2", value, sizeof(value), &e), 0);
	CHECK(value[0] >= '0' && value[0] <= '9' && !strchr(value, '\n'));
	CHECK_INT(sysctl_read("net.ipv4.tcp_retries2", value, sizeof(value), &e), 0);
	CHECK_INT(sysctl_read("tcp_retries2", value, 1, &e), -1);
	CHECK_INT(e.status, STATUS_SYSTEM);
	for (const char *const *name = (const char *const[]){ "", "no_such_sysctl", "kernel.hostname",
		     "net.ipv4.conf", "../../etc/passwd", "net.ipv4./../tcp_retries2", NULL }; *name; name++) {
		CHECK_INT(sysctl_read(*name, value, sizeof(value), &e), -1);
		CHECK_INT(e.status, STATUS_USAGE);
	}
}

int main(void)
{
	UNIT_CASE(ranges);
	UNIT_CASE(sysctls_assigned);
	UNIT_CASE(sysctls_of_this_machine);
	UNIT_CASE(sysctl_files);
	return unit_end();
}
