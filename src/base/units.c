// SPDX-License-Identifier: MIT
/* Times as a person reads them, in integers: no locale has a say in the decimal point. */
#include "units.h"

#include <stdio.h>

#define MINUTE (60 * NS_PER_S)
#define HOUR (60 * MINUTE)

static const nsec powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* t, which is not negative, in units, rounded to that many decimals. */
static void decimal(char *to, nsec t, nsec unit, int decimals, const char *name)
{
	nsec grain = unit / powers[decimals];
	nsec n = (t + grain / 2) / grain;

	if (decimals)
		snprintf(to, UNITS_TEXT - 1, "%lld.%0*lld%s", (long long)(n / powers[decimals]),
			 decimals, (long long)(n % powers[decimals]), name);
	else
		snprintf(to, UNITS_TEXT - 1, "%lld%s", (long long)n, name);
}

static void three_digits(char to[UNITS_TEXT], nsec t, nsec unit, const char *name)
{
	int decimals = t * 1000 < unit * 9995 ? 2 : t * 100 < unit * 9995 ? 1 : 0;

	decimal(to, t, unit, decimals, name);
}

static void long_time(char to[UNITS_TEXT], nsec t)
{
	nsec s = (t + NS_PER_S / 2) / NS_PER_S;

	if (s < 3600)
		snprintf(to, UNITS_TEXT, "%lldm%02llds", (long long)(s / 60), (long long)(s % 60));
	else
		snprintf(to, UNITS_TEXT, "%lldh%02lldm", (long long)(s / 3600), (long long)(s / 60 % 60));
}

static void positive(char to[UNITS_TEXT], nsec t)
{
	if (t >= 119500 * NS_PER_MS)
		long_time(to, t);
	else if (t * 10 >= 9995 * NS_PER_MS)
		three_digits(to, t, NS_PER_S, "s");
	else if (t * 10 >= 9995 * NS_PER_US)
		three_digits(to, t, NS_PER_MS, "ms");
	else
		three_digits(to, t, NS_PER_US, "us");
}

const char *units_time(char to[UNITS_TEXT], nsec t)
{
	char text[UNITS_TEXT];

	if (t == TIME_NONE || t == NS_NEVER) {
		snprintf(to, UNITS_TEXT, "-");
	} else if (t == 0) {
		snprintf(to, UNITS_TEXT, "0");
	} else if (t < 0) {
		positive(text, -t);
		snprintf(to, UNITS_TEXT, "-%.30s", text);
	} else {
		positive(to, t);
	}
	return to;
}

const char *units_seconds(char to[UNITS_TEXT], nsec t, int decimals)
{
	nsec unit = NS_PER_S / powers[decimals], part = ((t < 0 ? -t : t) + unit / 2) / unit;

	snprintf(to, UNITS_TEXT, "%s%lld.%0*lld", t < 0 && part ? "-" : "",
		 (long long)(part / powers[decimals]), decimals,
		 (long long)(part % powers[decimals]));
	return to;
}

const char *units_short(char to[UNITS_TEXT], nsec t)
{
	if (t < 9995 * NS_PER_MS)
		decimal(to, t, NS_PER_S, 2, "");
	else if (t < 99950 * NS_PER_MS)
		decimal(to, t, NS_PER_S, 1, "");
	else if (t < 9999 * NS_PER_S)
		decimal(to, t, NS_PER_S, 0, "");
	else
		decimal(to, t, HOUR, 0, "h");
	return to;
}

nsec units_step(nsec least)
{
	static const nsec long_steps[] = {
		30 * NS_PER_S, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE,
		30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR,
	};
	nsec day = 24 * HOUR;

	for (nsec unit = NS_PER_US; unit <= 10 * NS_PER_S; unit *= 10)
		for (nsec n = 1; n <= 5 && n * unit <= 20 * NS_PER_S; n = n == 2 ? 5 : 2 * n)
			if (n * unit >= least)
				return n * unit;
	for (size_t i = 0; i < sizeof(long_steps) / sizeof(*long_steps); i++)
		if (long_steps[i] >= least)
			return long_steps[i];
	return (least + day - 1) / day * day;
}

const char *units_tick(char to[UNITS_TEXT], nsec t, nsec step)
{
	static const struct {
		nsec unit, floor;
		const char *name;
	} units[] = {
		{ HOUR, HOUR, "h" }, { MINUTE, MINUTE, "m" }, { NS_PER_S, 100 * NS_PER_MS, "s" },
		{ NS_PER_MS, 100 * NS_PER_US, "ms" }, { NS_PER_US, 0, "us" },
	};
	size_t i = 0;

	while (step < units[i].floor)
		i++;
	if (!t) {
		snprintf(to, UNITS_TEXT, "0");
	} else {
		*to = '-';
		decimal(to + (t < 0), t < 0 ? -t : t, units[i].unit, step < units[i].unit,
			units[i].name);
	}
	return to;
}
