// SPDX-License-Identifier: MIT
/* The table of faults, from table.def. */
#include "fault.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "base/privilege.h"

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

const struct effect *fault_effect(const struct fault *f, const void *params)
{
	return f->effect_of ? f->effect_of(params) : &f->effect;
}

const char *fault_not_with(const struct fault *f, bool dying, bool surviving)
{
	if (dying && f->not_program)
		return f->not_program;
	return surviving ? f->not_survivor : NULL;
}

const char *fault_word(const void *list, size_t i)
{
	(void)list;
	return i < faults_count ? faults[i]->name : NULL;
}

/* All that faults need. */
static bool is_missing(const struct fault *f)
{
	return f->needs && !privilege_has(CAP_NET_ADMIN);
}

int fault_refused(const struct fault *f, int err, struct error *e)
{
	if (err != EPERM && err != EACCES)
		return error_set(e, STATUS_SYSTEM, "--fault '%s': %s", f->name, error_reason(err));
	if (is_missing(f))
		return error_set(e, STATUS_SYSTEM, "--fault '%s': %s is missing (%s%s)", f->name, f->needs,
				 privilege_fix("this root has not got it; in a container: --cap-add NET_ADMIN"),
				 privilege_is_filtered() ? "" : "; or use tcpalive lab, which needs none");
	return error_set(e, STATUS_SYSTEM, "--fault '%s': forbidden by %s", f->name,
			 privilege_is_filtered() ? "a seccomp filter, as in a container (loosen the filter)"
						 : "the kernel: another user namespace owns this network");
}
