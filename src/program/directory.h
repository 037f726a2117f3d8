/* SPDX-License-Identifier: MIT */
/*
 * A program's private directory, in $TMPDIR or /tmp.
 *
 * Nobody else can enter it. A server that root starts and that then changes its user must write there all the same: there is a
 * directory within it for that, open to all, which the program sees in its place (directory_open_up).
 *
 * It is locked as long as one process has it open, so that a later run can tell what one that was killed has left, and removes that.
 */
#ifndef PROGRAM_DIRECTORY_H
#define PROGRAM_DIRECTORY_H

#include <stdbool.h>

#include "base/error.h"

struct directory {
	char path[256]; /* absolute */
	int fd;         /* -1: there is none */
};

#define DIRECTORY_NONE { .fd = -1 }

/* 0, or -1 with the reason in *e. To be ended with directory_remove. */
int directory_make(struct directory *d, struct error *e);

/* For a process with a mount namespace of its own: where root made it, shows the directory within it in its place. */
void directory_open_up(const struct directory *d);

/* Removes it with all that is in it and closes it, but follows no symbolic link and crosses no mount. To be called when the
 * program is gone, by a process outside its mount namespace. What cannot be removed stays. Does nothing if there is none any more. */
void directory_remove(struct directory *d);

#endif
