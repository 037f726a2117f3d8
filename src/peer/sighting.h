/* SPDX-License-Identifier: MIT */
/* The two ways in which this end sees what the other ends do. */
#ifndef PEER_SIGHTING_H
#define PEER_SIGHTING_H

#include "reactions.h"

/* Looks at each that is open, and at who came back. */
void sighting_look(struct reactions *x);

/* All segments of those that were struck are of interest from now on. */
void sighting_list(struct reactions *x);

/* One arrived: of struct arrivals. */
void sighting_arrived(struct arrivals *a, const struct packet *p, nsec at);

#endif
