/* SPDX-License-Identifier: MIT */
/*
 * usage: read-exact HOST PORT
 *
 * As Rust's read_exact() into one byte: read again after EINTR; an EOF is an error.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "dial.h"

int main(int argc, char **argv)
{
	int fd = dial(argc, argv);
	char byte;

	for (;;) {
		ssize_t n = read(fd, &byte, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			puts(n ? "error" : "failed to fill whole buffer");
			close(fd);
			return 1;
		}
	}
}
