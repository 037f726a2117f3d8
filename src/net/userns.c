// SPDX-License-Identifier: MIT
/*
 * Makes a user namespace. Most of it is telling apart the five ways in which systems
 * forbid one.
 */
#include "userns.h"

#include "base/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define USERNS "user namespace"

bool userns_needed(void)
{
	return !privilege_has(CAP_SYS_ADMIN) || !privilege_has(CAP_NET_ADMIN);
}

/* The first one has every user's number, as itself. */
bool userns_is_inner(void)
{
	unsigned first = 0, outside = 0, count = UINT_MAX;
	FILE *map = fopen("/proc/self/uid_map", "re");

	if (map && fscanf(map, "%u %u %u", &first, &outside, &count) != 3)
		count = 0;
	if (map)
		fclose(map);
	return first || outside || count != UINT_MAX;
}

/* What makes it unnecessary. */
#define WITHOUT "without one CAP_SYS_ADMIN and CAP_NET_ADMIN are needed: "
#define CONTAINER "this root has not got them; in a container: --cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun"

static int explain_forbidden(struct error *e)
{
	if (privilege_switch_is("/proc/sys/kernel/unprivileged_userns_clone", '0'))
		return error_set(e, STATUS_SYSTEM, USERNS ": switched off "
				 "(as root: sysctl kernel.unprivileged_userns_clone=1)");
	if (privilege_is_filtered())
		return error_set(e, STATUS_SYSTEM, USERNS ": forbidden by a seccomp filter, as in a "
				 "container (loosen the filter; " WITHOUT "%s)", privilege_fix(CONTAINER));
	return error_set(e, STATUS_SYSTEM, USERNS ": forbidden, as in a chroot or by a security "
			 "module (" WITHOUT "%s)", privilege_fix(CONTAINER));
}

static int explain_unshare(int why, struct error *e)
{
	if ((why == ENOSPC || why == EUSERS) && privilege_switch_is("/proc/sys/user/max_user_namespaces", '0'))
		return error_set(e, STATUS_SYSTEM, USERNS ": switched off "
				 "(as root: sysctl user.max_user_namespaces=1000)");
	if (why == ENOSPC || why == EUSERS)
		return error_set(e, STATUS_SYSTEM, USERNS ": none left "
				 "(as root: raise sysctl user.max_user_namespaces)");
	if (why == EINVAL || why == ENOSYS)
		return error_set(e, STATUS_SYSTEM, USERNS ": this kernel has none (" WITHOUT "%s)",
				 privilege_fix(CONTAINER));
	if (why == EPERM)
		return explain_forbidden(e);
	return error_set(e, STATUS_SYSTEM, USERNS ": %s (" WITHOUT "%s)", error_reason(why), privilege_fix(CONTAINER));
}

static int explain_map(const char *path, int why, struct error *e)
{
	if (privilege_switch_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
		return error_set(e, STATUS_SYSTEM, USERNS ": forbidden by AppArmor (as root: "
				 "sysctl kernel.apparmor_restrict_unprivileged_userns=0)");
	return error_set(e, STATUS_SYSTEM, "'%s': %s (" WITHOUT "%s)", path, error_reason(why), privilege_fix(CONTAINER));
}

static int write_map(const char *path, const char *text, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return explain_map(path, errno, e);
	n = write(fd, text, strlen(text));
	if (n < 0)
		explain_map(path, errno, e);
	close(fd);
	return n < 0 ? -1 : 0;
}

int userns_enter(struct error *e)
{
	char uids[32], gids[32];

	snprintf(uids, sizeof(uids), "%u %u 1", geteuid(), geteuid());
	snprintf(gids, sizeof(gids), "%u %u 1", getegid(), getegid());
	if (unshare(CLONE_NEWUSER) < 0)
		return explain_unshare(errno, e);
	/* The kernel takes a group map from an ordinary user only after this. */
	if (write_map("/proc/self/setgroups", "deny", e) < 0 ||
	    write_map("/proc/self/uid_map", uids, e) < 0)
		return -1;
	return write_map("/proc/self/gid_map", gids, e);
}
