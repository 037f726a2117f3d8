/* SPDX-License-Identifier: MIT */
/*
 * A conversation in the peer's protocol: its greeting, what is said once and how it is
 * answered, then the same question again and again. It says and hears; when that is due or
 * overdue is its caller's (heartbeat.c).
 */
#ifndef PROBES_TALK_H
#define PROBES_TALK_H

#include "stream.h"

/* The words, in their order; what is empty is skipped. */
struct phrases {
	struct bytes greeting; /* what the peer says first, unasked */
	struct bytes hello;    /* what is said once then ... */
	struct bytes welcome;  /* ... what its answer contains ... */
	struct bytes thanks;   /* ... and what is said once after that */
	struct bytes send;     /* the question; never empty */
	struct bytes want;     /* what its answer contains; empty: anything */
	struct bytes bye;      /* what the peer says, asked or not, before it closes a connection itself; several are parted by '|' */
};

/* A stage says its words, if it has any, and then awaits words, if it has any. */
enum stage { STAGE_GREETING, STAGE_HELLO, STAGE_THANKS, STAGE_QUESTION };

/* The last bytes that came, which what is looked for may span. */
struct heard_tail {
	size_t len;
	unsigned char bytes[255];
};

/* Zeroed, it is at the beginning; talk_begin comes first. */
struct talk {
	enum stage stage;
	size_t at;        /* of the stage's words: what went already */
	bool waiting;     /* for what the stage awaits */
	bool unsent;      /* waiting, and the send buffer was full */
	bool leaving;     /* the peer said that it will close */
	struct heard_tail tail, bye_tail;
};

/* Goes to the first stage that has words; where that is the greeting, waits for it. */
void talk_begin(struct talk *t, const struct phrases *p);

/* Says the stage's words, or the rest of them. 1: all of them went; 0: the send buffer was full;
 * -errno. From the first attempt on it waits for the answer, if the stage awaits one; else the
 * next stage begins once all went. */
int talk_say(struct talk *t, const struct phrases *p, struct probe_context *l);

/*
 * Takes what has come. `also`: somebody else took something off first, and that counts as an
 * answer where any will do. *heard: what was awaited has come, to the end of that stage; where it
 * was not the question's, the next stage has begun.
 */
struct drained talk_hear(struct talk *t, const struct phrases *p, struct probe_context *l, bool also, bool *heard);

/* No answer can come any more: only questions are left to say. */
void talk_give_up(struct talk *t);

/* What is awaited, for a message: "greeting", "answer to the hello", "answer". */
const char *talk_awaited(const struct talk *t);

#endif
