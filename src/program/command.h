/* SPDX-License-Identifier: MIT */
/* A program's command for sh, with its words replaced, and the same words in the environment. */
#ifndef PROGRAM_COMMAND_H
#define PROGRAM_COMMAND_H

#include "program.h"

/*
 * {host}, {port}, {dir} and {fault} are replaced; all other braces stay, and so does a shell's ${host}. To be freed; NULL with the
 * reason in *e.
 */
char *command_fill(const struct program_setup *s, const char *dir, struct error *e);

/* TCPALIVE_HOST, _PORT, _DIR, _FAULT of this process. */
void command_set_environment(const struct program_setup *s, const char *dir);

#endif
