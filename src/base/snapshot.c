// SPDX-License-Identifier: MIT
/* Writes beside, and renames. */
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "out.h"
#include "process.h"

#define BESIDE ".tmp" /* node_exporter reads *.prom */

bool snapshot_possible(const char *path)
{
	struct stat st;

	return stat(path, &st) || S_ISREG(st.st_mode);
}

static int fail(const struct snapshot *s, int err, struct error *e)
{
	return error_set(e, STATUS_SYSTEM, "'%s': %s", s->name, error_reason(err));
}

/* A link that leads to nothing yet leads to the file from now on. */
static void make_where_it_leads(const char *name)
{
	struct stat st;
	int fd;

	if (lstat(name, &st) || !S_ISLNK(st.st_mode))
		return;
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
}

int snapshot_open(struct snapshot *s, const char *name, struct error *e)
{
	make_where_it_leads(name);
	*s = (struct snapshot){ .name = name, .path = realpath(name, NULL) };
	if (!s->path)
		s->path = strdup(name);
	if (s->path && asprintf(&s->beside, "%s" BESIDE, s->path) < 0)
		s->beside = NULL;
	return s->path && s->beside ? 0 : fail(s, ENOMEM, e);
}

/* 0 or an errno. */
static int replace(const struct snapshot *s, snapshot_put *put, const void *of)
{
	struct out o;
	struct error e;

	if (unlink(s->beside) && errno != ENOENT) /* of a process that was killed */
		return errno;
	if (out_open(&o, s->beside, COLOR_NEVER, 0, &e))
		return errno ? errno : EIO;
	put(of, &o);
	out_flush(&o);
	if (fchmod(o.fd, 0644) && !o.failed)
		o.failed = errno;
	if (out_close(&o, &e)) {
		unlink(s->beside);
		return o.failed ? o.failed : EIO;
	}
	return rename(s->beside, s->path) ? errno : 0;
}

int snapshot_write(struct snapshot *s, snapshot_put *put, const void *of, struct error *e)
{
	int err;

	if (s->writer > 0)
		waitpid(s->writer, NULL, 0);
	s->writer = 0;
	s->began = clock_now();
	err = replace(s, put, of);
	return err ? fail(s, err, e) : 0;
}

/* Connections that the parent closes must not stay open here. */
static void __attribute__((noreturn)) be_writer(const struct snapshot *s, snapshot_put *put, const void *of)
{
	int none = -1;

	process_keep_only(&none, 1);
	_exit(replace(s, put, of));
}

bool snapshot_start(struct snapshot *s, snapshot_put *put, const void *of)
{
	pid_t pid;

	if (s->writer)
		return false;
	pid = fork();
	if (!pid)
		be_writer(s, put, of);
	s->writer = pid > 0 ? pid : 0;
	s->began = clock_now();
	return pid > 0;
}

int snapshot_check(struct snapshot *s, struct error *e)
{
	int status = 0;

	if (!s->writer || waitpid(s->writer, &status, WNOHANG) != s->writer)
		return 0;
	s->writer = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) ? fail(s, WEXITSTATUS(status), e) : 0;
}

void snapshot_close(struct snapshot *s)
{
	if (s->writer > 0)
		waitpid(s->writer, NULL, 0);
	free(s->path);
	free(s->beside);
	memset(s, 0, sizeof(*s));
}
