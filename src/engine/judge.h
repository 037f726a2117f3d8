/* SPDX-License-Identifier: MIT */
/*
 * The judge: at the end of a watch, what was each probe's result? The truth is the fault's, or what
 * peer-truth.h finds; before it does, each connection that has not ended is asked (liveness.h).
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "watch.h"

/* Has the peer asked on this connection, unless it is known what that would find. Its end is told to
 * watch_polled. Again at the end of the watch. */
void judge_poll(struct conn *c);

/* Tells the result of each instance of c, and counts it in the watch's counts. */
void judge_conn(struct conn *c);

#endif
