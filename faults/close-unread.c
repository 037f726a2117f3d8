// SPDX-License-Identifier: MIT
/*
 * close-unread: the peer closes what it has not read. On an idle
 * connection there would be nothing unread, so the watcher's application says something.
 */
#include <stddef.h>
#include <sys/socket.h>

#include "fault.h"
#include "peer.h"

struct params {
	nsec wait;
};

static const struct param rows[] = {
	{ .name = "wait", .help = "how long to wait for input that can stay unread", .def = "1s",
	  .unit = UNIT_TIME, .min = 0, .max = 3600 * NS_PER_S, .offset = offsetof(struct params, wait) },
	{ 0 },
};

static int hang_up(struct peer *p, const void *params, struct error *e)
{
	const struct params *q = params;

	peer_stop_reading(p, NULL, e);
	peer_await_input(p, q->wait);
	peer_struck(p);
	peer_close_all(p);
	return 0;
}

/* It can fail where the buffer is full, or the connection gone: both will do. */
static int send_byte(int fd, const void *params, struct error *e)
{
	ssize_t n = send(fd, "?", 1, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)n;
	(void)params;
	(void)e;
	return 0;
}

const struct fault fault_close_unread = {
	.name = "close-unread",
	.summary = "the peer closes with unread input: an RST",
	.text =
		"A server that closes in the middle of a request. RFC 2525 calls for it: a TCP that "
		"closes with unread input must let the other end know, so the kernel sends an RST "
		"instead of a FIN. The watcher's application sends one byte before, which the peer "
		"leaves unread.\n\n"
		"With tcpalive peer, the peer stops reading at --fault-at and waits, no longer than "
		"`wait`, for the other side to send something. A connection on which nothing arrived "
		"ends with a FIN.",
	.breaks = "the peer's connection",
	.dead = true,
	.effect = { .rst = true, .written = true, .data = REPLY_RST, .empty = REPLY_RST },
	.not_program = "only the program knows what it leaves unread",
	.not_survivor = "only the survivor could write what is left unread",
	.params = rows,
	.params_size = sizeof(struct params),
	.prepare = peer_stop_reading,
	.application = send_byte,
	.when = FAULT_BEFORE,
	.peer = hang_up,
};
