/* SPDX-License-Identifier: MIT */
/* When a probe's own call says so, from the timeline that its connection takes. */
#ifndef MODEL_SAYS_H
#define MODEL_SAYS_H

#include "timeline.h"

/* What a probe is asked about: it shares the connection with its composite. */
struct view {
	const struct group *group; /* me is one of these */
	size_t member;
	const struct chosen *me;
	const struct composite *composite;
	const struct timeline *timeline;
	const struct effect *effect;
	const struct circumstances *around;
	nsec others_tx_period;  /* how often others put data into the stream */
	bool falls_silent; /* another probe that makes the peer talk may say dead, and stop */
	bool others_read; /* another probe takes data */
	bool asks_error;  /* another probe asks SO_ERROR, and tells those that only set an option */
	bool taken;     /* another probe takes the socket's error at once, as the socket wakes */
	bool contested; /* ... or when it looks or sends itself, nobody knows who is first */
};

/* From when to when the probe says dead, whether the peer is dead or not. */
struct time_range says_dead_when(const struct view *v);

#endif
