/* SPDX-License-Identifier: MIT */
/*
 * One link inside the wire's process: takes the packets that a host sends, applies
 * the rule, counts, records, and hands them to the other host. Nothing here waits
 * or allocates, but cable_open.
 */
#ifndef NET_CABLE_H
#define NET_CABLE_H

#include "delay.h"
#include "pcap.h"
#include "tally.h"

struct cable {
	struct region_link *shared;
	int tun[WIRE_DIRS]; /* the device that packets of a direction come from; the caller's */
	int timer;          /* timerfd: a delayed packet is due */
	struct plan plan;
	uint32_t sequence;  /* of the plan: which one this is a copy of */
	struct delay queue[WIRE_DIRS];
	struct tally_table table;
	struct wire_link count;
	struct pcap pcap;
};

/* Of a cable that is all zero. 0 or -errno; to be followed by cable_close in any case. */
int cable_open(struct cable *c, const struct lab_link *link, struct region_link *shared);
void cable_close(struct cable *c);

/*
 * Takes at most max packets of that direction, and returns how many there were:
 * fewer than max means that no more wait.
 */
size_t cable_carry(struct cable *c, enum wire_dir dir, size_t max);

/* Delivers the delayed packets that are due; when the timer says so. */
void cable_release(struct cable *c);

/* If asked to settle: takes all that waits, and says so in the region. */
void cable_settle(struct cable *c);

/* Writes a piece of the capture. False when there was nothing to write. */
bool cable_record(struct cable *c);

#endif
