/* SPDX-License-Identifier: MIT */
/*
 * The liveness poll of the peer's kernel, where this one has seen no end: a segment
 * that must be answered. TCP_KEEPIDLE of 1 s sends a keepalive segment as soon as the
 * connection was idle for a second (net/ipv4/tcp.c:tcp_sock_set_keepidle_locked), and no
 * data. Where data waits, no keepalive is sent: the kernel's own next retransmission or
 * window probe is the poll then.
 *
 * A poll that stays unanswered goes on, a segment each second, until the peer is heard again or
 * the watch is over: the path may come back. It never ends the connection by itself.
 */
#ifndef ENGINE_LIVENESS_H
#define ENGINE_LIVENESS_H

#include "watch.h"

/* What the peer's kernel had sent by now. */
struct heard heard_now(int fd);

/* When the peer was heard last: what it sent, or what it acknowledged. */
nsec heard_before(int fd, nsec now);

/*
 * Does what it sent since prove that it hears, and not only that it speaks? Either it acknowledged
 * bytes, or this kernel took a segment without data, that was no reset, as an ACK. Window probes
 * and keepalives of the peer, and data sent again, are outside of the window: they are
 * dropped before their ACK is looked at (net/ipv4/tcp_input.c:tcp_validate_incoming). Not so a
 * FIN, and the last segment sent again: a FIN that came since proves nothing, nor does one that is
 * repeated, as it is by who does not hear that it came. After it, and with bytes in flight, only their
 * acknowledgement counts.
 */
bool heard_more(const struct heard *then, const struct heard *now, uint32_t resets);

/* Starts a poll, or starts it anew. What comes of it is told to watch_polled. The last one is
 * that at the end of the watch, and does not go on. */
void liveness_start(struct conn *c, bool last);

/* Waits no more: a poll that is still open is decided by what came of it so far. */
void liveness_cancel(struct conn *c);

#endif
