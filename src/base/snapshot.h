/* SPDX-License-Identifier: MIT */
/*
 * A file that others read at any moment, and that is replaced as a whole: a new one is written beside it and takes its name
 * (rename(2)), so that no reader ever sees a half of it. It is for everyone to read (0644), whatever the umask.
 *
 * A disk may be slow, or gone. Who measures has it written by another process, which is a copy of this one as of that moment;
 * while one is at it no other begins. Nothing is synced: after a power failure the file may be an old one, and the next
 * write replaces it.
 */
#ifndef BASE_SNAPSHOT_H
#define BASE_SNAPSHOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "clock.h"
#include "error.h"

struct out;

struct snapshot {
	char *path, *beside; /* where it is, symbolic links followed; where the new one is written */
	const char *name;    /* for messages: as it was given */
	pid_t writer;        /* the process that is at it; 0 */
	nsec began;          /* the last write; 0: none */
};

typedef void snapshot_put(const void *of, struct out *o);

/* Can it be one? Not what is there and no file: a device, a pipe. */
bool snapshot_possible(const char *path);

/* name is kept, not copied. -1 with the reason in *e; snapshot_close is safe after either. */
int snapshot_open(struct snapshot *s, const char *name, struct error *e);
void snapshot_close(struct snapshot *s);

/* Writes it now, and waits for that. 0, or -1 with the reason in *e. */
int snapshot_write(struct snapshot *s, snapshot_put *put, const void *of, struct error *e);

/* Starts a process that writes it, unless one is at it: false. Nor where no process can be made: then later. */
bool snapshot_start(struct snapshot *s, snapshot_put *put, const void *of);

/* Looks at the process, and does not wait. -1 with the reason in *e if it could not write. */
int snapshot_check(struct snapshot *s, struct error *e);

#endif
