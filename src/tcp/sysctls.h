/* SPDX-License-Identifier: MIT */
/* What the kernel does unless told otherwise: see ip-sysctl in the kernel's documentation. */
#ifndef TCP_SYSCTLS_H
#define TCP_SYSCTLS_H

#include "base/clock.h"
#include "base/error.h"

/* What the kernel does unless a probe sets it: per network namespace, so read
 * in the namespace of the connection (see tcp(7) and ip-sysctl). */
struct sysctls {
	nsec keepalive_time, keepalive_intvl;
	int64_t keepalive_probes, retries2, orphan_retries, syn_retries, syn_linear_timeouts;
	nsec rto_max; /* tcp_rto_max_ms, or the 120 s of older kernels */
	nsec rto_min; /* tcp_rto_min_us, or their 200 ms */
	nsec fin_timeout;
	nsec tick;    /* 1/HZ: no sysctl, and not to be assigned */
};

/* Reads /proc/sys/net/ipv4 of the calling thread's network namespace. A file that
 * cannot be read leaves Linux's documented default. */
void sysctls_read(struct sysctls *s);

/* Puts a value in the place of what was read; name may begin with "net.ipv4.". 0, or -1 with the
 * reason in *e (STATUS_USAGE): a name that no prediction depends on, a value that the kernel
 * would refuse. */
int sysctls_assign(struct sysctls *sys, const char *name, const char *value, struct error *e);

#endif
