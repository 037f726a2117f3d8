/* SPDX-License-Identifier: MIT */
/*
 * Where a report writes: a buffer before a descriptor. A pipe or terminal that is
 * full is left for later, so that a slow reader does not delay a probe. When the buffer is
 * full too, a piece that may be dropped is dropped as a whole; for any other the program waits.
 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "error.h"

struct out {
	int fd;
	const char *name;  /* for messages: the file, or "standard output" */
	char *buffer;
	size_t used, room;
	size_t sent;       /* of these the descriptor has taken so many */
	size_t kept_free;  /* room that pieces which may be dropped leave to the others */
	size_t mark;       /* where the piece begins */
	bool drops, dropped; /* may it be dropped, and was it? */
	nsec give_up;      /* when not to wait any longer; NS_NEVER */
	int failed;        /* the errno of the first write that failed, 0 */
	bool tty, color, own_fd;
	bool live;         /* a terminal whose cursor can be moved: not TERM=dumb */
	bool held;         /* out_flush waits: the other half of a picture is to come */
	bool regular;      /* a file: never blocks */
	bool nonblocking;  /* a description of our own, on which no write blocks */
	bool utf8;         /* set by the report: out_visible may write more than ASCII */
	int columns;       /* of the terminal, else $COLUMNS, else 0; refreshed by out_resize */
	int rows;          /* of the terminal, else 0 */
};

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* path NULL or "-" is standard output. path is kept, not copied. kept_free: see out_begin.
 * -1 with the reason in *e ("'FILE': Permission denied"). o may be zeroed or unset; after a
 * failure out_close is allowed and does nothing. */
int out_open(struct out *o, const char *path, enum color_when color, size_t kept_free, struct error *e);
void out_resize(struct out *o);

/* How wide the terminal is that fd is; 0 if it is none, or does not know. */
size_t terminal_columns(int fd);

/* A page in memory, drawn as if for `like`: what finds no room is dropped. The text
 * is buffer[0..used); buffer is the caller's. Nothing is written or closed. */
void out_page(struct out *o, const struct out *like, char *buffer, size_t room);

/* May a live view draw now? Not while another process group has the terminal, or
 * while its reader has not taken all that was written. */
bool out_is_free(const struct out *o);

/*
 * A piece: what is written from here to out_end. One that may be dropped is either written as
 * a whole or, where the buffer is full but for what is kept free, not at all, and never waited
 * for. out_end returns false if it was dropped. out_has_room: is there room for many again?
 */
void out_begin(struct out *o, bool may_drop);
bool out_end(struct out *o);
bool out_has_room(const struct out *o);

void out_text(struct out *o, const char *s);
void out_bytes(struct out *o, const char *s, size_t len);
/* One piece of at most 1023 bytes. */
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Like out_text and out_bytes, with control characters and broken UTF-8 made visible. */
void out_visible(struct out *o, const char *s);
void out_visible_bytes(struct out *o, const char *s, size_t len);
/* Like out_visible, with a backslash before each of those characters. */
void out_escaped(struct out *o, const char *s, const char *these);

/* Writes what the descriptor takes without blocking, and not so much that it would take long. */
void out_flush(struct out *o);
/* From now on a reader has a second to take what there is. */
void out_hurry(struct out *o);
/* Writes all, waiting for a reader that takes nothing until SIGINT, SIGTERM or SIGHUP
 * asks to hurry (they are blocked, and looked for here); closes. 0, or -1 with the
 * reason in *e if any write ever failed. */
int out_close(struct out *o, struct error *e);

/* -1 with the reason in *e if any write ever failed: status STATUS_PIPE if the reader of standard output is gone. */
int out_check(const struct out *o, struct error *e);

#endif
