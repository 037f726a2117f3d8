// SPDX-License-Identifier: MIT
/* A conversation over a socket pair: what is said when, and what counts as heard, in whatever pieces it comes. */
#include "unit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probes/talk.h"

static void sent(struct probe_context *p, nsec at)
{
	(void)p;
	(void)at;
}

static const struct probe_host host = { .sent = sent };

struct talking {
	struct phrases says;
	struct talk talk;
	struct probe_context me;
	int peer;
};

static struct bytes bytes(const char *text)
{
	struct bytes b = { .len = strlen(text) };

	memcpy(b.data, text, b.len);
	return b;
}

static void open_talk(struct talking *t)
{
	int fds[2] = { -1, -1 };

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
	t->me = (struct probe_context){ .fd = fds[0], .host = &host };
	t->peer = fds[1];
	talk_begin(&t->talk, &t->says);
}

static void close_talk(const struct talking *t)
{
	close(t->me.fd);
	close(t->peer);
}

/* Was what is awaited heard once the peer has said that? */
static bool hears(struct talking *t, const char *text)
{
	bool heard;

	CHECK_INT(write(t->peer, text, strlen(text)), strlen(text));
	talk_hear(&t->talk, &t->says, &t->me, true, &heard);
	return heard;
}

/* Says the stage's words; are they these? */
static bool says(struct talking *t, const char *text)
{
	char got[64] = "";

	CHECK_INT(talk_say(&t->talk, &t->says, &t->me), 1);
	return read(t->peer, got, sizeof(got) - 1) == (ssize_t)strlen(text) && !strcmp(got, text);
}

static void all_stages_in_their_order(void)
{
	struct talking t = { .says = { bytes("220 "), bytes("EHLO\n"), bytes("250 "), bytes("NICE\n"), bytes("NOOP\n"),
				       bytes("OK\n"), bytes("554 x|421 |") } };

	open_talk(&t);
	CHECK(t.talk.stage == STAGE_GREETING && t.talk.waiting);
	CHECK(!hears(&t, "220-one\n22") && !hears(&t, "0") && hears(&t, " two\n"));
	CHECK(t.talk.stage == STAGE_HELLO && !t.talk.waiting);
	CHECK(says(&t, "EHLO\n") && t.talk.waiting);
	CHECK(!hears(&t, "250-OK\n") && hears(&t, "250 OK\n"));
	CHECK(t.talk.stage == STAGE_THANKS && says(&t, "NICE\n"));
	CHECK(t.talk.stage == STAGE_QUESTION && !t.talk.waiting);
	CHECK(says(&t, "NOOP\n") && t.talk.waiting);
	CHECK(!hears(&t, "250 O") && hears(&t, "K\n") && !t.talk.leaving);
	CHECK(says(&t, "NOOP\n") && !hears(&t, "4") && !hears(&t, "21 bye\n") && t.talk.leaving && t.talk.waiting);
	close_talk(&t);
}

static void what_comes_early_answers_nothing(void)
{
	struct talking t = { .says = { .greeting = bytes("hi"), .send = bytes("?"), .want = bytes("!") } };

	open_talk(&t);
	CHECK(hears(&t, "hi!!")); /* the greeting, whatever is behind it */
	CHECK(t.talk.stage == STAGE_QUESTION);
	CHECK(!hears(&t, "!") && says(&t, "?") && t.talk.waiting && hears(&t, "!"));
	close_talk(&t);
}

static void any_answer_will_do_for_a_question_only(void)
{
	struct talking t = { .says = { .greeting = bytes("hi"), .send = bytes("?"), .bye = bytes("bye") } };
	struct drained d;
	bool heard;

	open_talk(&t);
	CHECK(!hears(&t, "x") && t.talk.stage == STAGE_GREETING);
	CHECK(hears(&t, "hi") && says(&t, "?") && hears(&t, "x"));
	CHECK(says(&t, "?") && hears(&t, "goodbye") && t.talk.leaving);
	CHECK(says(&t, "?"));
	shutdown(t.peer, SHUT_WR);
	d = talk_hear(&t.talk, &t.says, &t.me, true, &heard);
	CHECK(d.eof && !heard && t.talk.waiting);
	talk_give_up(&t.talk);
	CHECK(!t.talk.waiting);
	close_talk(&t);
}

static void empty_stages_are_skipped(void)
{
	struct talking t = { .says = { .send = bytes("?") } }, u = { .says = { .hello = bytes("hey"), .send = bytes("?") } };

	open_talk(&t);
	CHECK(t.talk.stage == STAGE_QUESTION && !t.talk.waiting);
	close_talk(&t);
	open_talk(&u);
	CHECK(u.talk.stage == STAGE_HELLO && says(&u, "hey"));
	CHECK(u.talk.stage == STAGE_QUESTION && !u.talk.waiting); /* no welcome is awaited */
	close_talk(&u);
}

int main(void)
{
	UNIT_CASE(all_stages_in_their_order);
	UNIT_CASE(what_comes_early_answers_nothing);
	UNIT_CASE(any_answer_will_do_for_a_question_only);
	UNIT_CASE(empty_stages_are_skipped);
	return unit_end();
}
