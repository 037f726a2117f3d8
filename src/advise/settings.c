// SPDX-License-Identifier: MIT
/* The table of programs. Its oddity: one that has both kinds of settings is in it twice. */
#include "program.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void setting_put(char *to, size_t room, const char *fmt, ...)
{
	size_t used = strlen(to);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(to + used, room - used, fmt, ap);
	va_end(ap);
}

/* Takes the bound of a way. false: it has none, and the note says from when on it would. */
bool setting_take(const struct tunings *t, enum way way, struct setting *s)
{
	const struct tuning *u = &t->by[way];

	s->latest = t->has[way] ? u->found.latest : NS_NEVER;
	if (t->has[way])
		return true;
	if (u->found.latest == NS_NEVER)
		NOTE(s, "Nothing that it can be told outlasts that pause.");
	else
		NOTE(s, "Too short for it: what outlasts that pause takes %s.", duration_text(u->found.latest).text);
	return false;
}

static const struct {
	const char *program;
	bool asks;
	setting_write *write;
} programs[] = {
	{ "C", true, ask_c },
	{ "Python", true, ask_python },
	{ "Go", true, ask_go },
	{ "OpenSSH, ssh_config", true, set_ssh },
	{ "OpenSSH, sshd_config", true, set_sshd },
	{ "C", false, options_c },
	{ "Python", false, options_python },
	{ "Go", false, options_go },
	{ "nginx", false, set_nginx },
	{ "PostgreSQL", false, set_postgres },
	{ "libpq", false, set_libpq },
	{ "Redis", false, set_redis },
	{ "HAProxy", false, set_haproxy },
};
_Static_assert(sizeof(programs) / sizeof(*programs) <= SETTINGS_MAX, "no room for every program");

int settings_write(const struct tunings *t, struct setting list[SETTINGS_MAX], struct error *e)
{
	const int n = sizeof(programs) / sizeof(*programs);

	for (int i = 0; i < n; i++) {
		list[i] = (struct setting){ .program = programs[i].program, .asks = programs[i].asks };
		if (programs[i].write(t, &list[i], e))
			return -1;
	}
	return n;
}
