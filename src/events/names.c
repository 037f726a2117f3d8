// SPDX-License-Identifier: MIT
/* Names for what events carry. */
#include "event.h"

const char *event_kind_name(enum event_kind k)
{
	static const char *const text[] = {
		"start", "listening", "connected", "unconnected", "fault", "kernel", "suspect", "dead", "note", "result",
		"advice", "prediction", "setting", "verified", "program", "socket", "idle-limit", "target", "expect", "end",
	};

	return text[k];
}

const char *program_step_name(enum program_step s)
{
	static const char *const text[] = {
		"started", "connected", "kernel", "closed", "connecting", "reconnected", "exited",
	};

	return text[s];
}

const char *result_name(enum result r)
{
	static const char *const text[] = { "noticed", "missed", "false-alarm", "alive", "inconclusive", "unsupported" };

	return text[r];
}

const char *kernel_cause_name(enum kernel_cause k)
{
	static const char *const text[] = { "nothing", "fin", "rst", "timeout", "unreachable" };

	return text[k];
}

const char *socket_timer_name(enum socket_timer t)
{
	static const char *const text[] = { NULL, "retransmit", "keepalive", "time-wait", "window-probe" };

	return text[t];
}

const char *forgetting_name(enum forgetting f)
{
	static const char *const text[] = { NULL, NULL, "drop", "rst", "fin", "peer" };

	return text[f];
}

int result_rank(enum result r)
{
	static const int ranks[] = {
		[FALSE_ALARM] = 0, [NOTICED] = 1, [MISSED] = 2, [INCONCLUSIVE] = 3, [STAYED_ALIVE] = 4, [UNSUPPORTED] = 5,
	};

	return ranks[r];
}
