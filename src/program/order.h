/* SPDX-License-Identifier: MIT */
/* An order to a program's init, and its answer. For program.c. */
#ifndef PROGRAM_ORDER_H
#define PROGRAM_ORDER_H

#include "init.h"

/* Sends that order on the striker's socket, and waits until it is carried out: *at is from right before. -1 with
 * the reason in *e, also where the init has ended, or does not answer within 5 s. */
int order_carry_out(int socket, pid_t init, const struct init_order *order, nsec *at, struct error *e);

#endif
