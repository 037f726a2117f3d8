// SPDX-License-Identifier: MIT
/* Says and hears, stage after stage. What is looked for may come in pieces. */
#include "talk.h"

#include <string.h>

static const struct bytes *said_in(const struct phrases *p, enum stage stage)
{
	return stage == STAGE_HELLO ? &p->hello : stage == STAGE_THANKS ? &p->thanks :
	       stage == STAGE_QUESTION ? &p->send : NULL;
}

static const struct bytes *awaited_in(const struct phrases *p, enum stage stage)
{
	return stage == STAGE_GREETING ? &p->greeting : stage == STAGE_HELLO ? &p->welcome :
	       stage == STAGE_QUESTION ? &p->want : NULL;
}

static bool has_words(const struct phrases *p, enum stage stage)
{
	const struct bytes *said = said_in(p, stage), *awaited = awaited_in(p, stage);

	return (said && said->len) || (awaited && awaited->len);
}

/* Any answer will do for a question, and only for a question. */
static bool awaits(const struct phrases *p, enum stage stage)
{
	const struct bytes *awaited = awaited_in(p, stage);

	return stage == STAGE_QUESTION || (awaited && awaited->len);
}

static void enter(struct talk *t, const struct phrases *p, enum stage stage)
{
	while (stage < STAGE_QUESTION && !has_words(p, stage))
		stage++;
	t->stage = stage;
	t->at = 0;
	t->tail.len = 0;
	t->unsent = false;
	t->waiting = stage == STAGE_GREETING;
}

void talk_begin(struct talk *t, const struct phrases *p)
{
	enter(t, p, STAGE_GREETING);
}

int talk_say(struct talk *t, const struct phrases *p, struct probe_context *l)
{
	int rc;

	if (!t->waiting)
		t->tail.len = 0;
	rc = send_rest(l, said_in(p, t->stage), &t->at, 0);
	t->unsent = rc <= 0;
	t->waiting = t->unsent || awaits(p, t->stage);
	if (!t->waiting)
		enter(t, p, t->stage + 1);
	return rc;
}

/* Keeps the last bytes that a word across two pieces could begin with. */
static void keep_tail(struct heard_tail *t, size_t most, const unsigned char *data, size_t n)
{
	if (n >= most) {
		memcpy(t->bytes, data + n - most, most);
		t->len = most;
		return;
	}
	if (t->len + n > most) {
		size_t drop = t->len + n - most;

		memmove(t->bytes, t->bytes + drop, t->len - drop);
		t->len -= drop;
	}
	memcpy(t->bytes + t->len, data, n);
	t->len += n;
}

/* Looks for words, which are not empty and parted by that sign (WHOLE: there is one), in a piece, and across the
 * seam with those before it. */
#define WHOLE (-1)
static bool contains(struct heard_tail *t, const struct bytes *words, int parted, const unsigned char *data, size_t n)
{
	const size_t most = words->len - 1;
	const unsigned char *word = words->data, *end = word + words->len;
	unsigned char seam[2 * sizeof(t->bytes)];
	size_t head = n < most ? n : most;

	memcpy(seam, t->bytes, t->len);
	memcpy(seam + t->len, data, head);
	while (word < end) {
		const unsigned char *sign = parted == WHOLE ? NULL : memchr(word, parted, (size_t)(end - word));
		size_t len = (size_t)((sign ? sign : end) - word);

		if (len && (memmem(seam, t->len + head, word, len) || memmem(data, n, word, len)))
			return true;
		word += len + 1;
	}
	keep_tail(t, most, data, n);
	return false;
}

struct hearing {
	struct talk *talk;
	const struct phrases *phrases;
};

static void hear_piece(void *arg, const unsigned char *data, size_t n)
{
	const struct hearing *h = arg;
	const struct phrases *p = h->phrases;
	struct talk *t = h->talk;
	const struct bytes *awaited = awaited_in(p, t->stage);

	if (p->bye.len && !t->leaving)
		t->leaving = contains(&t->bye_tail, &p->bye, '|', data, n);
	if (t->waiting && awaited && awaited->len && contains(&t->tail, awaited, WHOLE, data, n))
		t->waiting = false;
}

struct drained talk_hear(struct talk *t, const struct phrases *p, struct probe_context *l, bool also, bool *heard)
{
	struct hearing h = { t, p };
	const bool waited = t->waiting, any = t->stage == STAGE_QUESTION && !p->want.len;
	struct drained d = drain(l, any && !p->bye.len ? NULL : hear_piece, &h);

	if (any && (d.bytes || (also && !d.eof)))
		t->waiting = false;
	*heard = waited && !t->waiting;
	if (*heard && t->stage != STAGE_QUESTION)
		enter(t, p, t->stage + 1);
	return d;
}

void talk_give_up(struct talk *t)
{
	if (t->stage != STAGE_QUESTION)
		t->at = 0;
	t->stage = STAGE_QUESTION;
	t->waiting = false;
}

const char *talk_awaited(const struct talk *t)
{
	return t->stage == STAGE_GREETING ? "greeting" : t->stage == STAGE_HELLO ? "answer to the hello" : "answer";
}
