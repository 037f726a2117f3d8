/* SPDX-License-Identifier: MIT */
/* The network namespaces of the audited processes: which are the same, and what is in each. */
#ifndef AUDIT_HOSTS_H
#define AUDIT_HOSTS_H

#include "collect.h"

/* That of a process, which is added where it is new. -1 with the reason in *e. */
int hosts_of_process(struct audit_list *l, pid_t pid, size_t *host, struct error *e);

/* The one of that descriptor of a namespace; the same. */
int hosts_of_namespace(struct audit_list *l, int ns, size_t *host, struct error *e);

/*
 * Calls each with every TCP socket of it but those in TIME_WAIT and SYN_RECV, and reads its sysctls: enters it (ns: a descriptor of
 * it, or -1), and comes back. What cannot be had is in its err. -1 with the reason in *e where each returned nonzero, or this process
 * could not come back.
 */
int host_visit(struct audit_host *h, int ns, int (*each)(const struct diag_socket *s, void *of), void *of, struct error *e);

/* How many connections TCP alone remembers there (TIME_WAIT). */
size_t host_timewait(const struct audit_host *h);

#endif
