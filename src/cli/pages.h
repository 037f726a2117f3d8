/* SPDX-License-Identifier: MIT */
/*
 * The pages on standard output, of the verbs that print one. Each returns 0, or -1 with the
 * reason in *e (an unknown name, or the page could not be written).
 */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "base/error.h"
#include "verb.h"

/* NULL: the overview */
int page_help(const struct verb *v, struct error *e);
int page_version(struct error *e);
int page_list(struct error *e);

/*
 * Probes with or without parameters ("keepalive:idle=10s"), and faults, a page each; none: which
 * pages there are.
 */
int page_explain(const char *const *names, size_t count, struct error *e);

/* The same lists for programs: see rows.h for the kinds. */
int page_rows(const char *kind, struct error *e);

/* 0 if all that was printed went out, else -1. */
int page_done(struct error *e);

/* The exit status for what a page returned. */
int page_status(int failed, const struct error *e);

#endif
