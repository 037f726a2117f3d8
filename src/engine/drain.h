/* SPDX-License-Identifier: MIT */
/*
 * What nobody has read hides the peer's end: behind a full receive buffer its FIN is not even
 * sent, and the kernel of a process that is gone goes on answering for it. At the end of a
 * watch, when no probe looks any more, it is read and dropped, until the end came, or nothing
 * comes any more, or so much came that a process must be writing it.
 */
#ifndef ENGINE_DRAIN_H
#define ENGINE_DRAIN_H

#include "watch.h"

/* Begins, if something is unread and the peer has not ended. Its end is told to watch_drained. */
void drain_start(struct conn *c);

/* The socket woke, and the monitor has looked. */
void drain_ready(struct conn *c);

/* Waits no more. */
void drain_cancel(struct conn *c);

#endif
