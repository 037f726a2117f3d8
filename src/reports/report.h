/* SPDX-License-Identifier: MIT */
/*
 * A report: one way to write what happened. To add one: write reports/NAME.c,
 * which exports `const struct report report_NAME`, and add REPORT(NAME) to
 * reports/table.def.
 *
 * A report knows events (events/event.h) and nothing of sockets. It gets each
 * event once, in order of time, when the loop has nothing else to do, and writes
 * through its out (base/out.h), which never blocks a probe. It may allocate; a
 * failed allocation or a failed write is remembered by out_check.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "events/context.h"
#include "events/event.h"
#include "probes/probe.h"
#include "base/out.h"

struct report {
	const char *name;
	const char *summary; /* for --help and the man page */
	bool to_file;        /* needs =FILE (a picture): not for a terminal */
	bool ends_last;     /* programs read the exit status in it: it waits for what the others cannot write */
	bool follows;       /* gets EVENT_TARGET, which is for no other */
	bool predicts;      /* writes also what was computed, and not measured: predict, advise */
	size_t state_size;
	int (*begin)(void *state, struct out *o, const struct report_context *c); /* 0, or -1 */
	void (*event)(void *state, struct out *o, const struct event *e);

	/* A live view's, or NULL. redraw comes every 100 ms and after a resize, where
	 * out.live; leave takes the view off the terminal before the process stops or,
	 * with lost, drops it because others may have written there. */
	void (*redraw)(void *state, struct out *o, nsec now);
	void (*leave)(void *state, struct out *o, bool lost);

	/* What others read at any moment, or NULL: all of it, from what the events have left in state. To a file it is written
	 * after changes, and now and then, as a whole (base/snapshot.h) and by another process; to anything else at the end.
	 * The report writes nothing else: event and end are given an out that takes nothing. */
	void (*page)(const void *state, struct out *o);

	void (*end)(void *state, struct out *o);   /* after the end event: tables, closing tags; frees what state owns */
};

extern const struct report *const reports[];
extern const size_t reports_count;
const char *report_word(const void *list, size_t i); /* for hint() of base/words.h: list is not looked at */

#endif
