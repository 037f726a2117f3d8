// SPDX-License-Identifier: MIT
/* Asks an idle connection. See tcp_sock_set_keepidle in net/ipv4/tcp.c: a TCP_KEEPIDLE that has passed already probes at once. */
#include "ask.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include "tcp/tcpinfo.h"

#define SECOND 1          /* TCP_KEEPIDLE and TCP_KEEPINTVL: the least */
#define NEVER_ENOUGH 127  /* TCP_KEEPCNT: who asks decides, not the kernel */

const char *ask_name(enum ask how)
{
	static const char *const names[] = { "a keepalive segment", "a byte", "the protocol's question" };

	return names[how];
}

/* ---- what talk.h wants of an engine: nobody else is on this connection ---- */

static void ignore(struct probe_context *l)
{
	(void)l;
}

static void ignore_error(struct probe_context *l, int err)
{
	(void)l;
	(void)err;
}

static void ignore_time(struct probe_context *l, nsec at)
{
	(void)l;
	(void)at;
}

static int no_error(const struct probe_context *l)
{
	(void)l;
	return 0;
}

static const struct probe_host alone = {
	.took_error = ignore_error, .took_data = ignore, .error_taken = no_error, .sent = ignore_time, .polls = ignore,
	.answered = ignore, .leaving = ignore,
};

void asking_open(struct asking *a, enum ask how, const struct phrases *phrases, int fd)
{
	*a = (struct asking){ .how = how, .phrases = phrases, .context = { .fd = fd, .host = &alone } };
	if (how == ASK_PROTOCOL)
		talk_begin(&a->talk, phrases);
}

int asking_greet(struct asking *a)
{
	bool heard;
	int rc;

	while (a->how == ASK_PROTOCOL && a->talk.stage != STAGE_QUESTION) {
		if (!a->talk.waiting) {
			rc = talk_say(&a->talk, a->phrases, &a->context);
			if (rc <= 0)
				return rc ? rc : ANSWER_NONE;
			continue;
		}
		talk_hear(&a->talk, a->phrases, &a->context, false, &heard);
		if (!heard)
			return ANSWER_NONE;
	}
	return ANSWER_OPENED;
}

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/* The idle time comes last: it has passed, so the timer fires at once. */
static int probe_now(int fd)
{
	int rc = set(fd, IPPROTO_TCP, TCP_KEEPINTVL, SECOND);

	rc = rc ? rc : set(fd, IPPROTO_TCP, TCP_KEEPCNT, NEVER_ENOUGH);
	rc = rc ? rc : set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	return rc ? rc : set(fd, IPPROTO_TCP, TCP_KEEPIDLE, SECOND);
}

/* A line's end: servers of many protocols pass over one before a request. */
static int send_byte(int fd)
{
	return send(fd, "\n", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int asking_start(struct asking *a)
{
	struct tcp_info ti;
	int rc;

	tcpinfo_read(a->context.fd, &ti);
	a->segs_in = ti.tcpi_segs_in;
	if (a->how == ASK_KEEPALIVE)
		return probe_now(a->context.fd);
	if (a->how == ASK_BYTE)
		return send_byte(a->context.fd);
	rc = talk_say(&a->talk, a->phrases, &a->context);
	return rc < 0 ? rc : 0;
}

/* A segment came, no probe is unanswered, and it was no end. */
static bool probe_is_answered(const struct asking *a)
{
	struct tcp_info ti;

	return tcpinfo_read(a->context.fd, &ti) > 0 && ti.tcpi_state == STATE_ESTABLISHED &&
	       ti.tcpi_segs_in != a->segs_in && !ti.tcpi_probes;
}

/* After a reset nothing is left to be acknowledged either. */
bool asking_is_acknowledged(const struct asking *a)
{
	struct tcp_info ti;
	int left = 1;

	return !ioctl(a->context.fd, SIOCOUTQ, &left) && !left && tcpinfo_read(a->context.fd, &ti) > 0 &&
	       ti.tcpi_state == STATE_ESTABLISHED;
}

int asking_look(struct asking *a)
{
	bool heard;

	if (a->how == ASK_KEEPALIVE)
		return probe_is_answered(a) ? ANSWER_CAME : ANSWER_NONE;
	if (a->how == ASK_BYTE)
		return asking_is_acknowledged(a) ? ANSWER_CAME : ANSWER_NONE;
	talk_hear(&a->talk, a->phrases, &a->context, false, &heard);
	return heard ? ANSWER_CAME : ANSWER_NONE;
}

void asking_stop(struct asking *a)
{
	if (a->how == ASK_KEEPALIVE)
		set(a->context.fd, SOL_SOCKET, SO_KEEPALIVE, 0);
}
