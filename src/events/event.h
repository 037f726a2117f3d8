/* SPDX-License-Identifier: MIT */
/*
 * What happened, as the reports are told. The engine stamps an event next to
 * the system call and queues it; reports see it when nothing else is to be done.
 *
 * An event is a plain copy: its char arrays hold what came from outside (already
 * without control characters), its pointers point to what lives as long as the run.
 */
#ifndef EVENTS_EVENT_H
#define EVENTS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct probe;

enum event_kind {
	EVENT_START, EVENT_LISTENING, EVENT_CONNECTED, EVENT_FAULT, EVENT_KERNEL,
	EVENT_SUSPECT, EVENT_DEAD, EVENT_NOTE, EVENT_RESULT, EVENT_ADVICE, EVENT_FORECAST,
	EVENT_SETTING, EVENT_EXPECT, EVENT_END,
};

enum result { NOTICED, MISSED, FALSE_ALARM, STAYED_ALIVE, UNSUPPORTED };
const char *result_name(enum result r); /* "noticed", "missed", "false-alarm", "alive", "unsupported" */

/* Which of several results decides, the lowest first: a false alarm of one is one of all; else
 * it is enough that one noticed. The one order for composites, predictions and reports. */
int result_rank(enum result r);

/* What this kernel knew of a connection's end. */
enum kernel_cause { KERNEL_NOTHING, KERNEL_FIN, KERNEL_RST, KERNEL_TIMEOUT, KERNEL_UNREACHABLE };
const char *kernel_cause_name(enum kernel_cause k); /* "fin", "rst", ... */

#define ADDRESS_TEXT 80 /* "[IPv6%scope]:port" and its NUL */

struct event {
	enum event_kind kind;
	nsec t;              /* CLOCK_MONOTONIC; reports subtract the run's start */
	unsigned conn;       /* from 1; 0 where none is meant */
	const char *fault;   /* fault: its name; in the lab on every event: the fault's column */
	const char *target;  /* connected: HOST:PORT as it was typed, or NULL */
	const struct probe *probe; /* suspect, dead, result, or NULL */
	const char *group;   /* the spec as typed of the probes that share this connection: "peek+keepalive" */
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT]; /* connected; listening: local */
	enum kernel_cause kernel;   /* kernel */
	int err;             /* kernel, dead, result: an errno, 0 if not known or none */
	const char *call;    /* dead, result */
	char how[112];       /* suspect, dead, note, result: a phrase; unsupported: why */
	char note[160];      /* dead, result: what else must be known ("peek took ECONNRESET"), or "" */
	nsec after;          /* kernel, dead, result: since the fault, else since the first kernel event; TIME_NONE */
	nsec lag;            /* dead, result: behind this connection's kernel event; TIME_NONE */
	enum result result;
	nsec worst_case;     /* result; NS_NEVER */
	int64_t segments_out, bytes_out; /* result; -1 unknown */
	int status;          /* end: the exit status */

	/* expect: one of these for each expectation comes before the end, unless a signal
	 * or an error ended the run. */
	const char *expect;  /* as it was typed */
	bool held;
	const char *why;     /* expect: what broke it; forecast: a phrase; end: that error or signal; or NULL */

	/* In the lab, with a result: what was predicted, and what the wire counted
	 * from the moment when the connections stood (both hosts' packets). */
	bool predicted, off; /* is there a prediction; is the result outside of it? */
	enum result predicted_result;
	nsec predicted_by;   /* since the fault, at the latest; NS_NEVER */
	int64_t wire_packets, wire_bytes; /* -1: not counted */
	nsec wire_time;      /* over how long */

	/* forecast: of group against fault predicted_* and why; probe is its member that
	 * decides. It may come out otherwise: alive, or missed, and perhaps a verdict. */
	bool perhaps;

	/* advice: group is a -p argument that noticed `deaths` of the lab's
	 * `deaths_of` true deaths without a false alarm, the slowest after `after`;
	 * wire_* is what its probes cost together in wire_time. */
	unsigned deaths, deaths_of;
	bool needs_answer;   /* a probe of it needs the peer's application */

	/* With --advise nothing was noticed yet: advice is of what must be, for whom `text`
	 * says, and why tells what it does not notice. setting: how program writes it, in text
	 * (NULL: it cannot), which is late by after; why says what it cannot do (or NULL). */
	const char *program, *text;
	int64_t packets;     /* advice: an hour, while all is well; -1: see wire_packets */
};

#endif
