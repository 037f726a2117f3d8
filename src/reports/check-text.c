// SPDX-License-Identifier: MIT
/* What the sentences of tests are put together with. */
#include "check-text.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"

void check_append(char *to, size_t room, const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, room - used, "%s", text);
}

void check_add_after(char *to, size_t room, nsec after)
{
	char time[DURATION_ROOM];

	if (after == TIME_NONE)
		return;
	check_append(to, room, after < 0 ? " " : " after ");
	check_append(to, room, duration_exact(time, after < 0 ? -after : after));
	check_append(to, room, after < 0 ? " before the fault" : "");
}
