// SPDX-License-Identifier: MIT
/*
 * Socket options, and the error that they lead to. POLLERR alone proves nothing,
 * a timestamp in the error queue sets it too.
 */
#include "option.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/errno-name.h"
#include "ask.h"

int option_set(int fd, int level, int name, int64_t value)
{
	int v = (int)value;

	return setsockopt(fd, level, name, &v, sizeof(v)) ? -errno : 0;
}

int option_get(int fd, int level, int name, int *value)
{
	socklen_t len = sizeof(*value);

	return getsockopt(fd, level, name, value, &len) ? -errno : 0;
}

/* SO_KEEPALIVE comes last: it starts the timer, which then counts `idle` from here. */
struct verdict option_keepalive(struct probe_context *l, nsec idle, nsec intvl, int64_t cnt)
{
	const struct {
		int level, name;
		int64_t value;
		const char *call;
	} options[] = {
		{ IPPROTO_TCP, TCP_KEEPIDLE, idle == PARAM_SYSTEM ? idle : idle / NS_PER_S,
			"setsockopt(TCP_KEEPIDLE)" },
		{ IPPROTO_TCP, TCP_KEEPINTVL, intvl == PARAM_SYSTEM ? intvl : intvl / NS_PER_S,
			"setsockopt(TCP_KEEPINTVL)" },
		{ IPPROTO_TCP, TCP_KEEPCNT, cnt, "setsockopt(TCP_KEEPCNT)" },
		{ SOL_SOCKET, SO_KEEPALIVE, 1, "setsockopt(SO_KEEPALIVE)" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int err;

		if (options[i].value == PARAM_SYSTEM)
			continue;
		err = option_set(l->fd, options[i].level, options[i].name, options[i].value);
		if (err)
			return verdict_unable(options[i].call, -err);
	}
	return verdict_nothing();
}

/* The error is its program's to ask for, and that may have done so already: then POLLERR is gone. */
static struct verdict borrowed_event(int fd, int got)
{
	if (got & POLLERR && (got & POLLHUP || !ask_error_queue(fd)))
		return verdict_dead("poll", "POLLERR: the error is left to its program");
	return got & POLLHUP ? verdict_dead("poll", "POLLHUP: its program took the error") : verdict_nothing();
}

/* SO_ERROR is asked only when there may be an error: it takes it from all others. */
struct verdict option_event(struct probe_context *l, uint32_t events)
{
	struct verdict v = verdict_nothing();
	int got = ask_poll(l->fd, 0), err = 0, rc = 0;

	(void)events;
	if (got < 0)
		return verdict_again("poll", -got);
	if (l->borrowed)
		return borrowed_event(l->fd, got);
	if (got & POLLERR)
		rc = option_get(l->fd, SOL_SOCKET, SO_ERROR, &err);
	if (rc)
		return verdict_again("getsockopt(SO_ERROR)", -rc);
	if (err) {
		probe_took_error(l, err);
		return verdict_dead_errno("poll", err);
	}
	err = probe_error_taken(l);
	if (err) {
		v = verdict_dead("poll", "%s, which another probe took", errno_name(err));
		v.err = err;
	}
	return v;
}

int option_whole(const char *param, nsec value, nsec grain, struct error *e)
{
	if (value == PARAM_SYSTEM || value % grain == 0)
		return 0;
	return error_set(e, STATUS_USAGE, "'%s=%gs': the kernel counts it in whole %s",
		param, ns_seconds(value), grain == NS_PER_S ? "seconds" : "milliseconds");
}
