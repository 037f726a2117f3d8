// SPDX-License-Identifier: MIT
/*
 * The path is cut meanwhile, so that the RSTs of sockets that could not be ended without one are lost, and whatever the processes' end
 * sends; where it is to be silent the fault has cut it.
 */
#include "reboot.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define LEFT (0xfffU & ~(1U << STATE_TIME_WAIT | 1U << STATE_CLOSE)) /* what a host that reboots must not keep */
#define GONE_LIMIT NS_PER_S
#define LOOK_AGAIN NS_PER_MS
#define PATH_SETTLES (10 * NS_PER_MS) /* what the link worker has taken in, but not yet judged */

/* When the walk is over: else its answers would be lost. A listener, which diag_destroy leaves alone, shows that a process is still there. */
static size_t end_left(const struct victims *v)
{
	size_t count;
	struct diag_ends *left = victims_find(v, LEFT, &count);

	for (size_t i = 0; i < count; i++)
		diag_destroy(v->diag, &left[i]);
	free(left);
	return count;
}

static void pause_shortly(void)
{
	const struct timespec ts = { .tv_nsec = LOOK_AGAIN };

	nanosleep(&ts, NULL);
}

/* Processes that were killed are gone a little later, and what they leave behind goes with them. */
static void end_all_left(const struct victims *v)
{
	const nsec end = clock_now() + GONE_LIMIT;

	while (end_left(v) && clock_now() < end)
		pause_shortly();
}

/* Until the link worker has taken all that the host sent, so that nothing of it gets through when the path does. */
static void await_path(const struct lab_host *host)
{
	const nsec end = clock_now() + GONE_LIMIT;

	while (lab_host_has_sent(host) && clock_now() < end)
		pause_shortly();
}

/* The processes are stopped first: they are not to answer the end of their connections. */
static int lose_all(struct program_strike *s, struct victims *v, struct error *e)
{
	nsec at;
	int rc;

	if (program_signal(s->program, SIGSTOP, &at, e))
		return -1;
	rc = victims_end(v, victim_forget);
	if (rc)
		return fault_refused(s->fault->fault, -rc, e);
	victims_close_copies(v);
	if (program_signal(s->program, SIGKILL, &at, e))
		return -1;
	end_all_left(v);
	await_path(s->host);
	return 0;
}

int program_reboot(struct program_strike *s, struct victims *v, nsec silence, struct error *e)
{
	const nsec due = ns_add(clock_now(), silence);

	moment_stamp(s->struck, clock_now());
	if (!silence)
		link_set_rule(s->link, &LINK_CUT);
	if (lose_all(s, v, e))
		return -1;
	if (!silence)
		link_set_rule_for(s->link, &LINK_CUT, PATH_SETTLES, &LINK_PASS);
	s->due = due;
	return silence ? 0 : program_strike_end(s, e);
}

int program_strike_end(struct program_strike *s, struct error *e)
{
	s->due = NS_NEVER;
	return s->restarts ? program_restart(s->program, e) : 0;
}
