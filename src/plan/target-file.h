/* SPDX-License-Identifier: MIT */
/*
 * A file with a target a line: HOST:PORT, HOST PORT, [IPv6]:PORT or a URL, and behind it what reports are to call it.
 * A '#' that begins a line or follows a blank begins a comment.
 */
#ifndef PLAN_TARGET_FILE_H
#define PLAN_TARGET_FILE_H

#include <stdio.h>

#include "plan.h"

#define TARGET_NAME_MOST 64 /* bytes */

/*
 * Adds the targets of a file, "-" for standard input, to those of the plan. One that is there with the same name, or as
 * nameless, is not added again; two that have one name are an error. 0, or -1 with the reason in *e: what is wrong in which
 * line, or that it cannot be read.
 */
int target_file_read(struct connect_plan *c, const char *path, struct error *e);

/* The same of what is open already; path is for messages. */
int target_file_parse(struct connect_plan *c, FILE *from, const char *path, struct error *e);

#endif
