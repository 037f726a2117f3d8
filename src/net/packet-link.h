/* SPDX-License-Identifier: MIT */
/*
 * One link inside the link worker: takes the packets that a host sends, applies
 * the rule, counts, records, and hands them to the other host. Nothing here waits
 * or allocates, but packet_link_open.
 */
#ifndef NET_PACKET_LINK_H
#define NET_PACKET_LINK_H

#include "delay.h"
#include "pcap.h"
#include "counters.h"
#include "memory.h"

struct packet_link {
	struct shared_link *shared;
	int tun[LINK_DIRS]; /* the device that packets of a direction come from; the caller's */
	int timer;          /* timerfd: a delayed packet is due */
	struct timed_rule rule;
	nsec half;          /* the way of each packet */
	uint32_t sequence;  /* of the rule: which one this is a copy of */
	int bell;           /* eventfd: the reader of wire events is to look; the caller's */
	bool rings;         /* ... after this turn */
	struct delay queue[LINK_DIRS];
	struct counters_table table;
	struct pcap pcap;
};

/* Of a link that is all zero. 0 or -errno; to be followed by packet_link_close in any case. */
int packet_link_open(struct packet_link *l, const struct lab_link *link, nsec rtt, struct shared_link *shared, int bell);
void packet_link_close(struct packet_link *l);

/* Takes at most max packets of that direction. */
void packet_link_carry(struct packet_link *l, enum link_dir dir, size_t max);

/* Delivers the delayed packets that are due; when the timer says so. */
void packet_link_release(struct packet_link *l);

/* Writes a piece of the capture. False when there was nothing to write. */
bool packet_link_record(struct packet_link *l);

#endif
