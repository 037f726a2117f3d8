// SPDX-License-Identifier: MIT
/* FIONREAD alone. Read as it often is, it calls every idle connection dead. */
#include <errno.h>
#include <sys/ioctl.h>

#include "ask.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	int unread = 0;

	if (ioctl(l->fd, FIONREAD, &unread))
		return verdict_again("ioctl(FIONREAD)", errno);
	if (unread > 0)
		return verdict_nothing();
	return verdict_dead("ioctl(FIONREAD)", "0 bytes to read");
}

/* At the first look that finds nothing to read. */
static struct time_range predict(const struct prediction_view *v)
{
	const nsec turn = v->composite->app_period, age = v->around->age;
	struct time_range first = predict_polled(v, (struct time_range){ predict_established(v), -age, -age,
								       "0 bytes to read on an idle connection" });

	if (turn == NS_NEVER)
		return predict_unread(v).from > first.by ? first : range_maybe(first.from, first.why);
	if (v->effect->echoes || v->effect->rst || v->composite->senders)
		return range_maybe(first.from, "between two answers there are 0 bytes to read");
	first.by = ns_add(turn, v->around->interval);
	first.late = predict_may_close_unread(v) || v->around->behind ? NS_NEVER : first.by;
	first.why = "no more answers come, and what came is read";
	return first;
}

const struct probe probe_fionread = {
	.name = "fionread",
	.call = "ioctl FIONREAD, 0 bytes",
	.summary = "takes 0 bytes to read for the end: wrong on every idle connection",
	.text =
		"Each interval, ioctl(fd, FIONREAD) returns how many bytes wait to be read, and 0 is "
		"taken for a closed connection.\n\n"
		"The advice is half remembered. An idle, healthy connection has 0 bytes too, so this "
		"probe raises a false alarm at its first check unless data happen to wait. If data "
		"wait in front of a FIN or an RST, the connection passes for alive for as long as "
		"nobody reads. FIONREAD means something only after poll has reported the socket "
		"readable (poll-fionread).\n\n"
		"It takes nothing and sends nothing.",
	.also = "bytes available, SIOCINQ, Available == 0 (.NET), available() (Java)",
	.code =
		"#include <sys/ioctl.h>\n"
		"\n"
		"/* Wrong on every idle connection: check poll() first. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tint unread = 0;\n"
		"\n"
		"\treturn ioctl(fd, FIONREAD, &unread) || unread == 0;\n"
		"}\n",
	.traits = POLLED,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
