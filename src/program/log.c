// SPDX-License-Identifier: MIT
/* Keeps a program's output: its beginning in a file, its end in shared memory. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"

int log_open(struct log *l, struct log_memory *memory, const char *dir, const char *fault, const char *role, struct error *e)
{
	char path[4096];

	*l = (struct log){ .memory = memory, .file = -1 };
	if (!dir)
		return 0;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.%s.log", dir, fault, role) >= sizeof(path))
		return error_set(e, STATUS_SYSTEM, "%s: the name is too long", quote(dir).text);
	if (mkdir(dir, 0777) && errno != EEXIST)
		return error_set(e, STATUS_SYSTEM, "%s: %s", quote(dir).text, error_reason(errno));
	l->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0666);
	if (l->file < 0)
		return error_set(e, STATUS_SYSTEM, "%s: %s", quote(path).text, error_reason(errno));
	return 0;
}

/* What a full disk does not take is missing. */
static void write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

void log_add(struct log *l, const char *data, size_t len)
{
	uint64_t written = atomic_load_explicit(&l->memory->written, memory_order_relaxed);

	if (l->file >= 0 && written < LOG_FIRST)
		write_all(l->file, data, written + len > LOG_FIRST ? (size_t)(LOG_FIRST - written) : len);
	for (size_t i = 0; i < len;) {
		size_t at = (written + i) % LOG_LAST;
		size_t n = len - i < LOG_LAST - at ? len - i : LOG_LAST - at;

		memcpy(l->memory->last + at, data + i, n);
		i += n;
	}
	atomic_store_explicit(&l->memory->written, written + len, memory_order_release);
}

size_t log_last(const struct log_memory *m, char *to, size_t most)
{
	uint64_t written = atomic_load_explicit(&m->written, memory_order_acquire);
	size_t len = written < most ? (size_t)written : most;

	for (size_t i = 0; i < len; i++)
		to[i] = m->last[(written - len + i) % LOG_LAST];
	return len;
}

void log_close(struct log *l)
{
	static char last[LOG_LAST];
	off_t size = l->file < 0 ? -1 : lseek(l->file, 0, SEEK_END);
	uint64_t written = atomic_load(&l->memory->written), missing = size < 0 ? 0 : written - (uint64_t)size;

	if (missing > LOG_LAST)
		dprintf(l->file, "\n[tcpalive: %llu bytes are left out here]\n", (unsigned long long)(missing - LOG_LAST));
	if (missing)
		write_all(l->file, last, log_last(l->memory, last, missing < LOG_LAST ? (size_t)missing : LOG_LAST));
	if (l->file >= 0)
		close(l->file);
	l->file = -1;
}
