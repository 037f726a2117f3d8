// SPDX-License-Identifier: MIT
/* The slack of a goal, and the other way round. */
#include "goal.h"

#include "tcp/late.h"

#define SLACK_SHARE 20 /* of a short goal */

nsec goal_slack(nsec within)
{
	return within < SLACK_SHARE * PROCESSES_LATE ? within / SLACK_SHARE : PROCESSES_LATE;
}

nsec goal_shortest(nsec latest)
{
	nsec within = latest + latest / (SLACK_SHARE - 1);

	within = (within / NS_PER_MS + 1) * NS_PER_MS;
	return within < SLACK_SHARE * PROCESSES_LATE ? within : latest + PROCESSES_LATE;
}
