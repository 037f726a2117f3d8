/* SPDX-License-Identifier: MIT */
/*
 * The C of a probe's page, with the values of its parameters put in:
 *
 *   @every@     5s            @idle:s@     5, in seconds; left to the system: no such line
 *   @cnt@       3             @after:ms@   10000, in milliseconds; likewise
 *   @data@      "\000"        @after:ms0@  as ms, but 0 where it is left to the system
 */
#ifndef CLI_SNIPPET_H
#define CLI_SNIPPET_H

#include "plan/plan.h"

/* Prints c->probe->code, four columns from the left and for each tab. */
void snippet_print(const struct chosen *c);

#endif
