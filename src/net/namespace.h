/* SPDX-License-Identifier: MIT */
/* Why the kernel makes no namespace. Of a user namespace userns.c has more to say. */
#ifndef NET_NAMESPACE_H
#define NET_NAMESPACE_H

#include "base/error.h"

struct namespace_kind {
	const char *name;   /* as a person says it */
	const char *limit;  /* as in its sysctl user.max_LIMIT_namespaces */
	const char *config; /* as in the kernel's CONFIG_NAME_NS */
};

/* By the errno of unshare(2) or clone(2). -1 with the reason, and what mends it, in *e. */
int namespace_refused(const struct namespace_kind *k, int why, struct error *e);

#endif
