/* SPDX-License-Identifier: MIT */
/* What every child process of the program does first, and how its parent looks after it. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "clock.h"
#include "error.h"

/* From now on the process ends with its parent, however that ends, and bears that name (at
 * most 15 bytes, see ps(1)). Does not return if the parent is gone already. */
void process_bind(pid_t parent, const char *name);

/* Closes every descriptor but those, which are sorted; -1 is none. An inherited pipe or port, held open, would
 * outlive its owner's close. */
void process_keep_only(int *fds, size_t count);

/* Leaves the terminal's signals, and a reader that is gone, to the parent. */
void process_ignore_signals(void);

/* The blocked signal that came to end the program and that nobody has read yet; 0: none. */
int process_pending_end(void);

/* Is the child at work? 0; or -1 with the reason in *e ("WHAT: killed by signal 9") where it has
 * ended or is stopped, but 1 if it ended with status 0. *pid becomes 0 with its end. Does not wait. */
int process_check(pid_t *pid, const char *what, struct error *e);

/* Waits until it has sent something on that socket: 0; or as above, when it will not. */
int process_await(pid_t *pid, int socket, const char *what, struct error *e);

/* Waits for the end of a child, which has been told, and kills it after that time. 0 or its
 * status as waitpid(2) gives it; true in *killed if it had to be. */
int process_end(pid_t pid, nsec limit, bool *killed);

#endif
