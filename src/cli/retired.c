// SPDX-License-Identifier: MIT
/* Names the new spelling of an old option. */
#include "retired.h"

#include <stdbool.h>
#include <string.h>

#include "base/words.h"

static const struct {
	const char *name;   /* without its dashes, the verb's too */
	bool takes_next;    /* the word behind it was its value */
	const char *option; /* it is an option still, of this name; or NULL */
	const char *arg;    /* name of a missing value, or NULL */
} retired[] = {
	{ .name = "lab" },
	{ .name = "peer" },
	{ .name = "predict" },
	{ .name = "advise", .takes_next = true, .arg = "DUR" },
	{ .name = "explain", .takes_next = true },
	{ .name = "list" },
	{ .name = "rows", .takes_next = true, .arg = "KIND" },
	{ .name = "lab-net", .option = "--net" },
	{ .name = "lab-sysctl", .option = "--sysctl" },
};

int retired_check(const char *word, const char *next, struct error *e)
{
	size_t len = strcspn(word + 2, "=");
	const char *value = word[2 + len] ? word + 3 + len : NULL;

	for (size_t i = 0; i < sizeof(retired) / sizeof(*retired); i++) {
		if (strlen(retired[i].name) != len || memcmp(retired[i].name, word + 2, len))
			continue;
		if (retired[i].option)
			return usage(e, "%s: this option is %s now", quote_part(word, 2 + len).text,
				     retired[i].option);
		if (!value && retired[i].takes_next && next && *next != '-')
			value = next;
		if (!value || !*value)
			value = retired[i].arg;
		return usage(e, "%s: this is a verb now: tcpalive %s%s%s", quote(word).text,
			     retired[i].name, value ? " " : "", value ? value : "");
	}
	return 0;
}
