// SPDX-License-Identifier: MIT
/* Numbers and times in and out, text from outside, words and guesses, timers: what everything else uses. */
#include "unit.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/errno-name.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/moment.h"
#include "base/number.h"
#include "base/out.h"
#include "base/signal-name.h"
#include "base/utf8.h"
#include "base/wall.h"
#include "base/words.h"
#include "base/wrap.h"

static void check_duration(const char *text, nsec want)
{
	struct why why = { "" };
	nsec got = -1;

	if (duration_parse(text, 0, DURATION_MAX, &got, &why))
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", text, why.text);
	else if (got != want)
		unit_fail(__FILE__, __LINE__, "%s is %lld ns, expected %lld", text, (long long)got, (long long)want);
}

static void check_no_duration(const char *text, const char *reason)
{
	struct why why = { "" };
	nsec got = -7;

	CHECK_INT(duration_parse(text, NS_PER_US, 3600 * NS_PER_S, &got, &why), -1);
	CHECK_INT(got, -7); /* untouched */
	CHECK_TEXT(why.text, reason);
}

static void durations(void)
{
	check_duration("20us", 20 * NS_PER_US);
	check_duration("250ms", 250 * NS_PER_MS);
	check_duration("10s", 10 * NS_PER_S);
	check_duration("2m", 120 * NS_PER_S);
	check_duration("1h", 3600 * NS_PER_S);
	check_duration("0", 0);
	check_duration("7", 7 * NS_PER_S);
	check_duration("1.5", 1500 * NS_PER_MS);
	check_duration(".5s", 500 * NS_PER_MS);
	check_duration("5.s", 5 * NS_PER_S);
	check_duration("1.000000001s", NS_PER_S + 1);
	check_duration("1.0000000019s", NS_PER_S + 1); /* cut, not rounded */
	check_duration("0.0015us", 1);
	check_duration("1.25m", 75 * NS_PER_S);
	check_duration("2h11m15s", 7875 * NS_PER_S);
	check_duration("1m1m", 120 * NS_PER_S);
	check_duration("1s1ms1us", NS_PER_S + NS_PER_MS + NS_PER_US);
	check_duration("000010s", 10 * NS_PER_S);
	check_duration("8760h", DURATION_MAX);
}

static void durations_refused(void)
{
	static const char *const bounds = "must be 1us to 1h";

	check_no_duration("", "empty (give a time such as 250ms, 10s or 2m)");
	check_no_duration(" 5", "not a time (such as 250ms, 10s or 2m)");
	check_no_duration(".", "not a time (such as 250ms, 10s or 2m)");
	check_no_duration("-", "not a time (such as 250ms, 10s or 2m)");
	check_no_duration("+5", "not a time (such as 250ms, 10s or 2m)");
	check_no_duration("nan", "not a time (such as 250ms, 10s or 2m)");
	check_no_duration("5 ", "' ' after the number");
	check_no_duration("5x", "unknown unit 'x' (us, ms, s, m or h)");
	check_no_duration("5S", "unknown unit 'S' (us, ms, s, m or h)");
	check_no_duration("5d", "unknown unit 'd' (us, ms, s, m or h)");
	check_no_duration("5sec", "unknown unit 'sec' (us, ms, s, m or h)");
	check_no_duration("1e3", "unknown unit 'e' (us, ms, s, m or h)");
	check_no_duration("0x10", "unknown unit 'x' (us, ms, s, m or h)");
	check_no_duration("1.5.5", "'.5' after the number");
	check_no_duration("10s!", "'!' after the time");
	check_no_duration("10s5", "the last number has no unit");
	check_no_duration("10s-5s", "'-5s' after the time");
	check_no_duration("0", bounds);
	check_no_duration("0.9us", bounds);
	check_no_duration("3601s", bounds);
	check_no_duration("1h1us", bounds);
	check_no_duration("99999999999999999999h", bounds);
	check_no_duration("9223372036854775807s", bounds);
	check_no_duration("1h9223372036854775807us9223372036854775807us", bounds);
	check_no_duration("-1s", "must be 1us to 1h, not negative");
	check_duration("1us", NS_PER_US);
}

static void counts(void)
{
	struct why why = { "" };
	int64_t n = -7;

	CHECK(!count_parse("1", 1, 127, &n, &why) && n == 1);
	CHECK(!count_parse("127", 1, 127, &n, &why) && n == 127);
	CHECK(!count_parse("007", 1, 127, &n, &why) && n == 7);
	CHECK(!count_parse("9223372036854775806", 0, INT64_MAX - 1, &n, &why) && n == INT64_MAX - 1);
	n = -7;
	for (const char *const *bad = (const char *const[]){
		     "", "empty (give a number)", "0", "must be 1 to 127", "128", "must be 1 to 127",
		     "99999999999999999999", "must be 1 to 127", "-1", "must be 1 to 127, not negative",
		     "1.5", "must be a whole number", "1.", "must be a whole number", "ten", "not a number",
		     "-", "not a number", "+1", "not a number", " 1", "not a number", "1k", "'k' after the number",
		     "1 ", "' ' after the number", NULL };
	     *bad; bad += 2) {
		CHECK_INT(count_parse(bad[0], 1, 127, &n, &why), -1);
		CHECK_TEXT(why.text, bad[1]);
	}
	CHECK_INT(n, -7);
}

static void durations_as_they_are_typed(void)
{
	CHECK_TEXT(duration_text(0).text, "0s");
	CHECK_TEXT(duration_text(20 * NS_PER_US).text, "20us");
	CHECK_TEXT(duration_text(1).text, "0.001us");
	CHECK_TEXT(duration_text(999 * NS_PER_US).text, "999us");
	CHECK_TEXT(duration_text(NS_PER_MS).text, "1ms");
	CHECK_TEXT(duration_text(1500 * NS_PER_US).text, "1.5ms");
	CHECK_TEXT(duration_text(1234567).text, "1.235ms"); /* rounded */
	CHECK_TEXT(duration_text(1234400).text, "1.234ms");
	CHECK_TEXT(duration_text(250 * NS_PER_MS).text, "250ms");
	CHECK_TEXT(duration_text(NS_PER_S).text, "1s");
	CHECK_TEXT(duration_text(1234 * NS_PER_MS).text, "1.234s");
	CHECK_TEXT(duration_text(59 * NS_PER_S).text, "59s");
	CHECK_TEXT(duration_text(60 * NS_PER_S).text, "1m");
	CHECK_TEXT(duration_text(90500 * NS_PER_MS).text, "1m30.5s");
	CHECK_TEXT(duration_text(3600 * NS_PER_S).text, "1h");
	CHECK_TEXT(duration_text(7875 * NS_PER_S).text, "2h11m15s");
	CHECK_TEXT(duration_text(3605 * NS_PER_S).text, "1h5s");
	CHECK_TEXT(duration_text(DURATION_MAX).text, "8760h");
	CHECK_TEXT(duration_text(NS_NEVER).text, "never");
	/* What is printed can be typed. */
	for (nsec t = 1; t < DURATION_MAX; t = t * 7 / 3 + 1) {
		struct why why = { "" };
		nsec back = -1;

		CHECK_INT(duration_parse(duration_text(t).text, 0, DURATION_MAX, &back, &why), 0);
		CHECK(back - t <= t / 1000 + 1 && t - back <= t / 1000 + NS_PER_MS);
	}
}

static void times_in_three_digits(void)
{
	char to[DURATION_ROOM];

	CHECK_TEXT(duration_brief(to, 0), "0");
	CHECK_TEXT(duration_brief(to, TIME_NONE), "-");
	CHECK_TEXT(duration_brief(to, NS_NEVER), "-");
	CHECK_TEXT(duration_brief(to, 84 * NS_PER_US), "84.0us");
	CHECK_TEXT(duration_brief(to, 1234 * NS_PER_US), "1.23ms");
	CHECK_TEXT(duration_brief(to, 1235 * NS_PER_US), "1.24ms");
	CHECK_TEXT(duration_brief(to, 12345 * NS_PER_US), "12.3ms");
	CHECK_TEXT(duration_brief(to, 123456 * NS_PER_US), "123ms");
	CHECK_TEXT(duration_brief(to, 999400 * NS_PER_US), "999ms");
	CHECK_TEXT(duration_brief(to, 999500 * NS_PER_US), "1.00s");
	CHECK_TEXT(duration_brief(to, 2060 * NS_PER_MS), "2.06s");
	CHECK_TEXT(duration_brief(to, 9994 * NS_PER_MS), "9.99s");
	CHECK_TEXT(duration_brief(to, 9995 * NS_PER_MS), "10.0s");
	CHECK_TEXT(duration_brief(to, 99949 * NS_PER_MS), "99.9s");
	CHECK_TEXT(duration_brief(to, 99950 * NS_PER_MS), "100s");
	CHECK_TEXT(duration_brief(to, 119 * NS_PER_S), "119s");
	CHECK_TEXT(duration_brief(to, 119499 * NS_PER_MS), "119s");
	CHECK_TEXT(duration_brief(to, 119500 * NS_PER_MS), "2m00s");
	CHECK_TEXT(duration_brief(to, 123 * NS_PER_S), "2m03s");
	CHECK_TEXT(duration_brief(to, 3599 * NS_PER_S), "59m59s");
	CHECK_TEXT(duration_brief(to, 3600 * NS_PER_S), "1h00m");
	CHECK_TEXT(duration_brief(to, 7875 * NS_PER_S), "2h11m");
	CHECK_TEXT(duration_brief(to, -1234 * NS_PER_US), "-1.23ms");
	CHECK_TEXT(duration_brief(to, -7875 * NS_PER_S), "-2h11m");
}

static void ranges_in_two_digits(void)
{
	CHECK_TEXT(duration_range(212 * NS_PER_US, 1149 * NS_PER_US).text, "0.21 to 1.1 ms");
	CHECK_TEXT(duration_range(9 * NS_PER_US, 83 * NS_PER_US).text, "0.009 to 0.083 ms");
	CHECK_TEXT(duration_range(0, 99 * NS_PER_US).text, "0.000 to 0.099 ms");
	CHECK_TEXT(duration_range(9949 * NS_PER_US, 9950 * NS_PER_US).text, "9.9 to 10 ms");
	CHECK_TEXT(duration_range(994 * NS_PER_US, 996 * NS_PER_US).text, "0.99 to 1.0 ms");
	CHECK_TEXT(duration_range(300 * NS_PER_US, 301 * NS_PER_US).text, "0.30 ms");
	CHECK_TEXT(duration_range(40 * NS_PER_MS, 999 * NS_PER_MS).text, "40 to 999 ms");
	CHECK_TEXT(duration_range(40 * NS_PER_MS, 1000 * NS_PER_MS).text, "0.040 to 1.0 s");
}

static void the_time_of_day(void)
{
	char wall[WALL_ROOM];

	CHECK_TEXT(wall_text(wall, 1795276800999999999, 6), "2026-11-21T16:00:00.999999Z");
	CHECK_TEXT(wall_text(wall, 1795276799999999999, 0), "2026-11-21T15:59:59Z");
	CHECK_TEXT(wall_text(wall, 1795276800012300000, 3), "2026-11-21T16:00:00.012Z");
}

/* However often, and although each reading takes time. */
static void both_clocks_at_one_moment(void)
{
	const nsec first = wall_ahead();

	for (int i = 0; i < 1000; i++) {
		const nsec before = wall_now() - first, at = clock_now(), after = wall_now() - first, again = wall_ahead() - first;

		CHECK(before - NS_PER_MS <= at && at <= after + NS_PER_MS);
		CHECK(again > -NS_PER_MS && again < NS_PER_MS);
	}
}

static void seconds_for_cells_and_axes(void)
{
	static const nsec minutes[] = { 1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440, 2880 };
	char to[DURATION_ROOM];

	CHECK_TEXT(duration_cell(to, 0), "0.00");
	CHECK_TEXT(duration_cell(to, 54 * NS_PER_MS), "0.05");
	CHECK_TEXT(duration_cell(to, 55 * NS_PER_MS), "0.06");
	CHECK_TEXT(duration_cell(to, 9994 * NS_PER_MS), "9.99");
	CHECK_TEXT(duration_cell(to, 9995 * NS_PER_MS), "10.0");
	CHECK_TEXT(duration_cell(to, 14100 * NS_PER_MS), "14.1");
	CHECK_TEXT(duration_cell(to, 99949 * NS_PER_MS), "99.9");
	CHECK_TEXT(duration_cell(to, 99950 * NS_PER_MS), "100");
	CHECK_TEXT(duration_cell(to, 940 * NS_PER_S), "940");
	CHECK_TEXT(duration_cell(to, 9998 * NS_PER_S), "9998");
	CHECK_TEXT(duration_cell(to, 12 * 3600 * NS_PER_S), "12h");
	CHECK_TEXT(duration_seconds(to, 12345678 * NS_PER_US, 4), "12.3457");
	CHECK_TEXT(duration_seconds(to, -1500 * NS_PER_MS, 2), "-1.50");
	CHECK_TEXT(duration_seconds(to, -1 * NS_PER_US, 4), "0.0000"); /* no negative zero */
	CHECK_INT(duration_step(0), NS_PER_US);
	CHECK_INT(duration_step(NS_PER_US), NS_PER_US);
	CHECK_INT(duration_step(NS_PER_US + 1), 2 * NS_PER_US);
	CHECK_INT(duration_step(21 * NS_PER_MS), 50 * NS_PER_MS);
	CHECK_INT(duration_step(51 * NS_PER_MS), 100 * NS_PER_MS);
	CHECK_INT(duration_step(15 * NS_PER_S), 20 * NS_PER_S);
	CHECK_INT(duration_step(20 * NS_PER_S + 1), 30 * NS_PER_S);
	CHECK_INT(duration_step(31 * NS_PER_S), 60 * NS_PER_S);
	for (size_t i = 0; i + 1 < sizeof(minutes) / sizeof(*minutes); i++)
		CHECK_INT(duration_step(minutes[i] * 60 * NS_PER_S + 1), minutes[i + 1] * 60 * NS_PER_S);
	CHECK_INT(duration_step(13 * 3600 * NS_PER_S), 24 * 3600 * NS_PER_S);
	CHECK_INT(duration_step(25 * 3600 * NS_PER_S), 48 * 3600 * NS_PER_S);
	CHECK_TEXT(duration_tick(to, 0, NS_PER_S), "0");
	CHECK_TEXT(duration_tick(to, 500 * NS_PER_MS, 500 * NS_PER_MS), "0.5s");
	CHECK_TEXT(duration_tick(to, 1500 * NS_PER_MS, 500 * NS_PER_MS), "1.5s");
	CHECK_TEXT(duration_tick(to, 2 * NS_PER_S, NS_PER_S), "2s");
	CHECK_TEXT(duration_tick(to, 50 * NS_PER_MS, 50 * NS_PER_MS), "50ms");
	CHECK_TEXT(duration_tick(to, -50 * NS_PER_MS, 50 * NS_PER_MS), "-50ms");
	CHECK_TEXT(duration_tick(to, 600 * NS_PER_S, 300 * NS_PER_S), "10m");
	CHECK_TEXT(duration_tick(to, 7200 * NS_PER_S, 3600 * NS_PER_S), "2h");
}

static void durations_in_narrow_cells_and_sentences(void)
{
	char to[DURATION_ROOM];

	CHECK_TEXT(duration_narrow(to, 84 * NS_PER_US), "84us");
	CHECK_TEXT(duration_narrow(to, 1234 * NS_PER_US), "1.2ms");
	CHECK_TEXT(duration_narrow(to, 84 * NS_PER_MS), "84ms");
	CHECK_TEXT(duration_narrow(to, 2060 * NS_PER_MS), "2.1s");
	CHECK_TEXT(duration_narrow(to, 140 * NS_PER_S), "140s");
	CHECK_TEXT(duration_narrow(to, 999 * NS_PER_S - 1), "999s");
	CHECK_TEXT(duration_narrow(to, 999 * NS_PER_S), "17m");
	CHECK_TEXT(duration_narrow(to, 1020 * NS_PER_S), "17m");
	for (nsec t = NS_PER_US; t < 100 * 3600 * NS_PER_S; t = t * 3 / 2)
		CHECK(strlen(duration_narrow(to, t)) <= 5);
	CHECK_TEXT(duration_exact(to, 2061234 * NS_PER_US), "2.061234 s");
	CHECK_TEXT(duration_exact(to, TIME_NONE), "never");
	CHECK_TEXT(duration_exact(to, NS_NEVER), "never");
	CHECK_INT(duration_round_up(1), NS_PER_MS); /* a bound that is rounded still is one */
	CHECK_INT(duration_round_up(NS_PER_MS), NS_PER_MS);
	CHECK_INT(duration_round_up(1001 * NS_PER_MS), 1010 * NS_PER_MS);
	CHECK_INT(duration_round_up(61001 * NS_PER_MS), 62 * NS_PER_S);
	CHECK_INT(duration_round_up(NS_NEVER), NS_NEVER);
}

/* The words one by one, with a line break as a bar and blanks as underscores. */
static const char *wrapped(const char *text, size_t at, size_t indent, size_t line)
{
	static char out[256];
	struct wrap w = wrap_open(text, at, indent, line);
	size_t used = 0;

	out[0] = '\0';
	while (wrap_next(&w))
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%.*s%.*s", w.breaks ? "|" : "",
					 (int)w.blanks, "________", (int)w.len, w.word);
	return out;
}

static void words_are_wrapped(void)
{
	CHECK_TEXT(wrapped("", 0, 0, 10), "");
	CHECK_TEXT(wrapped("one two", 0, 0, 10), "one_two");
	CHECK_TEXT(wrapped("one two six", 0, 0, 11), "one_two_six");
	CHECK_TEXT(wrapped("one two six", 0, 0, 10), "one_two|six");
	CHECK_TEXT(wrapped("one two six", 0, 2, 8), "one_two|__six");
	CHECK_TEXT(wrapped("one two", 4, 4, 9), "one|____two");
	CHECK_TEXT(wrapped("averylongword x", 0, 0, 5), "averylongword|x");
	CHECK_TEXT(wrapped("one\ntwo", 0, 0, 10), "one_two");
	CHECK_TEXT(wrapped("\x1b[1mone\x1b[0m two", 0, 0, 7), "\x1b[1mone\x1b[0m_two"); /* a style takes no column */
}

static void characters_are_taken_off(void)
{
	static const struct {
		const char *text;
		uint32_t c;
		size_t len;
	} rows[] = {
		{ "a", 'a', 1 }, { "\xc3\xbc", 0xfc, 2 }, { "\xe2\x82\xac", 0x20ac, 3 },
		{ "\xf0\x9f\x98\x80", 0x1f600, 4 }, { "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
		{ "\xc2\x80", 0x80, 2 }, { "\xe0\xa0\x80", 0x800, 3 }, { "\xf0\x90\x80\x80", 0x10000, 4 },
		{ "\xed\x9f\xbf", 0xd7ff, 3 }, { "\xee\x80\x80", 0xe000, 3 },
		/* none begins here: a continuation, an overlong form, a surrogate, beyond Unicode, cut off */
		{ "\x80", UTF8_BAD, 1 }, { "\xbf", UTF8_BAD, 1 }, { "\xc0\x80", UTF8_BAD, 1 }, { "\xc1\xbf", UTF8_BAD, 1 },
		{ "\xe0\x9f\xbf", UTF8_BAD, 1 }, { "\xf0\x8f\xbf\xbf", UTF8_BAD, 1 }, { "\xed\xa0\x80", UTF8_BAD, 1 },
		{ "\xed\xbf\xbf", UTF8_BAD, 1 }, { "\xf4\x90\x80\x80", UTF8_BAD, 1 }, { "\xf5\x80\x80\x80", UTF8_BAD, 1 },
		{ "\xff", UTF8_BAD, 1 }, { "\xc3", UTF8_BAD, 1 }, { "\xe2\x82", UTF8_BAD, 1 }, { "\xf0\x9f\x98", UTF8_BAD, 1 },
		{ "\xc3z", UTF8_BAD, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *heap = strdup(rows[i].text); /* so that a sanitizer sees a read past the end */
		uint32_t c = 0;

		CHECK_INT(utf8_take(heap, &c), rows[i].len);
		CHECK_INT(c, rows[i].c);
		free(heap);
	}
}

static void check_visible(const char *text, bool utf8, const char *want)
{
	char to[128];

	utf8_visible(to, sizeof(to), text, utf8);
	CHECK_TEXT(to, want);
}

static void what_moves_the_cursor_is_made_visible(void)
{
	check_visible("plain ~", true, "plain ~");
	check_visible("a\nb\x1b[2J\x7f\t", true, "a\\x0ab\\x1b[2J\\x7f\\x09");
	check_visible("\xc3\xbc\xe2\x82\xac", true, "\xc3\xbc\xe2\x82\xac");
	check_visible("\xc3\xbc", false, "\\xc3\\xbc");
	check_visible("\xc2\x9b" "1m", true, "\\xc2\\x9b" "1m"); /* CSI of C1 */
	check_visible("\xc2\xa0", true, "\xc2\xa0");
	check_visible("\xff\xc3", true, "\\xff\\xc3");
	/* Turns the reading direction, or is no character. */
	check_visible("\xe2\x80\xae", true, "\\xe2\\x80\\xae");
	check_visible("\xe2\x80\xaa", true, "\\xe2\\x80\\xaa");
	check_visible("\xe2\x80\x8e\xe2\x80\x8f", true, "\\xe2\\x80\\x8e\\xe2\\x80\\x8f");
	check_visible("\xe2\x80\x8d\xe2\x80\x90", true, "\xe2\x80\x8d\xe2\x80\x90");
	check_visible("\xe2\x80\xa8", true, "\\xe2\\x80\\xa8");
	check_visible("\xe2\x81\xa6\xe2\x81\xa9", true, "\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
	check_visible("\xd8\x9c", true, "\\xd8\\x9c");
	check_visible("\xef\xbb\xbf", true, "\\xef\\xbb\\xbf");
	check_visible("\xef\xbf\xbe", true, "\\xef\\xbf\\xbe");
	check_visible("\xef\xbf\xbd", true, "\xef\xbf\xbd");
	check_visible("\xf0\x9f\xbf\xbf", true, "\\xf0\\x9f\\xbf\\xbf");
	check_visible("\xf4\x8f\xbf\xbd", true, "\xf4\x8f\xbf\xbd");
}

static void text_is_cut_between_characters(void)
{
	char to[8], s[16];

	utf8_visible(to, 8, "1234567890", true);
	CHECK_TEXT(to, "123456~");
	utf8_visible(to, 8, "1234567", true);
	CHECK_TEXT(to, "1234567");
	utf8_visible(to, 8, "123456\xc3\xbc", true);
	CHECK_TEXT(to, "123456~");
	utf8_visible(to, 8, "12345\xc3\xbc" "6", true);
	CHECK_TEXT(to, "12345~");
	utf8_visible(to, 8, "12345\n", true);
	CHECK_TEXT(to, "12345~");
	utf8_visible(to, 1, "x", true);
	CHECK_TEXT(to, "");
	CHECK_INT(utf8_width(""), 0);
	CHECK_INT(utf8_width("a\xc3\xbc\xe2\x82\xac"), 3);
	strcpy(s, "a\xc3\xbc\xc3\xbc\xc3\xbc");
	utf8_shorten(s, 4);
	CHECK_TEXT(s, "a\xc3\xbc\xc3\xbc\xc3\xbc");
	utf8_shorten(s, 3);
	CHECK_TEXT(s, "a\xc3\xbc~");
	utf8_shorten(s, 1);
	CHECK_TEXT(s, "~");
}

static void a_part_of_a_sentence_is_cut(void)
{
	char longest[300];

	CHECK_TEXT(utf8_cut("db.example:5432", 15).text, "db.example:5432");
	CHECK_TEXT(utf8_cut("db.example:5432", 14).text, "db.example:54~");
	CHECK_TEXT(utf8_cut("d\xc3\xbc\n", 4).text, "d\xc3\xbc~");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_INT(strlen(utf8_cut(longest, 200).text), UTF8_CUT);
}

static void a_wide_character_has_two_columns(void)
{
	const char *text = "a\xe6\x97\xa5\xe6\x9c\xac" "e\xcc\x81"; /* the last is one, with its accent */
	char s[16];

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return;
	CHECK_INT(utf8_width(text), 6);
	strcpy(s, text);
	utf8_shorten(s, 6);
	CHECK_TEXT(s, text);
	utf8_shorten(s, 5); /* a half of the second finds no room */
	CHECK_TEXT(s, "a\xe6\x97\xa5~");
	utf8_shorten(s, 3);
	CHECK_TEXT(s, "a~");
	setlocale(LC_CTYPE, "C");
}

static void words_are_quoted(void)
{
	char longest[200];

	CHECK_TEXT(quote("").text, "''");
	CHECK_TEXT(quote("peek").text, "'peek'");
	CHECK_TEXT(quote("a\x1b\xff").text, "'a\\x1b\\xff'");
	CHECK_TEXT(quote_part("peek,rdhup", 4).text, "'peek'");
	memset(longest, 'a', sizeof(longest));
	longest[69] = '\0';
	CHECK_INT(strlen(quote(longest).text), 71); /* all of it, just so */
	CHECK(!strstr(quote(longest).text, "..."));
	longest[69] = 'a';
	longest[199] = '\0';
	CHECK_INT(strlen(quote(longest).text), 71);
	CHECK_TEXT(quote(longest).text + 65, "aa...'");
	memset(longest, '\xff', 199);
	CHECK_HAS(quote(longest).text, "\\xff...'"); /* no escape is cut in two */
}

static const char *guess(const char *word, const char *const *list)
{
	static struct hint h;

	h = hint(word, plain_word, list, "none");
	return h.text;
}

static void words_are_appended(void)
{
	char text[8] = "ab";

	words_append(text, sizeof(text), "%d", 34);
	CHECK_TEXT(text, "ab34");
	words_append(text, sizeof(text), "%s", "cdefg");
	CHECK_TEXT(text, "ab34cde");
	words_append(text, sizeof(text), "h");
	CHECK_TEXT(text, "ab34cde");
}

static void guesses_are_near(void)
{
	static const char *const list[] = { "peek", "read", "keepalive", "user-timeout", "heartbeat", "hup", NULL };
	static const char *const neighbours[] = { "abcd", "abce", NULL };

	CHECK_TEXT(guess("peak", list), " (did you mean 'peek'?)"); /* a substitution */
	CHECK_TEXT(guess("peeek", list), " (did you mean 'peek'?)"); /* an insertion */
	CHECK_TEXT(guess("kepalive", list), " (did you mean 'keepalive'?)"); /* a deletion */
	CHECK_TEXT(guess("haertbeat", list), " (did you mean 'heartbeat'?)"); /* swapped neighbours */
	CHECK_TEXT(guess("ehpu", list), " (did you mean 'hup'?)");
	CHECK_TEXT(guess("hpu", list), " (did you mean 'hup'?)"); /* one slip, as neighbours are swapped */
	CHECK_TEXT(guess("phx", list), " (none)"); /* in three letters one is allowed */
	CHECK_TEXT(guess("PEEK", list), " (did you mean 'peek'?)");
	CHECK_TEXT(guess("KEEP", list), " (did you mean 'keepalive'?)"); /* the beginning of one */
	CHECK_TEXT(guess("u", list), " (none)"); /* one letter begins nothing */
	CHECK_TEXT(guess("keepxlixe", list), " (did you mean 'keepalive'?)");
	CHECK_TEXT(guess("kxepxlixe", list), " (did you mean 'keepalive'?)"); /* three in nine letters */
	CHECK_TEXT(guess("kxxpxlixe", list), " (none)");
	CHECK_TEXT(guess("rxxd", list), " (did you mean 'read'?)"); /* two in four */
	CHECK_TEXT(guess("rxxx", list), " (none)");
	CHECK_TEXT(guess("", list), " (none)");
	CHECK_TEXT(guess("abcee", neighbours), " (did you mean 'abce'?)"); /* the nearest, not the first */
	CHECK_TEXT(guess("abcf", neighbours), " (did you mean 'abcd'?)"); /* of two, the first */
	CHECK_TEXT(guess("keepalivekeepalivekeepalivekeepalive", list), " (none)");
}

static void lists_grow_zeroed(void)
{
	int64_t *list = NULL;
	size_t count = 0;
	struct error e;

	for (int i = 0; i < 100; i++) {
		int64_t *item = list_add(&list, &count, sizeof(*list), &e);

		CHECK(item && *item == 0);
		if (item)
			*item = i;
	}
	CHECK_INT(count, 100);
	CHECK(list[0] == 0 && list[99] == 99);
	free(list);
	CHECK_INT(out_of_memory(&e), -1);
	CHECK_INT(e.status, STATUS_SYSTEM);
	CHECK_TEXT(e.text, "out of memory");
}

static void errors_are_one_line(void)
{
	struct error e;
	char longest[1000];

	CHECK_INT(error_set(&e, STATUS_CONNECT, "'%s': %d\n\x1b", "x", 7), -1);
	CHECK_INT(e.status, STATUS_CONNECT);
	CHECK_TEXT(e.text, "'x': 7??");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[999] = '\0';
	error_set(&e, STATUS_USAGE, "%s", longest);
	CHECK_INT(strlen(e.text), sizeof(e.text) - 1);
	CHECK_TEXT(errno_name(ECONNRESET), "ECONNRESET");
	CHECK_TEXT(errno_name(ETIMEDOUT), "ETIMEDOUT");
	CHECK_TEXT(errno_name(12345), "errno 12345");
	CHECK_TEXT(signal_name(SIGKILL), "SIGKILL");
	CHECK_TEXT(signal_name(SIGHUP), "SIGHUP");
	CHECK_TEXT(signal_name(63), "signal 63");
}

static void the_first_stamp_counts(void)
{
	moment m = 0;

	CHECK_INT(moment_read(&m), 0);
	moment_stamp(&m, 5);
	moment_stamp(&m, 7);
	CHECK_INT(moment_read(&m), 5);
}

/* Timers that note in which order they fired. */
struct noting {
	struct timer timer;
	int number;
};

static struct loop loop;
static struct noting noting[50];
static int fired[100], fired_count;
static nsec fired_late;

static void note_firing(struct timer *t, nsec now)
{
	struct noting *n = container_of(t, struct noting, timer);

	fired[fired_count++] = n->number;
	if (now < t->due)
		fired_late = -1;
	if (n->number == 10)
		timer_unset(&loop, &noting[20].timer); /* one that would be next */
	if (n->number == 49)
		loop_stop(&loop);
}

static void timers_fire_in_order(void)
{
	nsec start = clock_now();
	struct error e;

	CHECK_INT(loop_open(&loop, 50, &e), 0);
	for (int i = 0; i < 50; i++) {
		int n = i * 17 % 50;

		noting[n] = (struct noting){ .timer = { .fire = note_firing }, .number = n };
		timer_set(&loop, &noting[n].timer, start + (50 - n) * NS_PER_MS);
	}
	for (int n = 0; n < 50; n++) /* moved, later and sooner */
		timer_set(&loop, &noting[n].timer, start + (n + 1) * NS_PER_MS / 2);
	timer_set(&loop, &noting[20].timer, start + 11 * NS_PER_MS / 2 + 1);
	timer_unset(&loop, &noting[30].timer);
	CHECK(!timer_is_set(&noting[30].timer));
	timer_set(&loop, &noting[31].timer, NS_NEVER);
	CHECK(!timer_is_set(&noting[31].timer));
	timer_unset(&loop, &noting[31].timer); /* twice is once */
	CHECK_INT(loop_run(&loop, &e), 0);
	CHECK_INT(fired_count, 47);
	for (int i = 1; i < fired_count; i++)
		CHECK(fired[i - 1] < fired[i]);
	CHECK_INT(fired_late, 0);
	loop_close(&loop);
}

/* A buffer of 100 bytes, of which a piece that may be dropped leaves 40 to the others. */
static void pieces_are_dropped_as_a_whole(void)
{
	static const char thirty[] = "abcdefghijklmnopqrstuvwxyz123\n";
	struct error e;
	struct out o;

	CHECK_INT(out_open(&o, "/dev/null", COLOR_NEVER, 40, &e), 0);
	o.room = 100;
	out_begin(&o, true);
	out_text(&o, thirty);
	CHECK(out_end(&o));
	out_begin(&o, true);
	out_text(&o, thirty);
	out_text(&o, thirty);
	CHECK(!out_end(&o));
	CHECK_INT(o.used, 30);
	out_begin(&o, false);
	out_text(&o, thirty);
	out_text(&o, thirty);
	CHECK(out_end(&o));
	CHECK_INT(o.used, 90);
	out_begin(&o, true);
	out_text(&o, "x");
	CHECK(!out_end(&o));
	CHECK_INT(o.used, 90);
	out_text(&o, thirty); /* this one waits for the reader, who takes it all at once */
	CHECK_INT(o.used, 20);
	CHECK_INT(out_close(&o, &e), 0);
}

static void a_file_takes_all(void)
{
	char name[] = "/tmp/tcpalive-unit-XXXXXX", piece[1000] = "";
	int fd = mkstemp(name);
	const off_t pieces = 12000; /* three times what the buffer holds */
	struct error e;
	struct stat st;
	struct out o;

	CHECK_INT(out_open(&o, name, COLOR_NEVER, 1000, &e), 0);
	for (off_t i = 0; i < pieces; i++) {
		out_begin(&o, true);
		out_bytes(&o, piece, sizeof(piece));
		CHECK(out_end(&o));
	}
	CHECK_INT(out_close(&o, &e), 0);
	CHECK(!fstat(fd, &st));
	CHECK_INT(st.st_size, pieces * (off_t)sizeof(piece));
	close(fd);
	unlink(name);
}

#define READY (LOOP_BATCH + 100)

static struct handler ready[READY];
static int looked_at, looked_at_then;

static void look(struct handler *h, uint32_t events, nsec woken)
{
	(void)h;
	(void)events;
	(void)woken;
	looked_at++;
}

static void deadline(struct timer *t, nsec now)
{
	(void)t;
	(void)now;
	looked_at_then = looked_at;
	loop_stop(&loop);
}

/* A loop with so many descriptors that are ready, and a timer that has been due for long. */
static int run_ready(uint32_t events)
{
	struct timer t = { .fire = deadline };
	struct error e;
	int fd = eventfd(1, EFD_CLOEXEC);

	CHECK_INT(loop_open(&loop, 1, &e), 0);
	looked_at = looked_at_then = 0;
	for (int i = 0; i < READY; i++) {
		ready[i] = (struct handler){ .fd = dup(fd), .ready = look };
		CHECK_INT(loop_add(&loop, &ready[i], events), 0);
	}
	timer_set(&loop, &t, clock_now() - NS_PER_S);
	CHECK_INT(loop_run(&loop, &e), 0);
	for (int i = 0; i < READY; i++) {
		loop_remove(&loop, &ready[i]);
		close(ready[i].fd);
	}
	CHECK_INT(loop.handlers, 1);
	loop_close(&loop);
	close(fd);
	return looked_at_then;
}

static void all_that_is_ready_comes_before_a_timer(void)
{
	CHECK_INT(run_ready(EPOLLIN | EPOLLET), READY);
	CHECK(run_ready(EPOLLIN) >= READY); /* these never become quiet, and the timer fires all the same */
}

/* Without its timerfd, its epoll, ... */
static void a_call_that_fails_ends_the_loop(void)
{
	for (int i = 0; i < 2; i++) {
		struct timer t = { .fire = deadline };
		struct error e = { .status = STATUS_OK };
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		CHECK_INT(loop_open(&loop, 1, &e), 0);
		dup2(fd, i ? loop.epfd : loop.timerfd.fd);
		close(fd);
		timer_set(&loop, &t, clock_now());
		CHECK_INT(loop_run(&loop, &e), -1);
		CHECK_INT(e.status, STATUS_SYSTEM);
		CHECK_TEXT(e.text, i ? "event loop: epoll_wait: Invalid argument"
				     : "event loop: timerfd_settime: Invalid argument");
		loop_close(&loop);
	}
}

int main(void)
{
	UNIT_CASE(durations);
	UNIT_CASE(durations_refused);
	UNIT_CASE(counts);
	UNIT_CASE(durations_as_they_are_typed);
	UNIT_CASE(times_in_three_digits);
	UNIT_CASE(ranges_in_two_digits);
	UNIT_CASE(the_time_of_day);
	UNIT_CASE(both_clocks_at_one_moment);
	UNIT_CASE(seconds_for_cells_and_axes);
	UNIT_CASE(durations_in_narrow_cells_and_sentences);
	UNIT_CASE(words_are_wrapped);
	UNIT_CASE(characters_are_taken_off);
	UNIT_CASE(what_moves_the_cursor_is_made_visible);
	UNIT_CASE(text_is_cut_between_characters);
	UNIT_CASE(a_part_of_a_sentence_is_cut);
	UNIT_CASE(a_wide_character_has_two_columns);
	UNIT_CASE(words_are_quoted);
	UNIT_CASE(words_are_appended);
	UNIT_CASE(guesses_are_near);
	UNIT_CASE(lists_grow_zeroed);
	UNIT_CASE(errors_are_one_line);
	UNIT_CASE(the_first_stamp_counts);
	UNIT_CASE(timers_fire_in_order);
	UNIT_CASE(pieces_are_dropped_as_a_whole);
	UNIT_CASE(a_file_takes_all);
	UNIT_CASE(all_that_is_ready_comes_before_a_timer);
	UNIT_CASE(a_call_that_fails_ends_the_loop);
	return unit_end();
}
