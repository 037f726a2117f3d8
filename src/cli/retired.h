/* SPDX-License-Identifier: MIT */
/* Options of version 0.1 that are verbs now, or have another name: an error gives the new spelling. */
#ifndef CLI_RETIRED_H
#define CLI_RETIRED_H

#include "base/error.h"

/* word: "--lab" or "--lab=drop"; next: the word behind it, or NULL. -1 with the reason in *e if it is one. */
int retired_check(const char *word, const char *next, struct error *e);

#endif
