/* SPDX-License-Identifier: MIT */
/*
 * TCP_INFO, see tcp(7) and net/ipv4/tcp.c:tcp_get_info. Its length grew with the
 * kernel: what this kernel did not fill is zero, and tcpinfo_has() says whether a field is real.
 */
#ifndef TCP_TCPINFO_H
#define TCP_TCPINFO_H

#include <linux/tcp.h>
#include <stddef.h>

/* The states of tcpi_state, as in RFC 9293; the kernel's numbers (include/net/tcp_states.h). */
enum tcp_state {
	STATE_ESTABLISHED = 1, STATE_SYN_SENT, STATE_SYN_RECV, STATE_FIN_WAIT1, STATE_FIN_WAIT2,
	STATE_TIME_WAIT, STATE_CLOSE, STATE_CLOSE_WAIT, STATE_LAST_ACK, STATE_LISTEN, STATE_CLOSING,
};

/* Fills *ti; returns how many bytes the kernel filled, or -errno, with zeros. Takes no error. */
int tcpinfo_read(int fd, struct tcp_info *ti);
/* The errno of the first read that ever failed, or 0: what was made of its zeros may be wrong. */
int tcpinfo_failure(void);

/* The same up to one field: 0, -ENODATA where this kernel did not fill it, or -errno. */
#define tcpinfo_up_to(fd, ti, field) \
	tcpinfo_read_least(fd, ti, offsetof(struct tcp_info, field) + sizeof(((struct tcp_info *)0)->field))
int tcpinfo_read_least(int fd, struct tcp_info *ti, size_t least);

/* Did a read of that length fill this field? */
#define tcpinfo_has(length, field) \
	((length) >= (int)(offsetof(struct tcp_info, field) + sizeof(((struct tcp_info *)0)->field)))

#endif
