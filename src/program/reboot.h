/* SPDX-License-Identifier: MIT */
/* A program's host that reboots: its processes and its connections are gone at once, and nobody is told. For strike.c. */
#ifndef PROGRAM_REBOOT_H
#define PROGRAM_REBOOT_H

#include "victims.h"

/*
 * Stamps s->struck itself. Without a silence the host is back when this returns, and the program was started again where it is to be;
 * else that is left to program_strike_end, which is due then. -1 with the reason in *e.
 */
int program_reboot(struct program_strike *s, struct victims *v, nsec silence, struct error *e);

#endif
