/* SPDX-License-Identifier: MIT */
/*
 * A capture file that tcpdump and Wireshark open: pcap with nanoseconds, of bare
 * IP packets (LINKTYPE_RAW). Adding a packet only copies it into a buffer; the
 * file is written when the caller has time. Format: draft-ietf-opsawg-pcap.
 */
#ifndef NET_PCAP_H
#define NET_PCAP_H

#include "base/clock.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcap {
	int fd;          /* -1: nothing is recorded */
	int error;       /* errno of the write that failed: the file ends there */
	nsec epoch;      /* CLOCK_REALTIME of the monotonic clock's zero */
	uint8_t *buffer; /* used bytes from start on are not yet written */
	size_t start, used;
};

/* A pcap that records nothing; every function below accepts it. */
#define PCAP_NONE ((struct pcap){ .fd = -1 })

/* Makes the directory when it is missing, and DIR/NAME.pcap anew. Allocates. */
int pcap_open(struct pcap *p, const char *dir, const char *name, struct error *e);

/* Keeps the packet, stamped with the monotonic clock; without room for it it is lost. */
void pcap_add(struct pcap *p, nsec stamp, const uint8_t *data, size_t len);

/* True when there is something to write, or so much that it should be soon. */
bool pcap_pending(const struct pcap *p);
bool pcap_pressed(const struct pcap *p);

/* One write(2) of bounded size. After an error p records nothing more. */
void pcap_flush(struct pcap *p);

/* Frees; what was not flushed is not written. */
void pcap_close(struct pcap *p);

#endif
