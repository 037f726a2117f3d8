/* SPDX-License-Identifier: MIT */
/*
 * A fault: one way in which a peer dies, or only seems to.
 *
 * To add one: write faults/NAME.c, which exports `const struct fault fault_NAME`
 * (dashes become underscores), and put FAULT(NAME) into faults/table.def where
 * `list` and the lab's matrix are to show it. All else in the file is static. A
 * fault knows the world that it breaks and nothing of probes. It strikes with one
 * of three hooks, and rst.c and icmp-host.c show how little that takes:
 *
 *   peer     the peer's own process does it to its connections (faults/peer.h);
 *            this is what tcpalive peer can do outside the lab, where a fault has it
 *   link     the lab's network between the two hosts is broken (faults/link.h)
 *   watcher  the watcher's own host in the lab is broken (faults/link.h)
 *
 * With link or watcher the lab leaves peer alone, unless these call link_peer. A
 * fault without any of them does nothing. Time counts from the moment that the hook stamps
 * (peer_struck, or the first call that breaks the link), right before the act.
 */
#ifndef FAULTS_FAULT_H
#define FAULTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "probes/probe.h" /* struct param: the same rows */
#include "tcp/effect.h"

struct peer;
struct link;

/* When a fault needs the watcher's application: before it strikes, or after. */
enum fault_when { FAULT_BEFORE, FAULT_AFTER };

struct fault {
	const char *name;
	const char *summary; /* one line without a full stop */
	const char *text;    /* paragraphs for `explain` */
	const char *breaks;  /* "the peer's process", "the path, both ways", "this host's interface" */
	bool dead;           /* is the peer truly dead afterwards? */
	bool control;        /* nothing happens: the control of the experiment (one fault is) */
	struct effect effect; /* what the watcher's TCP meets then */
	/* Either may be NULL. What is silent after the strike heals so much later; what `effect` says of
	 * segments begins so much later. */
	nsec (*silence)(const void *params);
	nsec (*delay)(const void *params);

	/* A path that forgets a connection: after so long without a segment of either side. Only then is the peer dead, for
	 * that connection, and `effect` so; until then all is as in fault_control(). NULL: it strikes all alike. */
	nsec (*forgets)(const void *params);
	const struct effect *(*effect_of)(const void *params); /* where it depends on the parameters; NULL: it is `effect` */

	/* Programs that are not the lab's own (fault_not_with): why it cannot be done to one so that the wire shows the
	 * same; and why it would be another fault where one is the watcher's application. Phrases, or NULL. */
	const char *not_program, *not_survivor;
	const char *needs;   /* the privilege that peer and socket need outside the lab, or NULL */
	const struct param *params;
	size_t params_size;

	int (*peer)(struct peer *p, const void *params, struct error *e);
	int (*link)(struct link *l, const void *params, struct error *e);
	int (*watcher)(struct link *l, const void *params, struct error *e);

	/* Outside the lab without tcpalive peer, on one connected descriptor of the watcher's (drop). */
	int (*socket)(int fd, const void *params, struct error *e);

	/* All of these may be NULL. On each of the peer's sockets before it listens or
	 * connects: what must be so from the start, or a test whether the fault is
	 * allowed at all. 0 or -errno. */
	int (*setup)(int fd, const void *params);

	/* In the peer's process, shortly before the strike. */
	int (*prepare)(struct peer *p, const void *params, struct error *e);

	/* What the watcher's application does on each of its connections, in the
	 * measuring process and without waiting: after prepare and before the strike,
	 * or after it. */
	int (*application)(int fd, const void *params, struct error *e);
	enum fault_when when;
};

#define FAULT(name) extern const struct fault fault_##name;
#include "table.def"
#undef FAULT

extern const struct fault *const faults[];
extern const size_t faults_count;
const struct fault *fault_find(const char *name);
const struct fault *fault_control(void);

/* Its effect with those parameters. */
const struct effect *fault_effect(const struct fault *f, const void *params);

/* Why that fault cannot be where the dying end, or the surviving one, is a program that is not the lab's own; or NULL. */
const char *fault_not_with(const struct fault *f, bool dying, bool surviving);

const char *fault_word(const void *list, size_t i); /* for hint() of base/words.h: list is not looked at */

/* The error for a call that failed with err: "'drop': CAP_NET_ADMIN is missing ...". Returns -1. */
int fault_refused(const struct fault *f, int err, struct error *e);

#endif
