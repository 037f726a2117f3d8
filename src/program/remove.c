// SPDX-License-Identifier: MIT
/*
 * A tree may be deeper than there are descriptors, or stack. So what a directory holds is moved up to the top before
 * it is looked at: then no directory is deeper than one.
 */
#include "remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct removal {
	int top;
	unsigned long long moved; /* names for what is moved up */
};

static bool is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* A descriptor of its own, whose place in the directory nobody else moves. */
static DIR *open_directory(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* 0; or why it is still there: ENOTEMPTY of a directory, EBUSY where something is mounted. */
static int remove_one(int at, const char *name)
{
	if (!unlinkat(at, name, 0) || !unlinkat(at, name, AT_REMOVEDIR))
		return 0;
	return errno == EEXIST ? ENOTEMPTY : errno;
}

/* A directory that is moved to another one must be writable itself. */
static bool move_up(struct removal *r, int from, const char *name)
{
	char to[48];

	if (fchmodat(from, name, 0700, 0))
		return false;
	snprintf(to, sizeof(to), "tcpalive-moved-%llu", r->moved++);
	return !renameat(from, name, r->top, to);
}

/* What is done with a directory that is not empty. Did that change anything? */
typedef bool otherwise(struct removal *r, int at, const char *name);

/* Removes what is in it. Did that change anything? */
static bool empty(struct removal *r, const char *name, otherwise *full)
{
	bool changed = false;
	DIR *dir = open_directory(r->top, name);

	if (!dir)
		return false;
	for (struct dirent *d; (d = readdir(dir));) {
		int why;

		if (is_dot(d->d_name))
			continue;
		why = remove_one(dirfd(dir), d->d_name);
		changed |= !why || (why == ENOTEMPTY && full(r, dirfd(dir), d->d_name));
	}
	closedir(dir);
	return changed;
}

/* One of the top, `at`. */
static bool remove_full(struct removal *r, int at, const char *name)
{
	bool changed = !fchmodat(at, name, 0700, 0) && empty(r, name, move_up);

	return !remove_one(at, name) || changed;
}

void remove_content(int fd)
{
	struct removal r = { .top = fd };

	fchmod(fd, 01700);
	while (empty(&r, ".", remove_full)) /* names that come while it is read may be missed */
		;
}
