// SPDX-License-Identifier: MIT
/* What a program did, in words. */
#include "reaction.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/errno-name.h"

/* "ETIMEDOUT", or where no call ever returned an errno "FIN". */
static const char *cause_word(const struct reaction *r)
{
	static const char *const words[] = {
		[KERNEL_NOTHING] = "nothing", [KERNEL_FIN] = "FIN", [KERNEL_RST] = "RST", [KERNEL_TIMEOUT] = "timeout",
		[KERNEL_UNREACHABLE] = "unreachable",
	};

	return r->err ? errno_name(r->err) : words[r->cause];
}

static void gave_up_all(char *to, size_t room, const struct reaction *r)
{
	char time[DURATION_ROOM];

	if (r->kernel == TIME_NONE)
		snprintf(to, room, "by its own timer, before the kernel knew anything");
	else
		snprintf(to, room, "kernel %s, closed %s later", cause_word(r), duration_brief(time, r->acted));
}

static void gave_up_none(char *to, size_t room, const struct reaction *r)
{
	if (r->told)
		snprintf(to, room, "the kernel knew (%s), and it never looked", cause_word(r));
	else
		snprintf(to, room, "nobody knew");
}

const char *reaction_how(char *to, size_t room, const struct reaction *r, enum result result)
{
	to[0] = '\0';
	if (!r->connections)
		return to;
	if (r->given_up == r->connections)
		gave_up_all(to, room, r);
	else if (r->given_up)
		snprintf(to, room, "gave up %u of %u connections; the kernel knew of %u", r->given_up, r->connections, r->told);
	else if (result == MISSED)
		gave_up_none(to, room, r);
	return to;
}
