/* SPDX-License-Identifier: MIT */
/* What a connection's own socket options promise: read from its program's descriptor, and given to the model. */
#ifndef PROGRAM_PROMISE_H
#define PROGRAM_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "events/event.h"
#include "plan/plan.h"
#include "tcp/sysctls.h"

struct socket_options {
	bool keepalive, recverr;
	nsec idle, intvl, user_timeout; /* user_timeout 0: none */
	int cnt, syn_retries;
	bool known;    /* they could be read; else why says why not */
	char why[112];
};

/* Of a TCP descriptor. Sets nothing. 0, or -errno, which is in `why` then. */
int options_read(int fd, struct socket_options *o);

#define PROMISE_TEXT 160

/*
 * What they promise against a fault, if the program reads whenever there is something to read: `result`, `by` and `why` of *p (not
 * known where they could not be read), and the sentence beside what was measured ("its keepalive of 5/1/3 promises 8.00s; measured
 * 8.10s", "no keepalive, no user timeout: nothing will ever tell it"). wrote: it had data in flight, or wrote after the
 * fault; `by` counts as if it had written at once, and the sentence from when it did. around: its path and sysctls, for how long it was
 * watched; its traffic is not looked at. r: what was measured, as is after.
 */
void promise_fill(const struct socket_options *o, const struct chosen_fault *f, const struct circumstances *around, bool wrote,
		  const struct event_result *r, nsec after, struct predicted *p, char *text, size_t room);

#endif
