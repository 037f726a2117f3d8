/* SPDX-License-Identifier: MIT */
/*
 * The liveness poll of the peer's kernel, where this one has seen no end: a segment
 * that must be answered. TCP_KEEPIDLE of 1 s sends a keepalive segment as soon as the
 * connection was idle for a second (net/ipv4/tcp.c:tcp_sock_set_keepidle_locked), and no
 * data. Where data waits, no keepalive is sent: the kernel's own next retransmission or
 * window probe is the poll then.
 */
#ifndef ENGINE_LIVENESS_H
#define ENGINE_LIVENESS_H

#include "watch.h"

/* What the peer's kernel had sent by now. */
struct heard heard_now(int fd);

/* Did it send more since, beside so many resets? */
bool heard_more(const struct heard *then, const struct heard *now, uint32_t resets);

/* Starts a poll. Its end is passed to watch_polled. */
void liveness_start(struct conn *c);

/* Waits no more: a poll that is still open is decided by what came of it so far. */
void liveness_cancel(struct conn *c);

#endif
