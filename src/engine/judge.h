/* SPDX-License-Identifier: MIT */
/*
 * The judge: at the end of a watch, was each connection really dead? By what the
 * fault is known to do, else by what the kernel knows, else by a segment
 * that must be answered (engine/question.h).
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "watch.h"

/* Asks the peer's kernel, unless it is known what it would say. The answer comes
 * to watch_answered. True if there is something to wait for. */
bool judge_ask(struct conn *c);

/* Did a byte of its own provoke its end? Sets provoked. Before fin_judge. */
void judge_provoked(struct conn *c);

/* Tells the result of each instance of c, and counts it in the watch's tally. */
void judge_conn(struct conn *c);

#endif
