/* SPDX-License-Identifier: MIT */
/*
 * usage: select-fionread HOST PORT
 *
 * select, and where that says readable, FIONREAD: with 0 bytes to read the peer has gone.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

#include "dial.h"

int main(int argc, char **argv)
{
	int fd = dial(argc, argv), bytes = 0;
	char buf[4096];

	for (;;) {
		fd_set set;

		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (select(fd + 1, &set, NULL, NULL, NULL) < 0)
			break;
		if (ioctl(fd, FIONREAD, &bytes) || !bytes)
			break;
		if (read(fd, buf, sizeof(buf)) < 0)
			break;
	}
	puts("it has gone");
	close(fd);
	return 1;
}
