// SPDX-License-Identifier: MIT
/* The lab's advice: the smallest sets that notice most, and none where nothing is noticed. */
#include "unit.h"

#include "faults/fault.h"
#include "lab/advice.h"

#define GROUPS 3
#define FAULTS 2

static const struct probe probes_alike = { .name = "alike" };
static const struct fault deadly = { .name = "deadly", .dead = true };

static struct chosen members[GROUPS] = {
	{ .probe = &probes_alike }, { .probe = &probes_alike }, { .probe = &probes_alike },
};
static struct group groups[GROUPS] = {
	{ &members[0], 1, (char[]){ "a" } }, { &members[1], 1, (char[]){ "b" } }, { &members[2], 1, (char[]){ "c" } },
};
static const struct plan plan = { .groups = groups, .ngroups = GROUPS };
static const struct chosen_fault faults_of_test[FAULTS] = { { .fault = &deadly }, { .fault = &deadly } };

/* Each group misses both deaths, unless set otherwise. */
static struct matrix open_matrix(struct cell cells[FAULTS * GROUPS])
{
	for (size_t i = 0; i < (size_t)FAULTS * GROUPS; i++)
		cells[i] = (struct cell){ .result = MISSED, .after = TIME_NONE };
	return (struct matrix){
		.plan = &plan, .faults = faults_of_test, .nfaults = FAULTS, .ngroups = GROUPS, .cells = cells,
	};
}

static void set_noticed(struct matrix *m, size_t fault, size_t group, nsec after)
{
	m->cells[fault * GROUPS + group] = (struct cell){ .result = NOTICED, .after = after };
}

static void what_one_notices(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);
	struct advice list[4] = { { .ngroups = 0 } };

	set_noticed(&m, 0, 1, NS_PER_S);
	set_noticed(&m, 1, 1, 2 * NS_PER_S);
	set_noticed(&m, 0, 2, NS_PER_MS);
	CHECK_INT(advise(&m, true, list, 3), 1);
	CHECK_TEXT(list[0].spec, "b");
	CHECK_INT(list[0].deaths, 2);
	CHECK_INT(list[0].slowest, 2 * NS_PER_S);
}

/* Asked for as many as three sets, it advises one. */
static void advises_one(const struct matrix *m, const char *spec, int deaths)
{
	struct advice list[4] = { { .ngroups = 0 } };

	CHECK_INT(advise(m, true, list, 3), 1);
	CHECK_TEXT(list[0].spec, spec);
	CHECK_INT(list[0].deaths, deaths);
}

static void what_two_notice_together(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);

	set_noticed(&m, 0, 0, NS_PER_S);
	set_noticed(&m, 1, 2, NS_PER_MS);
	advises_one(&m, "a+c", 2);
}

static void false_alarms_are_of_no_use(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);

	set_noticed(&m, 0, 0, NS_PER_S);
	set_noticed(&m, 0, 1, NS_PER_MS);
	cells[GROUPS + 1].false_alarm = true;
	advises_one(&m, "a", 1);
}

/* No set is advised, of which nothing could be said but that it notices no death. */
static void nothing_noticed(void)
{
	struct cell cells[FAULTS * GROUPS];
	struct matrix m = open_matrix(cells);
	struct advice list[4] = { { .ngroups = 0 } };

	CHECK_INT(advise(&m, true, list, 3), 0);
	m.nfaults = 0;
	CHECK_INT(advise(&m, true, list, 3), 0);
}

int main(void)
{
	UNIT_CASE(what_one_notices);
	UNIT_CASE(what_two_notice_together);
	UNIT_CASE(false_alarms_are_of_no_use);
	UNIT_CASE(nothing_noticed);
	return unit_end();
}
