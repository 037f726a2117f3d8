// SPDX-License-Identifier: MIT
/* The table of probes, and the verdicts that they return. */
#include "probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/errno-name.h"

#define PROBE(name) extern const struct probe probe_##name;
#include "table.def"
#undef PROBE

#define PROBE(name) &probe_##name,
const struct probe *const probes[] = {
#include "table.def"
};
#undef PROBE

const size_t probes_count = sizeof(probes) / sizeof(*probes);

const struct probe *probe_find(const char *name)
{
	for (size_t i = 0; i < probes_count; i++)
		if (!strcmp(probes[i]->name, name))
			return probes[i];
	return NULL;
}

const char *probe_word(const void *list, size_t i)
{
	(void)list;
	return i < probes_count ? probes[i]->name : NULL;
}

/* What a call consumes is gone for those that look later. */
unsigned probe_disturbance(const struct probe *p)
{
	if (p->traits & SENDS_DATA)
		return PROBE_DISTURBANCE_MAX;
	if (p->traits & TAKES_DATA)
		return 3;
	if (p->traits & TAKES_ERROR && !(p->traits & (NEEDS_ERROR | ONLY_SETS_OPTION)))
		return 2;
	return p->traits & TAKES_ERROR ? 1 : 0;
}

bool probe_sets_options(const struct probe *p)
{
	return p->traits & (ONLY_SETS_OPTION | SENDS_SEGMENTS);
}

const char *probe_refusal(const struct probe *p, bool intrusive)
{
	if (p->traits & CAN_BORROW)
		return NULL;
	if (p->traits & SENDS_DATA)
		return "it sends data into the stream of a process";
	if (p->traits & TAKES_DATA)
		return "it takes data that the process is to read";
	if (probe_sets_options(p))
		return intrusive ? NULL : "it sets options, which the sockets of the process keep (--intrusive allows it)";
	return p->traits & TAKES_ERROR ? "it takes the error that the process is to see" : NULL;
}

struct verdict verdict_nothing(void)
{
	return (struct verdict){ .kind = VERDICT_NOTHING };
}

struct verdict verdict_suspect(const char *call, const char *fmt, ...)
{
	struct verdict v = { .kind = VERDICT_SUSPECT, .call = call };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v.how, sizeof(v.how), fmt, ap);
	va_end(ap);
	return v;
}

struct verdict verdict_dead(const char *call, const char *fmt, ...)
{
	struct verdict v = { .kind = VERDICT_DEAD, .call = call };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v.how, sizeof(v.how), fmt, ap);
	va_end(ap);
	return v;
}

struct verdict verdict_dead_errno(const char *call, int err)
{
	struct verdict v = verdict_dead(call, "%s", errno_name(err));

	v.err = err;
	return v;
}

struct verdict verdict_unable(const char *call, int err)
{
	struct verdict v = { .kind = VERDICT_UNABLE, .call = call, .err = err };

	snprintf(v.how, sizeof(v.how), "%s: %s", call, strerror(err));
	return v;
}

struct verdict verdict_again(const char *call, int err)
{
	return (struct verdict){ .kind = VERDICT_AGAIN, .call = call, .err = err };
}

/* No peer and no path can cause these. */
static bool is_of_this_machine(int err)
{
	return err == EINTR || err == ENOMEM || err == ENOBUFS || err == EBADF || err == EFAULT || err == EINVAL ||
	       err == ENOTSOCK || err == ENOSYS;
}

struct verdict call_failed(struct probe_context *l, const char *call, int err)
{
	if (err == EAGAIN)
		return verdict_nothing();
	if (is_of_this_machine(err))
		return verdict_again(call, err);
	probe_took_error(l, err);
	return verdict_dead_errno(call, err);
}
