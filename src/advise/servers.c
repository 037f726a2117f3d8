// SPDX-License-Identifier: MIT
/*
 * Settings of servers. Their oddity: each has some of the kernel's knobs and lacks others,
 * so each is tuned by what it has, and says what it has not.
 */
#include "program.h"

/* How long data in flight keep keepalive silent, without a user timeout. */
static int in_flight(const struct tunings *t, enum way way, nsec *latest, struct error *e)
{
	struct wish patient = *t->w;
	struct finding f;

	patient.within = NS_NEVER - NS_PER_S;
	if (trial_judge(t->trial, &patient, t->by[way].spec, WHEN_ASKING, trial_set(t->trial, "drop"), &f, e))
		return -1;
	*latest = f.latest;
	return 0;
}

int set_nginx(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_KEEPALIVE];
	nsec stuck;

	s->when = "on idle connections";
	if (!setting_take(t, BY_KEEPALIVE, s))
		return 0;
	if (in_flight(t, BY_KEEPALIVE, &stuck, e))
		return -1;
	TEXT(s, "listen 80 so_keepalive=%" PRId64 "s:%" PRId64 "s:%" PRId64 ";\n", SECONDS(u->idle), SECONDS(u->intvl), u->cnt);
	NOTE(s, "It has no user timeout: a response in flight is repeated for up to %s (tcp_retries2); send_timeout ends "
	     "it before that only while there is more to send. keepalive_timeout closes idle clients, dead or not. "
	     "To upstreams there is proxy_socket_keepalive on, with this system's sysctls alone "
	     "(tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes). It asks no client anything.",
	     duration_text(ROUGHLY(stuck)).text);
	return 0;
}

/* While a query runs the server looks at the socket only so often, so that time is saved
 * before: one second of idle, of which the check takes what it can. */
static int leave_room(const struct tunings *t, struct tuning *u, nsec *check, struct error *e)
{
	nsec room = 0;

	*check = 0;
	for (int i = 0; i < 2 && room < 100 * NS_PER_MS && u->idle > NS_PER_S; i++) {
		struct tuning less = *u;
		int fits;

		less.idle -= i * NS_PER_S;
		less.after -= i * NS_PER_S;
		fits = tune_again(t->trial, t->w, BY_OPTIONS, &less, e);
		if (fits < 0)
			return -1;
		room = fits ? t->w->within - less.found.latest : 0;
		if (room >= 100 * NS_PER_MS)
			*u = less;
	}
	if (room >= 100 * NS_PER_MS)
		*check = room < NS_PER_S ? room / (100 * NS_PER_MS) * 100 * NS_PER_MS : NS_PER_S;
	return 0;
}

int set_postgres(const struct tunings *t, struct setting *s, struct error *e)
{
	struct tuning u = t->by[BY_OPTIONS];
	nsec check;

	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	if (leave_room(t, &u, &check, e))
		return -1;
	s->latest = ns_add(u.found.latest, check);
	TEXT(s, "tcp_keepalives_idle = %" PRId64 "\n"
	     "tcp_keepalives_interval = %" PRId64 "\n"
	     "tcp_keepalives_count = %" PRId64 "\n"
	     "tcp_user_timeout = %" PRId64 "\n", SECONDS(u.idle), SECONDS(u.intvl), u.cnt, MS(u.after));
	if (check)
		TEXT(s, "client_connection_check_interval = %" PRId64 "\n", MS(check));
	NOTE(s, "%sIt asks no client anything.", check ? "" :
	     "While a query runs nothing is noticed: there is no time left for client_connection_check_interval. ");
	return 0;
}

int set_libpq(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_OPTIONS];

	(void)e;
	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	TEXT(s, "keepalives=1 keepalives_idle=%" PRId64 " keepalives_interval=%" PRId64 " keepalives_count=%" PRId64
	     " tcp_user_timeout=%" PRId64 "\n", SECONDS(u->idle), SECONDS(u->intvl), u->cnt, MS(u->after));
	NOTE(s, "In the connection string. It is told by the next call, unless the application polls PQsocket().");
	return 0;
}

int set_redis(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_REDIS];
	nsec stuck;

	s->when = "on idle connections";
	if (!setting_take(t, BY_REDIS, s))
		return 0;
	if (in_flight(t, BY_REDIS, &stuck, e))
		return -1;
	TEXT(s, "tcp-keepalive %" PRId64 "\n", SECONDS(u->idle));
	NOTE(s, "It makes of that idle %" PRId64 " s, then %" PRId64 " segments %" PRId64 " s apart, and has no user timeout: "
	     "a reply in flight is repeated for up to %s (tcp_retries2). timeout closes idle clients, dead or not. "
	     "It asks no client anything; a client can ask it: PING.",
	     SECONDS(u->idle), u->cnt, SECONDS(u->intvl), duration_text(ROUGHLY(stuck)).text);
	return 0;
}

int set_haproxy(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_OPTIONS];
	static const char *const sides[] = { "cli", "srv" };

	(void)e;
	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	TEXT(s, "defaults\n");
	for (int i = 0; i < 2; i++)
		TEXT(s, "    option %stcpka\n    %stcpka-idle %" PRId64 "s\n    %stcpka-intvl %" PRId64 "s\n"
		     "    %stcpka-cnt %" PRId64 "\n", sides[i], sides[i], SECONDS(u->idle), sides[i], SECONDS(u->intvl),
		     sides[i], u->cnt);
	TEXT(s, "frontend clients\n    bind :80 tcp-ut %" PRId64 "ms\n"
	     "backend servers\n    server one 192.0.2.1:80 tcp-ut %" PRId64 "ms\n", MS(u->after), MS(u->after));
	NOTE(s, "timeout client and timeout server end what is idle, dead or not. A check asks a server, but on a "
	     "connection of its own; no client is asked anything.");
	return 0;
}

/* ---- OpenSSH asks by itself ---- */

static void note_ssh(const struct tunings *t, struct setting *s)
{
	const struct sysctls *sys = t->w->sys;

	NOTE(s, "Whole seconds only. TCPKeepAlive has no values of its own: with this system's sysctls it takes %s.",
	     duration_text(sys->keepalive_time + sys->keepalive_probes * sys->keepalive_intvl).text);
}

int set_ssh(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_SSH];

	(void)e;
	if (!setting_take(t, BY_SSH, s))
		return 0;
	TEXT(s, "ServerAliveInterval %" PRId64 "\nServerAliveCountMax %" PRId64 "\n", SECONDS(u->every), u->cnt);
	note_ssh(t, s);
	return 0;
}

int set_sshd(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_SSHD];

	(void)e;
	if (!setting_take(t, BY_SSHD, s))
		return 0;
	TEXT(s, "ClientAliveInterval %" PRId64 "\nClientAliveCountMax %" PRId64 "\n", SECONDS(u->every), u->cnt);
	NOTE(s, "Since 9.2 sshd asks only each second interval; the bound is for that. ");
	note_ssh(t, s);
	return 0;
}
