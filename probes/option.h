/* SPDX-License-Identifier: MIT */
/* What the probes share that set a socket option and leave the rest to the kernel. */
#ifndef PROBES_OPTION_H
#define PROBES_OPTION_H

#include "probe.h"

/* The kernel's bounds for TCP_KEEPIDLE and TCP_KEEPINTVL (in whole seconds) and
 * for TCP_KEEPCNT, see include/net/tcp.h. */
#define KEEPALIVE_MIN NS_PER_S
#define KEEPALIVE_MAX (32767 * NS_PER_S)
#define KEEPALIVE_CNT_MAX 127

/* setsockopt(2) and getsockopt(2) of an int; 0 or -errno. */
int option_set(int fd, int level, int name, int64_t value);
int option_get(int fd, int level, int name, int *value);

/* Turns keepalive on; PARAM_SYSTEM leaves that number as it is. */
struct verdict option_keepalive(struct probe_context *l, nsec idle, nsec intvl, int64_t cnt);

/* The event hook of a probe that ONLY_SETS_OPTION: says dead when the socket has
 * an error, or had one that another look took. */
struct verdict option_event(struct probe_context *l, uint32_t events);

/* -1 with the reason in *e unless value is PARAM_SYSTEM or a whole number of grains. */
int option_whole(const char *param, nsec value, nsec grain, struct error *e);

#endif
