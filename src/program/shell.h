/* SPDX-License-Identifier: MIT */
/* The process that becomes the shell of a program's command. For init.c. */
#ifndef PROGRAM_SHELL_H
#define PROGRAM_SHELL_H

#include "init.h"

/*
 * Forks it, in a session and a mount namespace of its own, with its output to that descriptor. Returns when it is the
 * shell, with its pid; -1 with the reason in *e.
 */
pid_t shell_start(const struct init_plan *p, int output, struct error *e);

#endif
