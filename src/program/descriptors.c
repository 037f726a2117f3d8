// SPDX-License-Identifier: MIT
/* Reads /proc/PID/fd and /proc/PID/comm. */
#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

void process_command(pid_t pid, char *to, size_t room)
{
	char path[64], line[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	utf8_visible(to, room, line, true);
}

/* "socket:[1234]": its inode; 0: no socket. */
static uint32_t inode_of(const char *link)
{
	static const char socket[] = "socket:[";

	return strncmp(link, socket, sizeof(socket) - 1) ? 0 : (uint32_t)strtoul(link + sizeof(socket) - 1, NULL, 10);
}

/* Where capabilities open the directory, its links may still not be read. */
static int read_links(DIR *fds, int (*each)(int fd, uint32_t inode, void *of), void *of)
{
	int refused = 0, stop = 0;
	struct dirent *d;

	while (!stop && (d = readdir(fds))) {
		char target[64];
		ssize_t len = *d->d_name == '.' ? 0 : readlinkat(dirfd(fds), d->d_name, target, sizeof(target) - 1);
		uint32_t inode;

		if (len < 0 && errno != ENOENT)
			refused = -errno;
		target[len > 0 ? len : 0] = '\0';
		inode = inode_of(target);
		if (inode)
			stop = each(atoi(d->d_name), inode, of);
	}
	return stop ? stop : refused;
}

int descriptors_each(pid_t pid, int (*each)(int fd, uint32_t inode, void *of), void *of)
{
	char path[64];
	DIR *fds;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	if (!fds)
		return -errno;
	rc = read_links(fds, each, of);
	closedir(fds);
	return rc;
}
