/* SPDX-License-Identifier: MIT */
/* What every child process of the program does first. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <sys/types.h>

/* From now on the process ends with its parent, however that ends, and bears that name (at
 * most 15 bytes, see ps(1)). Does not return if the parent is gone already. */
void process_bind(pid_t parent, const char *name);

/* Leaves the terminal's signals, and a reader that is gone, to the parent. */
void process_ignore_signals(void);

#endif
