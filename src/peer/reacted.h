/* SPDX-License-Identifier: MIT */
/* What came of a strike, as a result. For the files of the reactions alone. */
#ifndef PEER_REACTED_H
#define PEER_REACTED_H

#include "reactions.h"

#define REACTIONS_WITHIN (15 * NS_PER_S) /* as long as a fault of the lab lasts */

/* Was a number asked for, or is a promise to be kept? The run must not wait for longer then. */
bool reactions_asked(const struct reactions *x);

/* How long there is to react. NS_NEVER: until the run ends. */
nsec reactions_within(const struct reactions *x);

/* The fault of the run; and is this end deaf then? */
const struct chosen_fault *reactions_fault(const struct reactions *x);
bool reactions_deaf(const struct reactions *x, const struct strike *s, nsec now);

/* Tells a step of the other end. id 0: of no connection that was told. */
void reactions_step(struct reactions *x, const struct strike *s, enum program_step step, nsec at, unsigned id,
		    const struct diag_ends *ends);

/* The same of one that was seen to end its connection; of others nothing is told. */
void reactions_end_seen(struct reactions *x, const struct strike *s, const struct other *o);

/* One more that no fault has struck, to be filled; NULL: out of memory, and the run fails. */
struct other *reactions_add(struct reactions *x);

/* An event about the other end as a program. */
struct event *reactions_event(struct reactions *x, enum event_kind kind, nsec at);

/*
 * Tells the strike's result, and looks at it with what was expected. With -k one that was cut short, as the run ends or there are too many,
 * has not had its time, and breaks nothing.
 */
void reacted_tell(struct reactions *x, const struct strike *s, bool cut);

#endif
