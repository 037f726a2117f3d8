// SPDX-License-Identifier: MIT
/* What an option does with its value. Most put it where their row says, within the row's bounds. */
#include "set.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"
#include "plan/quoting.h"

static void *in_plan(struct setting *s)
{
	return (char *)s->request->plan + s->row->offset;
}

static void *in_request(struct setting *s)
{
	return (char *)s->request + s->row->offset;
}

static int refuse(struct setting *s, const char *why)
{
	return usage(s->e, "%s: %s: %s", s->row->name, quote(s->value).text, why);
}

static int refuse_empty(struct setting *s)
{
	return usage(s->e, "%s: '': empty (give %s)", s->row->name, s->row->arg);
}

int set_duration(struct setting *s)
{
	struct why why;

	if (duration_parse(s->value, s->row->min, s->row->max, in_plan(s), &why))
		return refuse(s, why.text);
	return 0;
}

int set_count(struct setting *s)
{
	struct why why;
	int64_t n;

	if (count_parse(s->value, s->row->min, s->row->max, &n, &why))
		return refuse(s, why.text);
	*(unsigned *)in_plan(s) = (unsigned)n;
	return 0;
}

/* The number is read as a time in seconds, which has fractions too, and no unit. */
int set_percent(struct setting *s)
{
	size_t len = strlen(s->value), digits = len && s->value[len - 1] == '%' ? len - 1 : len;
	char number[16];
	struct why why;
	nsec n;

	if (!digits || digits >= sizeof(number) || strspn(s->value, "0123456789.") != digits)
		return refuse(s, "not a percentage (5%)");
	snprintf(number, sizeof(number), "%.*s", (int)digits, s->value);
	if (duration_parse(number, 0, DURATION_MAX, &n, &why))
		return refuse(s, "not a percentage (5%)");
	n /= NS_PER_S / 10;
	if (n < s->row->min || n > s->row->max)
		return usage(s->e, "%s: %s: out of bounds (%g%% to %g%%)", s->row->name, quote(s->value).text,
			     (double)s->row->min / 10, (double)s->row->max / 10);
	*(unsigned *)in_plan(s) = (unsigned)n;
	return 0;
}

int set_true(struct setting *s)
{
	*(bool *)in_plan(s) = true;
	return 0;
}

int set_constant(struct setting *s)
{
	*(int *)in_plan(s) = (int)s->row->min;
	return 0;
}

int set_more(struct setting *s)
{
	int *level = in_plan(s);

	*level = *level < 0 ? 1 : *level + 1;
	return 0;
}

int set_text(struct setting *s)
{
	if (!*s->value)
		return refuse_empty(s);
	*(const char **)in_plan(s) = s->value;
	return 0;
}

int set_command(struct setting *s)
{
	return s->value[strspn(s->value, " \t\n")] ? set_text(s) : refuse_empty(s);
}

/* One of row->words; what lands in the plan is which. */
int set_word(struct setting *s)
{
	const char *const *words = s->row->words;
	struct hint guess;

	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], s->value)) {
			*(int *)in_plan(s) = i;
			return 0;
		}
	guess = hint(s->value, plain_word, words, s->row->arg);
	return usage(s->e, "%s: %s: unknown word%s", s->row->name, quote(s->value).text, guess.text);
}

int add_sysctl(struct setting *s)
{
	struct plan *p = s->request->plan;
	const char *equals = strchr(s->value, '=');
	struct assignment *a;

	if (!equals || equals == s->value || !equals[1])
		return refuse(s, "not NAME=VALUE (tcp_retries2=8)");
	if (strchr(s->value, '/'))
		return refuse(s, "a name has no '/' (tcp_retries2)");
	a = list_add(&p->lab.sysctls, &p->lab.nsysctls, sizeof(*a), s->e);
	if (!a)
		return -1;
	a->name = copy_part(s->value, (size_t)(equals - s->value), s->e);
	a->value = copy_part(equals + 1, strlen(equals + 1), s->e);
	if (!a->name || !a->value)
		return -1;
	value_unquote(a->value);
	return 0;
}

/* That it was given is all there is to it. */
int set_nothing(struct setting *s)
{
	(void)s;
	return 0;
}

/* Its meaning depends on other options: looked at after the last word. */
int word_add(struct setting *s)
{
	struct word_list *list = in_request(s);
	const char **word = list_add(&list->words, &list->count, sizeof(*word), s->e);

	if (!word)
		return -1;
	*word = s->value;
	return 0;
}

int word_set(struct setting *s)
{
	const char **word = in_request(s);

	if (*word)
		return refuse(s, "a second one (one at a time)");
	if (!*s->value)
		return refuse_empty(s);
	*word = s->value;
	return 0;
}

/* "tcpalive lab --help" is "tcpalive help lab". */
int show_help(struct setting *s)
{
	struct page_plan *page = &s->request->plan->page;
	const char **word;

	if (!s->request->implied) {
		word = list_add(&page->words, &page->count, sizeof(*word), s->e);
		if (!word)
			return -1;
		*word = s->request->verb->name;
	}
	s->request->verb = &verb_help;
	return 1;
}

int show_version(struct setting *s)
{
	s->request->verb = &verb_version;
	return 1;
}
