// SPDX-License-Identifier: MIT
/*
 * Reads and writes sysctls, as files. Which namespace's value /proc/sys/net shows is
 * decided when the file is opened.
 */
#include "sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int sysctl_error(const char *name, int why, struct error *e)
{
	switch (why) {
	case ENOENT:
	case EISDIR:
		return error_set(e, STATUS_USAGE,
				 "sysctl '%s': no such sysctl in a network namespace", name);
	case EINVAL:
	case ERANGE:
		return error_set(e, STATUS_USAGE, "sysctl '%s': the kernel refuses that value",
				 name);
	case EROFS:
		return error_set(e, STATUS_SYSTEM, "sysctl '%s': /proc/sys is read-only here "
				 "(in a container: mount it writable)", name);
	default:
		return error_set(e, STATUS_SYSTEM, "sysctl '%s': %s", name, strerror(why));
	}
}

/* Dots become slashes and slashes are refused, so no name leads out of /proc/sys/net. */
static int sysctl_open(const char *name, int flags, struct error *e)
{
	char path[256];
	size_t start;
	int fd;

	start = (size_t)snprintf(path, sizeof(path), "/proc/sys/%s",
				 strchr(name, '.') ? "" : "net.ipv4.");
	if (*name == '\0' || strchr(name, '/') || strlen(name) >= sizeof(path) - start ||
	    (strchr(name, '.') && strncmp(name, "net.", 4) != 0))
		return sysctl_error(name, ENOENT, e);
	memcpy(path + start, name, strlen(name) + 1);
	for (char *c = path; *c; c++)
		if (*c == '.')
			*c = '/';
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? sysctl_error(name, errno, e) : fd;
}

int sysctl_write(const char *name, const char *value, struct error *e)
{
	int fd = sysctl_open(name, O_WRONLY, e);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, value, strlen(value));
	if (n < 0)
		sysctl_error(name, errno, e);
	close(fd);
	return n < 0 ? -1 : 0;
}

int sysctl_read(const char *name, char *value, size_t size, struct error *e)
{
	int fd = sysctl_open(name, O_RDONLY, e);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, value, size);
	if (n < 0)
		sysctl_error(name, errno, e);
	close(fd);
	if (n < 0)
		return -1;
	if ((size_t)n == size)
		return error_set(e, STATUS_SYSTEM, "sysctl '%s': its value is too long", name);
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}
