// SPDX-License-Identifier: MIT
/* What faults do to one socket. TCP_REPAIR, made for moving connections, is here used to lose them. */
#include "act.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"
#include "peer.h"

const struct link_rule LINK_PASS;
const struct link_rule LINK_CUT = { .drop = { [LINK_IN] = true, [LINK_OUT] = true } };

int act_abort(int fd, const void *params)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	(void)params;
	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) ? -errno : 0;
}

int act_drain(int fd, const void *params)
{
	char data[4096];

	(void)params;
	while (recv(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	return 0;
}

int act_end_output(int fd, const void *params)
{
	(void)params;
	return shutdown(fd, SHUT_WR) ? -errno : 0;
}

int act_drop_rx(int fd, const void *params)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog nothing = { .len = 1, .filter = code };

	(void)params;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &nothing, sizeof(nothing)) ? -errno : 0;
}

int act_restore_rx(int fd, const void *params)
{
	int unused = 0;

	(void)params;
	return setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)) ? -errno : 0;
}

int act_repair_close(int fd, const void *params)
{
	int on = TCP_REPAIR_ON;

	(void)params;
	return setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) ? -errno : 0;
}

/* On a fresh socket of the same family as fd, since IPv4 may be missing. */
static int try(int like, int (*act)(int fd, const void *params))
{
	int family = AF_INET, fd, rc;
	socklen_t len = sizeof(family);

	getsockopt(like, SOL_SOCKET, SO_DOMAIN, &family, &len);
	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd < 0)
		return -errno;
	rc = act(fd, NULL);
	close(fd);
	return rc;
}

int try_drop_rx(int fd, const void *params)
{
	(void)params;
	return try(fd, act_drop_rx);
}

int try_repair_close(int fd, const void *params)
{
	(void)params;
	return try(fd, act_repair_close);
}

int peer_stop_reading(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	(void)e;
	p->ops->stop_reading(p);
	return 0;
}

int peer_drop_rx(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	peer_struck(p);
	peer_mute(p, true);
	return peer_each(p, act_drop_rx, NULL, e);
}
