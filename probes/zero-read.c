// SPDX-License-Identifier: MIT
/* read(2) of length 0. It never notices anything, which is what it is here to show. */
#include <errno.h>
#include <unistd.h>

#include "predict.h"

static nsec never(const void *params, nsec interval, const struct tcp_path *path)
{
	(void)params;
	(void)interval;
	(void)path;
	return NS_NEVER;
}

static struct verdict tick(struct probe_context *l)
{
	char nothing;

	return read(l->fd, &nothing, 0) < 0 ? call_failed(l, "read", errno) : verdict_nothing();
}

static struct time_range predict(const struct prediction_view *v)
{
	(void)v;
	return RANGE_NEVER("a read of no bytes always succeeds");
}

const struct probe probe_zero_read = {
	.name = "zero-read",
	.call = "read of 0 bytes",
	.summary = "reads no bytes: always succeeds, so it never notices anything",
	.text =
		"Each interval, read(fd, buf, 0). On a socket Linux returns 0 before TCP is involved "
		"at all: on an idle connection, with unread data, after a FIN, and after an RST.\n\n"
		"It is here because it is suggested so often. If 0 is read as EOF, every connection "
		"is dead; if it is read as success, none ever is. This probe takes the second reading "
		"and would report an error, which never comes.\n\n"
		"recv of 0 bytes (zero-recv) is different: it does reach TCP.",
	.also = "zero-byte read",
	.code =
		"#include <unistd.h>\n"
		"\n"
		"/* Never true: Linux returns 0 before TCP is involved. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tchar none;\n"
		"\n"
		"\treturn read(fd, &none, 0) < 0;\n"
		"}\n",
	.traits = POLLED,
	.predict = predict,
	.worst_case = never,
	.tick = tick,
};
