/* SPDX-License-Identifier: MIT */
/*
 * What the pages share: text in lines of at most 79 columns, unless print_within says otherwise,
 * on standard output, and phrases about probes and faults.
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "base/wrap.h"
#include "faults/fault.h"
#include "plan/protocol.h"
#include "probes/probe.h"

#define PAGE_WIDTH 79

/* How many columns a line of wrapped text may fill from now on. */
void print_within(size_t columns);

/* Words, and a newline. */
void print_words(FILE *f, struct wrap w);

/*
 * Prints one paragraph. The cursor is at `column`; the lines after the first begin at
 * `indent`.
 */
void print_wrapped(const char *text, size_t column, size_t indent);

/*
 * Prints paragraphs, which an empty line parts; a line that begins with a tab or a space stays
 * as it is.
 */
void print_text(const char *text, size_t indent);

struct phrase {
	char text[160];
};

/* "passive", "consumes data, sends data" */
struct phrase traits_phrase(unsigned traits);

/* "idle=5s intvl=3s cnt=3"; "" without parameters */
struct phrase params_phrase(const struct param *rows);

/* Where a fault is available: "lab, peer, watch" */
struct phrase places_phrase(const struct fault *f);

/* "redis://, valkey://" */
struct phrase schemes_phrase(const struct protocol *p);

/* "PING", "passive: it takes no question before a login" */
struct phrase asks_phrase(const struct protocol *p);

/* "the peer is dead", "the peer is alive" */
const char *outcome_phrase(const struct fault *f);

#endif
