/* SPDX-License-Identifier: MIT */
/*
 * The judge's question to the peer's kernel, where this one knows of no end: a segment
 * that must be answered. TCP_KEEPIDLE of 1 s sends a keepalive segment as soon as the
 * connection was idle for a second (net/ipv4/tcp.c:tcp_sock_set_keepidle_locked), and no
 * data. Where data waits, no keepalive is sent: the kernel's own next retransmission or
 * window probe is the question then.
 */
#ifndef ENGINE_QUESTION_H
#define ENGINE_QUESTION_H

#include "watch.h"

/* What the peer's kernel had said by now. */
struct heard heard_now(int fd);

/* Did it say more since, beside so many resets? */
bool heard_more(const struct heard *then, const struct heard *now, uint32_t resets);

/* Asks. The answer comes to watch_answered. */
void liveness_start(struct conn *c);

/* Waits no more: a question that is still open is answered by what came to nothing so far. */
void liveness_cancel(struct conn *c);

#endif
