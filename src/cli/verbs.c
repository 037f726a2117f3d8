// SPDX-License-Identifier: MIT
/* The table of the verbs. */
#include "verb.h"

#include <string.h>

const struct verb *const verbs[] = {
#define VERB(name) &verb_##name,
#include "verbs.def"
#undef VERB
};
const size_t verbs_count = sizeof(verbs) / sizeof(*verbs);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < verbs_count; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

const char *verb_word(const void *list, size_t i)
{
	(void)list;
	for (size_t v = 0; v < verbs_count; v++)
		if (!verbs[v]->hidden && !i--)
			return verbs[v]->name;
	return NULL;
}
