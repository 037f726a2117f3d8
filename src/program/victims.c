// SPDX-License-Identifier: MIT
/* A program's connections, found by sock_diag(7), and copies of their descriptors. */
#include "victims.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/words.h"
#include "faults/act.h"
#include "owner.h"

#define CONNECTED (1U << STATE_ESTABLISHED | 1U << STATE_CLOSE_WAIT)

static bool is_its(const struct victims *v, const struct diag_ends *ends)
{
	return diag_port(&ends->local) == v->port || diag_port(&ends->remote) == v->port;
}

static int add_victim(const struct diag_socket *s, void *of)
{
	struct victims *v = of;
	struct victim *one;

	if (!is_its(v, &s->ends))
		return 0;
	one = list_add(&v->list, &v->count, sizeof(*one), &v->copies);
	if (!one)
		return -ENOMEM;
	*one = (struct victim){ .ends = s->ends, .inode = s->inode, .fd = -1 };
	return 0;
}

/* One that nobody holds was not accepted yet, or has ended since. */
static int copy_descriptors(struct victims *v, pid_t init)
{
	uint32_t *inodes = calloc(v->count + 1, sizeof(*inodes));
	struct owner *owners = calloc(v->count + 1, sizeof(*owners));
	struct error *e = &v->copies;
	int rc = -1;

	if (!inodes || !owners) {
		out_of_memory(e);
		goto out;
	}
	for (size_t i = 0; i < v->count; i++)
		inodes[i] = v->list[i].inode;
	rc = owner_find_all(init, inodes, owners, v->count, e);
	for (size_t i = 0; !rc && i < v->count; i++) {
		if (!inodes[i] || !owners[i].pid)
			continue;
		v->list[i].fd = owner_copy(&owners[i], e);
		rc = v->list[i].fd < 0 ? -1 : 0;
	}
out:
	free(inodes);
	free(owners);
	return rc;
}

int victims_open(struct victims *v, const struct program_strike *s, struct error *e)
{
	int rc;

	*v = (struct victims)VICTIMS_NONE;
	v->port = s->port;
	if (netns_go(s->host->ns, e))
		return -1;
	v->diag = diag_open();
	if (netns_go(s->net->home, e))
		return -1;
	rc = v->diag < 0 ? v->diag : diag_each(v->diag, CONNECTED, add_victim, v);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "sock_diag: %s", error_reason(-rc));
	v->copied = !copy_descriptors(v, program_init(s->program));
	return 0;
}

void victims_close_copies(struct victims *v)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->list[i].fd >= 0)
			close(v->list[i].fd);
		v->list[i].fd = -1;
	}
}

void victims_close(struct victims *v)
{
	victims_close_copies(v);
	free(v->list);
	if (v->diag >= 0)
		close(v->diag);
}

bool victims_has_copy(const struct victims *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->list[i].fd >= 0)
			return true;
	return false;
}

struct found {
	const struct victims *of;
	struct diag_ends *list;
	size_t count;
};

static int add_found(const struct diag_socket *s, void *of)
{
	struct found *found = of;
	struct diag_ends *ends;
	struct error e;

	if (!is_its(found->of, &s->ends))
		return 0;
	ends = list_add(&found->list, &found->count, sizeof(*ends), &e);
	if (!ends)
		return -ENOMEM;
	*ends = s->ends;
	return 0;
}

struct diag_ends *victims_find(const struct victims *v, unsigned states, size_t *count)
{
	struct found found = { .of = v };

	diag_each(v->diag, states, add_found, &found);
	*count = found.count;
	return found.list;
}

void victims_end_listeners(const struct victims *v)
{
	size_t count;
	struct diag_ends *listeners = victims_find(v, 1U << STATE_LISTEN, &count);

	for (size_t i = 0; i < count; i++)
		diag_destroy_listener(v->diag, &listeners[i]);
	free(listeners);
}

int victims_end(struct victims *v, int (*end)(struct victims *v, const struct victim *one))
{
	int rc = 0;

	for (size_t i = 0; !rc && i < v->count; i++)
		rc = end(v, &v->list[i]);
	return rc;
}

/* As if tcp_disconnect() were the program's: an RST, see connect(2) for AF_UNSPEC. */
static int disconnect(int fd)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };

	return connect(fd, &none, sizeof(none)) ? -errno : 0;
}

/* A kernel may lack SOCK_DESTROY. */
int victim_destroy(struct victims *v, const struct victim *one)
{
	int rc = diag_destroy(v->diag, &one->ends);

	if (rc == -EOPNOTSUPP && one->fd >= 0)
		rc = disconnect(one->fd);
	return rc == -ENOENT || rc == -ENOTCONN ? 0 : rc;
}

/* The program must have CAP_NET_ADMIN too. */
int victim_forget(struct victims *v, const struct victim *one)
{
	if (one->fd >= 0 && !act_repair_close(one->fd, NULL) && !disconnect(one->fd))
		return 0;
	return victim_destroy(v, one);
}
