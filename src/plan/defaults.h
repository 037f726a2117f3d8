/* SPDX-License-Identifier: MIT */
/* What holds where nothing was said, besides the defaults that stand in the rows of options.c. */
#ifndef PLAN_DEFAULTS_H
#define PLAN_DEFAULTS_H

#include "base/clock.h"

/*
 * `-p default`, in the grammar of -p: what notices most without a byte in the stream of a
 * peer whose protocol is not known. And what it does not notice, for those who did not choose it.
 */
#define DEFAULT_PROBES "rdhup+keepalive"
/* ... and where it is known. */
#define DEFAULT_PROBES_OF_PROTOCOL "heartbeat"
#define DEFAULT_REMARK "The default probes put nothing into the stream. So they do not see a frozen process, whose kernel " \
	"still answers, and take a half-close for a close; " \
	"-p heartbeat:eof=ignore:send=BYTES:want=BYTES, with a request that the peer answers, tells both. A URL as the target, such as redis://HOST, asks in that " \
	"protocol (see tcpalive list)."

/* Deaths for which a connection's own settings decide when they are noticed: a silent peer, one that has started again, one that reads nothing. */
#define DEFAULT_AUDIT_FAULTS "drop,reboot,zero-window"
#define DEFAULT_LAB_FAULT_AT (400 * NS_PER_MS) /* and up to half a second more, at random */
#define DEFAULT_LAB_TIMEOUT (15 * NS_PER_S)
#define DEFAULT_TOLERATE_SHARE 5 /* of what advise is asked for */
#define DEFAULT_MAX_CLIENTS 1
#define DEFAULT_MAX_CLIENTS_KEEP_OPEN 64

#endif
