/* SPDX-License-Identifier: MIT */
/* Last words: what a peer says right before it goes, and which the watcher has not read then. */
#ifndef FAULTS_WORDS_H
#define FAULTS_WORDS_H

#include "probes/probe.h"

struct final_data {
	struct bytes data;
};

extern const struct param final_data_rows[];

/* For peer_each, with struct final_data as params. A full send buffer is no error. */
int act_send_final_data(int fd, const void *params);

#endif
