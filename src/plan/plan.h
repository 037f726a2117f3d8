/* SPDX-License-Identifier: MIT */
/*
 * What was asked for, with every word checked: the command line writes a plan,
 * the engine carries it out. All strings live as long as the plan (plan_free).
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/probe.h"
#include "base/out.h"

struct event_sink;
struct fault;
struct report;

enum mode { MODE_CONNECT, MODE_LISTEN, MODE_LAB, MODE_PEER, MODE_PREDICT, MODE_ADVISE };

/* A probe with its parameters, all bounds checked, defaults filled in. */
struct chosen {
	const struct probe *probe;
	void *params;       /* probe->params_size bytes; NULL if 0 */
	char *spec;         /* as typed: "keepalive:idle=1s" */
	const char *unsupported; /* NULL, or why it cannot run here (static) */
};

/* The probes that share one connection: "peek+keepalive". */
struct group {
	struct chosen *chosen;
	size_t count;
	char *spec;
};

struct target {
	char *text;          /* HOST:PORT as typed */
	char *host, *port;   /* host NULL: any address (listen) */
};

struct chosen_fault {
	const struct fault *fault;
	void *params;
	char *spec;
};

/* What the lab's application does while the fault strikes. */
enum traffic { TRAFFIC_IDLE, TRAFFIC_REQUEST, TRAFFIC_STREAM };
#define TRAFFIC_REQUEST_EVERY (200 * NS_PER_MS) /* 16 bytes, and their echo */
#define TRAFFIC_STREAM_EVERY (20 * NS_PER_MS)   /* 1 KiB, echoed too */

/* Where the lab's packets go. */
enum lab_net_kind { LAB_NET_TUN, LAB_NET_LOOPBACK };

/* --lab-sysctl NAME=VALUE */
struct assignment {
	char *name, *value;
};

enum expect_kind { EXPECT_ANY, EXPECT_ALL, EXPECT_ALIVE, EXPECT_WITHIN, EXPECT_NEVER };

struct expect {
	enum expect_kind kind;
	const struct probe *probe; /* WITHIN, NEVER */
	nsec within;
	char *text;                /* as typed */
};

struct output {
	const struct report *report;
	char *path; /* NULL: standard output */
	bool predicts; /* reports also what was computed and not measured */
};

struct plan {
	enum mode mode;
	bool listen;         /* --listen; with MODE_PEER too */
	struct target *targets;
	size_t ntargets;     /* listen: 1 */
	struct group *groups;
	size_t ngroups;
	bool all;            /* --all was given */
	nsec interval, connect_timeout, fault_at;
	bool fault_at_given;
	nsec timeout, within; /* NS_NEVER: none, or to be computed */
	const struct chosen_fault *fault; /* --fault, NULL without */
	const char *fault_exec;           /* --fault-exec */
	struct chosen_fault *lab;         /* --lab: the faults asked for, or every one */
	size_t nlab;
	nsec advise, tolerate;            /* --advise DUR, --tolerate DUR */
	bool verify;                      /* --verify */
	enum traffic traffic;             /* --traffic */
	struct assignment *sysctls;       /* --lab-sysctl */
	size_t nsysctls;
	const char *pcap;                 /* --pcap DIR, NULL without */
	enum lab_net_kind lab_net;        /* --lab-net */
	unsigned connections; /* -n */
	bool connections_given, keep_open;
	unsigned max_clients;
	struct expect *expects;
	size_t nexpects;
	struct output *outputs;
	size_t noutputs;
	const struct event_sink *sink; /* who is told what happens (events/feed.h); main hands it in */
	int family;          /* AF_UNSPEC, AF_INET, AF_INET6 */
	const char *source;  /* -s */
	enum color_when color;
	int verbosity;       /* -1, 0, 1... */
};

/* "connect", "lab"... */
const char *plan_mode_name(const struct plan *p);

/* What the lab's application does: "idle", "request", "stream"; NULL where there is none. */
const char *plan_traffic_name(const struct plan *p);

void plan_free(struct plan *p);

#endif
