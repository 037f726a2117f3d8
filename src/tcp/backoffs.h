/* SPDX-License-Identifier: MIT */
/* The backed-off timers of a connection's path: for what adds them up (timers.c, under-way.c). */
#ifndef TCP_BACKOFFS_H
#define TCP_BACKOFFS_H

#include "backoff.h"
#include "timers.h"

/* The intervals between two retransmissions. */
struct backoff retransmissions(const struct tcp_path *s, enum pace pace);

/* The intervals between two window probes: tcp_send_probe0 doubles no more often than
 * tcp_retries2 says, even if they are answered forever. */
struct backoff window_probes(const struct tcp_path *s, enum pace pace);

/* tcp_model_timeout: for how long so many retransmissions are tried. */
nsec model_timeout(const struct sysctls *sys, int64_t retries);

#endif
