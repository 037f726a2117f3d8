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

/* -1 with the reason in *e. */
int directory_make(struct directory *d, struct error *e);

/* For who has a mount namespace of its own: where root made it, shows the directory within it in its place. */
void directory_open_up(const struct directory *d);

/* Removes it with all that is in it and closes it, but follows no symbolic link and crosses no mount. For who does not see what the
 * program has mounted, when the program is gone. What cannot be removed stays. Nothing if there is none any more. */
void directory_remove(struct directory *d);

#endif
