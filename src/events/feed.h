/* SPDX-License-Identifier: MIT */
/*
 * Between those who measure and those who report: events are stamped into a ring at once
 * and handed on when the loop is about to sleep, so that no report delays a probe.
 */
#ifndef EVENTS_FEED_H
#define EVENTS_FEED_H

#include "base/error.h"
#include "base/loop.h"
#include "context.h"
#include "event.h"
#include "plan/plan.h"

/* Who gets the events: main hands it in with the plan (plan.sink), so that nobody below knows
 * the reports. Its state is made by open; all but open get it, and are not called without. */
struct event_sink {
	/* Opens the plan's outputs. *state may be set on failure too, and close is then called.
	 * -1 with the reason in *e. */
	int (*open)(void **state, const struct plan *p, const struct report_context *c,
		    struct error *e);
	void (*event)(void *state, const struct event *e);
	bool (*flush)(void *state);      /* true: a reader has not taken everything yet */
	bool (*is_live)(const void *state); /* does somebody want redraw every 100 ms? */
	void (*redraw)(void *state, nsec now);
	void (*resize)(void *state);     /* the terminal changed its size */
	void (*leave)(void *state, bool lost); /* off the terminal; with lost, others wrote there */
	int (*check)(const void *state, struct error *e); /* -1 if an output has failed */
	int (*close)(void *state, struct error *e); /* -1 if anything could not be written; frees */
};

struct feed {
	struct event *ring;
	size_t head, count, room;
	const struct event_sink *sink;
	void *state;
	struct report_context context;
	struct report_probe *probes; /* the context's */
	struct report_target *targets;
	struct report_fault *faults;
	struct loop *loop;
	struct timer again; /* a reader was slow, or a live view wants to move */
};

/* Opens the outputs of the plan. context has everything but probes and faults, which
 * the plan names. -1 with the reason in *e; feed_close is safe after either. */
int feed_open(struct feed *f, const struct plan *p, const struct report_context *context,
	      struct error *e);

/* Lets the feed use the loop's timers, to come back to a slow reader. */
void feed_attach(struct feed *f, struct loop *l);

/* A queued event for the caller to fill at once; valid until the loop sleeps. */
struct event *feed_event(struct feed *f, enum event_kind kind, nsec t);

/* A probe's call took the error of a kernel event: its errno and what it means go
 * into the event of that connection and time, if the reports did not get it yet. */
void feed_complete(struct feed *f, unsigned conn, nsec t, enum kernel_cause cause, int err);

/* Hands on what is queued. */
void feed_drain(struct feed *f);

/* -1 with the reason in *e if an output has failed. */
int feed_check(const struct feed *f, struct error *e);

/* The terminal changed its size. */
void feed_resize(struct feed *f);

/* Takes live views off the terminal; with lost, others wrote there: they begin anew. */
void feed_leave(struct feed *f, bool lost);

/* Ends the reports and closes their outputs. -1 if anything could not be written. */
int feed_close(struct feed *f, struct error *e);

#endif
