/* SPDX-License-Identifier: MIT */
/*
 * From names to addresses. getaddrinfo(3) waits for as long as name servers keep silent, so
 * each name has a process of its own, and the run's loop waits for these: signals, --timeout
 * and the reports go on. What is numeric, `localhost` and
 * the names below it need none.
 */
#ifndef ENGINE_RESOLVE_H
#define ENGINE_RESOLVE_H

#include <netdb.h>
#include <stdbool.h>

#include "run.h"

/*
 * All addresses of n targets, side by side, in the order of RFC 6724; passive for listening.
 * Where the plan has a source, its addresses go to run.source. 0, or -1 with the reason in *e:
 * a name or a service is not known, there was no answer before --timeout; status 0 if a
 * signal ended the wait. The lists are to be freed with resolve_free after either.
 */
int resolve_targets(struct run *r, struct addrinfo **lists, const struct target *targets, size_t n, int family,
		    bool passive, struct error *e);
void resolve_free(struct addrinfo *list);

#endif
