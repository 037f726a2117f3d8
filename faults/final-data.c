// SPDX-License-Identifier: MIT
/* Final data. What does not fit into the send buffer is left out, since enough is unread then. */
#include "final-data.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

const struct param final_data_rows[] = {
	{ .name = "data", .help = "the final data", .def = "bye\\n", .unit = UNIT_BYTES, .min = 1, .max = 256,
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
