/* SPDX-License-Identifier: MIT */
/*
 * A program under test is a row of the reports, as a probe is: it stands there with one of these, which no
 * table of probes has and nobody can choose.
 */
#ifndef EVENTS_PROGRAM_H
#define EVENTS_PROGRAM_H

#include "plan/plan.h"
#include "probes/probe.h"

/* Named "client" and "server". */
const struct probe *program_probe(enum program_role role);

#endif
