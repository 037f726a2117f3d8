/* SPDX-License-Identifier: MIT */
/*
 * What several faults do to one TCP socket: acts for peer_each and for setup.
 * They take params only to have that shape. 0 or -errno.
 */
#ifndef FAULTS_ACT_H
#define FAULTS_ACT_H

/* close(2) will send an RST: SO_LINGER of 0, see socket(7). */
int act_abort(int fd, const void *params);

/* Takes all input: closed with something unread, a socket sends RST and not FIN. */
int act_drain(int fd, const void *params);

/* shutdown(2) of what it sends: a FIN. */
int act_end_output(int fd, const void *params);

/* A classic BPF filter that accepts nothing, so segments are dropped before
 * TCP sees them; no ACK, no RST. And the end of it. Linux 6.18, and stable kernels,
 * want CAP_NET_ADMIN for it on TCP. */
int act_drop_rx(int fd, const void *params);
int act_restore_rx(int fd, const void *params);

/* close(2) will tell nobody, and the kernel knows no such connection afterwards:
 * TCP_REPAIR, for which CAP_NET_ADMIN is needed (tcp_disconnect). */
int act_repair_close(int fd, const void *params);

/* As above on a fresh socket, for setup, to find out whether it works; fd is left alone. */
int try_drop_rx(int fd, const void *params);
int try_repair_close(int fd, const void *params);

#endif
