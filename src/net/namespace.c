// SPDX-License-Identifier: MIT
/* What unshare(2) and clone(2) mean by their errors. */
#include "namespace.h"

#include <errno.h>

#include "base/privilege.h"

int namespace_refused(const struct namespace_kind *k, int why, struct error *e)
{
	switch (why) {
	case ENOSPC:
	case EUSERS:
		return error_set(e, STATUS_SYSTEM, "%s namespace: none left, or switched off (as root: sysctl user.max_%s_namespaces=1000)",
				 k->name, k->limit);
	case EINVAL:
		return error_set(e, STATUS_SYSTEM, "%s namespace: this kernel has none (it needs CONFIG_%s_NS)", k->name, k->config);
	case EPERM:
		return error_set(e, STATUS_SYSTEM, "%s namespace: forbidden by %s", k->name,
				 privilege_is_filtered() ? "a seccomp filter, as in a container (loosen the filter)"
							 : "a security module (allow it there)");
	default:
		return error_set(e, STATUS_SYSTEM, "%s namespace: %s", k->name, error_reason(why));
	}
}
