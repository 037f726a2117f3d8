/* SPDX-License-Identifier: MIT */
/*
 * What a host or a router on the path would answer to a packet: an ICMP error
 * (RFC 792, RFC 1812, RFC 4443) or a reset (RFC 9293, section 3.10.7.1).
 *
 * Linux takes an ICMP error for a connection only when the embedded sequence
 * number lies between snd_una and snd_nxt (tcp_v4_err, tcp_v6_err). A keepalive
 * segment carries snd_una - 1: an answer to it alone is thrown away.
 */
#ifndef NET_FORGE_H
#define NET_FORGE_H

#include "faults/link.h"
#include "packet.h"

/* IPv6 asks for as much of the packet as fits in its smallest MTU. */
enum { FORGE_MAX = 1280 };

/*
 * Writes the answer to p, addressed to its sender, and returns its length.
 * 0 when there is none to give: a reset is never answered with a reset, and
 * ICMP with nothing.
 */
size_t forge(enum link_answer kind, const struct packet *p, uint8_t out[FORGE_MAX]);

#endif
