/* SPDX-License-Identifier: MIT */
/*
 * What software does out of the box (profiles.c): `-p @go` takes the place of a spec.
 *
 * To add a program: a row. Run it with its defaults in a network namespace, connect, and read what it asks the
 * kernel for (`ss -tno`, `strace -e setsockopt`); or name the file and function, or the manual page, that
 * sets it. A spec notices what the program would notice, with the probes that there are: what it reads all the
 * time is `read`; `idle` is its own timer for a silent peer. It puts nothing into the stream, since who
 * compares programs does not speak their protocol: what they ask the peer belongs into `differs`.
 */
#ifndef PLAN_PROFILES_H
#define PLAN_PROFILES_H

#include <stdbool.h>

#include "base/words.h"
#include "probes/composite.h"

#define PROFILE_MARK '@'
#define PROFILE_NAME 24 /* room for a name, with its NUL */

struct profile {
	const char *name;    /* "@go" */
	const char *also;    /* other names that people try, spaces between; NULL: none */
	const char *program; /* and its version: "Go 1.19" */
	const char *spec;    /* one composite that does the same */
	const char *what;    /* the setting as a phrase */
	const char *source;  /* where it is set: file and function, or manual page */
	bool measured;       /* that version's sockets were read, as above; else the source alone says so */
	const char *differs; /* what the spec cannot say, in sentences; NULL: nothing */
};

/* The spec of a program that reads all the time and has those socket options set: of *u keepalive, idle, intvl and
 * cnt, user_timeout, recverr. */
#define PROFILE_SPEC 128
void profile_of_options(char to[PROFILE_SPEC], const struct connection_use *u);

extern const struct profile profiles[];
extern const size_t profiles_count;

const struct profile *profile_find(const char *name, size_t len); /* with the '@'; NULL if unknown */

/* What an unknown name may have meant, or why it has no row. */
struct hint profile_hint(const char *name);

const char *profile_word(const void *list, size_t i); /* for hint() of base/words.h: list is not looked at */

#endif
