/* SPDX-License-Identifier: MIT */
/*
 * A unit test program: cases that need no network, each of which prints `ok NAME` or
 * `not ok NAME`. A check that does not hold is told on standard error, with its line, and
 * the case goes on.
 *
 *     static void addition(void)
 *     {
 *             CHECK_INT(1 + 1, 2);
 *     }
 *
 *     int main(void)
 *     {
 *             UNIT_CASE(addition);
 *             return unit_end();
 *     }
 */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int unit_cases, unit_failed_cases, unit_failed_checks;

static inline void __attribute__((format(printf, 3, 4)))
unit_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	unit_failed_checks++;
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static inline void unit_run(void (*body)(void), const char *name)
{
	int before = unit_failed_checks;

	body();
	unit_cases++;
	unit_failed_cases += unit_failed_checks != before;
	printf("%sok %s\n", unit_failed_checks != before ? "not " : "", name);
	fflush(stdout);
}

static inline void unit_text(const char *file, int line, const char *what, const char *got, const char *want)
{
	if (!got || !want ? got != want : strcmp(got, want) != 0)
		unit_fail(file, line, "%s is \"%s\", expected \"%s\"", what, got ? got : "(NULL)",
			  want ? want : "(NULL)");
}

static inline void unit_has(const char *file, int line, const char *what, const char *got, const char *part)
{
	if (!strstr(got, part))
		unit_fail(file, line, "%s is \"%s\", expected \"%s\" in it", what, got, part);
}

static inline void unit_int(const char *file, int line, const char *what, int64_t got, int64_t want)
{
	if (got != want)
		unit_fail(file, line, "%s is %lld, expected %lld", what, (long long)got, (long long)want);
}

/* 0, or 1 when a case failed or there was none. */
static inline int unit_end(void)
{
	return unit_failed_cases > 0 || unit_cases == 0;
}

#define UNIT_CASE(name) unit_run(name, #name)
#define CHECK(condition) \
	((condition) ? (void)0 : unit_fail(__FILE__, __LINE__, "does not hold: %s", #condition))
#define CHECK_INT(got, want) unit_int(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
#define CHECK_TEXT(got, want) unit_text(__FILE__, __LINE__, #got, got, want)
#define CHECK_HAS(got, part) unit_has(__FILE__, __LINE__, #got, got, part)

#endif
