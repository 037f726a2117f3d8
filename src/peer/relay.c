// SPDX-License-Identifier: MIT
/* A client waits unread until its server is there. How long an address may take is left to the kernel: a timer each is not needed. */
#include "relay.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo.h"

int relay_prepare(struct echo_conn *client, size_t room)
{
	struct echo_conn *server = flow_new(client->echo, room);

	if (!server)
		return -ENOMEM;
	server->to = client;
	client->to = server;
	return 0;
}

/* TCP_USER_TIMEOUT holds for a handshake too; ms = 0: that of the system. */
static void limit(int fd, nsec time)
{
	unsigned ms = (unsigned)(time / NS_PER_MS);

	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

/* 0 or -errno. */
static int try_address(struct echo_conn *server, const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	int rc;

	if (fd < 0)
		return -errno;
	limit(fd, server->echo->relay_timeout);
	rc = connect(fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS ? -errno : flow_start(server, fd);
	if (rc)
		close(fd);
	return rc;
}

/* From that address on. err: why the one before could not be reached. */
static void try_from(struct echo_conn *server, const struct addrinfo *a, int err)
{
	for (; a; a = a->ai_next) {
		server->address = a;
		err = -try_address(server, a);
		if (!err) {
			flow_update(server);
			return;
		}
	}
	echo_refused(server->to, err);
}

void relay_connect(struct echo_conn *client)
{
	try_from(client->to, client->echo->relay, 0);
}

static void give_up_address(struct echo_conn *server, int err)
{
	loop_remove(server->echo->loop, &server->socket);
	close(server->socket.fd);
	server->socket.fd = -1;
	try_from(server, server->address->ai_next, err);
}

void relay_ready(struct echo_conn *server)
{
	socklen_t len = sizeof(int);
	int err = 0;

	getsockopt(server->socket.fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		give_up_address(server, err);
		return;
	}
	server->address = NULL;
	limit(server->socket.fd, 0);
	flow_update(server);
	echo_connected(server->to);
}
