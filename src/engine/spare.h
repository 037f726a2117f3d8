/* SPDX-License-Identifier: MIT */
/*
 * Whom nobody waits for. The default probes are one instrument, and so is a program (@NAME): it has told what
 * it can once one of its probes has reported an end of their connection that this kernel has seen. Those of them
 * that only wait for an error of the socket then get no time of their own: they send and read nothing, so no
 * other result depends on them. Probes that somebody chose are measured to the end.
 */
#ifndef ENGINE_SPARE_H
#define ENGINE_SPARE_H

#include "conn.h"

/* One of its probes decided: counts anew, for the watch too. */
void spare_count(struct conn *c);

/* Who had reported the end of its connection, where the watch ended without waiting for this one; else NULL. */
const struct probe *spare_because_of(const struct instance *in);

#endif
