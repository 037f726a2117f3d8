/* SPDX-License-Identifier: MIT */
/* A PID namespace: it ends with its first process, and all that is in it with it. See pid_namespaces(7). */
#ifndef PROGRAM_PIDNS_H
#define PROGRAM_PIDNS_H

#include <sys/types.h>

#include "base/error.h"

/* fork(2), the child being the first process of a new one; only it goes there. -1 with the reason in *e. */
pid_t pidns_fork(struct error *e);

#endif
