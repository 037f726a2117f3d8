// SPDX-License-Identifier: MIT
/* Tells the service manager, see sd_notify(3) and sd_watchdog_enabled(3). */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "number.h"

#define NS_PER_USEC 1000
#define WATCHDOG_MOST (INT64_MAX / NS_PER_USEC)

/* The number in a variable; 0 without one. */
static int64_t number_in(const char *name, int64_t most)
{
	const char *text = getenv(name);
	struct why why;
	int64_t n;

	return text && !count_parse(text, 1, most, &n, &why) ? n : 0;
}

/* The watchdog is of one process, where it is said whose. */
static nsec watchdog(void)
{
	if (getenv("WATCHDOG_PID") && number_in("WATCHDOG_PID", INT32_MAX) != getpid())
		return 0;
	return NS_PER_USEC * number_in("WATCHDOG_USEC", WATCHDOG_MOST);
}

static int find_socket(struct notify *n, const char *path)
{
	const size_t len = path ? strlen(path) : 0;

	if (len < 2 || len >= sizeof(n->to.sun_path) || (*path != '/' && *path != '@'))
		return -1;
	n->to.sun_family = AF_UNIX;
	memcpy(n->to.sun_path, path, len);
	if (*path == '@')
		n->to.sun_path[0] = '\0';
	n->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void notify_open(struct notify *n)
{
	memset(n, 0, sizeof(*n));
	n->fd = find_socket(n, getenv("NOTIFY_SOCKET"));
	n->watchdog = n->fd < 0 ? 0 : watchdog();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

void notify_send(const struct notify *n, const char *text)
{
	if (n->fd >= 0)
		sendto(n->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&n->to, n->len);
}
