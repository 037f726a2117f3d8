// SPDX-License-Identifier: MIT
/* The table of the reports; table.def is read twice, for the names and for the array. */
#include "report.h"

#define REPORT(name) extern const struct report report_##name;
#include "table.def"
#undef REPORT

const struct report *const reports[] = {
#define REPORT(name) &report_##name,
#include "table.def"
#undef REPORT
};

const size_t reports_count = sizeof(reports) / sizeof(*reports);

const char *report_word(const void *list, size_t i)
{
	(void)list;
	return i < reports_count ? reports[i]->name : NULL;
}
