// SPDX-License-Identifier: MIT
/* Templates and goals: what a placeholder becomes, what is none, and how much of a goal is kept back. */
#include "unit.h"

#include "advise/goal.h"
#include "advise/template.h"

static const struct template_value values[] = {
	{ "limit", 4 * NS_PER_S + 100 * NS_PER_MS, false }, { "after", NS_PER_S + 1, false },
	{ "ages", NS_NEVER, false }, { "cnt", 3, true }, { NULL, 0, false },
};

static void check_fill(const char *template, const char *want)
{
	char text[128] = "";
	struct error e = { 0 };

	if (template_fill(text, sizeof(text), template, values, &e))
		unit_fail(__FILE__, __LINE__, "%s: %s", template, e.text);
	CHECK_TEXT(text, want);
}

static void placeholders(void)
{
	check_fill("", "");
	check_fill("nothing", "nothing");
	check_fill("{limit}", "4.1s");
	check_fill("{limit:s} and {limit:us}", "4 and 100000");
	check_fill("{limit:ms}", "4100");
	check_fill("{limit:s.ms}", "4.100");
	check_fill("{after:ms}", "1001"); /* up */
	check_fill("{after:s}", "1");     /* down */
	check_fill("{ages}", "never");
	check_fill("{cnt}{cnt}", "33");
	check_fill("a{cnt}z", "a3z");
}

static void braces(void)
{
	check_fill("{ .tv_sec = {limit:s} };", "{ .tv_sec = 4 };");
	check_fill("{Enable: true, Count: {cnt}}", "{Enable: true, Count: 3}");
	check_fill("{{cnt}}", "{3}");
	check_fill("{", "{");
	check_fill("{}", "{}");
	check_fill("{cnt", "{cnt");
	check_fill("{cnt:}", "{cnt:}");
	check_fill("{cnt :s}", "{cnt :s}");
}

static void check_refused(const char *template, const char *message)
{
	char text[16] = "";
	struct error e = { 0 };

	CHECK_INT(template_fill(text, sizeof(text), template, values, &e), -1);
	CHECK_INT(e.status, STATUS_SYSTEM);
	CHECK_HAS(e.text, message);
}

static void what_is_refused(void)
{
	check_refused("{nobody}", "'{nobody}': unknown placeholder");
	check_refused("{limit:min}", "'{limit:min}': unknown placeholder");
	check_refused("{cnt:s}", "'{cnt:s}': unknown placeholder");
	check_refused("a text of more than that", "no room");
	check_refused("0123456789abcde{cnt}", "no room");
}

static void appends(void)
{
	char text[16] = "cnt ";
	struct error e = { 0 };

	CHECK_INT(template_fill(text, sizeof(text), "{cnt} {limit:ms}", values, &e), 0);
	CHECK_TEXT(text, "cnt 3 4100");
}

/* A twentieth of a short goal, 250 ms of a longer one; and whoever takes as long as the goal less
 * that, or a little less, reaches it. */
static void slack(void)
{
	CHECK_INT(goal_slack(NS_PER_S), 50 * NS_PER_MS);
	CHECK_INT(goal_slack(5 * NS_PER_S), 250 * NS_PER_MS);
	CHECK_INT(goal_slack(3600 * NS_PER_S), 250 * NS_PER_MS);
	for (nsec latest = NS_PER_MS; latest < 100 * NS_PER_S; latest = latest * 3 / 2 + 1) {
		nsec within = goal_shortest(latest);

		CHECK(latest + goal_slack(within) <= within);
		CHECK(within - latest - goal_slack(within) <= 2 * NS_PER_MS);
	}
}

int main(void)
{
	UNIT_CASE(placeholders);
	UNIT_CASE(braces);
	UNIT_CASE(what_is_refused);
	UNIT_CASE(appends);
	UNIT_CASE(slack);
	return unit_end();
}
