// SPDX-License-Identifier: MIT
/* Connections that are alike are one, the worst first; and what each would notice where not all is known. */
#include "unit.h"

#include "audit/group.h"
#include "audit/predict.h"
#include "faults/fault.h"

#define S NS_PER_S
#define MOST 8

static struct event_socket list[MOST];
static struct predicted predicted[MOST];
static nsec soonest[MOST];
static size_t n;

static struct event_socket *put(const char *command, const char *local, const char *remote, nsec by)
{
	struct event_socket *s = &list[n];

	predicted[n] = (struct predicted){ .known = true, .result = by == NS_NEVER ? MISSED : NOTICED, .by = by };
	*s = (struct event_socket){ .pid = 10 + (int)n, .fd = (int)n, .count = 1, .state = "ESTABLISHED", .known = true, .predicted = &predicted[n] };
	snprintf(s->command, sizeof(s->command), "%s", command);
	snprintf(s->local, sizeof(s->local), "%s", local);
	snprintf(s->remote, sizeof(s->remote), "%s", remote);
	n++;
	return s;
}

static void clients_of_one_server(void)
{
	n = 0;
	put("app", "10.0.0.1:1001", "10.0.0.5:5432", 8 * S);
	put("app", "10.0.0.1:1002", "10.0.0.5:5432", 9 * S);
	put("app", "10.0.0.1:1003", "10.0.0.5:5432", 7 * S);
	put("app", "10.0.0.1:1004", "10.0.0.6:5432", 3 * S);
	put("web", "10.0.0.1:1005", "10.0.0.5:5432", NS_NEVER);
	CHECK_INT(audit_group(list, n, 1, soonest, false), 3);
	CHECK_TEXT(list[0].command, "web");
	CHECK_INT(list[1].count, 3);
	CHECK(!list[1].accepted);
	CHECK_TEXT(list[1].local, "10.0.0.1:1002");
	CHECK_INT(list[1].predicted->by, 9 * S);
	CHECK_INT(*list[1].soonest, 7 * S);
	CHECK_INT(list[2].count, 1);
	CHECK(!list[2].soonest);
}

static void clients_at_one_server(void)
{
	n = 0;
	put("db", "[::1]:5432", "[fe80::2]:1001", NS_NEVER);
	put("db", "[::1]:5432", "[fe80::2]:1002", NS_NEVER);
	put("db", "[::1]:5432", "[fe80::22]:1002", NS_NEVER);
	put("db", "[::1]:5433", "[fe80::2]:1003", NS_NEVER);
	CHECK_INT(audit_group(list, n, 1, soonest, false), 3);
	for (int i = 0; i < 3; i++) {
		CHECK(list[i].accepted == (list[i].count == 2));
		CHECK(list[i].count == 1 || !strcmp(list[i].local, "[::1]:5432"));
	}
}

/* What they do not share is to be seen. */
static void connections_that_are_not_alike(void)
{
	n = 0;
	put("app", "10.0.0.1:1", "10.0.0.5:80", 8 * S);
	put("app", "10.0.0.1:2", "10.0.0.5:80", 8 * S)->keepalive = true;
	put("app", "10.0.0.1:3", "10.0.0.5:80", NS_NEVER);
	put("app", "10.0.0.1:4", "10.0.0.5:80", 8 * S)->in_flight = 1;
	put("app", "10.0.0.1:5", "10.0.0.5:80", 8 * S)->incomplete = "why";
	put("app", "10.0.0.1:6", "10.0.0.5:80", 8 * S)->expected.broken = "drop<=1s";
	put("app", "10.0.0.1:7", "10.0.0.5:80", 8 * S)->predicted = NULL;
	put("app", "10.0.0.1:8", "10.0.0.5:80", 8 * S)->state = "FIN_WAIT2";
	CHECK_INT(audit_group(list, n, 1, soonest, false), MOST);
	CHECK_INT(list[0].predicted->by, NS_NEVER);
	CHECK(!list[MOST - 1].predicted);
	CHECK_INT(audit_group(list, 0, 1, soonest, false), 0);
}

static void all_of_them_stay(void)
{
	n = 0;
	put("app", "10.0.0.1:1", "10.0.0.5:80", 8 * S);
	put("app", "10.0.0.1:2", "10.0.0.5:80", 9 * S);
	CHECK_INT(audit_group(list, n, 1, soonest, true), 2);
	CHECK_INT(list[0].predicted->by, 9 * S);
}

/* ---- predictions ---- */

static struct audit_host host = { .own = true, .entered = true };
static const struct audit_list hosts = { .hosts = &host, .nhosts = 1 };

static struct audit_socket idle_socket(void)
{
	struct audit_socket s = { .process = 0, .has_timer = true, .now = { .state = STATE_ESTABLISHED, .inode = 7, .has_info = true } };

	s.now.info.tcpi_rto = 204000;
	s.now.info.tcpi_rtt = 50;
	return s;
}

static struct predicted of(const struct audit_socket *s, const char *fault)
{
	struct chosen_fault f = { .fault = fault_find(fault) };
	const struct plan p = { .lab = { .faults = &f, .nfaults = 1 } };
	struct predicted r;

	sysctls_read(&host.sysctls);
	host.sysctls.retries2 = 15;
	audit_predict(&hosts, s, &p, &r);
	return r;
}

static void what_holds_whatever_the_options(void)
{
	struct audit_socket s = idle_socket();

	CHECK(of(&s, "drop").known && of(&s, "drop").by == NS_NEVER); /* keepalive would have a timer */
	CHECK(of(&s, "zero-window").known);
	s.now.timer = SOCKET_TIMER_KEEPALIVE;
	s.now.expires = 1000;
	CHECK(!of(&s, "drop").known);
	CHECK(!of(&s, "reboot").known);
	s.now.timer = SOCKET_TIMER_RETRANSMIT;
	s.now.info.tcpi_unacked = 1;
	CHECK(!of(&s, "drop").known); /* a user timeout */
	CHECK(of(&s, "reboot").known && of(&s, "reboot").by >= S);
	s.options.known = true;
	CHECK(of(&s, "drop").known);
	host.entered = false; /* its tcp_retries2 */
	CHECK(!of(&s, "drop").known);
	s.options.user_timeout = 5 * S;
	CHECK(of(&s, "drop").known);
	host.entered = true;
	s.has_timer = false;
	CHECK(!of(&s, "drop").known);
	s.mptcp = s.has_timer = true;
	CHECK(!of(&s, "drop").known);
}

static void a_peer_that_has_said_farewell(void)
{
	struct audit_socket s = idle_socket();

	s.now.state = STATE_CLOSE_WAIT;
	CHECK(of(&s, "drop").known);
	CHECK_INT(of(&s, "drop").by, 0);
	s.now.state = STATE_LAST_ACK; /* its program has closed it: 15 retransmissions are not for it */
	s.now.inode = 0;
	s.now.timer = SOCKET_TIMER_RETRANSMIT;
	s.now.info.tcpi_unacked = 1;
	CHECK(of(&s, "drop").by > 100 * S && of(&s, "drop").by < 130 * S);
}

int main(void)
{
	UNIT_CASE(clients_of_one_server);
	UNIT_CASE(clients_at_one_server);
	UNIT_CASE(connections_that_are_not_alike);
	UNIT_CASE(all_of_them_stay);
	UNIT_CASE(what_holds_whatever_the_options);
	UNIT_CASE(a_peer_that_has_said_farewell);
	return unit_end();
}
