/* SPDX-License-Identifier: MIT */
/*
 * What was asked for, with every word checked: the command line writes a plan,
 * the engine carries it out. All strings live as long as the plan (plan_free).
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "probes/circumstances.h"
#include "probes/composite.h"
#include "base/out.h"

struct event_sink;
struct fault;
struct feed;
struct protocol;
struct report;

enum mode { MODE_CONNECT, MODE_LISTEN, MODE_LAB, MODE_PEER, MODE_PREDICT, MODE_ADVISE, MODE_AUDIT, MODE_IDLE_LIMIT };

/* Some of the plan's groups, that follow each other. */
struct group_range {
	size_t first, count;
};

struct target {
	char *text;          /* HOST:PORT or a URL as typed, without the URL's query */
	char *name;          /* of a line of --targets; NULL */
	char *host, *port;   /* host NULL: any address (listen) */
	const struct protocol *protocol; /* of a URL; else NULL, as are the next two */
	char *authority, *path; /* of the URL: "db:80"; "/", or the path and the query */
	struct group_range groups; /* which look at its connections */
};

struct chosen_fault {
	const struct fault *fault;
	void *params;
	char *spec;
};

/* Where the lab's packets go. */
enum lab_net_kind { LAB_NET_TUN, LAB_NET_LOOPBACK };

/* --sysctl NAME=VALUE */
struct assignment {
	char *name, *value;
};

/* Who of the two ends of a connection. */
enum program_role { PROGRAM_CLIENT, PROGRAM_SERVER };
#define PROGRAM_ROLES (PROGRAM_SERVER + 1)

/* The programs under test in the lab, and what the lab's peer does that plays the other end. */
struct program_plan {
	const char *command[PROGRAM_ROLES]; /* for sh; NULL: the lab's own peer is this end */
	enum program_role dies;  /* whom the faults hit; the other one survives */
	nsec ready;              /* how long they may take to listen, and to connect */
	unsigned jobs;           /* faults at once; 0: as the machine allows */
	const char *logs;        /* a directory that keeps their output; NULL: none */
};

/* EXPECT_NOTICED and those behind it are of programs, and of the other end that the peer verb looks at; EXPECT_PREDICTED is of the audit: each
 * connection that stands is to notice that fault in time (FAULT<=DUR). */
enum expect_kind {
	EXPECT_ANY, EXPECT_ALL, EXPECT_ALIVE, EXPECT_WITHIN, EXPECT_NEVER,
	EXPECT_NOTICED, EXPECT_RECONNECTED, EXPECT_NO_EXIT, EXPECT_PREDICTED,
};

struct expect {
	enum expect_kind kind;
	const char *fault;         /* only of this one of the lab, by its name or its spec; NULL: of each */
	const struct probe *probe; /* WITHIN, NEVER: of a probe, wherever it is, */
	const char *group;         /* or of a composite, by its spec: "@go"; else NULL */
	size_t column;             /* PREDICTED: of the plan's faults (lab.faults) */
	nsec within;
	char *text;                /* as typed */
};

struct output {
	const struct report *report;
	char *path; /* NULL: standard output */
	bool predicts; /* reports also what was computed and not measured */
	bool follows;  /* wants to know how each target is (EVENT_TARGET) */
};

/* Who is connected to, or accepted from: for the engine and the peer. */
struct connect_plan {
	bool listen;
	struct target *targets;
	size_t ntargets;      /* listen: 1 */
	int family;           /* AF_UNSPEC, AF_INET, AF_INET6 */
	const char *source;   /* the address to connect from, NULL: any */
	nsec timeout;         /* for each address */
	unsigned connections; /* per target and probe */
	bool connections_given, keep_open;
	unsigned rate;        /* connections a second at most; 0: as many as there are */
	bool keep;            /* connects again after a death, and goes on for ever */
	unsigned max_clients;
	struct target *relay; /* peer: to whom each connection is relayed; NULL: it echoes */
	struct bytes *say;    /* peer and lab: what a peer that connects says first; NULL: nothing */
};

/* What is done to the peer, outside of the lab: at most one of the two. */
struct fault_plan {
	const struct chosen_fault *chosen; /* NULL: none */
	const char *command;               /* to be run by sh; NULL: none */
	nsec at;
	bool at_given;
};

/* When the watch ends, and what must hold then. */
struct judge_plan {
	nsec timeout, within; /* NS_NEVER: none, or to be computed */
	struct expect *expects;
	size_t nexpects;
};

/* What a composite was advised for; the lab tells whether it holds. */
struct promise {
	nsec by;          /* each of these deaths is noticed by then */
	uint64_t noticed; /* a bit for each of the plan's faults */
	uint64_t alarms;  /* those that are announced as false alarms */
	int64_t packets, echoed; /* of both ends, each gap; with a peer that echoes all, as the lab's does */
	nsec gap;
};

/* The lab's faults and network, also where they are only assumed (predict, advise). */
struct lab_plan {
	struct chosen_fault *faults;
	size_t nfaults;
	enum traffic traffic;
	struct assignment *sysctls;
	size_t nsysctls;
	enum lab_net_kind net;
	nsec rtt;         /* the path's round trip */
	const char *pcap; /* a directory, NULL: none */
	struct program_plan programs;

	/* To verify advice: what each group was promised to do, and how long the control goes on at least; what is to
	 * be told before the lab begins. NULL and 0: none. */
	const struct promise *promises;
	nsec control_lasts;
	void (*preface)(struct feed *f, void *of);
	void *preface_of;
};

/* The goal of the advice. */
struct advise_plan {
	nsec within;
	nsec tolerate; /* 0: a fifth, or what the kernel allows */
	nsec path_limit; /* for how long the path remembers a connection on which nothing is sent; NS_NEVER */
	bool verify;
};

/* Whose connections are audited. */
struct audit_plan {
	pid_t *pids;
	size_t npids;
	bool all;       /* every process that may be seen */
	bool intrusive; /* probes may set options on its sockets */
};

/* How an idle connection is asked whether the path still knows it. */
enum ask { ASK_KEEPALIVE, ASK_BYTE, ASK_PROTOCOL };

struct idle_plan {
	nsec up_to;         /* the longest silence that is tried */
	unsigned precision; /* a bracket's width in tenths of a percent of its end */
	enum ask ask;       /* PROTOCOL: the target's URL has the question */
};

/* The reports. */
struct output_plan {
	struct output *outputs;
	size_t noutputs;
	enum color_when color;
	int verbosity; /* -1, 0, 1... */
};

/* What a page is about: verbs that print pages read nothing else. */
struct page_plan {
	const char **words;
	size_t count;
};

/* Grouped by reader; the probes, which all modules read, are in the plan itself. */
struct plan {
	enum mode mode;
	struct group *groups;
	size_t ngroups;
	bool default_probes; /* nobody chose them */
	nsec interval; /* of polled probes */
	struct connect_plan connect;
	struct fault_plan fault;
	struct judge_plan judge;
	struct lab_plan lab;
	struct advise_plan advise;
	struct audit_plan audit;
	struct idle_plan idle;
	struct output_plan output;
	struct page_plan page;
	const struct event_sink *sink; /* receives the events (events/feed.h); main hands it in */
};

/* Which groups look at t; NULL: all of them. */
struct group_range plan_groups(const struct plan *p, const struct target *t);

/* What reports call it: its name, else its text. */
const char *target_label(const struct target *t);

/* How many probes they have. */
size_t plan_probes(const struct plan *p, struct group_range range);

/* Is a program under test? Then one row of the reports is its. */
static inline bool plan_has_programs(const struct plan *p)
{
	return p->lab.programs.command[PROGRAM_CLIENT] || p->lab.programs.command[PROGRAM_SERVER];
}

/* Who is measured: the end that the faults do not hit; false where that is the lab's own peer. With the peer verb
 * the other end, if there is a fault. */
bool plan_survivor(const struct plan *p, enum program_role *role);

/* "client", "server" */
const char *program_role_name(enum program_role r);

/* "connect", "lab"... */
const char *plan_mode_name(const struct plan *p);

/* What the lab's application does: "idle", "request", "stream"; NULL where there is none. */
const char *plan_traffic_name(const struct plan *p);

void plan_free(struct plan *p);

/* What a target holds, and not the target itself: of one that is not in a plan. */
void target_free(struct target *t);

#endif
