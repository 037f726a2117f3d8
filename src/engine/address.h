/* SPDX-License-Identifier: MIT */
/* Socket addresses as text, and where a connection comes from. */
#ifndef ENGINE_ADDRESS_H
#define ENGINE_ADDRESS_H

#include <netdb.h>
#include <sys/socket.h>

#include "base/error.h"
#include "events/event.h"
#include "plan/plan.h"

/* "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80"; a v4-mapped address as IPv4. */
void address_text(char text[ADDRESS_TEXT], const struct sockaddr *sa, socklen_t len);

/* Those of a connected or listening socket; untouched where it has none. */
void address_local(char text[ADDRESS_TEXT], int fd);
void address_remote(char text[ADDRESS_TEXT], int fd);

/* The family to connect with: what was asked for, else that of a -s given in numbers. */
int address_family(const struct plan *p);

/* Binds fd to the first of the source's addresses that has the family; name is what was given
 * as -s. -1 with the reason. */
int address_bind_source(int fd, const char *name, const struct addrinfo *source, int family, struct error *e);

/* The port at the end of such a text. */
uint16_t address_port(const char *text);

#endif
