/* SPDX-License-Identifier: MIT */
/* What listens in a host, and where its connections lead, as sock_diag(7) says. */
#ifndef PROGRAM_LISTENERS_H
#define PROGRAM_LISTENERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* Does somebody listen on that port (host order), on an address that another host reaches? 1, 0 or -errno. diag: a
 * diag_open of that host. */
int listeners_on(int diag, in_port_t port);

/* What else is done: listens: where somebody listens instead; else where a connection leads instead. A phrase, "it
 * listens on 127.0.0.1:9000", or "". */
void listeners_hint(int diag, bool listens, in_port_t port, char *to, size_t room);

#endif
