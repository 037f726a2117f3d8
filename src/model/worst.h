/* SPDX-License-Identifier: MIT */
/* The longest that a probe can take, alone or beside others on its connection. */
#ifndef MODEL_WORST_H
#define MODEL_WORST_H

#include "probes/composite.h"

/*
 * For a death that this member of the group can see at all: alone as its worst_case has it. Beside
 * others a silent path is predicted, too: whose options are in force decides, and all that take the socket's
 * error notice what they make of it. What the system's tcp_retries2 ends does not count, so a keepalive that
 * another's data keep silent has none: NS_NEVER. Of the path all but sys may be unknown. The later, the slower
 * the path.
 */
nsec predict_worst_case(const struct group *g, size_t member, nsec interval, const struct tcp_path *path);

#endif
