// SPDX-License-Identifier: MIT
/* The words of argv put together: the parts of the plan that several verbs have. */
#include "request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "faults/fault.h"
#include "plan/expects.h"
#include "plan/spec.h"
#include "plan/target.h"
#include "plan/target-file.h"
#include "plan/url.h"

/* "lba": the first word, like a verb and unlike HOST:PORT. */
static bool looks_like_verb(const char *word)
{
	return isalpha((unsigned char)*word) && !word[strcspn(word, ".:[]/")];
}

/* The i-th operand and the next one are HOST and PORT. */
static bool is_pair(const struct request *r, size_t i)
{
	return i + 1 < r->operands.count && target_is_pair(r->operands.words[i], r->operands.words[i + 1]);
}

/* --listen ADDR PORT: the port has become an operand. */
static bool is_listen_pair(const struct request *r)
{
	return r->listen && r->operands.count == 1 && target_is_pair(r->listen, r->operands.words[0]);
}

static int operands_check(const struct request *r, struct error *e)
{
	const char *first = r->operands.count ? r->operands.words[0] : NULL;
	struct hint verb;

	if (first && r->listen && !is_listen_pair(r))
		return usage(e, "%s: --listen takes no HOST:PORT", quote(first).text);
	if (!first && r->targets.count)
		return 0;
	if (!first && !r->listen)
		return usage(e, "no HOST:PORT: give one, or --listen PORT%s",
			     r->implied ? ", or a verb (see --help)" : " (see --help)");
	if (!first || !r->implied || r->listen || !looks_like_verb(first))
		return 0;
	if (verb_find(first) && !verb_find(first)->hidden)
		return usage(e, "%s: a verb comes first: tcpalive %s", quote(first).text, first);
	verb = hint(first, verb_word, NULL, "see --help");
	if (is_pair(r, 0) && (isdigit((unsigned char)*r->operands.words[1]) || !strchr(verb.text, '?')))
		return 0;
	return usage(e, "%s: no port (such as %.64s:6379 or %.64s 6379), and no verb%s", quote(first).text, first,
		     first, verb.text);
}

/* HOST:PORT, or where probes are chosen a URL; or what --listen takes. */
static int operand_parse(const struct request *r, struct target *t, const char *word, struct error *e)
{
	if (r->listen)
		return listen_parse(t, word, e);
	if (!is_url(word))
		return target_parse(t, word, e);
	if (r->plan->mode == MODE_PEER)
		return usage(e, "%s: a peer speaks no protocol (give HOST:PORT)", quote(word).text);
	return url_parse(t, word, e);
}

/* Makes one target of one word, or of two; port may be NULL. */
static int target_add(const struct request *r, const char *word, const char *port, struct error *e)
{
	struct connect_plan *c = &r->plan->connect;
	struct target *t = list_add(&c->targets, &c->ntargets, sizeof(*t), e);
	char *joined = port ? target_join(word, port, e) : NULL;
	int failed = !t || (port && !joined) || operand_parse(r, t, joined ? joined : word, e);

	free(joined);
	return failed ? -1 : 0;
}

int targets_fill(struct request *r, struct error *e)
{
	const char **words = r->operands.words;

	if (operands_check(r, e))
		return -1;
	r->plan->connect.listen = r->listen != NULL;
	if (r->listen)
		return target_add(r, r->listen, is_listen_pair(r) ? words[0] : NULL, e);
	for (size_t i = 0; i < r->operands.count; i++) {
		bool pair = is_pair(r, i);

		if (target_add(r, words[i], pair ? words[i + 1] : NULL, e))
			return -1;
		i += pair;
	}
	for (size_t i = 0; i < r->targets.count; i++)
		if (target_file_read(&r->plan->connect, r->targets.words[i], e))
			return -1;
	return 0;
}

/* Does nothing to anybody (none): possible everywhere. */
static bool is_harmless(const struct fault *f)
{
	return !f->peer && !f->link && !f->watcher && !f->socket;
}

/* Can the fault be carried out without the lab? */
static int fault_check(const struct plan *p, const struct fault *f, struct error *e)
{
	if (is_harmless(f) || (p->mode == MODE_PEER ? f->peer != NULL : f->socket != NULL))
		return 0;
	if (p->mode == MODE_PEER)
		return usage(e, "--fault: '%s': no process can do that to itself (see tcpalive lab %s)",
			     f->name, f->name);
	if (f->peer)
		return usage(e,
			     "--fault: '%s': not from this side (run tcpalive peer --fault %s "
			     "there, or tcpalive lab %s here)",
			     f->name, f->name, f->name);
	return usage(e, "--fault: '%s': only in the lab (tcpalive lab %s)", f->name, f->name);
}

int fault_fill(struct request *r, struct error *e)
{
	struct chosen_fault *f;

	if (!r->fault)
		return 0;
	f = calloc(1, sizeof(*f));
	if (!f)
		return out_of_memory(e);
	r->plan->fault.chosen = f;
	if (fault_parse(f, r->fault, strlen(r->fault), e))
		return -1;
	return fault_check(r->plan, f->fault, e);
}

/* "localhost:80", and neither "drop,flap:for=1s" nor "flap:". */
static bool looks_like_target(const char *word)
{
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, ":"), word);
	return strchr(word, ':') && !strpbrk(word, "=,") && !fault_find(name);
}

/* On loopback the peer is all that can be struck. */
static int check_struck(const struct plan *p, struct error *e)
{
	for (size_t i = 0; p->lab.net == LAB_NET_LOOPBACK && i < p->lab.nfaults; i++) {
		const struct fault *f = p->lab.faults[i].fault;

		if (!f->peer && !is_harmless(f))
			return usage(e, "%s: not with --net loopback, which has no path and no host to break", quote(f->name).text);
	}
	return 0;
}

/* Without names, every fault that the lab's network can carry out. */
int faults_fill(struct request *r, struct error *e)
{
	const bool loopback = r->plan->lab.net == LAB_NET_LOOPBACK;

	for (size_t i = 0; i < r->operands.count; i++) {
		const char *word = r->operands.words[i];

		if (looks_like_target(word))
			return usage(e, "%s: %s takes faults, not HOST:PORT (see tcpalive list)",
				     quote(word).text, r->verb->name);
		if (lab_parse(r->plan, word, e))
			return -1;
	}
	if (r->operands.count)
		return check_struck(r->plan, e);
	for (size_t i = 0; i < faults_count; i++)
		if ((!loopback || (faults[i]->peer && !faults[i]->needs) || is_harmless(faults[i])) &&
		    lab_parse(r->plan, faults[i]->name, e))
			return -1;
	return 0;
}

int expects_fill(struct request *r, struct error *e)
{
	struct plan *p = r->plan;

	for (size_t i = 0; i < r->expects.count; i++)
		if (expects_add(p, r->expects.words[i], e))
			return -1;
	if (!p->judge.nexpects && (p->mode == MODE_CONNECT || p->mode == MODE_LISTEN || (p->mode == MODE_AUDIT && p->ngroups)))
		return expects_add(p, request_given(r, "--all") ? "any" : "all", e);
	return expects_check(p, e);
}

int page_fill(struct request *r, struct error *e)
{
	(void)e;
	r->plan->page.words = r->operands.words;
	r->plan->page.count = r->operands.count;
	r->operands.words = NULL;
	return 0;
}

int page_fill_alone(struct request *r, struct error *e)
{
	if (r->operands.count)
		return usage(e, "%s: %s: this verb takes no operand", r->verb->name,
			     quote(r->operands.words[0]).text);
	return 0;
}
