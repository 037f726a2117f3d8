/* SPDX-License-Identifier: MIT */
/* Final data: what a peer sends right before it goes, and which the watcher has not read then. */
#ifndef FAULTS_FINAL_DATA_H
#define FAULTS_FINAL_DATA_H

#include "probes/probe.h"

struct final_data {
	struct bytes data;
};

extern const struct param final_data_rows[];

/* For peer_each, with struct final_data as params. A full send buffer is no error. */
int act_send_final_data(int fd, const void *params);

#endif
