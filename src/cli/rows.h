/* SPDX-License-Identifier: MIT */
/*
 * --rows KIND: the rows of the parser and of the tables for other programs. One
 * line each, fields parted by tabs:
 *
 *   options   name, letter or -, none|needed|attached|next, how it is completed,
 *             argument or -, help
 *   probes    name, summary
 *   params    probe or fault, parameter, values worth offering (parted by commas), help
 *   faults    name, summary
 *   reports   name, summary
 *   expects   what --expect can begin with, help
 *
 * mdoc-options, mdoc-probes, mdoc-faults and mdoc-reports are the items of the man
 * page's lists, which stand in it between the comments BEGIN and END.
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

void rows_mdoc_options(void);
void rows_mdoc_probes(void);
void rows_mdoc_faults(void);
void rows_mdoc_reports(void);

#endif
