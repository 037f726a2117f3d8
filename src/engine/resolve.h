/* SPDX-License-Identifier: MIT */
/*
 * From names to addresses. getaddrinfo(3) waits for as long as name servers keep silent, so other
 * processes call it, and the run's loop waits for these: signals, --timeout and the reports go on.
 * What is numeric, `localhost` and the names below it need none; a name that many targets have is
 * looked up once.
 */
#ifndef ENGINE_RESOLVE_H
#define ENGINE_RESOLVE_H

#include <netdb.h>
#include <stdbool.h>

#include "run.h"

#define RESOLVE_AT_ONCE 32 /* processes, each with a descriptor here */
#define RESOLVE_TOO_LATE "no address before --timeout"

/* The addresses of the i-th target, in the order of RFC 6724, which are the callee's now; or NULL and why there are none:
 * a reason alone, with the status that it is worth. */
typedef void resolver_done(void *owner, size_t i, struct addrinfo *list, const struct error *why);

/*
 * Looks up n targets, side by side; what is known is told before it returns, all else by the loop. Whoever is told
 * the last may close it. passive: for listening. The targets must live until resolver_close.
 * NULL with the reason in *e: a service is not known.
 */
struct resolver;
struct resolver *resolver_start(struct run *run, const struct target *targets, size_t n, int family, bool passive, resolver_done *done,
				void *owner, struct error *e);
void resolver_close(struct resolver *r); /* NULL is none */

/*
 * The same, all of them at once; not passive: with the addresses of the plan's source, which go to run.source. 0, or -1
 * with the reason in *e: a name or a service is not known, there was no answer before --timeout; status 0 if a signal ended
 * the wait. The lists are to be freed with resolve_free after either.
 */
int resolve_targets(struct run *r, struct addrinfo **lists, const struct target *targets, size_t n, int family, bool passive,
		    struct error *e);
int resolve_source(struct run *r, int family, struct error *e);
void resolve_free(struct addrinfo *list);

/*
 * One target, while the loop goes on. What comes of it is told to done once, perhaps before resolve_start returns: the list, which
 * is then the caller's, or NULL with the reason in *e. Then it may be started again. resolve_end frees, and kills a child that
 * is still at it; NULL is none.
 */
struct resolution;
typedef void resolution_done(void *of, struct addrinfo *list, const struct error *e);
struct resolution *resolve_new(struct run *r); /* NULL without memory */
void resolve_start(struct resolution *s, const struct target *t, int family, resolution_done *done, void *of);
void resolve_end(struct resolution *s);

#endif
