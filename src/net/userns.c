// SPDX-License-Identifier: MIT
/*
 * Makes a user namespace. Most of it is telling apart the five ways in which systems
 * forbid one.
 */
#include "userns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define USERNS "user namespace"

bool userns_needed(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uint32_t wanted = 1U << CAP_SYS_ADMIN | 1U << CAP_NET_ADMIN;

	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	return (data[0].effective & wanted) != wanted;
}

/* True when a switch of the system, a file of one digit, exists and says this. */
static bool switch_is(const char *path, char digit)
{
	char c = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, &c, 1) != 1)
		c = 0;
	close(fd);
	return c == digit;
}

static int explain_unshare(int why, struct error *e)
{
	if (why == ENOSPC || why == EUSERS)
		return error_set(e, STATUS_SYSTEM, USERNS ": none left, or switched off "
				 "(as root: sysctl user.max_user_namespaces=1000)");
	if (why == EINVAL || why == ENOSYS)
		return error_set(e, STATUS_SYSTEM, USERNS ": this kernel has none (run as root)");
	if (why == EPERM && switch_is("/proc/sys/kernel/unprivileged_userns_clone", '0'))
		return error_set(e, STATUS_SYSTEM, USERNS ": only root may make one here "
				 "(as root: sysctl kernel.unprivileged_userns_clone=1)");
	if (why == EPERM)
		return error_set(e, STATUS_SYSTEM, USERNS ": forbidden, as by a container's "
				 "seccomp filter or a chroot (run as root, or loosen the filter)");
	return error_set(e, STATUS_SYSTEM, USERNS ": %s (run as root)", strerror(why));
}

static int explain_map(const char *path, int why, struct error *e)
{
	if (switch_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
		return error_set(e, STATUS_SYSTEM, USERNS ": forbidden by AppArmor (as root: "
				 "sysctl kernel.apparmor_restrict_unprivileged_userns=0)");
	return error_set(e, STATUS_SYSTEM, "'%s': %s (run as root)", path, strerror(why));
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
