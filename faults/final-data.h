/* SPDX-License-Identifier: MIT */
/* Last words: what a peer says right before it goes, and which the watcher has not read then. */
#ifndef FAULTS_WORDS_H
#define FAULTS_WORDS_H

#include "probes/probe.h"

struct words {
	struct bytes data;
};

extern const struct param words_rows[];

/* For peer_each, with struct words as params. A full send buffer is no error. */
int act_say(int fd, const void *params);

#endif
