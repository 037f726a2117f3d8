/* SPDX-License-Identifier: MIT */
/* A connection to HOST PORT of the command line. Ends the program where there is none. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int dial(int argc, char **argv)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *to;
	int fd;

	if (argc != 3 || getaddrinfo(argv[1], argv[2], &hints, &to))
		exit(2);
	fd = socket(to->ai_family, to->ai_socktype, 0);
	if (fd < 0 || connect(fd, to->ai_addr, to->ai_addrlen)) {
		perror("connect");
		exit(3);
	}
	freeaddrinfo(to);
	return fd;
}
