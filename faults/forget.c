// SPDX-License-Identifier: MIT
/* forget: a middlebox drops who was silent for too long from its table. */
#include "fault.h"
#include "link.h"

enum how { HOW_DROP, HOW_RST };

struct params {
	nsec idle;
	int64_t how;
};

static const char *const hows[] = { [HOW_DROP] = "drop", [HOW_RST] = "rst", NULL };

static const struct param rows[] = {
	{ .name = "idle", .help = "how long a connection may be silent", .def = "2s", .unit = UNIT_TIME,
	  .min = NS_PER_S, .max = 1000 * 3600 * NS_PER_S, .offset = offsetof(struct params, idle) },
	{ .name = "how", .help = "what becomes of the segments of one that it forgot", .def = "drop", .unit = UNIT_WORD,
	  .words = hows, .offset = offsetof(struct params, how) },
	{ 0 },
};

static int limit_memory(struct link *l, const void *params, struct error *e)
{
	const struct params *q = params;
	const struct link_rule rule = { .forgets = q->idle, .resets = q->how == HOW_RST };

	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

static nsec forgets(const void *params)
{
	const struct params *q = params;

	return q->idle;
}

static const struct effect *effect_of(const void *params)
{
	static const struct effect reset = { .data = REPLY_RST, .empty = REPLY_RST };
	const struct params *q = params;

	return q->how == HOW_RST ? &reset : &fault_forget.effect;
}

const struct fault fault_forget = {
	.name = "forget",
	.summary = "a middlebox forgets each connection that is silent for a while",
	.text =
		"A NAT gateway, a load balancer or a firewall keeps each connection in a table, and drops it "
		"when neither side sent a segment for `idle`. From then on whatever either side sends is lost, or with "
		"how=rst answered with an RST to whoever sent it. Both ends live, and neither is told; but for "
		"this connection the peer is as good as dead.\n\n"
		"The middlebox minds the time from the strike on. What a connection was silent before counts too, "
		"so one that was for longer than `idle` is forgotten at once. A segment in either direction begins the "
		"time anew, and a keepalive segment will do: who is heard more often than `idle` is never forgotten, "
		"and whoever calls its peer dead raises a false alarm. One probe that sends so keeps the "
		"connection for all that share it. Who sends more seldom finds out as with drop, or with how=rst as with "
		"rst-injected; who sends nothing never does.\n\n"
		"Real middleboxes take longer than the lab's default: Azure's load balancer 4 min, AWS's NLB and NAT "
		"gateway 350 s, GCP 10 min, IPVS 15 min, Cisco's and Fortinet's firewalls 1 h, Linux conntrack 5 days. "
		"tcpalive idle-limit HOST:PORT measures it, and tcpalive advise --path-limit finds settings "
		"below it.",
	.breaks = "the path: a middlebox drops silent connections from its table",
	.dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING },
	.forgets = forgets,
	.effect_of = effect_of,
	.params = rows,
	.params_size = sizeof(struct params),
	.link = limit_memory,
};
