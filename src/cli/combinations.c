// SPDX-License-Identifier: MIT
/*
 * Which options go together. Its oddity: it is all tables, so that a new option adds a line and
 * no code.
 */
#include "request.h"

#include "base/words.h"

#include <string.h>

static const struct {
	const char *one, *other, *why;
} clashes[] = {
	{ "--ipv4", "--ipv6", "one of the two" },
	{ "--fault", "--fault-exec", "one fault at a time" },
	{ "--lab", "--listen", "the lab makes its own connections" },
	{ "--lab", "--peer", "the lab plays the peer itself" },
	{ "--lab", "--fault", "the lab's faults are given with it (--lab=FAULT)" },
	{ "--lab", "--fault-exec", "the lab's faults are given with it (--lab=FAULT)" },
	{ "--lab", "--source", "the lab has its own addresses" },
	{ "--predict", "--advise", "one of the two" },
	{ "--predict", "--listen", "a forecast needs no connection" },
	{ "--predict", "--peer", "a forecast needs no connection" },
	{ "--predict", "--connections", "a forecast needs no connection" },
	{ "--predict", "--fault", "give the faults with --lab=FAULT" },
	{ "--predict", "--fault-exec", "give the faults with --lab=FAULT" },
	{ "--predict", "--fault-at", "it foretells connections that have stood for long" },
	{ "--predict", "--timeout", "it foretells whatever time it takes" },
	{ "--predict", "--within", "it foretells whatever time it takes" },
	{ "--predict", "--expect", "it judges nothing" },
	{ "--predict", "--pcap", "no packet is sent" },
	{ "--predict", "--lab-net", "no packet is sent" },
	{ "--advise", "--listen", "it needs no connection" },
	{ "--advise", "--peer", "it needs no connection" },
	{ "--advise", "--connections", "it needs no connection" },
	{ "--advise", "--all", "it chooses the probes itself" },
	{ "--advise", "--probe", "it chooses the probes itself (see --predict)" },
	{ "--advise", "--lab", "it must hold against every fault (see --verify)" },
	{ "--advise", "--traffic", "it must hold for all of them" },
	{ "--advise", "--fault", "it must hold against every fault (see --verify)" },
	{ "--advise", "--fault-exec", "it must hold against every fault (see --verify)" },
	{ "--advise", "--within", "that is what --advise DUR says" },
	{ "--advise", "--timeout", "that is what --advise DUR says" },
	{ "--advise", "--expect", "--verify expects that the advice holds" },
	{ "--peer", "--all", "the peer watches nothing" },
	{ "--peer", "--probe", "the peer watches nothing" },
	{ "--peer", "--interval", "the peer watches nothing" },
	{ "--peer", "--within", "the peer watches nothing" },
	{ "--peer", "--expect", "the peer watches nothing" },
	{ "--peer", "--fault-exec", "the peer dies by itself (give --fault)" },
	{ "--listen", "--source", "give the address as --listen ADDR:PORT" },
	{ "--listen", "--connect-timeout", "there is nothing to connect to" },
};

static const struct {
	const char *option, *any[4];
} needs[] = {
	{ "--keep-open", { "--listen" } },
	{ "--max-clients", { "--listen" } },
	{ "--fault-at", { "--fault", "--fault-exec", "--lab" } },
	{ "--traffic", { "--lab", "--predict" } },
	{ "--lab-net", { "--lab" } },
	{ "--lab-sysctl", { "--lab", "--predict", "--advise" } },
	{ "--pcap", { "--lab", "--verify" } },
	{ "--tolerate", { "--advise" } },
	{ "--verify", { "--advise" } },
};

static int needs_check(const struct request *r, size_t i, struct error *e)
{
	const char *const *any = needs[i].any;

	for (size_t j = 0; any[j]; j++)
		if (given(r, any[j]))
			return 0;
	return usage(e, "'%s': only with %s%s%s%s%s", needs[i].option, any[0],
		     any[1] ? any[2] ? ", " : " or " : "", any[1] ? any[1] : "", any[1] && any[2] ? " or " : "",
		     any[1] && any[2] ? any[2] : "");
}

static int operands_check(const struct request *r, struct error *e)
{
	const char *first = r->operands.count ? r->operands.words[0] : NULL;
	bool lab = given(r, "--lab");
	const char *ahead = given(r, "--predict") ? "--predict" : given(r, "--advise") ? "--advise" : NULL;

	if (first && ahead)
		return usage(e, "%s: %s takes no HOST:PORT (it uses no network)", quote(first).text, ahead);
	if (ahead)
		return 0;
	if (first && lab)
		return usage(e, "%s: --lab takes no HOST:PORT (a fault is given as --lab=FAULT)",
			     quote(first).text);
	if (first && r->listen)
		return usage(e, "%s: --listen takes no HOST:PORT", quote(first).text);
	if (!first && !r->listen && given(r, "--peer"))
		return usage(e, "no HOST:PORT: give one, or --listen PORT (see --help)");
	if (!first && !r->listen && !lab)
		return usage(e,
			     "no HOST:PORT: give one, or --listen PORT, or --lab (see --help)");
	return 0;
}

int combinations_check(const struct request *r, struct error *e)
{
	for (size_t i = 0; i < sizeof(clashes) / sizeof(*clashes); i++)
		if (given(r, clashes[i].one) && given(r, clashes[i].other))
			return usage(e, "'%s' and '%s': %s", clashes[i].one, clashes[i].other,
				     clashes[i].why);
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		if (given(r, needs[i].option) && needs_check(r, i, e))
			return -1;
	return operands_check(r, e);
}
