// SPDX-License-Identifier: MIT
/* Durations as text, in integers: no locale has a say in the decimal point. */
#include "duration.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MINUTE (60 * NS_PER_S)
#define HOUR (60 * MINUTE)

static const nsec powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* t, which is not negative, in units, rounded to that many decimals. */
static void decimal(char *to, nsec t, nsec unit, int decimals, const char *name)
{
	nsec grain = unit / powers[decimals];
	nsec n = (t + grain / 2) / grain;

	if (decimals)
		snprintf(to, DURATION_ROOM - 1, "%lld.%0*lld%s", (long long)(n / powers[decimals]),
			 decimals, (long long)(n % powers[decimals]), name);
	else
		snprintf(to, DURATION_ROOM - 1, "%lld%s", (long long)n, name);
}

static void three_digits(char to[DURATION_ROOM], nsec t, nsec unit, const char *name)
{
	int decimals = t * 1000 < unit * 9995 ? 2 : t * 100 < unit * 9995 ? 1 : 0;

	decimal(to, t, unit, decimals, name);
}

static void long_time(char to[DURATION_ROOM], nsec t)
{
	nsec s = (t + NS_PER_S / 2) / NS_PER_S;

	if (s < 3600)
		snprintf(to, DURATION_ROOM, "%lldm%02llds", (long long)(s / 60), (long long)(s % 60));
	else
		snprintf(to, DURATION_ROOM, "%lldh%02lldm", (long long)(s / 3600), (long long)(s / 60 % 60));
}

static void positive(char to[DURATION_ROOM], nsec t)
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

const char *duration_brief(char to[DURATION_ROOM], nsec t)
{
	char text[DURATION_ROOM];

	if (t == TIME_NONE || t == NS_NEVER) {
		snprintf(to, DURATION_ROOM, "-");
	} else if (t == 0) {
		snprintf(to, DURATION_ROOM, "0");
	} else if (t < 0) {
		positive(text, -t);
		snprintf(to, DURATION_ROOM, "-%.30s", text);
	} else {
		positive(to, t);
	}
	return to;
}

const char *duration_seconds(char to[DURATION_ROOM], nsec t, int decimals)
{
	nsec unit = NS_PER_S / powers[decimals], part = ((t < 0 ? -t : t) + unit / 2) / unit;

	snprintf(to, DURATION_ROOM, "%s%lld.%0*lld", t < 0 && part ? "-" : "",
		 (long long)(part / powers[decimals]), decimals,
		 (long long)(part % powers[decimals]));
	return to;
}

const char *duration_cell(char to[DURATION_ROOM], nsec t)
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

nsec duration_step(nsec least)
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

const char *duration_tick(char to[DURATION_ROOM], nsec t, nsec step)
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
		snprintf(to, DURATION_ROOM, "0");
	} else {
		*to = '-';
		decimal(to + (t < 0), t < 0 ? -t : t, units[i].unit, step < units[i].unit,
			units[i].name);
	}
	return to;
}

const char *duration_exact(char to[DURATION_ROOM], nsec t)
{
	char text[DURATION_ROOM];

	if (t == TIME_NONE || t == NS_NEVER)
		snprintf(to, DURATION_ROOM, "never");
	else
		snprintf(to, DURATION_ROOM, "%.28s s", duration_seconds(text, t, 6));
	return to;
}

const char *duration_narrow(char to[DURATION_ROOM], nsec t)
{
	if (t < NS_PER_MS)
		snprintf(to, DURATION_ROOM, "%dus", (int)(t / NS_PER_US));
	else if (t < 999500 * NS_PER_US)
		decimal(to, t, NS_PER_MS, t < 9950 * NS_PER_US, "ms");
	else if (t < 999 * NS_PER_S)
		decimal(to, t, NS_PER_S, t < 9950 * NS_PER_MS, "s");
	else
		decimal(to, t, MINUTE, 0, "m");
	return to;
}

/* t, which is not negative, with two digits. */
static void two_digits(char to[DURATION_ROOM], nsec t, nsec unit)
{
	int decimals = 0;

	for (nsec least = 9950 * (unit / 1000); decimals < 3 && t < least; least /= 10)
		decimals++;
	decimal(to, t, unit, decimals, "");
}

struct duration_text duration_range(nsec least, nsec most)
{
	nsec unit = most * 10 < 9995 * NS_PER_MS ? NS_PER_MS : NS_PER_S;
	char from[DURATION_ROOM], to[DURATION_ROOM];
	struct duration_text t;
	bool same;

	two_digits(from, least, unit);
	two_digits(to, most, unit);
	same = !strcmp(from, to);
	snprintf(t.text, sizeof(t.text), "%.16s%s%.16s %s", same ? "" : from, same ? "" : " to ", to,
		 unit == NS_PER_S ? "s" : "ms");
	return t;
}

nsec duration_round_up(nsec t)
{
	nsec grain = t >= MINUTE ? NS_PER_S : t >= NS_PER_S ? NS_PER_S / 100 : NS_PER_MS;

	return t > NS_NEVER - grain ? t : (t + grain - 1) / grain * grain;
}

/* In thousandths of the unit, without trailing zeros: 1500 -> "1.5". */
static int thousandths(char *to, size_t room, int64_t n)
{
	int digits = 3;
	int64_t rest = n % 1000;

	if (!rest)
		return snprintf(to, room, "%" PRId64, n / 1000);
	for (; rest % 10 == 0; rest /= 10)
		digits--;
	return snprintf(to, room, "%" PRId64 ".%0*" PRId64, n / 1000, digits, rest);
}

static void below_a_minute(struct duration_text *t, nsec ns)
{
	bool s = ns >= NS_PER_S || !ns, ms = !s && ns >= NS_PER_MS;
	int64_t grain = (s ? NS_PER_S : ms ? NS_PER_MS : NS_PER_US) / 1000;
	int len = thousandths(t->text, sizeof(t->text) - 4, (ns + grain / 2) / grain);

	strcpy(t->text + len, s ? "s" : ms ? "ms" : "us");
}

struct duration_text duration_text(nsec ns)
{
	struct duration_text t;
	int64_t ms = ns / NS_PER_MS;
	int64_t minutes = ms / 60000;
	size_t len = 0;

	if (ns == NS_NEVER) {
		strcpy(t.text, "never");
		return t;
	}
	if (minutes == 0) {
		below_a_minute(&t, ns);
		return t;
	}
	if (minutes >= 60)
		len += (size_t)snprintf(t.text, sizeof(t.text), "%" PRId64 "h", minutes / 60);
	if (minutes % 60)
		len += (size_t)snprintf(t.text + len, sizeof(t.text) - len, "%" PRId64 "m",
					minutes % 60);
	if (ms % 60000) {
		len += (size_t)thousandths(t.text + len, sizeof(t.text) - len, ms % 60000);
		strcpy(t.text + len, "s");
	}
	return t;
}
