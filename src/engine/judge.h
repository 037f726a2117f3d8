/* SPDX-License-Identifier: MIT */
/*
 * The judge: at the end of a watch, was each connection really dead? By what the
 * fault is known to do, else by the kernel events, else by a segment
 * that must be answered (liveness.h).
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "watch.h"

/* Starts a liveness poll, unless it is known what it would find. Its end is told to
 * watch_polled. True if there is something to wait for. */
bool judge_poll(struct conn *c);

/* Tells the result of each instance of c, and counts it in the watch's counts. */
void judge_conn(struct conn *c);

#endif
