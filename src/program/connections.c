// SPDX-License-Identifier: MIT
/* The table of the observer's connections. */
#include "connections.h"

#include <errno.h>
#include <stdlib.h>

enum { KEYS = 1 << 16 };

int connections_open(struct connections *t, size_t most)
{
	t->most = most;
	t->all = calloc(most, sizeof(*t->all));
	t->live = calloc(most, sizeof(*t->live));
	t->touched = calloc(most, sizeof(*t->touched));
	t->latest = calloc(KEYS, sizeof(*t->latest));
	return t->all && t->live && t->touched && t->latest ? 0 : -ENOMEM;
}

void connections_close(struct connections *t)
{
	free(t->all);
	free(t->live);
	free(t->touched);
	free(t->latest);
	*t = (struct connections){ 0 };
}

struct connection *connections_add(struct connections *t, uint16_t key)
{
	struct connection *c;

	if (t->count == t->most) {
		t->beyond++;
		return NULL;
	}
	c = &t->all[t->count++];
	c->key = key;
	c->live = t->lives;
	t->live[t->lives++] = c;
	t->latest[key] = (uint32_t)t->count;
	return c;
}

struct connection *connections_find(const struct connections *t, uint16_t key)
{
	return t->latest[key] ? &t->all[t->latest[key] - 1] : NULL;
}

struct connection *connections_with(const struct connections *t, uint64_t cookie)
{
	for (size_t i = t->count; i-- > 0;)
		if (t->all[i].cookie == cookie)
			return &t->all[i];
	return NULL;
}

struct connection *connections_of_socket(const struct connections *t, uint64_t cookie, uint16_t key)
{
	struct connection *c = key ? connections_find(t, key) : NULL;

	if (!c || c->cookie != cookie)
		c = connections_with(t, cookie);
	if (c)
		return c->retired ? NULL : c;
	for (size_t i = 0; key && i < t->lives; i++)
		if (t->live[i]->key == key && !t->live[i]->cookie && t->live[i]->destroyed == TIME_NONE && (!c || t->live[i] < c))
			c = t->live[i];
	return c;
}

void connections_touch(struct connections *t, struct connection *c)
{
	if (!c->touched)
		t->touched[t->touches++] = c;
	c->touched = true;
}

void connections_retire(struct connections *t, struct connection *c)
{
	if (c->retired)
		return;
	c->retired = true;
	t->live[c->live] = t->live[--t->lives];
	t->live[c->live]->live = c->live;
}
