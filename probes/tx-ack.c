// SPDX-License-Identifier: MIT
/*
 * The kernel's own note that a byte was acknowledged: SOF_TIMESTAMPING_TX_ACK, see
 * Documentation/networking/timestamping.rst. It is asked for with each send
 * and not on the socket, so that the bytes of other probes make no notes.
 */
#include <errno.h>
#include <time.h>

/* The first needs struct timespec from time.h, and does not include it. */
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "option.h"
#include "predict.h"
#include "stream.h"

#define ERRQUEUE "recvmsg(MSG_ERRQUEUE)"
#define NOTES_MOST 64 /* read in one wake-up */
#define NOTE_ROOM 2048 /* more than one takes in the receive buffer */

struct params {
	struct bytes data;
	nsec every, limit;
};

struct state {
	nsec sent;        /* when, if outstanding; else when next */
	size_t at;
	bool outstanding;
	bool unsent;      /* outstanding, and the send buffer was full */
	bool cramped;     /* outstanding, and there was no room for the note */
	bool blind;       /* said once */
};

static const struct param rows[] = {
	{ .name = "data", .help = "what is sent", .def = "\\x00", .unit = UNIT_BYTES,
	  .min = 1, .max = 256, .offset = offsetof(struct params, data) },
	{ .name = "every", .help = "time between two sends", .def = "1s", .unit = UNIT_TIME,
	  .min = EVERY_MIN, .max = EVERY_MAX, .offset = offsetof(struct params, every) },
	{ .name = "limit", .help = "how long its ACK may take", .def = "3s",
	  .unit = UNIT_TIME, .min = EVERY_MIN, .max = EVERY_MAX,
	  .offset = offsetof(struct params, limit) },
	{ 0 },
};

static nsec worst_case(const void *params, nsec interval, const struct tcp_path *path)
{
	const struct params *p = params;

	(void)interval;
	(void)path;
	return ns_add(p->every, p->limit);
}

static struct verdict arm(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	int rc = option_set(l->fd, SOL_SOCKET, SO_TIMESTAMPING,
		SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY);

	if (rc)
		return verdict_unable("setsockopt(SO_TIMESTAMPING)", -rc);
	s->sent = probe_first_at(l, p->every);
	probe_wake_at(l, s->sent);
	return verdict_nothing();
}

/* musl's CMSG_NXTHDR converts between signed and unsigned. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* Whether a message of the queue says that bytes were acknowledged. */
static bool is_ack(struct msghdr *msg)
{
	struct sock_extended_err ee;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (!(c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) &&
		    !(c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR))
			continue;
		memcpy(&ee, CMSG_DATA(c), sizeof(ee));
		return ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING && ee.ee_info == SCM_TSTAMP_ACK;
	}
	return false;
}

#pragma GCC diagnostic pop

/* Reads the notes. This takes no socket error: TCP keeps ICMP errors out of the queue. */
static void read_notes(struct probe_context *l)
{
	struct state *s = l->state;
	union {
		char bytes[512];
		struct cmsghdr align;
	} control;

	for (int i = 0; i < NOTES_MOST; i++) {
		struct msghdr msg = { .msg_control = control.bytes,
			.msg_controllen = sizeof(control.bytes) };

		if (recvmsg(l->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return;
		if (is_ack(&msg))
			s->outstanding = false;
	}
}

/* As send_rest, and asks for the note. */
static int send_noted(struct probe_context *l, const struct bytes *b, size_t *at)
{
	const uint32_t flags = SOF_TIMESTAMPING_TX_ACK;
	union {
		char bytes[CMSG_SPACE(sizeof(flags))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	struct iovec iov = { (void *)(uintptr_t)(b->data + *at), b->len - *at };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	nsec sent;
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SO_TIMESTAMPING;
	c->cmsg_len = CMSG_LEN(sizeof(flags));
	memcpy(CMSG_DATA(c), &flags, sizeof(flags));
	n = sendmsg(l->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	sent = clock_now();
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	probe_sent(l, sent);
	*at = (*at + (size_t)n) % b->len;
	return *at == 0;
}

/* The notes share the receive buffer with unread data, and what finds no room in it is dropped
 * (net/core/skbuff.c:sock_queue_err_skb). */
static bool no_room(int fd)
{
	uint32_t mem[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(mem);

	return !getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len) &&
	       mem[SK_MEMINFO_RMEM_ALLOC] + NOTE_ROOM >= mem[SK_MEMINFO_RCVBUF];
}

/* Sends, or tries again because the buffer was full. The clock runs from the first
 * attempt: what cannot be sent is not acknowledged. */
static struct verdict send_now(struct probe_context *l, nsec now)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	nsec due, soon = ns_add(now, l->interval);
	int rc;

	if (!s->outstanding) {
		s->sent = now;
		s->cramped = no_room(l->fd);
	}
	s->outstanding = true;
	due = ns_add(s->sent, p->limit);
	rc = send_noted(l, &p->data, &s->at);
	s->unsent = rc <= 0;
	probe_wake_at(l, s->unsent && soon < due ? soon : due);
	return rc < 0 ? call_failed(l, "sendmsg", -rc) : verdict_nothing();
}

static void proceed(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	bool was = s->outstanding;
	nsec now, next;

	read_notes(l);
	if (!was || s->outstanding)
		return;
	now = clock_now();
	next = ns_add(s->sent, p->every);
	s->sent = next > now ? next : now;
	probe_wake_at(l, s->sent);
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	if (events & EPOLLERR)
		proceed(l);
	return verdict_nothing();
}

/* An ACK may have come all the same: begins anew. */
static struct verdict no_note(struct probe_context *l, nsec now)
{
	struct state *s = l->state;

	s->outstanding = false;
	s->sent = now;
	probe_wake_at(l, now);
	probe_blinded(l, "unread data left no room for the report of an ACK");
	if (s->blind)
		return verdict_nothing();
	s->blind = true;
	return verdict_suspect(ERRQUEUE, "no room for the report of an ACK beside unread data");
}

/* Reads the notes before it judges: this process may have slept for long. */
static struct verdict tick(struct probe_context *l)
{
	const struct params *p = l->params;
	struct state *s = l->state;
	nsec now;

	proceed(l);
	now = clock_now();
	if (!s->outstanding)
		return now >= s->sent ? send_now(l, now) : verdict_nothing();
	if (now >= ns_add(s->sent, p->limit) && (s->cramped || no_room(l->fd)))
		return no_note(l, now);
	if (now >= ns_add(s->sent, p->limit))
		return verdict_dead(ERRQUEUE, "no ACK within %gs", ns_seconds(p->limit));
	return s->unsent ? send_now(l, now) : verdict_nothing();
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct params *p = params;

	(void)interval;
	u->tx_period = p->every;
}

static struct time_range predict(const struct prediction_view *v)
{
	const struct params *p = v->me->params;

	return predict_no_ack(v, 0, p->limit);
}

const struct probe probe_tx_ack = {
	.name = "tx-ack",
	.call = "a byte sent, and no SOF_TIMESTAMPING_TX_ACK for it",
	.summary = "sends a byte and waits for the kernel's report of its ACK",
	.text =
		"Each `every` it sends `data` with a request for SOF_TIMESTAMPING_TX_ACK: when the "
		"peer's kernel has acknowledged the bytes, this kernel puts a timestamp into the "
		"socket's error queue, which recvmsg(MSG_ERRQUEUE) reads. If there is none within "
		"`limit`, the peer is dead.\n\n"
		"It proves what unacked proves, the path and the peer's kernel, but it is woken "
		"instead of polling, and it is about these bytes: a queue that others fill does not "
		"confuse it. A frozen process passes for alive until its window closes. A FIN alone "
		"is not noticed; the byte after it tells a close from a half-close.\n\n"
		"A timestamp in the error queue makes poll report POLLERR although nothing is wrong, "
		"until it is read. A program that takes POLLERR for the end must not share the "
		"socket. `limit` must exceed the round trip and the peer's delayed acknowledgement, "
		"40 to 200 ms on Linux.\n\n"
		"The report shares the receive buffer with what the peer sent: while unread data fills "
		"that, the kernel drops it, and nothing can be known. The check then begins anew "
		"instead of calling the peer dead, so a program that does not read may miss the death.\n\n"
		"It was made for measuring latency, and is specific to Linux.",
	.also = "ACK timestamp, SCM_TSTAMP_ACK",
	.code =
		"#include <linux/net_tstamp.h>\n"
		"#include <poll.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Each @every@. Returns with the ACK, or when it is overdue. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstatic const char data[] = @data@;\n"
		"\tconst int flags = MSG_DONTWAIT | MSG_NOSIGNAL;\n"
		"\tint notes = SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE |\n"
		"\t\t\tSOF_TIMESTAMPING_OPT_TSONLY;\n"
		"\tchar text[512];\n"
		"\tstruct msghdr m = { .msg_control = text,\n"
		"\t\t.msg_controllen = sizeof(text) };\n"
		"\tstruct pollfd p = { .fd = fd };\n"
		"\n"
		"\tif (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &notes, sizeof(notes)))\n"
		"\t\treturn -1;\n"
		"\tif (send(fd, data, sizeof(data) - 1, flags) < 0)\n"
		"\t\treturn 1;\n"
		"\treturn poll(&p, 1, @limit:ms@) <= 0 ||\n"
		"\t\trecvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0;\n"
		"}\n",
	.traits = SENDS_DATA | TAKES_ERROR | USES_ERROR_QUEUE,
	.use = use,
	.predict = predict,
	.params = rows,
	.lab = { "every=500ms:limit=2500ms" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.worst_case = worst_case,
	.arm = arm,
	.event = event,
	.tick = tick,
};
