// SPDX-License-Identifier: MIT
/*
 * Capture files. The wall clock is read once, so a step of it cannot bring packets out
 * of order.
 */
#include "pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wall.h"

enum {
	BUFFER = 1 << 20,
	CHUNK = 1 << 16,
	LINKTYPE_RAW = 101,
	SNAPLEN = 65535,
};

/* In this machine's byte order: the magic number tells the reader which. */
struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, linktype;
};

struct record_header {
	uint32_t seconds, nanoseconds, captured, len;
};

static void append(struct pcap *p, const void *data, size_t len)
{
	memcpy(p->buffer + p->used, data, len);
	p->used += len;
}

int pcap_open(struct pcap *p, const char *dir, const char *name, struct error *e)
{
	static const struct file_header header = {
		.magic = 0xa1b23c4d, .major = 2, .minor = 4,
		.snaplen = SNAPLEN, .linktype = LINKTYPE_RAW,
	};
	char path[4096];

	*p = PCAP_NONE;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.pcap", dir, name) >= sizeof(path))
		return error_set(e, STATUS_SYSTEM, "'%s': the name is too long", dir);
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", dir, error_reason(errno));
	p->buffer = malloc(BUFFER);
	if (!p->buffer)
		return error_set(e, STATUS_SYSTEM, "'%s': out of memory", path);
	p->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (p->fd < 0) {
		error_set(e, STATUS_SYSTEM, "'%s': %s", path, error_reason(errno));
		pcap_close(p);
		return -1;
	}
	p->epoch = wall_ahead();
	append(p, &header, sizeof(header));
	return 0;
}

void pcap_add(struct pcap *p, nsec stamp, const uint8_t *data, size_t len)
{
	struct record_header header;
	nsec at = p->epoch + stamp;

	if (p->fd < 0 || BUFFER - p->used < sizeof(header) + len)
		return;
	header.seconds = (uint32_t)(at / NS_PER_S);
	header.nanoseconds = (uint32_t)(at % NS_PER_S);
	header.captured = header.len = (uint32_t)len;
	append(p, &header, sizeof(header));
	append(p, data, len);
}

bool pcap_pending(const struct pcap *p)
{
	return p->used > p->start;
}

bool pcap_pressed(const struct pcap *p)
{
	return p->used - p->start > BUFFER / 4;
}

static void fail(struct pcap *p, int why)
{
	p->error = why;
	close(p->fd);
	p->fd = -1;
	p->start = p->used = 0;
}

void pcap_flush(struct pcap *p)
{
	size_t left = p->used - p->start;
	ssize_t n;

	if (p->fd < 0 || left == 0)
		return;
	n = write(p->fd, p->buffer + p->start, left < CHUNK ? left : CHUNK);
	if (n < 0 && errno != EINTR)
		fail(p, errno);
	if (n < 0)
		return;
	p->start += (size_t)n;
	if (p->start == p->used || p->start >= BUFFER / 2) {
		p->used -= p->start;
		memmove(p->buffer, p->buffer + p->start, p->used);
		p->start = 0;
	}
}

void pcap_close(struct pcap *p)
{
	if (p->fd >= 0)
		close(p->fd);
	free(p->buffer);
	*p = PCAP_NONE;
}
