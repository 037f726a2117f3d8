/* SPDX-License-Identifier: MIT */
/*
 * Does a composite fulfil a wish? Asked of predict.h against every fault, in every
 * traffic, on connections that have stood for ages.
 */
#ifndef ADVISE_TRIAL_H
#define ADVISE_TRIAL_H

#include "base/error.h"
#include "plan/plan.h"

/* What --advise is asked for. */
struct wish {
	nsec within;   /* every death is noticed within that, however late timers run */
	nsec tolerate; /* a pause of the network of up to that kills nothing */
	nsec interval; /* --interval */
	bool ipv6;
	const struct sysctls *sys;
};

/* What a process may be late, on top of the kernel's timers: a loaded machine has it wait
 * for its turn. Less where less is wished for. */
nsec wish_slack(nsec within);

/* The least that can be wished for by whom something notices after that time, slack included. */
nsec wish_least(nsec latest);

/* Sets of kinds of traffic. */
#define WHEN_IDLE (1u << TRAFFIC_IDLE)
#define WHEN_ASKING (1u << TRAFFIC_REQUEST)
#define WHEN_STREAMING (1u << TRAFFIC_STREAM)
#define WHENEVER (WHEN_IDLE | WHEN_ASKING | WHEN_STREAMING)

/* Sets of faults: one bit each, in the order of the trial's. */
typedef uint64_t fault_set;
#define EVERY_FAULT UINT64_MAX

struct trial {
	struct plan plan;      /* its lab: every fault, and a flap of wish.tolerate */
	fault_set dead, pause; /* those that kill; that flap */
};

struct finding {
	fault_set noticed; /* deaths, each within the wish in every traffic */
	fault_set alarms;  /* what is, or may be, taken for a death too early, or for none that was */
	nsec latest;       /* the slowest of those noticed, wish_slack() included */
};

/* 0, or -1 with the reason in *e. trial_close frees, also after a failure. */
int trial_open(struct trial *t, const struct wish *w, struct error *e);
void trial_close(struct trial *t);

/* A composite as -p takes it, in those kinds of traffic, against those faults. 0, or -1
 * with the reason in *e. */
int trial_judge(const struct trial *t, const struct wish *w, const char *spec, unsigned when,
		fault_set among, struct finding *f, struct error *e);

/* The fault of that name. */
fault_set trial_set(const struct trial *t, const char *name);

/* "freeze, zero-window" */
void trial_names(const struct trial *t, fault_set s, char *to, size_t room);

#endif
