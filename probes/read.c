// SPDX-License-Identifier: MIT
/* A non-blocking read whenever the socket has something: what every event loop does anyway. */
#include "ask.h"
#include "predict.h"
#include "stream.h"

static struct verdict drain_input(struct probe_context *l)
{
	struct drained d = drain(l, NULL, NULL);

	if (d.more)
		probe_wake_at(l, clock_now());
	return d.verdict;
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	(void)events;
	return drain_input(l);
}

const struct probe probe_read = {
	.name = "read",
	.call = "recv of what is there, MSG_DONTWAIT",
	.summary = "reads what has arrived: 0 bytes are EOF",
	.text =
		"Whenever the socket is readable, recv() takes what is there until EAGAIN. A result "
		"of 0 is EOF: the peer closed the connection, or shut down its sending half. An error "
		"is the kernel's own verdict: ECONNRESET after an RST, ETIMEDOUT after its timers "
		"have expired.\n\n"
		"It sees every end that reaches this kernel, at once. Data never hide it, since they "
		"are taken first. That is also its price: the bytes are consumed, so only the reader "
		"of the protocol can use it.\n\n"
		"A silent peer sends nothing to read. After a lost host, a cut cable or a frozen "
		"process it waits forever, unless something else (keepalive, unacknowledged data) "
		"makes the kernel give up. EOF is also all that a half-close shows: the peer may "
		"still be reading.",
	.also = "non-blocking read, stale check, the reader of any event loop",
	.who =
		"go-sql-driver/mysql\tconnCheck(): 1 byte, before a pooled connection is used\n"
		"Apache HttpClient\tisStale(): a read with a timeout of 1 ms\n"
		"OkHttp\tisHealthy(): a read with a timeout of 1 ms",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* When fd is readable. The data are the application's: hand them on. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tchar data[4096];\n"
		"\tssize_t n;\n"
		"\n"
		"\tdo {\n"
		"\t\tn = recv(fd, data, sizeof(data), MSG_DONTWAIT);\n"
		"\t} while (n > 0);\n"
		"\treturn n == 0 || (errno != EAGAIN && errno != EINTR);\n"
		"}\n",
	.traits = TAKES_DATA | TAKES_ERROR,
	.predict = predict_reader,
	.worst_case = worst_at_once,
	.event = event,
	.tick = drain_input,
};
