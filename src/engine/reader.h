/* SPDX-License-Identifier: MIT */
/* The reader of standard output: a run ends with it, also one that has nothing to write for hours. */
#ifndef ENGINE_READER_H
#define ENGINE_READER_H

#include "run.h"

/* From now on SIGPIPE, as it were, ends the run as soon as the pipe or socket has no reader any more. The loop is open. */
void reader_watch(struct run *r);

/* It is known to be gone. */
void reader_gone(struct run *r);

#endif
