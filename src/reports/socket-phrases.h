/* SPDX-License-Identifier: MIT */
/* A connection of a running process, in the words that all reports share. */
#ifndef REPORTS_SOCKET_PHRASES_H
#define REPORTS_SOCKET_PHRASES_H

#include "draw.h"
#include "events/context.h"
#include "events/event.h"

/* Is this a run that shows the connections of processes, and watches none? */
bool sockets_wanted(const struct report_context *c);

/* "redis-server[812] fd 9 to 10.0.0.5:4711"; of several "312 postgres to 10.0.0.5:5432", "40 sshd at 10.0.0.1:22 from 10.0.0.7". */
#define SOCKET_NAME 256
void socket_name(char to[SOCKET_NAME], const struct event_socket *s);

/* "ESTABLISHED; keepalive 300/100/3 s, user timeout 5s; 12 bytes in flight; heard 3.00s ago; keepalive timer in 4m48s" */
#define SOCKET_DETAILS 640
void socket_details(char to[SOCKET_DETAILS], const struct report_context *c, const struct event_socket *s);

/* "8.12s", "never", "?" where it is not known, "maybe", "FIN" where the peer's has come; "-" where nothing is predicted. */
#define SOCKET_CELL 32
void socket_cell(char to[SOCKET_CELL], const struct event_socket *s, size_t fault);
enum style socket_style(const struct event_socket *s, size_t fault);

/* Of all of them: "27 connections: 12 never notice drop, 3 are not known". */
#define SOCKET_SUM 256
struct socket_sum {
	unsigned connections, never, unknown; /* of the first fault */
};
void socket_sum_add(struct socket_sum *sum, const struct event_socket *s);
void socket_sum_text(char to[SOCKET_SUM], const struct report_context *c, const struct socket_sum *sum);

#endif
