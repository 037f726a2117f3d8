/* SPDX-License-Identifier: MIT */
/* Taking bytes off the stream and putting bytes into it, for the probes that do. */
#ifndef PROBES_STREAM_H
#define PROBES_STREAM_H

#include "probe.h"

/* As much as one wake-up takes: a peer that floods must not starve the others. */
#define DRAIN_MOST (256 * 1024)

struct drained {
	size_t bytes;
	bool more;              /* stopped at DRAIN_MOST: drain again soon */
	bool eof;
	struct verdict verdict; /* dead by EOF or by an error, else nothing */
};

/* Receives until there is nothing more, an end, or DRAIN_MOST. Hands what came,
 * piece by piece, to each (which may be NULL). */
struct drained drain(struct probe_context *l, void (*each)(void *arg, const unsigned char *data, size_t n),
	void *arg);

/* Sends what is left of b from *at on, and moves *at. Returns 1 when all of it
 * went (*at is 0 again), 0 when the send buffer is full, or -errno. */
int send_rest(struct probe_context *l, const struct bytes *b, size_t *at, int flags);

/* The whole of a probe that does nothing but send each `every`. */
struct beat_params {
	struct bytes data;
	nsec every;
};
struct beat {
	nsec due;
	size_t at;    /* of data: what went already */
	bool stuck;   /* has said that the send buffer is full */
};
extern const struct param beat_rows[];
struct verdict beat_arm(struct probe_context *l);
struct verdict beat_tick(struct probe_context *l, const char *call, int flags);
nsec beat_worst(const void *params, nsec interval, const struct tcp_path *path);

/* Bounds of the probes' own periods. */
#define EVERY_MIN (10 * NS_PER_MS)
#define EVERY_MAX (3600 * NS_PER_S)

#endif
