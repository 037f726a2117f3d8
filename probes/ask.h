/* SPDX-License-Identifier: MIT */
/* Questions to the kernel that several probes share. None of them disturbs the
 * connection: they take neither its error nor its data, and send nothing. */
#ifndef PROBES_ASK_H
#define PROBES_ASK_H

#include "probe.h"

/* What poll(2) returns at once for these events, 0 if there is nothing; or -errno. POLLERR
 * and POLLHUP come unasked. */
int ask_poll(int fd, short events);

/* Bytes sent or queued that the peer has not acknowledged (SIOCOUTQ); or -errno. */
int ask_queued(int fd);

/* May what its program has asked for (timestamps, MSG_ZEROCOPY) raise POLLERR, although nothing is wrong? */
bool ask_error_queue(int fd);

/* "ESTABLISHED", as ss(8) and the kernel call it. */
const char *ask_state_name(unsigned state);

/* worst_case of what looks each interval, and of what the socket wakes. */
nsec worst_interval(const void *params, nsec interval, const struct tcp_path *path);
nsec worst_at_once(const void *params, nsec interval, const struct tcp_path *path);

#endif
