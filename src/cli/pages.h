/* SPDX-License-Identifier: MIT */
/*
 * The pages on standard output: --help, --version, --list, --explain and --rows.
 * Each returns 1, or -1 with the reason in *e (an unknown name, or the page could
 * not be written).
 */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "base/error.h"

int page_help(struct error *e);
int page_version(struct error *e);
int page_list(struct error *e);

/*
 * A probe with or without parameters ("keepalive:idle=10s"), or a fault; NULL: which pages
 * there are.
 */
int page_explain(const char *spec, struct error *e);

/* The same lists for programs: see rows.h for the kinds. */
int page_rows(const char *kind, struct error *e);

/* 1 if all that was printed went out, else -1. */
int page_done(struct error *e);

#endif
