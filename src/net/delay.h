/* SPDX-License-Identifier: MIT */
/*
 * Packets on their way: a first-in first-out queue of so many slots, all allocated
 * beforehand.
 */
#ifndef NET_DELAY_H
#define NET_DELAY_H

#include "addresses.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delayed {
	nsec due;
	size_t len;
	uint8_t data[LAB_MTU];
};

struct delay {
	struct delayed *slot;
	size_t slots, head, used;
	nsec last; /* when the newest is due: none may overtake it */
};

/* 0 or -ENOMEM. */
int delay_open(struct delay *d, size_t slots);
void delay_close(struct delay *d);

/* Copies a packet of at most LAB_MTU bytes; false when the queue is full. */
bool delay_push(struct delay *d, nsec due, const uint8_t *data, size_t len);

/* The packet that is due first, or NULL; delay_pop removes it. */
const struct delayed *delay_first(const struct delay *d);
void delay_pop(struct delay *d);

#endif
