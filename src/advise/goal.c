// SPDX-License-Identifier: MIT
/* The slack of a goal, and the other way round. */
#include "goal.h"

#include "plan/defaults.h"
#include "tcp/late.h"

#define GRAIN (10 * NS_PER_MS)
#define SLACK_SHARE 20 /* of a short goal */

nsec goal_tolerates(nsec within, const struct tcp_path *path)
{
	const nsec share = within / DEFAULT_TOLERATE_SHARE, gives_up = give_up_in_flight(0, path, SOONEST);
	nsec least = 1, most = share / GRAIN + 1;

	if (retransmit_after(share, path, LATEST) < gives_up)
		return share;
	while (most - least > 1) { /* in steps of a grain */
		const nsec middle = least + (most - least) / 2;

		if (retransmit_after(middle * GRAIN, path, LATEST) < gives_up)
			least = middle;
		else
			most = middle;
	}
	return least * GRAIN;
}

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
