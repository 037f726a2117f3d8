// SPDX-License-Identifier: MIT
/* An order to a program's init, and its answer. */
#include "order.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

#define INIT "the program's init"
#define ANSWER_LIMIT_MS 5000

/* One that is gone or stopped answers nothing. */
static int await_answer(int socket, pid_t init, struct init_answer *answer, struct error *e)
{
	struct pollfd p[] = {
		{ .fd = socket, .events = POLLIN }, { .fd = (int)syscall(SYS_pidfd_open, init, 0), .events = POLLIN },
	};
	int n;

	do
		n = poll(p, 2, ANSWER_LIMIT_MS);
	while (n < 0 && errno == EINTR);
	if (p[1].fd >= 0)
		close(p[1].fd);
	if (recv(socket, answer, sizeof(*answer), MSG_DONTWAIT) == (ssize_t)sizeof(*answer))
		return 0;
	return error_set(e, STATUS_SYSTEM, n > 0 ? INIT ": it has ended" : INIT ": no answer");
}

int order_carry_out(int socket, pid_t init, const struct init_order *order, nsec *at, struct error *e)
{
	struct init_answer answer;

	while (recv(socket, &answer, sizeof(answer), MSG_DONTWAIT) > 0) /* of an order that was given up */
		;
	if (send(socket, order, sizeof(*order), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return error_set(e, STATUS_SYSTEM, INIT ": %s", error_reason(errno));
	if (await_answer(socket, init, &answer, e))
		return -1;
	*at = answer.at;
	if (!answer.error.status)
		return 0;
	*e = answer.error;
	return -1;
}
