// SPDX-License-Identifier: MIT
/* FIONREAD alone. Its oddity: read as it often is, it calls every idle connection dead. */
#include <errno.h>
#include <sys/ioctl.h>

#include "ask.h"

static struct verdict tick(struct probe_context *l)
{
	int unread = 0;

	if (ioctl(l->fd, FIONREAD, &unread))
		return verdict_dead_errno("ioctl(FIONREAD)", errno);
	if (unread > 0)
		return verdict_nothing();
	return verdict_dead("ioctl(FIONREAD)", "0 bytes to read");
}

const struct probe probe_fionread = {
	.name = "fionread",
	.call = "ioctl FIONREAD, 0 bytes",
	.summary = "takes 0 bytes to read for the end: wrong on every idle connection",
	.text =
		"Each interval ioctl(fd, FIONREAD) asks how many bytes wait to be read, and 0 "
		"is taken for a closed connection.\n\n"
		"The advice is half remembered. 0 bytes are also what an idle, healthy "
		"connection has, so this probe raises a false alarm at its first look unless "
		"data happens to wait; and if data waits in front of a FIN or an RST, it says "
		"alive for as long as nobody reads. FIONREAD means something only after poll "
		"has said readable (poll-fionread).\n\n"
		"It neither takes anything nor sends anything.",
	.also = "bytes available, SIOCINQ, Available == 0 (.NET), available() (Java)",
	.code =
		"#include <sys/ioctl.h>\n"
		"\n"
		"/* Wrong on every idle connection: ask poll() first. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tint unread = 0;\n"
		"\n"
		"\treturn ioctl(fd, FIONREAD, &unread) || unread == 0;\n"
		"}\n",
	.traits = POLLED,
	.worst_case = worst_interval,
	.tick = tick,
};
