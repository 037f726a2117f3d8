// SPDX-License-Identifier: MIT
/*
 * Which options of a verb go together: tables, so that a new option adds a line and no code. What
 * a verb has no use for at all is missing from its own list (verb-NAME.c).
 */
#include "request.h"

#include "base/words.h"
#include "options.h"

static const struct {
	const char *one, *other, *why, *unless;
} clashes[] = {
	{ "--ipv4", "--ipv6", "one of the two", NULL },
	{ "--fault", "--fault-exec", "one fault at a time", NULL },
	{ "--listen", "--source", "give the address as --listen ADDR:PORT", NULL },
	{ "--listen", "--targets", "there is nothing to connect to", NULL },
	{ "--listen", "--connect-rate", "there is nothing to connect to", NULL },
	{ "--say", "--client", "that client speaks for itself", NULL },
	{ "--say", "--to", "a relay says nothing of its own", NULL },
	{ "--say", "--listen", "only a peer that connects speaks first", NULL },
	{ "--keep", "--listen", "with --listen it is --keep-open", NULL },
	{ "--keep", "--fault", "a fault is for one death", NULL },
	{ "--keep", "--fault-exec", "a fault is for one death", NULL },
	{ "--listen", "--connect-timeout", "there is nothing to connect to", "--to" },
};

/* Each only with one of those behind it, where the verb has one of them. */
static const struct {
	const char *option, *any[3];
} needs[] = {
	{ "--keep-open", { "--listen" } },
	{ "--max-clients", { "--listen" } },
	{ "--fault-at", { "--fault", "--fault-exec" } },
	{ "--pcap", { "--verify" } },
	{ "--dies", { "--client", "--server" } },
	{ "--ready", { "--client", "--server" } },
	{ "--jobs", { "--client", "--server" } },
	{ "--logs", { "--client", "--server" } },
	{ "--say", { "--server" } },
	{ "--intrusive", { "--probe" } },
};

static int needs_check(const struct request *r, size_t i, struct error *e)
{
	const char *const *any = needs[i].any;
	const char *known[2] = { NULL };
	size_t count = 0;

	for (size_t j = 0; any[j]; j++) {
		if (request_given(r, any[j]))
			return 0;
		if (verb_knows(r->verb, option_find(any[j])))
			known[count++] = any[j];
	}
	if (!count)
		return 0;
	return usage(e, "'%s': only with %s%s%s", needs[i].option, known[0], count > 1 ? " or " : "",
		     count > 1 ? known[1] : "");
}

int combinations_check(const struct request *r, struct error *e)
{
	for (size_t i = 0; i < sizeof(clashes) / sizeof(*clashes); i++)
		if (request_given(r, clashes[i].one) && request_given(r, clashes[i].other) &&
		    !(clashes[i].unless && request_given(r, clashes[i].unless)))
			return usage(e, "'%s' and '%s': %s", clashes[i].one, clashes[i].other,
				     clashes[i].why);
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		if (request_given(r, needs[i].option) && needs_check(r, i, e))
			return -1;
	return 0;
}
