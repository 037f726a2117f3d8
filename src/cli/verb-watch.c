// SPDX-License-Identifier: MIT
/* watch: connects or accepts, and watches. The verb of a command line that has none. */
#include "engine/run.h"
#include "plan/defaults.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--all" },
	{ .name = "--probe" },
	{ .name = "--interval" },
	{ .name = "--timeout" },
	{ .name = "--within" },
	{ .name = "--expect" },
	{ .name = "--fault", .help = "what happens to the peer: drop (discards what the peer sends; needs CAP_NET_ADMIN)" },
	{ .name = "--fault-exec" },
	{ .name = "--fault-at", .def = "1s" },
	{ .name = "--listen" },
	{ .name = "--keep-open" },
	{ .name = "--max-clients" },
	{ .name = "--connections" },
	{ .name = "--targets" },
	{ .name = "--connect-rate" },
	{ .name = "--ipv4" },
	{ .name = "--ipv6" },
	{ .name = "--source" },
	{ .name = "--connect-timeout" },
	{ .name = "--keep" },
	{ .name = NULL },
};

/* With --listen -n every probe waits for clients of its own, so all of them must be let in. */
static void clients_fill(struct request *r)
{
	struct connect_plan *c = &r->plan->connect;
	size_t wanted = c->connections * r->plan->ngroups;

	if (request_given(r, "--max-clients"))
		return;
	c->max_clients = c->keep_open ? DEFAULT_MAX_CLIENTS_KEEP_OPEN : DEFAULT_MAX_CLIENTS;
	if (c->connections_given && wanted > c->max_clients)
		c->max_clients = (unsigned)wanted;
}

static int watch_fill(struct request *r, struct error *e)
{
	r->plan->mode = r->listen ? MODE_LISTEN : MODE_CONNECT;
	r->plan->connect.connections_given = request_given(r, "--connections");
	if (targets_fill(r, e) || probes_fill(r, e) || fault_fill(r, e))
		return -1;
	clients_fill(r);
	return expects_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}

static int watch_run(const struct plan *p, struct error *e)
{
	if (p->connect.keep)
		return run_keep(p, e);
	return p->mode == MODE_LISTEN ? run_listen(p, e) : run_connect(p, e);
}

static const char *const calls[] = {
	"[OPTION]... HOST:PORT...",
	"[OPTION]... --targets FILE",
	"[OPTION]... --listen [ADDR:]PORT",
	NULL,
};

const struct verb verb_watch = {
	.name = "watch",
	.summary = "connect or accept, and watch which probes notice that the peer is dead",
	.calls = calls,
	.text = "Each HOST:PORT gets a connection for each probe, or one for all probes that a plus sign "
		"joins; HOST PORT works as with nc. A URL, such as redis://HOST, "
		"has the usual port and a heartbeat in that protocol (see tcpalive list). With --listen clients are accepted instead. The word watch may be left out.",
	.examples =
		"  tcpalive --all localhost:6379         watch a server with every probe\n"
		"  tcpalive redis://db                   ask it in its own protocol\n"
		"  tcpalive -k --listen 9000             accept, and watch client after client\n"
		"  tcpalive --targets servers.txt        watch every server in a list\n"
		"  tcpalive -p keepalive:idle=1s:intvl=1s:cnt=2 --expect 'keepalive<=4s' \\\n"
		"           --fault drop localhost:22    a check for a script\n",
	.operands = "targets",
	.options = options,
	.reports = true,
	.fill = watch_fill,
	.run = watch_run,
};
