// SPDX-License-Identifier: MIT
/* Enters network namespaces, and asks in each. */
#include "hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "net/netns.h"
#include "net/proc-tcp.h"

/* All but those of which there is nothing to tell, and may be a hundred thousand. */
#define STATES (0xfffu & ~(1u << STATE_TIME_WAIT) & ~(1u << STATE_SYN_RECV))

static void namespace_path(char path[64], pid_t pid)
{
	snprintf(path, 64, "/proc/%d/ns/net", (int)pid);
}

static ino_t namespace_of(pid_t pid)
{
	char path[64];
	struct stat st;

	namespace_path(path, pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

static bool is_same(const struct audit_host *a, const struct audit_host *b)
{
	return a->id && b->id ? a->id == b->id : a->table == b->table;
}

static int add(struct audit_list *l, struct audit_host new, size_t *host, struct error *e)
{
	struct audit_host self, *h;

	for (*host = 0; *host < l->nhosts; ++*host)
		if (is_same(&l->hosts[*host], &new))
			return 0;
	h = list_add(&l->hosts, &l->nhosts, sizeof(*h), e);
	if (!h)
		return -1;
	self = (struct audit_host){ .id = namespace_of(getpid()), .table = proc_tcp_inode(getpid()) };
	*h = new;
	h->own = is_same(&new, &self);
	sysctls_read(&h->sysctls);
	return 0;
}

int hosts_of_process(struct audit_list *l, pid_t pid, size_t *host, struct error *e)
{
	return add(l, (struct audit_host){ .id = namespace_of(pid), .table = proc_tcp_inode(pid), .pid = pid }, host, e);
}

int hosts_of_namespace(struct audit_list *l, int ns, size_t *host, struct error *e)
{
	struct stat st;

	return add(l, (struct audit_host){ .id = fstat(ns, &st) ? 0 : st.st_ino }, host, e);
}

/* In the network that this thread is in; 0, what each returned, or -errno. */
static int ask(int (*each)(const struct diag_socket *s, void *of), void *of)
{
	int diag = diag_open(), rc;

	if (diag < 0)
		return diag;
	rc = diag_each(diag, STATES, each, of);
	close(diag);
	return rc;
}

/* From elsewhere, and back. */
static int ask_there(struct audit_host *h, int ns, int (*each)(const struct diag_socket *s, void *of), void *of)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), rc = home < 0 ? -errno : netns_enter(ns);

	if (!rc) {
		sysctls_read(&h->sysctls);
		h->entered = true;
		rc = ask(each, of);
		if (netns_enter(home))
			rc = -ENOTRECOVERABLE;
	}
	if (home >= 0)
		close(home);
	return rc;
}

/* By the way that its process shows. */
static int ask_at(struct audit_host *h, int (*each)(const struct diag_socket *s, void *of), void *of)
{
	char path[64];
	int ns, rc;

	namespace_path(path, h->pid);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	rc = ns < 0 ? -errno : ask_there(h, ns, each, of);
	if (ns >= 0)
		close(ns);
	return rc;
}

int host_visit(struct audit_host *h, int ns, int (*each)(const struct diag_socket *s, void *of), void *of, struct error *e)
{
	int rc;

	h->entered = h->own;
	rc = h->own ? ask(each, of) : ns < 0 ? ask_at(h, each, of) : ask_there(h, ns, each, of);
	if (rc == -ENOTRECOVERABLE)
		return error_set(e, STATUS_SYSTEM, "network namespace: no way back");
	if (rc < 0) {
		h->err = -rc;
		rc = h->pid ? proc_tcp_each(h->pid, each, of) : 0;
	}
	return rc > 0 ? -1 : 0;
}

size_t host_timewait(const struct audit_host *h)
{
	char path[64], line[256];
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/net/sockstat", (int)h->pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "TCP: inuse %*u orphan %*u tw %zu", &count) == 1)
			break;
	if (file)
		fclose(file);
	return count;
}
