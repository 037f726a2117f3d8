// SPDX-License-Identifier: MIT
/* lab: every fault against every probe, in a private network. */
#include "faults/fault.h"
#include "lab/run.h"
#include "base/words.h"
#include "plan/defaults.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--all" },
	{ .name = "--probe", .help = PROBES_HELP("every probe; beside --client and --server none") },
	{ .name = "--interval" },
	{ .name = "--connections", .help = "how many connections per fault and probe" },
	{ .name = "--timeout", .def = "15s", .help = "how long each fault is watched; more where a path takes longer to forget" },
	{ .name = "--within" },
	{ .name = "--expect", .help = "what must hold for each fault, or behind its name and a colon for that one: any, all, alive, PROBE<=DUR, PROBE=never, "
			      "and of a program noticed<=DUR, reconnected<=DUR, exited=never; repeatable (default: what is predicted)" },
	{ .name = "--client" },
	{ .name = "--server" },
	{ .name = "--dies" },
	{ .name = "--ready" },
	{ .name = "--jobs" },
	{ .name = "--logs" },
	{ .name = "--say", .help = "what the lab's own client says first: bytes, or a URL (redis://) for what such a client says" },
	{ .name = "--fault-at", .help = "when the faults strike, counted from when every connection is established "
				"(default: a random moment between 0.4s and 0.9s)" },
	{ .name = "--traffic" },
	{ .name = "--net" },
	{ .name = "--rtt" },
	{ .name = "--sysctl", .help = "set a TCP sysctl in both hosts; repeatable" },
	{ .name = "--pcap" },
	{ .name = "--ipv4", .help = "IPv4 between the hosts" },
	{ .name = "--ipv6", .help = "IPv6 between the hosts" },
	{ .name = NULL },
};

/* What only a private network can do is refused on loopback. */
static int check_loopback(const struct plan *p, struct error *e)
{
	if (p->lab.rtt)
		return usage(e, "--rtt: not with --net loopback, which has no link to delay");
	if (p->lab.nsysctls)
		return usage(e, "--sysctl: not with --net loopback, whose sysctls are this machine's");
	if (p->lab.pcap)
		return usage(e, "--pcap: not with --net loopback, which has no link to record");
	return 0;
}

/* A path that forgets has to be watched until it has, and then for as long as it takes to notice. */
static void wait_for_forgetting(struct request *r)
{
	struct plan *p = r->plan;

	for (size_t i = 0; i < p->lab.nfaults && !request_given(r, "--timeout"); i++) {
		const struct chosen_fault *f = &p->lab.faults[i];

		if (f->fault->forgets)
			p->judge.timeout = ns_max(p->judge.timeout, ns_add(2 * f->fault->forgets(f->params), 5 * NS_PER_S));
	}
}

static int lab_fill(struct request *r, struct error *e)
{
	struct plan *p = r->plan;

	p->mode = MODE_LAB;
	if (p->lab.net == LAB_NET_LOOPBACK && check_loopback(p, e))
		return -1;
	p->fault.at_given = request_given(r, "--fault-at");
	if (!p->fault.at_given)
		p->fault.at = DEFAULT_LAB_FAULT_AT;
	if (programs_fill(r, e) || probes_fill(r, e) || programs_check(r, e) || faults_fill(r, e) || expects_fill(r, e))
		return -1;
	wait_for_forgetting(r);
	if (limits_fill(r, e) || outputs_fill(r, e))
		return -1;
	return 0;
}

static const char *const calls[] = {
	"[OPTION]... [FAULT[:KEY=VALUE]...]...",
	"[--client CMD] [--server CMD] [OPTION]... [FAULT]...",
	NULL,
};

const struct verb verb_lab = {
	.name = "lab",
	.summary = "kill a peer in every way, in a private network: the matrix",
	.calls = calls,
	.text = "Without a FAULT every fault is tried; several are separated by spaces or commas. It needs "
		"no privilege where user namespaces are allowed, and touches nothing outside its own.\n\n"
		"With --client and --server it measures programs of your own: when they gave up a connection to a peer that died, "
		"and what they did then. In their commands {host}, {port}, {dir} and {fault} are replaced.",
	.examples =
		"  tcpalive lab                          every probe against every fault\n"
		"  tcpalive lab drop reboot-late:for=3s -p keepalive --pcap .\n"
		"                                        two faults, one probe, and the packets\n"
		"  tcpalive lab --rtt 60ms               over a path with that round trip\n"
		"  tcpalive lab drop,kill --client './app {host}:{port}' --expect 'noticed<=10s'\n"
		"                                        a program of yours, and a peer that dies\n"
		"  tcpalive lab --server 'redis-server --port {port} --protected-mode no' \\\n"
		"           --say redis://               a server, and clients that die\n",
	.operands = "faults",
	.options = options,
	.reports = true,
	.fill = lab_fill,
	.run = run_lab,
};
