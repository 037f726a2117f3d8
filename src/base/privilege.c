// SPDX-License-Identifier: MIT
/* What this process may do. */
#include "privilege.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool privilege_has(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[capability / 32].effective >> capability % 32 & 1;
}

/* In strict mode it would not get here. */
bool privilege_is_filtered(void)
{
	return prctl(PR_GET_SECCOMP) == 2;
}

const char *privilege_fix(const char *for_root)
{
	return geteuid() ? "run it as root" : for_root;
}

bool privilege_switch_is(const char *path, char digit)
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
