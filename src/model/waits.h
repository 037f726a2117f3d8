/* SPDX-License-Identifier: MIT */
/* The probes that wait for something of their own with a limit: an ACK, an answer, anything. */
#ifndef MODEL_WAITS_H
#define MODEL_WAITS_H

#include "says.h"

struct time_range old_ack(const struct view *v);
struct time_range no_ack(const struct view *v);
struct time_range no_answer(const struct view *v);
struct time_range nothing_heard(const struct view *v);

/* Is it this probe's own data, and nobody else's, that the RST answers? Not for sure with a
 * peer that is killed: what it has not read then makes an RST at once. */
bool provokes_alone(const struct view *v);

/* How long after the RST its next send fails, at the soonest. That may come early: what it sent
 * before was echoed, and the delayed ACK of the echo is answered too. */
nsec send_fails_after(const struct view *v);

#endif
