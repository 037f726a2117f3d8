/* SPDX-License-Identifier: MIT */
/*
 * What a probe's prediction is made of, and what several predictions share. The model
 * (src/model/) computes what becomes of the connection; a probe's `predict` then says from
 * when to when its own call takes that for dead, whether the peer is dead or not.
 */
#ifndef PROBES_PREDICT_H
#define PROBES_PREDICT_H

#include "circumstances.h"
#include "composite.h"
#include "tcp/effect.h"
#include "tcp/timeline.h"

/* A probe and its connection; opened by prediction_view_open. */
struct prediction_view {
	const struct group *group; /* me is one of these */
	size_t member;
	const struct chosen *me;
	const struct composite *composite;
	const struct timeline *timeline;
	const struct effect *effect;
	const struct circumstances *around;
	struct connection_use use; /* of me */

	/* What the others on this connection do. */
	nsec others_tx_period; /* how often they, or the application, put data into the stream */
	bool others_read;      /* one takes data as soon as they come */
	bool others_take;      /* one takes some when it looks */
	bool asks_error;       /* one asks SO_ERROR, and tells those that only set an option */
	bool taken;            /* one takes the socket's error at once, as the socket wakes */
	bool contested;        /* ... or when it checks or sends itself: a race */
};

/* Completes a view of which group, composite, timeline, effect and around are set: for that member. */
struct prediction_view prediction_view_open(struct prediction_view v, size_t member);

/* ---- what there is to see ---- */

/* When the connection was established, or may have been: before the fault, so it is negative. */
nsec predict_established(const struct prediction_view *v);

/* The kernel knows by now: FIN, RST or its own verdict. */
struct time_range predict_gone(const struct prediction_view *v);

/* An error that a call can take. */
struct time_range predict_error(const struct prediction_view *v);

/* The first data that may stay unread, and whether they surely do by then. */
struct time_range predict_unread(const struct prediction_view *v);

/* When a call that asks for the next byte sees the end, behind data that nobody has read. */
struct time_range predict_visible(const struct prediction_view *v);

/* The error s, for a call that asks for the next byte: it too is hidden by data that nobody has read. */
struct time_range predict_behind_data(const struct prediction_view *v, struct time_range s);

/* Amid traffic a peer that closes may have unread input, and then it is an RST. */
bool predict_may_close_unread(const struct prediction_view *v);

/* ---- when it is looked at ---- */

/* s, seen by a POLLED probe: one that looks once each interval. */
struct time_range predict_polled(const struct prediction_view *v, struct time_range s);

/* When a call sees either the end or anything to read. */
struct time_range predict_readable(const struct prediction_view *v);

/* Whole predictions: of a probe that reads, that sends, that only sets an option. */
struct time_range predict_reader(const struct prediction_view *v);
struct time_range predict_sender(const struct prediction_view *v);
struct time_range predict_option(const struct prediction_view *v);

/* ---- limits of a probe's own ---- */

/* How long after the RST its next send fails, at the soonest. That may come early: what it sent
 * before was echoed, and the delayed ACK of the echo is answered too. */
nsec predict_send_fails_after(const struct prediction_view *v);

/*
 * Something is lost or remains without an answer, at the earliest `before` the fault and
 * at the latest `period` after it, and limit later the probe says dead, unless the
 * fault heals in time.
 */
struct time_range predict_overdue(const struct prediction_view *v, nsec before, nsec period, nsec limit,
				  const char *why);

/* Is the limit shorter than the path's round trip? Then what is sent every period is never answered in time. */
bool predict_hasty(const struct prediction_view *v, nsec limit);
struct time_range predict_false_alarm(const struct prediction_view *v, nsec period, nsec limit, const char *why);

/* A byte sent every use.tx_period that is not acknowledged within limit; the limit may run from
 * up to `before` earlier than the byte. */
struct time_range predict_no_ack(const struct prediction_view *v, nsec before, nsec limit);

/* May another probe that makes the peer talk say dead, and send no more, while the peer goes
 * on answering? */
bool predict_others_stop(const struct prediction_view *v);

#endif
