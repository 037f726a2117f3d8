// SPDX-License-Identifier: MIT
/* TCP_INFO's state each interval. */
#include "ask.h"
#include "predict.h"
#include "tcp/tcpinfo.h"

static struct verdict tick(struct probe_context *l)
{
	struct tcp_info ti;
	int rc = tcpinfo_up_to(l->fd, &ti, tcpi_state);

	if (rc)
		return verdict_again("getsockopt(TCP_INFO)", -rc);
	if (ti.tcpi_state == STATE_ESTABLISHED)
		return verdict_nothing();
	return verdict_dead("getsockopt(TCP_INFO)", "%s", ask_state_name(ti.tcpi_state));
}

static struct time_range predict(const struct prediction_view *v)
{
	return predict_polled(v, predict_gone(v));
}

const struct probe probe_tcp_info = {
	.name = "tcp-info",
	.call = "getsockopt TCP_INFO, the state is not ESTABLISHED",
	.summary = "reads the TCP state: no longer ESTABLISHED is dead",
	.text =
		"Each interval, getsockopt(TCP_INFO), whose first byte is the state of RFC 9293. "
		"CLOSE_WAIT means that the peer's FIN came, CLOSE that the connection was reset or "
		"timed out. Anything but ESTABLISHED is taken for dead.\n\n"
		"It sees past unread data, takes neither data nor error, and nothing that others do to "
		"the socket hides the state. It costs a system call each interval, and is specific to "
		"Linux (other systems have relatives).\n\n"
		"CLOSE_WAIT is also what a half-close looks like: a client that has sent everything and "
		"waits for the answer. And ESTABLISHED is only this side's belief: with a silent peer "
		"it lasts until the kernel gives up. A peer whose accept queue is full drops the last "
		"ACK of the handshake and repeats its SYN-ACK: this side is ESTABLISHED, and that one "
		"never was.",
	.also = "TCP state check, CLOSE_WAIT check, as in ss(8)",
	.who =
		"Puma\tclosed_socket?(), before a request is begun\n"
		"Unicorn\tcheck_client_connection, with Raindrops::TCP_Info",
	.code =
		"#define _GNU_SOURCE\n"
		"#include <netinet/in.h>\n"
		"#include <netinet/tcp.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct tcp_info ti = { 0 };\n"
		"\tsocklen_t len = sizeof(ti);\n"
		"\n"
		"\treturn getsockopt(fd, IPPROTO_TCP, TCP_INFO, &ti, &len) ||\n"
		"\t\tti.tcpi_state != TCP_ESTABLISHED;\n"
		"}\n",
	.traits = POLLED,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
