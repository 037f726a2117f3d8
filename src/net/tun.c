// SPDX-License-Identifier: MIT
/*
 * Makes TUN devices. A device is persistent, and yet private: it ends with its namespace,
 * with all others in one go.
 */
#include "tun.h"

#include "base/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TUN "'/dev/net/tun': "

static int explain_open(int why, struct error *e)
{
	switch (why) {
	case ENOENT:
		return error_set(e, STATUS_SYSTEM, TUN "no such file (as root: modprobe tun; "
				 "in a container: add --device /dev/net/tun)");
	case ENODEV:
	case ENXIO:
		return error_set(e, STATUS_SYSTEM, TUN "no such device (as root: modprobe tun)");
	case EACCES:
		return error_set(e, STATUS_SYSTEM, TUN "permission denied "
				 "(as root: chmod 0666 /dev/net/tun)");
	case EPERM:
		return error_set(e, STATUS_SYSTEM, TUN "forbidden, as by a container's device "
				 "list (add --device /dev/net/tun)");
	default:
		return error_set(e, STATUS_SYSTEM, TUN "%s", error_reason(why));
	}
}

int tun_open(const char *name, struct error *e)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return explain_open(errno, e);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	/* Else each close waits some 30 ms for the kernel to remove the device. */
	if (ioctl(fd, TUNSETIFF, &ifr) < 0 || ioctl(fd, TUNSETPERSIST, 1) < 0) {
		error_set(e, STATUS_SYSTEM, "TUN device '%s': %s%s", name, error_reason(errno),
			  privilege_has(CAP_NET_ADMIN) ? "" : " (CAP_NET_ADMIN is missing)");
		close(fd);
		return -1;
	}
	return fd;
}
