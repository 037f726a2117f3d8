// SPDX-License-Identifier: MIT
/* Lists a program's processes, by /proc/PID/task/TID/children: what all may read, and its cost is not that of the whole system. */
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

struct found {
	pid_t *list;
	size_t count, most;
};

/* Of one thread. False: it is gone, or the kernel lists none. */
static bool add_children_of(const char *pid, const char *tid, struct found *f)
{
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "/proc/%.10s/task/%.10s/children", pid, tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (f->count < f->most && fscanf(file, "%d", &child) == 1)
		f->list[f->count++] = child;
	fclose(file);
	return true;
}

static int add_children(pid_t parent, struct found *f)
{
	char pid[16], path[64];
	bool any = false;
	DIR *tasks;

	snprintf(pid, sizeof(pid), "%d", (int)parent);
	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	if (!tasks)
		return -errno;
	for (struct dirent *d; (d = readdir(tasks));)
		if (d->d_name[0] != '.')
			any |= add_children_of(pid, d->d_name, f);
	closedir(tasks);
	return any ? 0 : -ENOENT;
}

ssize_t processes_list(pid_t init, pid_t *list, size_t most)
{
	struct found f = { .list = list, .most = most };
	int rc = add_children(init, &f);

	for (size_t i = 0; !rc && i < f.count; i++)
		add_children(f.list[i], &f);
	return rc ? rc : (ssize_t)f.count;
}
