// SPDX-License-Identifier: MIT
/*
 * A buffer before a descriptor that others may share. So O_NONBLOCK is not set on
 * it, which would change it for them too: a pipe or a terminal is opened once more for
 * ourselves. Where that cannot be, it is polled, and given no more than a pipe surely takes.
 */
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "suspend.h"
#include "utf8.h"

static const char standard_output[] = "standard output";

/* 20,000 events of 200 bytes: what a thousand connections have to say when they are
 * established and when they die, ten times each. Untouched memory costs nothing. */
#define ROOM (4 * 1024 * 1024)
#define ROOM_AGAIN (ROOM / 16)
#define AT_ONCE (256 * 1024) /* is written in less than a millisecond */
#define GLANCE_MS 100
#define HURRY NS_PER_S

static int set_failed(struct out *o, int err)
{
	if (!o->failed)
		o->failed = err;
	o->used = o->sent = 0;
	return -1;
}

static int describe_failure(const struct out *o, int err, struct error *e)
{
	const char *quote = o->name == standard_output ? "" : "'";
	const char *why = err == ETIMEDOUT ? "its reader does not read" : error_reason(err);

	if (o->name == standard_output && err == EPIPE)
		return error_set(e, STATUS_PIPE, "SIGPIPE");
	return error_set(e, STATUS_SYSTEM, "%s%s%s: %s", quote, o->name, quote, why);
}

static int open_again(const char *path)
{
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* The same terminal, which after su, say, cannot be opened by its own name: if it is this session's. */
static int open_terminal(int fd)
{
	return tcgetsid(fd) == getsid(0) ? open_again("/dev/tty") : -1;
}

/* Of a file that was opened here the description is ours already. */
static void make_nonblocking(struct out *o, mode_t mode)
{
	char path[32];
	int fd;

	if (o->own_fd) {
		o->nonblocking = !fcntl(o->fd, F_SETFL, O_NONBLOCK);
		return;
	}
	if (!o->tty && !S_ISFIFO(mode))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", o->fd);
	fd = open_again(path);
	if (fd < 0 && o->tty)
		fd = open_terminal(o->fd);
	if (fd < 0)
		return;
	o->fd = fd;
	o->own_fd = o->nonblocking = true;
}

static int open_descriptor(struct out *o, const char *path, struct error *e)
{
	int flags;

	o->own_fd = path && strcmp(path, "-") != 0;
	o->name = o->own_fd ? path : standard_output;
	o->fd = o->own_fd ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666)
			  : STDOUT_FILENO;
	if (o->fd < 0)
		return describe_failure(o, errno, e);
	flags = fcntl(o->fd, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return describe_failure(o, EBADF, e);
	return 0;
}

static bool is_live(const struct out *o)
{
	const char *term = getenv("TERM");

	return o->tty && term && *term && strcmp(term, "dumb") != 0;
}

static bool wants_color(const struct out *o, enum color_when when)
{
	const char *no = getenv("NO_COLOR");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return o->live && (!no || !*no);
}

int out_open(struct out *o, const char *path, enum color_when color, size_t kept_free, struct error *e)
{
	struct stat st = { .st_mode = 0 };

	memset(o, 0, sizeof(*o));
	if (open_descriptor(o, path, e))
		goto fail;
	o->give_up = NS_NEVER;
	o->kept_free = kept_free;
	o->room = ROOM + kept_free;
	o->buffer = malloc(o->room);
	if (!o->buffer) {
		describe_failure(o, ENOMEM, e);
		goto fail;
	}
	o->regular = !fstat(o->fd, &st) && S_ISREG(st.st_mode);
	o->tty = isatty(o->fd);
	o->live = is_live(o);
	o->color = wants_color(o, color);
	out_resize(o);
	if (!o->regular)
		make_nonblocking(o, st.st_mode);
	return 0;
fail:
	if (o->own_fd && o->fd >= 0)
		close(o->fd);
	memset(o, 0, sizeof(*o));
	return -1;
}

static int columns_wished(void)
{
	const char *text = getenv("COLUMNS");
	char *end;
	long n;

	if (!text || *text < '0' || *text > '9')
		return 0;
	n = strtol(text, &end, 10);
	return *end || n < 1 || n > 10000 ? 0 : (int)n;
}

static struct winsize terminal_size(int fd)
{
	struct winsize size = { .ws_col = 0 };

	if (ioctl(fd, TIOCGWINSZ, &size))
		size = (struct winsize){ .ws_col = 0 };
	return size;
}

size_t terminal_columns(int fd)
{
	return terminal_size(fd).ws_col;
}

void out_resize(struct out *o)
{
	struct winsize size = { .ws_col = 0 };

	if (o->tty)
		size = terminal_size(o->fd);
	o->columns = size.ws_col ? size.ws_col : columns_wished();
	o->rows = size.ws_row;
}

void out_page(struct out *o, const struct out *like, char *buffer, size_t room)
{
	*o = (struct out){
		.fd = -1, .name = like->name, .buffer = buffer, .room = room, .color = like->color,
		.utf8 = like->utf8, .columns = like->columns, .rows = like->rows,
	};
}

/* A terminal that is not this session's has no foreground group of ours. */
bool out_is_free(const struct out *o)
{
	pid_t foreground = tcgetpgrp(o->fd);

	return !o->failed && (!o->used || o->held) && (foreground < 0 || foreground == getpgrp());
}

/* Whether a write would go through within that time. The error conditions count
 * as yes: the write then says what is wrong. */
static bool is_writable(const struct out *o, int timeout_ms)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };
	int n = o->regular ? 1 : poll(&p, 1, timeout_ms);

	return n > 0 || (n < 0 && o->nonblocking); /* where poll fails, the write tells */
}

/* One write that does not block. */
static ssize_t write_some(const struct out *o, const char *s, size_t len)
{
	ssize_t n;

	if (o->regular || o->nonblocking)
		return write(o->fd, s, len);
	n = send(o->fd, s, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0 || errno != ENOTSOCK)
		return n;
	return write(o->fd, s, len < PIPE_BUF ? len : PIPE_BUF);
}

/* What the descriptor has taken makes room: once there is much of it, or none is left. */
static void forget_sent(struct out *o)
{
	if (o->sent < o->used && o->sent < o->room / 2 && o->used < o->room)
		return;
	o->used -= o->sent;
	memmove(o->buffer, o->buffer + o->sent, o->used);
	o->sent = 0;
}

/* Writes what the descriptor takes at once and returns how much that was. */
static size_t write_ready(struct out *o)
{
	size_t before = o->sent, done = 0;

	while (o->sent < o->used && done < AT_ONCE && is_writable(o, 0)) {
		size_t left = o->used - o->sent;
		ssize_t n = write_some(o, o->buffer + o->sent, left < AT_ONCE ? left : AT_ONCE);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno != EINTR) {
			set_failed(o, errno);
			return 0;
		}
		o->sent += n > 0 ? (size_t)n : 0;
		done = o->sent - before;
	}
	forget_sent(o);
	return done;
}

/* The loop keeps its signals blocked, so a long wait looks for them itself. */
static bool asked_to_end(void)
{
	sigset_t pending;

	if (sigpending(&pending))
		return false;
	if (sigismember(&pending, SIGTSTP) == 1)
		suspend();
	return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
	       sigismember(&pending, SIGHUP) == 1;
}

void out_hurry(struct out *o)
{
	if (o->give_up == NS_NEVER)
		o->give_up = clock_now() + HURRY;
}

/* Waits for a reader, but not longer than the user does. */
static void wait_for_room(struct out *o)
{
	while (!o->failed && !write_ready(o)) {
		if (asked_to_end())
			out_hurry(o);
		if (clock_now() >= o->give_up)
			set_failed(o, ETIMEDOUT);
		else
			is_writable(o, GLANCE_MS);
	}
}

void out_begin(struct out *o, bool may_drop)
{
	/* A file takes all at once: nothing is dropped because the buffer is full. */
	while (may_drop && o->regular && !o->failed && !out_has_room(o) && write_ready(o))
		;
	o->drops = may_drop;
	o->dropped = false;
	o->mark = o->used;
}

bool out_end(struct out *o)
{
	bool whole = !o->dropped;

	if (!whole)
		o->used = o->mark;
	o->drops = o->dropped = false;
	return whole;
}

bool out_has_room(const struct out *o)
{
	return o->used + o->kept_free + ROOM_AGAIN < o->room;
}

/* How much more the piece may take. */
static size_t room_left(const struct out *o)
{
	size_t room = o->drops ? o->room - o->kept_free : o->room;

	return o->used < room ? room - o->used : 0;
}

void out_bytes(struct out *o, const char *s, size_t len)
{
	while (len && !o->failed && !o->dropped) {
		size_t n = room_left(o);

		if (!n && o->fd < 0)
			return;
		if (!n && o->drops) {
			o->dropped = true;
			return;
		}
		if (!n) {
			wait_for_room(o);
			continue;
		}
		if (n > len)
			n = len;
		memcpy(o->buffer + o->used, s, n);
		o->used += n;
		s += n;
		len -= n;
	}
}

void out_text(struct out *o, const char *s)
{
	out_bytes(o, s, strlen(s));
}

void out_printf(struct out *o, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		out_bytes(o, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

void out_visible_bytes(struct out *o, const char *s, size_t len)
{
	char one[UTF8_VISIBLE];

	for (const char *end = s + len; s < end;) {
		s += utf8_visible_one(one, s, o->utf8);
		out_text(o, one);
	}
}

void out_visible(struct out *o, const char *s)
{
	out_visible_bytes(o, s, strlen(s));
}

void out_escaped(struct out *o, const char *s, const char *these)
{
	while (*s) {
		char one[UTF8_VISIBLE];

		s += utf8_visible_one(one, s, o->utf8);
		for (const char *p = one; *p; p++) {
			if (strchr(these, *p))
				out_text(o, "\\");
			out_bytes(o, p, 1);
		}
	}
}

void out_flush(struct out *o)
{
	if (o->used && !o->held)
		write_ready(o);
}

int out_check(const struct out *o, struct error *e)
{
	return o->failed ? describe_failure(o, o->failed, e) : 0;
}

int out_close(struct out *o, struct error *e)
{
	int rc;

	if (!o->buffer)
		return 0;
	while (o->used && !o->failed)
		wait_for_room(o);
	if (o->own_fd && close(o->fd))
		set_failed(o, errno);
	rc = out_check(o, e);
	free(o->buffer);
	o->buffer = NULL;
	return rc;
}
