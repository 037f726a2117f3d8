/* SPDX-License-Identifier: MIT */
/* Phrases about results that several reports use. */
#ifndef REPORTS_PHRASES_H
#define REPORTS_PHRASES_H

#include "base/duration.h"
#include "results/results.h"

/* "after 46.9ms", without a fault "16.7us after the kernel event"; of a verdict that came too early "200ms before the fault". */
struct phrase_when {
	char text[DURATION_ROOM + 32];
};
struct phrase_when phrase_when(const struct results *m, nsec after);

/* What a verdict or a result says was seen: "recv: EOF", without a call "no ACK for 2.5s", or "". */
struct phrase_seen {
	char text[160];
};
struct phrase_seen phrase_seen(const struct event_verdict *v);

/* Where many targets share a row, and not all came to the same: "12 of 14 targets noticed;
 * missed at a:1, b:2"; else "". */
#define PHRASE_TARGETS 1024
void phrase_targets(char to[PHRASE_TARGETS], const struct results *m, const struct result_cell *c);

/* What a composite that was asked for by name consists of: "@redis is read+keepalive:idle=5m:..."; "" of any
 * other, and of all but its first probe. i is below nprobes. */
#define PHRASE_STANDS_FOR 512
void phrase_stands_for(char to[PHRASE_STANDS_FOR], const struct report_context *c, size_t i);

/* How the peer's application answered its polls: "alive, 12 of 12 answered, 0.21 to 1.1 ms"; "" without polls. */
#define PHRASE_ANSWERS 128
void phrase_answers(char to[PHRASE_ANSWERS], const struct result_cell *c);

/* Of an expectation that failed: "expected peek<=1s; seen: connection 1: missed". */
#define PHRASE_BROKEN 320
/* "2 of 5 targets not connected: a:1 (Connection refused), b:1 (No route to host)."; "" where all were. */
#define PHRASE_UNCONNECTED 640
void phrase_unconnected(char to[PHRASE_UNCONNECTED], const struct results *m);

void phrase_broken(char to[PHRASE_BROKEN], const struct event_expect *x);

/* "peek first after 46.9ms", "read and rdhup first after 4.1ms", "the first 7 together after
 * 4.1ms"; "" if none noticed. */
void phrase_first(const struct results *m, char *to, size_t room);

/* Of a cell that was predicted: "14.1s", "0", "never", "maybe", "false alarm", "." (alive),
 * "?" (cannot run here) */
#define PREDICTED_TEXT 32
void predicted_text(char to[PREDICTED_TEXT], const struct result_cell *c);

/* "19 of 20 deaths, the slowest within 14.1s; never freeze; false alarm at half-close" */
void predicted_sum(char *to, size_t room, const struct results *m, size_t row);

/* A sentence about this process's own lateness, or "". */
#define PHRASE_LATE 128
void phrase_late(char to[PHRASE_LATE], const struct results *m);

/* "Noticed after this time at the latest; 23 faults, idle connections" */
void predicted_title(char *to, size_t room, const struct results *m);

/* What holds of predicted times (of data in flight they allow for late timers), and whether there are any. */
#define PHRASE_TIMERS "With keepalive's timers on time: they may fire up to an eighth late."
bool predicted_times(const struct results *m);

#endif
