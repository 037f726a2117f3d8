// SPDX-License-Identifier: MIT
/* The time of day as text. */
#include "wall.h"

#include <stdio.h>
#include <string.h>

#define READINGS 16
#define CLOSE (10 * NS_PER_US)

nsec wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (nsec)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

nsec wall_ahead(void)
{
	nsec ahead = 0, least = NS_NEVER;

	for (int i = 0; i < READINGS && least > CLOSE; i++) {
		const nsec before = clock_now(), wall = wall_now(), apart = clock_now() - before;

		if (apart < least) {
			least = apart;
			ahead = wall - before - apart / 2;
		}
	}
	return ahead;
}

const char *wall_text(char to[WALL_ROOM], nsec wall, int decimals)
{
	time_t seconds = (time_t)(wall / NS_PER_S);
	char part[16];
	struct tm tm;
	size_t used;

	*to = '\0';
	if (!gmtime_r(&seconds, &tm))
		return to;
	used = strftime(to, WALL_ROOM, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(part, sizeof(part), ".%06d", (int)(wall % NS_PER_S / NS_PER_US));
	snprintf(to + used, WALL_ROOM - used, "%.*sZ", decimals ? decimals + 1 : 0, part);
	return to;
}
