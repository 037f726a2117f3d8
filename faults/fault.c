// SPDX-License-Identifier: MIT
/* The table of faults, from table.def. */
#include "fault.h"

#include <errno.h>
#include <string.h>

const struct fault *const faults[] = {
#define FAULT(name) &fault_##name,
#include "table.def"
#undef FAULT
};

const size_t faults_count = sizeof(faults) / sizeof(*faults);

const struct fault *fault_find(const char *name)
{
	for (size_t i = 0; i < faults_count; i++)
		if (!strcmp(faults[i]->name, name))
			return faults[i];
	return NULL;
}

const struct fault *fault_control(void)
{
	size_t i = 0;

	while (!faults[i]->control)
		i++;
	return faults[i];
}

const char *fault_word(const void *list, size_t i)
{
	(void)list;
	return i < faults_count ? faults[i]->name : NULL;
}

int fault_refused(const struct fault *f, int err, struct error *e)
{
	if (f->needs && (err == EPERM || err == EACCES))
		return error_set(e, STATUS_SYSTEM,
				 "--fault '%s': %s is missing (run it as root, or use tcpalive lab, which needs none)",
				 f->name, f->needs);
	return error_set(e, STATUS_SYSTEM, "--fault '%s': %s", f->name, error_reason(err));
}
