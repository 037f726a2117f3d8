// SPDX-License-Identifier: MIT
/*
 * Times and counts, in and out. A number too large to hold becomes the largest,
 * which no bound admits.
 */
#include "number.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	nsec ns;
} units[] = {
	{ "us", NS_PER_US },
	{ "ms", NS_PER_MS },
	{ "s", NS_PER_S },
	{ "m", 60 * NS_PER_S },
	{ "h", 3600 * NS_PER_S },
};

static int __attribute__((format(printf, 2, 3))) fail(struct why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return -1;
}

static int64_t times_plus(int64_t a, int64_t factor, int64_t b)
{
	int64_t result;

	if (__builtin_mul_overflow(a, factor, &result) ||
	    __builtin_add_overflow(result, b, &result))
		return INT64_MAX;
	return result;
}

static const char *whole_read(const char *s, int64_t *value)
{
	for (*value = 0; isdigit((unsigned char)*s); s++)
		*value = times_plus(*value, 10, *s - '0');
	return s;
}

/* The digits after the point, each worth a tenth of the one before: no rounding up to the ns. */
static nsec fraction_worth(const char *digits, nsec unit)
{
	nsec worth = 0;

	for (; isdigit((unsigned char)*digits); digits++) {
		unit /= 10;
		worth += unit * (*digits - '0');
	}
	return worth;
}

/* The unit after a number that ended at s; a number that is all there is, is seconds. */
static int unit_read(const char *s, bool alone, nsec *unit, size_t *len, struct why *why)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	*len = n;
	*unit = NS_PER_S;
	if (!n && alone && !*s)
		return 0;
	if (!n && alone)
		return fail(why, "'%.16s' after the number", s);
	if (!n)
		return fail(why, "the last number has no unit");
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].name) == n && !memcmp(units[i].name, s, n)) {
			*unit = units[i].ns;
			return 0;
		}
	return fail(why, "unknown unit '%.*s' (us, ms, s, m or h)", n > 16 ? 16 : (int)n, s);
}

/* One number with its unit, added to *sum. Returns where it ended, or NULL. */
static const char *part_read(const char *s, bool first, nsec *sum, struct why *why)
{
	const char *fraction = "";
	const char *end;
	int64_t whole;
	size_t len;
	nsec unit;

	end = whole_read(s, &whole);
	if (*end == '.') {
		fraction = end + 1;
		end = fraction + strspn(fraction, "0123456789");
	}
	if (end == s || (end == s + 1 && *s == '.')) {
		if (first)
			fail(why, "not a time (such as 250ms, 10s or 2m)");
		else
			fail(why, "'%.16s' after the time", s);
		return NULL;
	}
	if (unit_read(end, first, &unit, &len, why))
		return NULL;
	*sum = times_plus(1, *sum, times_plus(whole, unit, fraction_worth(fraction, unit)));
	return end + len;
}

int duration_parse(const char *s, nsec min, nsec max, nsec *out, struct why *why)
{
	bool negative = *s == '-';
	const char *at = s + negative;
	nsec sum = 0;

	if (!*s)
		return fail(why, "empty (give a time such as 250ms, 10s or 2m)");
	for (bool first = true; first || *at; first = false) {
		at = part_read(at, first, &sum, why);
		if (!at)
			return -1;
	}
	if (negative || sum < min || sum > max)
		return fail(why, "must be %s to %s%s", duration_text(min).text,
			    duration_text(max).text, negative ? ", not negative" : "");
	*out = sum;
	return 0;
}

int count_parse(const char *s, int64_t min, int64_t max, int64_t *out, struct why *why)
{
	bool negative = *s == '-';
	const char *digits = s + negative;
	const char *end;
	int64_t value;

	if (!*s)
		return fail(why, "empty (give a number)");
	end = whole_read(digits, &value);
	if (*end == '.')
		return fail(why, "must be a whole number");
	if (end == digits)
		return fail(why, "not a number");
	if (*end)
		return fail(why, "'%.16s' after the number", end);
	if (negative || value < min || value > max)
		return fail(why, "must be %" PRId64 " to %" PRId64 "%s", min, max,
			    negative ? ", not negative" : "");
	*out = value;
	return 0;
}
