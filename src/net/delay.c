// SPDX-License-Identifier: MIT
/*
 * Delayed packets. One with a shorter delay waits for those before it, as on a real
 * path.
 */
#include "delay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int delay_open(struct delay *d, size_t slots)
{
	d->slots = slots;
	d->slot = calloc(slots, sizeof(*d->slot));
	return d->slot ? 0 : -ENOMEM;
}

void delay_close(struct delay *d)
{
	free(d->slot);
	d->slot = NULL;
}

bool delay_push(struct delay *d, nsec due, const uint8_t *data, size_t len)
{
	struct delayed *s = &d->slot[(d->head + d->used) % d->slots];

	if (d->used == d->slots || len > sizeof(s->data))
		return false;
	if (due > d->last)
		d->last = due;
	s->due = d->last;
	s->len = len;
	memcpy(s->data, data, len);
	d->used++;
	return true;
}

const struct delayed *delay_first(const struct delay *d)
{
	return d->used ? &d->slot[d->head] : NULL;
}

void delay_pop(struct delay *d)
{
	d->used--;
	d->head = d->used ? (d->head + 1) % d->slots : 0; /* from the start: what is not used needs no memory */
}
