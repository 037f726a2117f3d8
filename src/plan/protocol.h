/* SPDX-License-Identifier: MIT */
/*
 * The protocols that a URL can name as a target: the port, and what a heartbeat says. To add
 * one: a row in protocols.c, and no other code; `list`, the manual and the completions walk the table.
 */
#ifndef PLAN_PROTOCOL_H
#define PLAN_PROTOCOL_H

#include "plan.h"

#define PROTOCOL_NAMES 3
#define PROTOCOL_PHRASES 7

/* Values of a heartbeat's parameters, as a person would type them, but for the quoting: a
 * backslash is needed before a backslash alone. "{host}" is HOST or HOST:PORT of the URL, "{path}" its
 * path with the query, "/" if it has none. NULL: empty. */
struct protocol_phrases {
	const char *greeting, *hello, *welcome, *thanks, *send, *want, *bye;
};

struct protocol {
	const char *names[PROTOCOL_NAMES + 1]; /* the schemes, the usual one first */
	const char *port;    /* NULL: none is usual, so the URL must have it */
	const char *asks;    /* what each poll is, in a few words; NULL: nothing can be asked, the watch is passive */
	const char *passive; /* ... and why: goes on after "because " */
	const char *note;    /* what a server does to a client that asks for nothing else; NULL */
	struct protocol_phrases says;
};

extern const struct protocol protocols[];
extern const size_t protocols_count;

/* By any of its names, len bytes of it, in capitals or not; NULL if unknown. */
const struct protocol *protocol_find(const char *name, size_t len);

/* The i-th name of all: for hint() of base/words.h; list is not looked at. */
const char *protocol_word(const void *list, size_t i);

/*
 * Gives c, a probe that needs an answer, what the target's protocol says wherever c->spec says
 * nothing itself: greeting, hello, welcome and thanks go together, and no want comes with a send that is
 * not the protocol's. Does nothing to other probes, and for a target without a protocol. Where the
 * protocol takes no question the probe is unsupported if --all added it, and else refused, unless it has
 * a question of its own. 0, or -1 with the reason in *e.
 */
int protocol_speak(struct chosen *c, const struct target *t, struct error *e);

/* What a client of the target's protocol says first, which takes questions; where the server greets, it does not wait for that.
 * 0, or -1 with the reason in *e. */
int protocol_begin(const struct target *t, struct bytes *to, struct error *e);

/* All that is said and awaited there, where the protocol takes questions. 0, or -1 with the reason in *e. */
struct phrases;
int protocol_phrases(const struct target *t, struct phrases *to, struct error *e);

#endif
