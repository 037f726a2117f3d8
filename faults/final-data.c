// SPDX-License-Identifier: MIT
/* Last words. Its oddity: what does not fit into the send buffer is left out, since enough stands unread then. */
#include "final-data.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

const struct param final_data_rows[] = {
	{ .name = "data", .help = "the last words", .def = "bye\\n", .unit = UNIT_BYTES, .min = 1, .max = 256,
	  .offset = offsetof(struct final_data, data) },
	{ 0 },
};

int act_send_final_data(int fd, const void *params)
{
	const struct bytes *b = &((const struct final_data *)params)->data;

	if (send(fd, b->data, b->len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN)
		return 0;
	return -errno;
}
