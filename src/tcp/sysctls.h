/* SPDX-License-Identifier: MIT */
/* What the kernel does unless told otherwise: see ip-sysctl in the kernel's documentation. */
#ifndef TCP_SYSCTLS_H
#define TCP_SYSCTLS_H

#include "probes/probe.h"

/* Reads /proc/sys/net/ipv4 of the calling thread's network namespace. A file that
 * cannot be read leaves Linux's documented default. */
void sysctls_read(struct sysctls *s);

#endif
