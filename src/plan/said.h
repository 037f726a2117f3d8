/* SPDX-License-Identifier: MIT */
/* --say: what a peer that connects says first. */
#ifndef PLAN_SAID_H
#define PLAN_SAID_H

#include "plan.h"

/*
 * Bytes, with the escapes of quoting.h, and in double quotes or not; or a URL, whose host may be missing ("redis://", "http:///x"): then
 * what a client of that protocol says first. 1 to 1024 bytes. 0, or -1 with the reason in *e.
 */
int said_parse(struct bytes *b, const char *text, struct error *e);

#endif
