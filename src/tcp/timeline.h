/* SPDX-License-Identifier: MIT */
/* What this machine's kernel comes to know of a connection once a fault has struck, and when. */
#ifndef TCP_TIMELINE_H
#define TCP_TIMELINE_H

#include "range.h"

struct timeline {
	struct time_range fin;    /* the peer's FIN: reads end, nothing is wrong yet */
	struct time_range end;    /* reset or given up: the state is CLOSE, and there is an error */
	struct time_range icmp;   /* an error while the state stays (IP_RECVERR): the first to check takes it */
	struct time_range soft;   /* an error that only SO_ERROR asks for: a timeout is to be named by it */
	struct time_range again;  /* the same for the others: the next retransmission provokes it anew */
	struct time_range closed; /* the peer takes no more data: its window is closed */
	struct time_range heard;  /* the last segment from the peer's kernel that acknowledged something */

	/* Of a fault that heals: the end of the silence, and how long what was lost in it
	 * may wait until it is retransmitted and answered. */
	nsec silence;       /* NS_NEVER: it does not heal */
	struct time_range repair;
};

#endif
