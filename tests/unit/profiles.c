// SPDX-License-Identifier: MIT
/* What software does out of the box: is each row whole, and a composite that -p takes and that sends nothing? */
#include "unit.h"

#include <ctype.h>

#include "plan/expects.h"
#include "plan/plan.h"
#include "plan/profiles.h"
#include "plan/spec.h"

/* The probes are what the row says, under the row's name. */
static void check_spec(const struct profile *row)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	if (groups_parse(&p, row->name, &e)) {
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", row->name, e.text);
	} else {
		CHECK_INT(p.ngroups, 1);
		CHECK_TEXT(p.groups[0].spec, row->name);
		CHECK_TEXT(p.groups[0].stands_for, row->spec);
		for (size_t i = 0; i < p.groups[0].count; i++)
			if (p.groups[0].chosen[i].probe->traits & SENDS_DATA)
				unit_fail(__FILE__, __LINE__, "%s sends data", row->name);
	}
	plan_free(&p);
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")];
}

static void check_texts(const struct profile *row)
{
	const char *texts[] = { row->program, row->what, row->source };
	const size_t len = row->differs ? strlen(row->differs) : 0;

	for (size_t i = 0; i < 3; i++)
		if (!texts[i] || strlen(texts[i]) < 5 || texts[i][strlen(texts[i]) - 1] == '.')
			unit_fail(__FILE__, __LINE__, "%s: text %zu is no phrase", row->name, i);
	if (!has_digit(row->program) && strcmp(row->name, "@linux") != 0)
		unit_fail(__FILE__, __LINE__, "%s has no version", row->name);
	if (row->differs && row->differs[len - 1] != '.')
		unit_fail(__FILE__, __LINE__, "%s: what differs is no sentence", row->name);
	CHECK(*row->name == PROFILE_MARK && strlen(row->name) < PROFILE_NAME);
	for (const char *s = row->name + 1; *s; s++)
		CHECK(islower((unsigned char)*s) || isdigit((unsigned char)*s) || *s == '-');
}

static void rows(void)
{
	for (size_t i = 0; i < profiles_count; i++) {
		check_spec(&profiles[i]);
		check_texts(&profiles[i]);
		CHECK(profile_find(profiles[i].name, strlen(profiles[i].name)) == &profiles[i]);
	}
	CHECK(profiles_count > 12);
}

/* No name, and no other name, means two rows. */
static void names_mean_one_row(void)
{
	for (size_t i = 0; i < profiles_count; i++)
		for (const char *at = profiles[i].also; at && *at; at += strspn(at, " ")) {
			char name[64], want[64];

			snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " "), at);
			snprintf(want, sizeof(want), "'%s'", profiles[i].name);
			CHECK(*name == PROFILE_MARK && !profile_find(name, strlen(name)));
			CHECK_HAS(profile_hint(name).text, want);
			at += strlen(name);
		}
}

static void in_company(void)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(groups_parse(&p, "peek,peek+@redis+rdhup,@redis", &e), 0);
	CHECK_INT(p.ngroups, 3);
	CHECK(!p.groups[0].stands_for);
	CHECK_TEXT(p.groups[1].spec, "peek+@redis+rdhup");
	CHECK_TEXT(p.groups[1].stands_for, "peek+read+keepalive:idle=300s:intvl=100s:cnt=3+rdhup");
	CHECK_INT(p.groups[1].count, 4);
	CHECK_INT(expects_add(&p, "@redis<=10s", &e), 0);
	CHECK_TEXT(p.judge.expects[0].group, "@redis");
	CHECK(!p.judge.expects[0].probe);
	CHECK_INT(expects_add(&p, "peek+@redis+rdhup<=1h", &e), 0);
	CHECK_TEXT(p.judge.expects[1].group, "peek+@redis+rdhup");
	plan_free(&p);
}

static void check_refused(const char *spec, const char *message)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(groups_parse(&p, spec, &e), -1);
	CHECK_TEXT(e.text, message);
	plan_free(&p);
}

static void refused(void)
{
	check_refused("@", "'@': nothing is known of it (see tcpalive list)");
	check_refused("@redi", "'@redi': nothing is known of it (did you mean '@redis'?)");
	check_refused("@golang", "'@golang': nothing is known of it (did you mean '@go'?)");
	check_refused("@hikaricp", "'@hikaricp': nothing is known of it (it asks the peer in their own protocol: "
		      "give a URL as the target, or -p heartbeat)");
	check_refused("@redis:idle=5s", "'@redis:idle=5s': @redis has no parameters; change what it stands for: "
		      "-p read+keepalive:idle=300s:intvl=100s:cnt=3");
	check_refused("@redis:", "'@redis:': @redis has no parameters; change what it stands for: "
		      "-p read+keepalive:idle=300s:intvl=100s:cnt=3");
	check_refused("keepalive+@redis", "'keepalive+@redis': keepalive twice on one connection");
	check_refused("@redis+@go", "'@redis+@go': read twice on one connection");
}

static void expectations_refused(void)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(groups_parse(&p, "@redis", &e), 0);
	CHECK_INT(expects_add(&p, "@go<=10s", &e), -1);
	CHECK_TEXT(e.text, "--expect: '@go<=10s': @go is not among the probes (add it to --probe)");
	CHECK_INT(expects_add(&p, "@golang=never", &e), -1);
	CHECK_TEXT(e.text, "--expect: '@golang': nothing is known of it (did you mean '@go'?)");
	plan_free(&p);
}

int main(void)
{
	UNIT_CASE(rows);
	UNIT_CASE(names_mean_one_row);
	UNIT_CASE(in_company);
	UNIT_CASE(refused);
	UNIT_CASE(expectations_refused);
	return unit_end();
}
