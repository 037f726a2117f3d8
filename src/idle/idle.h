/* SPDX-License-Identifier: MIT */
/*
 * A run that looks for an idle limit: the search (search.h), and the connections that carry it out. All is allocated before the first is
 * made. Beside those of the search there is the keeper, which is asked again and again, well before the limit: it tells
 * whether that keeps a connection (keeper.c).
 */
#ifndef IDLE_IDLE_H
#define IDLE_IDLE_H

#include "ask.h"
#include "engine/run.h"
#include "search.h"

#define KNOWN_ROOM 256

enum idler_phase { IDLER_CLOSED, IDLER_DIALING, IDLER_GREETING, IDLER_SILENT, IDLER_ASKED, IDLER_OVER };

/* A connection. Its number is its place in the search; the keeper's is their count. */
struct idler {
	struct idle *idle;
	size_t number;
	enum idler_phase phase;
	struct handler socket;
	struct timer timer;      /* of dialing, greeting and asking */
	struct asking asking;
	nsec established, asked_at;
	bool suspected;
	bool redial;             /* it takes the place of one that was lost */
	uint32_t segs_in;        /* received until its silence began */
};

/* Who ended by themselves, without having been asked (ended.c). */
struct ended {
	struct timer grace;      /* until then the others have time to do so too */
	unsigned fresh, asked;   /* that had never been asked; that had */
	nsec least, most;        /* the silence of the fresh */
	bool rst;
	bool decided;            /* so all of them end: that is the limit */
};

/* The keeper's own silence is in `silence`. */
struct keeper {
	struct silence silence;
	struct timer due;
	nsec each;               /* the longest silence that it lived through */
	nsec until;              /* when it answered last */
	bool asked, lost;        /* ever; it did not live on */
	bool last;               /* it has been asked for the last time */
};

struct idle {
	struct run run;
	const struct target *target;
	struct phrases phrases;
	struct addrinfo *list, *addresses, *address; /* all; those still to be tried; the one that is measured */
	struct search search;
	struct silence each[RUNGS_MOST];
	struct idler idlers[RUNGS_MOST + 1];
	struct ended ended;
	struct keeper keeper;
	struct timer next, look, deadline;
	unsigned in_flight; /* being dialed */
	nsec begun, looked;
	nsec round_trip;                  /* the longest of the handshakes */
	char remote[ADDRESS_TEXT], known[KNOWN_ROOM];
	enum forgetting how;              /* the one with the shortest silence was forgotten; after how long */
	nsec shortest;
	bool mixed;                       /* others in another way */
	bool inbound;                     /* the peer was still heard where asking was in vain */
	bool opened, refused;             /* all were dialed; the server lets in no more */
	bool over, told_unanswered;
};

static inline struct idler *idle_keeper(struct idle *d)
{
	return &d->idlers[d->search.count];
}

/* dialing.c: connects all that are wanted, a few at a time; and once more those that the search wants. */
void dialing_start(struct idle *d);
void dialing_renew(struct idle *d);

/* idler.c: a connection from when it is established. The end of one closes it. */
void idler_established(struct idler *i, int fd, nsec now);
void idler_ask(struct idler *i);
void idler_close(struct idler *i);
/* Has the peer broken somebody's silence by itself? To be called now and then. */
void idlers_look(struct idle *d, nsec now);
nsec idle_vain(const struct idle *d); /* an ask that is unanswered for so long is in vain */

/* ended.c: this one has ended without having been asked, after that silence. */
void ended_add(struct idle *d, const struct idler *i, nsec silence, bool rst, nsec now);
/* After the grace. */
void ended_judge(struct timer *t, nsec now);

/* keeper.c */
void keeper_begin(struct idle *d, nsec now);
void keeper_answered(struct idle *d, nsec now);
void keeper_lost(struct idle *d);
/* Asks it a last time. False: there is no need to wait for it. */
bool keeper_ask_last(struct idle *d, nsec now);

/* run.c: something has changed: tells it, asks who is due, and ends what is over. */
void idle_review(struct idle *d, nsec now);
void idle_end(struct idle *d);
void idle_note(struct idle *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* tell.c: the event. */
void idle_tell(struct idle *d, bool final, nsec now);

#endif
