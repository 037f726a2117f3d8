// SPDX-License-Identifier: MIT
/* The limit of idle connections, as far as it is known. */
#include "json.h"

#include "json-put.h"

/* null where that is not known. */
static void put_kept(struct out *o, const struct event_idle_limit *l)
{
	if (l->kept == KEPT_UNKNOWN)
		out_text(o, ",\"kept\":null");
	else
		json_boolean(o, "kept", l->kept == KEPT_ALIVE);
	json_seconds(o, "kept_each", l->kept_each);
	json_seconds(o, "kept_for", l->kept_for);
}

void json_idle_limit(struct out *o, const struct event *e)
{
	const struct event_idle_limit *l = &e->limit;

	json_boolean(o, "final", l->final);
	json_text(o, "remote", l->remote);
	json_seconds(o, "at_least", l->at_least);
	json_seconds(o, "at_most", l->at_most);
	json_text(o, "how", forgetting_name(l->how));
	json_number(o, "asked", l->asked);
	json_number(o, "open", l->open);
	if (!l->final) {
		json_seconds(o, "left", l->left);
		return;
	}
	json_text(o, "question", l->question);
	json_seconds(o, "up_to", l->up_to);
	json_boolean(o, "unasked", l->unasked);
	json_boolean(o, "mixed", l->mixed);
	json_boolean(o, "contradicts", l->contradicts);
	json_boolean(o, "inbound", l->inbound);
	json_seconds(o, "spoke", l->spoke ? l->spoke : TIME_NONE);
	json_text(o, "known_as", l->known_as);
	json_seconds(o, "keepalive", l->keepalive);
	put_kept(o, l);
}
