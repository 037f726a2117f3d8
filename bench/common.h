/* SPDX-License-Identifier: MIT */
/* What the programs of the benchmark share. They use nothing of tcpalive: they are what it is held against. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <netinet/in.h>
#include <stdint.h>

#define US ((int64_t)1000) /* in nanoseconds */

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t stamp(void);

/* Ends the program with status 1: "what: why", the reason from errno if why is NULL. */
_Noreturn void give_up(const char *what, const char *why);

/* A count of 0 or more and at most a million, or gives up. */
long count_of(const char *text);

/* As many descriptors as an ordinary user is allowed. */
void raise_descriptors(void);

/* A zeroed array, or gives up. Freed by the program's end. */
void *array(size_t n, size_t size);

#define ADDRESS_ROOM 24
/* "127.0.0.1:80". Returns to. */
const char *address_name(char to[ADDRESS_ROOM], const struct sockaddr_in *a);

#endif
