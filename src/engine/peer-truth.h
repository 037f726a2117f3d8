/* SPDX-License-Identifier: MIT */
/*
 * The truth about each peer of a watch, as of its end, where no fault has told it. Collects
 * what all connections to the peer show, and then decides, so that there is one truth for all of them:
 *
 *   - a connection that FIN or RST ended is dead since then (fin.h: unless it is half-closed);
 *   - one that this kernel gave up is dead, unless the peer is heard on another: then its
 *     path was silent, and came back;
 *   - one that was asked in vain (liveness.h) is dead since the peer was last heard, unless the
 *     peer is heard on another, and this one sent nothing since;
 *   - one whose end may still be behind what was dropped (drain.h) is dead like those that ended;
 *   - where all that the application ever answered fell silent, it is dead for all.
 */
#ifndef ENGINE_PEER_TRUTH_H
#define ENGINE_PEER_TRUTH_H

#include "watch.h"

/* Fills in conn.truth of every connection, and tells in a note for each peer whose path was silent
 * and came back. After fin_judge. */
void peer_truth_decide(struct watch *w);

#endif
