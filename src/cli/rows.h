/* SPDX-License-Identifier: MIT */
/*
 * rows KIND: the rows of the parser and of the tables for other programs. One
 * line each, fields parted by tabs:
 *
 *   verbs     name, how its operands are completed, summary
 *   options   verb, name, letter or -, how its value is completed, argument, help;
 *             both are - where it takes none
 *   probes    name, summary
 *   params    probe or fault, parameter, values worth offering (parted by commas), help
 *   lab       each probe with the parameters that the lab gives it, as -p takes it
 *   faults    name, summary
 *   profiles  name, program and phrase
 *   protocols scheme with ://, what a heartbeat asks or why nothing
 *   reports   name, summary
 *   expects   what --expect can begin with, help
 *
 * mdoc-VERB-options, mdoc-output-options, mdoc-probes, mdoc-faults, mdoc-profiles, mdoc-protocols and
 * mdoc-reports are the items of the man page's lists, which stand in it between the comments BEGIN and END.
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "verb.h"

/* The verb's own options; those of every verb that reports, and of every verb. */
void rows_mdoc_options(const struct verb *v);
void rows_mdoc_output_options(void);

void rows_mdoc_probes(void);
void rows_mdoc_faults(void);
void rows_mdoc_profiles(void);
void rows_mdoc_protocols(void);
void rows_mdoc_reports(void);

#endif
