// SPDX-License-Identifier: MIT
/* peer: plays the other end, which echoes and then dies. */
#include "base/words.h"
#include "peer/run.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--fault", .help = "how it dies: NAME[:KEY=VALUE]..., any fault that a process can do to itself "
			     "(default: it echoes until it is interrupted)" },
	{ .name = "--fault-at", .def = "1s" },
	{ .name = "--to" },
	{ .name = "--say" },
	{ .name = "--timeout", .help = "stop after this long (default never)" },
	{ .name = "--within", .help = "how long the other end has to notice, once this one is dead (default as long as --expect allows; "
			      "else 15s, or as long as a peer that is stopped or deaf is there)" },
	{ .name = "--expect", .help = "what the other end must do: noticed<=DUR, reconnected<=DUR or alive; repeatable" },
	{ .name = "--listen", .help = "accept clients, and echo to each" },
	{ .name = "--keep-open", .help = "with --listen: after the peer has died, another one accepts the next clients, "
					 "and dies as it did" },
	{ .name = "--max-clients", .help = "with --listen: how many clients to accept at once; the next one waits until "
					   "another has left (default any number)" },
	{ .name = "--connections", .help = "how many connections per target" },
	{ .name = "--ipv4" },
	{ .name = "--ipv6" },
	{ .name = "--source" },
	{ .name = "--connect-timeout" },
	{ .name = NULL },
};

/* Who does not die is not noticed. */
static int check_dies(const struct request *r, struct error *e)
{
	const char *given = request_given(r, "--within") ? "--within" : "--expect";

	return r->fault || !request_given(r, given) ? 0 : usage(e, "'%s': only with --fault", given);
}

static int peer_fill(struct request *r, struct error *e)
{
	r->plan->mode = MODE_PEER;
	return check_dies(r, e) || targets_fill(r, e) || fault_fill(r, e) || relay_fill(r, e) || say_fill(r, e) ||
	       expects_fill(r, e) || limits_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}

static const char *const calls[] = {
	"[OPTION]... HOST:PORT...",
	"[OPTION]... --listen [ADDR:]PORT",
	NULL,
};

const struct verb verb_peer = {
	.name = "peer",
	.summary = "play the peer: echo, then die by --fault",
	.calls = calls,
	.examples = "  tcpalive peer --listen 9000 --fault freeze --fault-at 5s\n"
		    "                                        freezes 5 s after the first client\n"
		    "  tcpalive peer --listen 9000 -k --max-clients 1 --fault rst\n"
		    "                                        resets each client after a second\n"
		    "  tcpalive peer --listen 9000 --to db:5432 --fault freeze --fault-at 5s\n"
		    "                                        a relay to a real server\n",
	.operands = "targets",
	.options = options,
	.reports = true,
	.fill = peer_fill,
	.run = run_peer,
};
