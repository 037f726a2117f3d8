/* SPDX-License-Identifier: MIT */
/* What the survivor made of the fault: from what was observed of its connections to its result. */
#ifndef LAB_MEASURE_H
#define LAB_MEASURE_H

#include "subject.h"

/* Remembers which of the survivor's connections are established, and reads their options. */
void measure_before(struct subject *s);

/* Leaves out those that had ended when the fault struck, and adds those that had come. */
void measure_struck(struct subject *s);

/* That it is connected was told after the strike; it may have come before, as packets are read when there is time. */
void measure_connected(struct subject *s, struct observed *seen);

/* When its result can be told, as nothing more will happen that it depends on; NS_NEVER: not before the time is up. */
nsec measure_due(const struct subject *s);

/* Tells the result, as an event, and what came of what was expected. */
void measure_tell(struct subject *s);

#endif
