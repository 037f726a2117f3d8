/* SPDX-License-Identifier: MIT */
/*
 * The kernel monitor: when did this machine's TCP stack learn of the end? It only polls and reads
 * TCP_INFO, which send nothing and consume nothing, and it looks before any probe.
 *
 * It cannot read the socket error without consuming it, so it tells a reset from
 * a timeout by whether a segment came in (TCP_INFO's segs_in) and fills in the
 * errno once some probe's call took it.
 */
#ifndef ENGINE_MONITOR_H
#define ENGINE_MONITOR_H

#include "conn.h"

/* The socket woke with these epoll events at that time: is there a new kernel event? */
void monitor_check(struct conn *c, uint32_t events, nsec woken);

/* Keeps the count of received segments fresh where something is being sent. */
void monitor_refresh(struct conn *c);

/* A probe's call took the error: corrects and completes the kernel event. */
void monitor_errno(struct conn *c, int err);

#endif
