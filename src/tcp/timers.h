/* SPDX-License-Identifier: MIT */
/*
 * How the kernel's TCP timers add up: net/ipv4/tcp_timer.c without the packets. All
 * times are delays, counted from when the data were sent or the window closed.
 */
#ifndef TCP_TIMERS_H
#define TCP_TIMERS_H

#include <stdbool.h>

#include "sysctls.h"
#include "wheel.h"

/* A connection's path and kernel, as far as its timers hang on them. */
struct tcp_path {
	const struct sysctls *sys; /* of the watcher's network namespace; the peer's are taken for the same */
	nsec rtt;     /* the round trip's time; 0: no matter */
	nsec rto;     /* the kernel's retransmission timeout, as read; 0: whatever that round trip makes it */
	int64_t cwnd; /* the segments that may be under way; 0: not known */
	bool exact;   /* neither grows while this machine is busy, nor falls */
};

/* The round trip for which a bound holds where none is known. */
#define PATH_SLOW (150 * NS_PER_MS)

static inline struct tcp_path path_or_slow(const struct tcp_path *s)
{
	struct tcp_path slow = *s;

	if (!slow.rtt)
		slow.rtt = PATH_SLOW;
	return slow;
}

/* A path whose latest is what may be promised: it allows for the kernel's timers alone. */
static inline struct tcp_path path_exact(const struct tcp_path *s)
{
	struct tcp_path exact = *s;

	exact.exact = true;
	return exact;
}

/* TCP_DELACK_MAX: so late may an ACK be that has no data to go with. */
#define ACK_DELAYED (200 * NS_PER_MS)

/* TCP_DELACK_MIN: as late is it on a path that is quicker than that. */
#define ACK_DELAYED_LEAST (40 * NS_PER_MS)

/* The shortest retransmission timeout there can be on that path. */
nsec rto_least(const struct tcp_path *s);

/* By how much its timeout exceeds that of the quickest path. */
nsec rto_varies(const struct tcp_path *s);

/* One timer of this kernel with that delay, when it fires. */
nsec timer_fires(nsec delay, enum pace pace);

/* How late an ACK is that has no data to go with: the round trip's time between those bounds
 * (tcp_send_delayed_ack). */
nsec ack_delayed(const struct tcp_path *s);

/* The k-th retransmission of unacknowledged data: 0 is the loss probe. */
nsec retransmit_at(int64_t k, const struct tcp_path *s, enum pace pace);

/* When the first retransmission is due that comes after a silence of that length. */
nsec retransmit_after(nsec silence, const struct tcp_path *s, enum pace pace);

/* By how much all of them come later if more data are sent as often as that. */
nsec retransmits_deferred(nsec period, const struct tcp_path *s);

/* An application begins to fill the peer's window; it is closed after that time. */
nsec window_filled(const struct tcp_path *s, enum pace pace);

/* The second window probe that comes later than that: both are unanswered. */
nsec window_probe_after(nsec silence, const struct tcp_path *s, enum pace pace);

/* The kernel gives up on data in flight; user_timeout 0: by tcp_retries2. */
nsec give_up_in_flight(nsec user_timeout, const struct tcp_path *s, enum pace pace);

/* How a window is closed. */
struct closing {
	nsec answered;        /* window probes are, until then; NS_NEVER: forever */
	int64_t unanswered;   /* what keepalive sent before counts too */
	bool answered_before; /* the peer's kernel may just have answered what lay outside its window */
};

/* The same for a closed window, or data that cannot even be sent. */
nsec give_up_queued(nsec user_timeout, const struct closing *c, const struct tcp_path *s,
		    enum pace pace);

/* A timer that is under way: it is set for `expires`, has doubled `backoff` times, and so many of its segments were not answered. */
struct under_way {
	nsec expires;
	int64_t backoff, unanswered;
	bool orphan;   /* its program has closed it: tcp_orphan_retries */
	bool answered; /* window probes are, forever */
};

/* The kernel gives up on what is in flight, from now on, if no more is answered. The path's rto is the one without the backoff. */
nsec give_up_retransmitting(nsec user_timeout, const struct under_way *u, const struct tcp_path *s, enum pace pace);

/* The first retransmission, or window probe, that leaves after a silence of that length. */
nsec retransmitted_after(nsec silence, const struct under_way *u, const struct tcp_path *s, enum pace pace);
nsec probed_after(nsec silence, const struct under_way *u, const struct tcp_path *s, enum pace pace);

/* The kernel gives up on window probes. */
nsec give_up_probing(nsec user_timeout, const struct under_way *u, const struct tcp_path *s, enum pace pace);

/* The same for a SYN: tcp_syn_retries, tcp_syn_linear_timeouts. retries: the socket's own (TCP_SYNCNT). */
nsec give_up_connecting(nsec user_timeout, int64_t retries, const struct under_way *u, const struct tcp_path *s, enum pace pace);

/* How long the peer's kernel remembers a connection that was closed there, and acknowledges
 * what is empty: tcp_fin_timeout. */
nsec closed_remembered(const struct tcp_path *s, enum pace pace);

#endif
