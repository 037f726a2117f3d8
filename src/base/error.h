/* SPDX-License-Identifier: MIT */
/*
 * What went wrong, carried up to main, which alone prints and exits.
 *
 * A function that can fail takes a struct error * last, fills it once, and
 * returns -1. The text is one line without the program's name and without a
 * full stop: "'subject': why (the fix)".
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <signal.h>
#include <stdbool.h>

/* The exit statuses of the program; 128+N for signal N besides. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,   /* what was expected did not hold */
	STATUS_USAGE = 2,    /* unknown word, value out of bounds */
	STATUS_CONNECT = 3,  /* no connection */
	STATUS_SYSTEM = 4,   /* privilege, descriptors, kernel feature, output */
	STATUS_NOTHING = 5,  /* nothing died before the timeout */
	STATUS_PIPE = 128 + SIGPIPE, /* the reader of standard output is gone, which nobody needs to be told */
};

struct error {
	enum status status;
	char text[512];
};

/* Formats the line into *e and returns -1, for `return error_set(...)`. */
int error_set(struct error *e, enum status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Why a call failed, as strerror(3) says it, with the fix where there is one. */
const char *error_reason(int err);

/* Has this machine run out of something: descriptors, memory? */
bool error_is_shortage(int err);

/* Of a call that makes a connection: STATUS_SYSTEM if it was a shortage here. */
enum status error_connect_status(int err);

#endif
