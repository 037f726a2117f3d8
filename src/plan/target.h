/* SPDX-License-Identifier: MIT */
/*
 * HOST:PORT, as text alone: names and services are looked up later, by the engine.
 * The caller frees the parts (plan_free). 0, or -1 with the reason in *e.
 */
#ifndef PLAN_TARGET_H
#define PLAN_TARGET_H

#include "plan.h"

/*
 * HOST:PORT; the host is a name, IPv4, or IPv6 in brackets; the port 1 to 65535 or a service
 * name.
 */
int target_parse(struct target *t, const char *text, struct error *e);

/* Are these two words HOST and PORT, as nc takes them: "db" "6379", "::1" "http", and not "db:80" "6379"? */
bool target_is_pair(const char *host, const char *port);

/* As one word: "db:6379", "[::1]:http". To be freed; NULL with the reason in *e. */
char *target_join(const char *host, const char *port, struct error *e);

/* [ADDR:]PORT for --listen: without ADDR the host is NULL; port 0 lets the kernel pick one. */
int listen_parse(struct target *t, const char *text, struct error *e);

#endif
