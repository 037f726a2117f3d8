// SPDX-License-Identifier: MIT
/* What a program did, in words. */
#include "reaction.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/errno-name.h"
#include "base/signal-name.h"

const char *reaction_cause(const struct reaction *r)
{
	static const char *const words[] = {
		[KERNEL_NOTHING] = "nothing", [KERNEL_FIN] = "FIN", [KERNEL_RST] = "RST", [KERNEL_TIMEOUT] = "timeout",
		[KERNEL_UNREACHABLE] = "unreachable",
	};

	return r->err ? errno_name(r->err) : words[r->cause];
}

/* Those of which the kernel knew, and those that were given up without: a pool may have both. */
static void gave_up_all(char *to, size_t room, const struct reaction *r)
{
	char time[DURATION_ROOM], some[48] = "", rest[64] = "";

	if (r->kernel == TIME_NONE || r->acted == TIME_NONE) {
		snprintf(to, room, "by its own timer, before the kernel knew anything");
		return;
	}
	if (r->told < r->connections) {
		snprintf(some, sizeof(some), " on %u of %u", r->told, r->connections);
		snprintf(rest, sizeof(rest), "; %u by its own timer", r->connections - r->told);
	}
	snprintf(to, room, "kernel %s%s, closed %s%s%s", reaction_cause(r), some, r->acted ? duration_brief(time, r->acted) : "at once",
		 r->acted ? " later" : "", rest);
}

static void gave_up_some(char *to, size_t room, const struct reaction *r)
{
	char time[DURATION_ROOM];

	snprintf(to, room, "gave up %u of %u connections%s%s; the kernel knew of %u%s%s%s", r->given_up, r->connections,
		 r->last != TIME_NONE ? ", the last after " : "", r->last != TIME_NONE ? duration_brief(time, r->last) : "",
		 r->told, r->told ? " (" : "", r->told ? reaction_cause(r) : "", r->told ? ")" : "");
}

bool reaction_looked(const struct reaction *r)
{
	return r->connecting != TIME_NONE || r->reconnected != TIME_NONE;
}

static void gave_up_none(char *to, size_t room, const struct reaction *r)
{
	char time[DURATION_ROOM], of[48] = "";

	if (!r->told) {
		snprintf(to, room, "nobody knew");
		return;
	}
	if (r->connections > 1)
		snprintf(of, sizeof(of), " of %u of %u connections", r->told, r->connections);
	snprintf(to, room, "the kernel knew%s (%s%s%s), and it never %s", of, reaction_cause(r),
		 r->kernel != TIME_NONE ? " after " : "", r->kernel != TIME_NONE ? duration_brief(time, r->kernel) : "",
		 !reaction_looked(r) ? "looked" : r->connections > 1 ? "closed them" : "closed it");
}

const char *reaction_how(char *to, size_t room, const struct reaction *r, enum result result)
{
	to[0] = '\0';
	if (!r->connections)
		return to;
	if (r->given_up == r->connections)
		gave_up_all(to, room, r);
	else if (r->given_up)
		gave_up_some(to, room, r);
	else if (result == MISSED)
		gave_up_none(to, room, r);
	return to;
}

const char *reaction_exit(char *to, size_t room, int status)
{
	if (WIFSIGNALED(status))
		snprintf(to, room, "killed by %s", signal_name(WTERMSIG(status)));
	else
		snprintf(to, room, "exited with status %d", WEXITSTATUS(status));
	return to;
}

static size_t append(char *to, size_t room, const char *before, const char *text, nsec after)
{
	char time[DURATION_ROOM];
	int n = snprintf(to, room, "%s%s after %s", before, text, duration_brief(time, after));

	return (size_t)n < room ? (size_t)n : room - 1;
}

const char *reaction_then(char *to, size_t room, const struct reaction *r)
{
	char text[64];
	size_t used = 0;

	to[0] = '\0';
	if (r->reconnected != TIME_NONE)
		used = append(to, room, "", "reconnected", r->reconnected);
	else if (r->connecting != TIME_NONE)
		used = append(to, room, "", "tried in vain to reconnect", r->connecting);
	if (r->exited != TIME_NONE)
		append(to + used, room - used, used ? ", " : "", reaction_exit(text, sizeof(text), r->status), r->exited);
	return to;
}

/* How, of a result that says nothing of its own. */
static const char *how_of(char *to, size_t room, const struct event *e)
{
	if (*e->verdict.how)
		snprintf(to, room, "%s", e->verdict.how);
	else if (e->result.result == INCONCLUSIVE)
		snprintf(to, room, "%s", e->note);
	else
		reaction_how(to, room, &e->result.reaction, e->result.result);
	return to;
}

const char *reaction_rest(char to[REACTION_TEXT], const struct event *e)
{
	char how[192], then[160], time[DURATION_ROOM + 8] = "", brief[DURATION_ROOM];
	const char *colon;

	how_of(how, sizeof(how), e);
	reaction_then(then, sizeof(then), &e->result.reaction);
	if (e->after != TIME_NONE)
		snprintf(time, sizeof(time), " after %s", duration_brief(brief, e->after));
	colon = !*how ? "" : *time && !strncmp(how, "by ", 3) ? " " : ": ";
	snprintf(to, REACTION_TEXT, "%s%s%s%s%s", time, colon, how, *then ? "; " : "", then);
	return to;
}

const char *reaction_text(char to[REACTION_TEXT], const struct event *e)
{
	enum result result = e->result.result;
	char rest[REACTION_TEXT];

	snprintf(to, REACTION_TEXT, "%s%.*s", result == FALSE_ALARM ? "false alarm" : result_name(result),
		 REACTION_TEXT - 32, reaction_rest(rest, e));
	return to;
}
