// SPDX-License-Identifier: MIT
/* A program's private directory: made, locked, and left behind by nobody. */
#include "directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "remove.h"

#define PREFIX "tcpalive-run-"
#define XS "XXXXXX"
#define WITHIN "dir"   /* in one of root's: what the program sees */
#define MARKED 01700   /* the sticky bit says nothing of a directory that is closed to all others; a person's own is not made so */
#define LOST_RACE 1

static const char *temporary(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

static bool is_made_here(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_uid == geteuid() && (st.st_mode & 01777) == MARKED && st.st_nlink;
}

/* Where it can be locked, whoever made it is gone. */
static void remove_left(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (is_made_here(fd) && !flock(fd, LOCK_EX | LOCK_NB)) {
		remove_content(fd);
		unlinkat(parent, name, AT_REMOVEDIR);
	}
	close(fd);
}

/* Once in a process is enough. */
static void remove_left_ones(const char *where)
{
	static bool done;
	DIR *dir = done ? NULL : opendir(where);

	done = true;
	if (!dir)
		return;
	for (struct dirent *d; (d = readdir(dir));)
		if (!strncmp(d->d_name, PREFIX, strlen(PREFIX)) && strlen(d->d_name) == strlen(PREFIX XS))
			remove_left(dirfd(dir), d->d_name);
	closedir(dir);
}

static int refused(const char *path, int why, struct error *e)
{
	return error_set(e, STATUS_SYSTEM, "%s: %s", quote(path).text, error_reason(why));
}

/* Another run may have taken it for one that was left, before it was locked: then it is gone. */
static int lock(struct directory *d, struct error *e)
{
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->fd < 0 && errno == ENOENT)
		return LOST_RACE;
	if (d->fd < 0) {
		refused(d->path, errno, e);
		rmdir(d->path);
		return -1;
	}
	if (!flock(d->fd, LOCK_EX | LOCK_NB) && !fchmod(d->fd, MARKED) && is_made_here(d->fd))
		return 0;
	close(d->fd);
	d->fd = -1;
	return LOST_RACE;
}

static int make_within(const struct directory *d, struct error *e)
{
	if (geteuid())
		return 0;
	if (mkdirat(d->fd, WITHIN, 0777) || fchmodat(d->fd, WITHIN, 0777, 0))
		return refused(d->path, errno, e);
	return 0;
}

int directory_make(struct directory *d, struct error *e)
{
	char where[sizeof(d->path) - sizeof("/" PREFIX XS) + 1], *real = realpath(temporary(), NULL);
	int rc;

	*d = (struct directory)DIRECTORY_NONE;
	if (!real)
		return refused(temporary(), errno, e);
	rc = snprintf(where, sizeof(where), "%s", real) >= (int)sizeof(where);
	free(real);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "TMPDIR: %s: the name is too long", quote(temporary()).text);
	remove_left_ones(where);
	do {
		snprintf(d->path, sizeof(d->path), "%s/" PREFIX XS, where);
		rc = mkdtemp(d->path) ? lock(d, e) : refused(where, errno, e);
	} while (rc == LOST_RACE);
	if (rc || !make_within(d, e))
		return rc;
	directory_remove(d);
	return -1;
}

void directory_open_up(const struct directory *d)
{
	char within[sizeof(d->path) + sizeof(WITHIN)];

	if (geteuid())
		return;
	snprintf(within, sizeof(within), "%s/" WITHIN, d->path);
	mount(within, d->path, NULL, MS_BIND, NULL);
}

void directory_remove(struct directory *d)
{
	if (d->fd < 0)
		return;
	remove_content(d->fd);
	rmdir(d->path);
	close(d->fd);
	d->fd = -1;
}
