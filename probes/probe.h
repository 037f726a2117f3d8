/* SPDX-License-Identifier: MIT */
/*
 * A probe: one way to notice that the other end of a TCP connection is dead.
 *
 * To add one: write probes/NAME.c, which exports `const struct probe probe_NAME`
 * (dashes become underscores; all else in the file is static and comes before
 * it), and add a line PROBE(NAME) to probes/table.def, in the order in which
 * `list` shall show it. No other code: help, `list`, `explain`, the completions, the
 * lab and the predictions walk the table; tests/man-lists writes the man page's list. What
 * the lab must measure goes into tests/lab-golden.tsv, and the tests of real servers that
 * run --all want a line for it.
 *
 * A probe checks when the engine wakes it, with its own call alone, and returns a
 * verdict. It refers to its connection and to no report. It never blocks, never
 * allocates, and returns VERDICT_DEAD once: after that it is not woken again. Its `predict`,
 * next to that code, computes beforehand when that will be.
 *
 *   arm      once, when the connection is established. May set socket options.
 *   event    the socket woke (epoll's bits). Also called once after arm, if the socket was ready then.
 *   tick     the probe's timer: each --interval for a POLLED probe, else when probe_wake_at() asked for it.
 *   disarm   once, before the descriptor is closed. Undoes what outlives it (a ring, a queue).
 *
 * Each hook may be NULL. Its state is zeroed before arm.
 */
#ifndef PROBES_PROBE_H
#define PROBES_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "tcp/range.h"
#include "tcp/timers.h"

struct probe_context;
struct connection_use;
struct prediction_view;

/* What a probe does to the connection that it watches; decides also in which
 * order the probes of one connection are woken: the least disturbing first. */
enum trait {
	POLLED = 1 << 0,         /* checks each --interval; else woken by the socket or its own timer */
	TAKES_ERROR = 1 << 1,    /* its call consumes the pending socket error */
	TAKES_DATA = 1 << 2,     /* its call consumes received data */
	SENDS_SEGMENTS = 1 << 3, /* makes the kernel send segments without data */
	SENDS_DATA = 1 << 4,     /* puts bytes into the stream */
	NEEDS_ANSWER = 1 << 5,   /* useless unless the peer's application answers */
	ONLY_SETS_OPTION = 1 << 6, /* has no call of its own: it notices the socket's error, whichever probe takes it */
	USES_ERROR_QUEUE = 1 << 7, /* timestamps wake poll with POLLERR although nothing is wrong */
	NEEDS_ERROR = 1 << 8, /* its call returns nothing but the pending error, so it runs before others take that */
	OWN_DESCRIPTOR = 1 << 9, /* has one beside the connection's: probe_watch_fd() */
	CAN_BORROW = 1 << 10, /* on a borrowed connection it neither takes nor sends, whatever its other traits are */
};

enum unit {
	UNIT_TIME,  /* nsec */
	UNIT_COUNT, /* int64_t */
	UNIT_BYTES, /* struct bytes */
	UNIT_WORD,  /* int64_t, an index into words */
};

/* Bytes given as a parameter, unescaped; owned by the parameters' owner. */
struct bytes {
	unsigned char data[1024];
	size_t len;
};

/* A value of UNIT_TIME or UNIT_COUNT that leaves the kernel's own in force. */
#define PARAM_SYSTEM INT64_C(-1)

struct param {
	const char *name;         /* NULL ends the rows */
	const char *help;         /* "silence before the first segment" */
	const char *def;          /* as a person would type it: "5s", "3", "\\x00" */
	enum unit unit;
	bool system;              /* `system` is allowed, and becomes PARAM_SYSTEM */
	const char *sysctl;       /* what `system` leaves it to, of net.ipv4: "tcp_keepalive_time" */
	int64_t min, max;         /* in ns, a count, or a length of bytes */
	const char *const *words; /* UNIT_WORD: what may be said, ended by NULL */
	size_t offset;            /* where the value lands in the params struct */
};

/* The verdict of one hook. VERDICT_UNABLE is arm's alone: the
 * probe cannot run on this connection (no descriptor left for its ring, an option
 * that this kernel refuses); how says why, no other hook but disarm follows, and
 * the result is UNSUPPORTED. VERDICT_AGAIN: the call failed for a reason of this machine, and
 * says nothing of the peer; the engine wakes the probe again soon, and ends the run if that
 * does not help. */
enum verdict_kind { VERDICT_NOTHING, VERDICT_SUSPECT, VERDICT_DEAD, VERDICT_UNABLE, VERDICT_AGAIN };

struct verdict {
	enum verdict_kind kind;
	const char *call; /* static: "recv", "poll", "getsockopt(TCP_INFO)" */
	int err;          /* the errno, or 0 where none is involved */
	char how[112];    /* one phrase for a person: "EOF", "ECONNRESET", "1 of 3 probes unanswered" */
};

#define PROBE_LAB_SETS 2

struct probe {
	const char *name;
	const char *call;    /* the check in a few words: "recv of 1 byte, MSG_PEEK" */
	const char *summary; /* a phrase without a full stop; with the name it fits 76 columns */
	const char *text;    /* paragraphs for `explain`: the call, what it sees, what blinds it */
	const char *also;    /* what else it is called, by others; NULL: nothing */
	const char *who;     /* who relies on it, a line each, "PROGRAM\tHOW"; NULL: nobody known */
	const char *code;    /* the check as a C file that compiles alone, every include in it: "int peer_is_dead(int fd)";
	                      * see src/cli/snippet.h */
	unsigned traits;
	const struct param *params; /* NULL without parameters */
	const char *lab[PROBE_LAB_SETS + 1]; /* parameters for the lab, where all must be quick, once for each set; none: the defaults */
	size_t params_size, state_size;

	/* The longest that this probe can take for a death which it can see at all, alone on its
	 * connection, from its parameters and the path, of which all but sys may be unknown; NS_NEVER if it
	 * never says anything. Beside others: src/model/worst.h. */
	nsec (*worst_case)(const void *params, nsec interval, const struct tcp_path *path);

	/* 0, or -1 with the reason in *why (static) when this kernel or privilege
	 * cannot run it. NULL: always can. Called before the first connection. */
	int (*supported)(const char **why);

	/* A bound that spans two parameters; NULL or -1 with the reason in *e. */
	int (*check)(const void *params, struct error *e);

	/* What its parameters do to the connection that others share; fills *u (composite.h).
	 * NULL: nothing that its traits do not tell. */
	void (*use)(const void *params, nsec interval, struct connection_use *u);

	/* From when to when it says dead, whether the peer is dead or not, from what the model
	 * says of the connection (predict.h). Never NULL. */
	struct time_range (*predict)(const struct prediction_view *v);

	struct verdict (*arm)(struct probe_context *l);
	struct verdict (*event)(struct probe_context *l, uint32_t events);
	struct verdict (*tick)(struct probe_context *l);
	void (*disarm)(struct probe_context *l);
};

/* A probe at work on a connection. The probe reads these fields and
 * calls the functions below; the rest is the engine's (src/engine/instance.h). */
struct probe_context {
	const struct probe *probe;
	const void *params; /* its params struct, shared between the connections */
	void *state;        /* state_size bytes, zeroed before arm */
	int fd;             /* the connection, non-blocking */
	bool borrowed;      /* another program's: its data and its error are left to that, and it may block */
	nsec interval;      /* --interval */
	const struct probe_host *host; /* the engine */
};

/* What the engine does for a probe; NS_NEVER unsets the timer, of which there is one an instance. */
struct probe_host {
	void (*wake_at)(struct probe_context *p, nsec when);
	nsec (*first_at)(const struct probe_context *p, nsec every);
	int (*watch_fd)(struct probe_context *p, int fd);
	void (*took_error)(struct probe_context *p, int err);
	void (*took_data)(struct probe_context *p);
	int (*error_taken)(const struct probe_context *p);
	void (*sent)(struct probe_context *p, nsec at);
	void (*polls)(struct probe_context *p);
	void (*answered)(struct probe_context *p);
	void (*leaving)(struct probe_context *p);
	void (*blinded)(struct probe_context *p, const char *why);
};

/* Wakes the probe's tick at that time; NS_NEVER unsets. */
static inline void probe_wake_at(struct probe_context *p, nsec when)
{
	p->host->wake_at(p, when);
}

/* When the first of a series is due that has one each `every`: at a random phase,
 * the same for all probes of a run, so that no series is in step with the fault. */
static inline nsec probe_first_at(const struct probe_context *p, nsec every)
{
	return p->host->first_at(p, every);
}

/* A further descriptor of the probe's own (a ring) wakes its event hook too,
 * with EPOLLIN. 0 or -errno. It is forgotten after disarm. */
static inline int probe_watch_fd(struct probe_context *p, int fd)
{
	return p->host->watch_fd(p, fd);
}

/* To be called by a probe that got a socket error from a call: the kernel has now
 * forgotten it, and the others on this connection are told. */
static inline void probe_took_error(struct probe_context *p, int err)
{
	p->host->took_error(p, err);
}

/* To be called by a probe that let the kernel take data off the stream: those who would have
 * read them are not woken, and are told. */
static inline void probe_took_data(struct probe_context *p)
{
	p->host->took_data(p);
}

/* The error that another probe, or this one, took on this connection; 0 if none. */
static inline int probe_error_taken(const struct probe_context *p)
{
	return p->host->error_taken(p);
}

/* To be called after bytes of the probe's own went into the stream; at: right after the call. */
static inline void probe_sent(struct probe_context *p, nsec at)
{
	p->host->sent(p, at);
}

/* To be called right before a poll of the peer's application is sent, or is first tried to be:
 * the time of its answer counts from here. */
static inline void probe_polls(struct probe_context *p)
{
	p->host->polls(p);
}

/* To be called as soon as the peer's application answered what this probe asked, of a poll the
 * first time: a greeting that comes unasked is none. */
static inline void probe_answered(struct probe_context *p)
{
	p->host->answered(p);
}

/* To be called when the peer has said, by its protocol, that it will close this connection: an
 * end that comes then may be no death. */
static inline void probe_leaving(struct probe_context *p)
{
	p->host->leaving(p);
}

/* To be called where the probe could not see what it looks for; why is static. */
static inline void probe_blinded(struct probe_context *p, const char *why)
{
	p->host->blinded(p, why);
}

/* Verdicts. dead_errno says the errno's name as how. */
struct verdict verdict_nothing(void);
struct verdict verdict_suspect(const char *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct verdict verdict_dead(const char *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct verdict verdict_dead_errno(const char *call, int err);
struct verdict verdict_unable(const char *call, int err);

struct verdict verdict_again(const char *call, int err);

/* A call failed with err: notes that it took the error, and says dead. EAGAIN says nothing,
 * and an error of this machine (EINTR, ENOMEM) that it must be called again. */
struct verdict call_failed(struct probe_context *l, const char *call, int err);

/* The table, in the order of table.def. */
extern const struct probe *const probes[];
extern const size_t probes_count;
const struct probe *probe_find(const char *name); /* NULL if unknown */

/* How much p disturbs the others on its connection. They are armed, and look, the least disturbing
 * first; of equals the first that was named. The last to be armed has the last word on an option. */
#define PROBE_DISTURBANCE_MAX 4
unsigned probe_disturbance(const struct probe *p);

/* Why p may not watch a connection that is another program's, a phrase; NULL: it may. With intrusive it may set options there. */
const char *probe_refusal(const struct probe *p, bool intrusive);

/* Does p set options of its connection, which outlast it? */
bool probe_sets_options(const struct probe *p);

const char *probe_word(const void *list, size_t i); /* for hint() of base/words.h: list is not looked at */

#endif
