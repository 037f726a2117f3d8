/* SPDX-License-Identifier: MIT */
/*
 * What happened, for the reports. The engine stamps an event next to the system call
 * and queues it; reports see it when nothing else is to be done.
 *
 * An event is a plain copy: its char arrays hold what came from outside (already
 * without control characters), its pointers point to what lives as long as the run.
 * It has a head that every report reads, and one part for each kind of event.
 */
#ifndef EVENTS_EVENT_H
#define EVENTS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "answers.h"
#include "base/clock.h"
#include "base/error.h"

struct probe;

enum event_kind {
	EVENT_START, EVENT_LISTENING, EVENT_CONNECTED, EVENT_UNCONNECTED, EVENT_FAULT, EVENT_KERNEL,
	EVENT_SUSPECT, EVENT_DEAD, EVENT_NOTE, EVENT_RESULT, EVENT_ADVICE, EVENT_PREDICTION,
	EVENT_SETTING, EVENT_VERIFIED, EVENT_PROGRAM, EVENT_SOCKET, EVENT_IDLE_LIMIT, EVENT_TARGET, EVENT_EXPECT, EVENT_END,
};
const char *event_kind_name(enum event_kind k); /* "start", "listening", ... */

enum result { NOTICED, MISSED, FALSE_ALARM, STAYED_ALIVE, INCONCLUSIVE, UNSUPPORTED };
#define RESULTS (UNSUPPORTED + 1)
const char *result_name(enum result r); /* "noticed", "missed", "false-alarm", "alive", ... */

/* Which of several results decides, the lowest first: a false alarm of one is one of all; else
 * it is enough that one noticed. That all else is alive says nothing where one is inconclusive.
 * The one order for composites, predictions and reports. */
int result_rank(enum result r);

/* How this kernel learned of a connection's end. */
enum kernel_cause { KERNEL_NOTHING, KERNEL_FIN, KERNEL_RST, KERNEL_TIMEOUT, KERNEL_UNREACHABLE };
const char *kernel_cause_name(enum kernel_cause k); /* "fin", "rst", ... */

#define ADDRESS_TEXT 80 /* "[IPv6%scope]:port" and its NUL */
#define NO_ROW SIZE_MAX

/* listening: local alone. unconnected: a target that could not be connected while others could be; remote is the address
 * that was tried last, "" if there was none, and the head's note says why. */
struct event_connection {
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT];
	const char *target;  /* its name, else HOST:PORT as it was typed; or NULL */
	const char *text;    /* HOST:PORT as it was typed, or NULL */
	nsec down;           /* connected: after so long without a connection (--keep); TIME_NONE: the first */
	unsigned attempts;   /* connected: so many were in vain before (--keep) */
	int err;             /* unconnected: an errno; 0 where none is the reason */
	pid_t pid;           /* connected: of another program's whose it is, and its number there; 0: our own */
	int fd;
	char command[16];    /* safe to print */
};

struct event_kernel {
	enum kernel_cause cause;
	int err;             /* an errno, 0 if not known or none */
};

struct event_verdict {
	const char *call;
	char how[112];       /* a phrase; of a probe that is unsupported: why */
	int err;
	nsec lag;            /* behind this connection's kernel event; TIME_NONE */
	nsec silent;         /* dead, result, where no fault tells when it died: a FIN or RST had come so long before, else the peer
	                      * had been heard last; TIME_NONE */
};

/* What a program did, or what happened to it. Of a connection: its kernel knew of the end; it gave the connection up: closed or
 * reset it. CONNECTING is the first SYN after the fault, RECONNECTED the first connection that is established then. */
enum program_step {
	PROGRAM_STARTED, PROGRAM_CONNECTED, PROGRAM_KERNEL, PROGRAM_CLOSED, PROGRAM_CONNECTING, PROGRAM_RECONNECTED, PROGRAM_EXITED,
};
const char *program_step_name(enum program_step s); /* "started", "connected", ... */

/* program: a step of the head's `program`; after is the head's. */
struct event_program {
	enum program_step step;
	enum kernel_cause cause; /* KERNEL, and its errno in err, 0 if not known */
	int err;
	int status;              /* EXITED: as waitpid(2) gives it */
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT]; /* of the connection that it is about; else "" */
};

/* What a program did after the fault; times since then, TIME_NONE where it did not come to that. */
struct reaction {
	unsigned connections, given_up, told; /* established when it struck; that it gave up; of which its kernel knew */
	enum kernel_cause cause; /* what its kernel knew first ... */
	int err;                 /* ... an errno, 0 if not known or none */
	nsec kernel, acted;      /* when; from then until it gave that connection up */
	nsec last;               /* when it gave up the last of those that it gave up; of a result that noticed its head's after */
	nsec connecting, reconnected, exited;
	int status;              /* exited: as waitpid(2) gives it */
	char promise[192];       /* what its own socket options promise, beside what was measured; "" */
};

/* Which timer of a socket runs: as sock_diag(7) has it. */
enum socket_timer { SOCKET_TIMER_NONE, SOCKET_TIMER_RETRANSMIT, SOCKET_TIMER_KEEPALIVE, SOCKET_TIMER_TIMEWAIT, SOCKET_TIMER_WINDOW_PROBE };
const char *socket_timer_name(enum socket_timer t); /* "retransmit", ...; NULL: none */

/* What --expect makes of a program's result, or of a connection that is audited. */
struct expected {
	unsigned count;      /* so many expectations are about it; 0: nothing was expected */
	const char *broken;  /* the first of them that it breaks, as it was typed; NULL */
};

/*
 * socket: a connection of a running process, or `count` that have one shape: whose process, remote address, state, options and
 * predictions are the same. Of several, fd and local are those of one of them, the worst. Times are TIME_NONE where they are not known.
 */
struct event_socket {
	nsec at;             /* when it was so: what follows counts from there */
	pid_t pid;           /* 0: nobody holds it, or nobody may be asked who does */
	char command[16];    /* of /proc/PID/comm, safe to print; "" */
	int fd;              /* its number there; -1: not known */
	unsigned count;
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT];
	const char *state;   /* "ESTABLISHED", as ss(8) and netstat(8) have it */
	const char *incomplete; /* why less is known than could be, and what would be needed; NULL: all is */
	bool mptcp, elsewhere;  /* of another network namespace than this process's */
	bool known;          /* its options could be read: those from here to user_timeout */
	bool keepalive, recverr;
	nsec idle, intvl;
	int cnt;
	bool idle_default, intvl_default, cnt_default; /* they are what the sysctls of its namespace say */
	nsec user_timeout;   /* 0: none */
	int64_t unread, unsent, in_flight; /* bytes received and not read, written and not sent, sent and not acknowledged; -1: not known */
	nsec heard;          /* the peer was heard last so long ago */
	enum socket_timer timer;
	nsec expires;        /* in so long it fires */
	unsigned unanswered; /* so many probes or retransmissions have not been answered by now */
	const struct predicted *predicted; /* of each of the context's faults, were it to strike now; lives as long as the run; NULL: nothing is predicted (LISTEN, TIME_WAIT) */
	const nsec *soonest; /* of several: `by` of the one that is the soonest, likewise; else NULL */
	bool accepted;       /* of several: one local address and port, and ports of one remote address; else one remote address and port */
	struct expected expected; /* by --expect */
};

/* How the path forgets, as far as it is known. */
enum forgetting { FORGETS_UNKNOWN, FORGETS_NOT, FORGETS_SILENTLY, FORGETS_BY_RST, FORGETS_BY_FIN, FORGETS_BY_PEER };
const char *forgetting_name(enum forgetting f); /* "drop", "rst", "fin", "peer"; NULL */

/* Does it live on where it is asked again and again? */
enum lived_on { KEPT_UNKNOWN, KEPT_ALIVE, KEPT_NOT };

/*
 * idle-limit: what is known by now; told after each change, and at the end. how is of the connections that were asked and did not
 * answer, or, with `unasked`, of those that ended by themselves.
 */
struct event_idle_limit {
	bool final;
	char remote[ADDRESS_TEXT];
	const char *question; /* "a keepalive segment" */
	nsec up_to;
	nsec at_least;       /* an idle connection lived through that; 0: none did yet */
	nsec at_most;        /* one did not live through that; NS_NEVER: all did */
	bool contradicts;    /* both cannot be: at_most is not more than at_least */
	enum forgetting how;
	bool unasked;
	bool mixed;          /* others were forgotten in another way */
	bool inbound;        /* segments of the peer still came where asking was in vain */
	nsec spoke;          /* after so long a silence the peer itself sent something, so that none was longer; 0 */
	unsigned asked, open; /* connections that have been asked, that are waiting idle */
	nsec left;           /* until it is over, at the most; TIME_NONE */
	const char *known_as; /* whose limit that is known to be, or NULL */
	nsec keepalive;      /* what an idle time of the keepalive must not exceed; NS_NEVER */
	enum lived_on kept;      /* a connection that was asked at least each kept_each, for kept_for */
	nsec kept_each, kept_for;
};

/* target: how the head's place is, for the reports that follow (report.h): after each change, and now and then. */
struct event_target {
	unsigned wanted, open;  /* connections that there are to be; that are established, and no end or verdict is known of */
	nsec changed;           /* when `open` changed last, as a time of day (base/wall.h); TIME_NONE: never */
	struct answers answers; /* to all polls of its probes since the run began */
	nsec rtt;               /* TCP's smoothed round trip, the shortest of those connections; TIME_NONE */
};

/* What is predicted of a probe, or of a composite, against a fault. */
struct predicted {
	bool known;          /* is there a prediction? */
	bool off;            /* the result is outside of it */
	bool perhaps;        /* it may come out otherwise: alive, or missed, and perhaps a verdict */
	enum result result;
	nsec by;             /* since the fault, at the latest; NS_NEVER */
	const char *why;     /* a phrase, or NULL */
};

/* What the lab counted, both hosts' packets. */
struct packets {
	int64_t count, bytes; /* -1: not counted */
	nsec time;            /* over how long */
};

struct event_result {
	enum result result;
	enum kernel_cause cause; /* how this kernel learned of its connection's end */
	nsec worst_case;     /* NS_NEVER */
	int64_t segments_out, bytes_out; /* -1 unknown */
	struct predicted predicted; /* the lab's */
	struct answers answers;     /* where the probe polls the peer's application */
	struct packets packets;     /* the lab's, from when the connections were established */
	int64_t retransmitted;      /* ... packets with data that had been sent before */
	struct packets steady;      /* ... of whole exchanges alone, for what they make a minute; -1: there were too few */
	struct reaction reaction;   /* of a program */
	struct expected expected;   /* of a program */
};

/* The head's group is a -p argument that notices `deaths` of `deaths_of` true deaths without
 * a false alarm, the slowest after the head's `after`. */
struct event_advice {
	unsigned deaths, deaths_of;
	bool needs_answer;   /* a probe of it needs the peer's application */
	struct packets packets; /* measured in the lab: what its probes cost together */
	int64_t an_hour;     /* computed: packets an hour, while all is well; -1 */
	const char *title;   /* computed: for whom it is */
	const char *why;     /* computed: what else must be known; NULL */
};

/* How a program is set, and its deaths are noticed after the head's `after` at the latest. */
struct event_setting {
	const char *program;
	const char *text;    /* NULL: it cannot be */
	const char *when;    /* "on an idle connection", or NULL */
	const char *why;     /* what it cannot do, or NULL */
	bool needs_answer;
};

/* What the lab found of advice: does it hold? The head's group is its spec, the slowest death took the head's `after`, and
 * its note says what broke it. */
struct event_verified {
	bool holds;
	unsigned deaths, deaths_of; /* noticed in time; those that were promised */
	unsigned alarms;            /* faults with a false alarm that was not announced */
	const char *announced;      /* one with a false alarm that was; or NULL */
	const char *slowest;        /* the fault of the slowest; NULL: none was noticed */
	nsec promised;
	int64_t an_hour, promised_an_hour; /* packets; -1: not counted */
	const char *why;            /* they rightly differ; or NULL */
};

/* One for each expectation comes before the end, unless a signal or an error ended the run. */
struct event_expect {
	const char *text;    /* as it was typed */
	bool held;
	const char *why;     /* what broke it, or NULL */
};

struct event_end {
	int status;          /* the exit status */
	const char *why;     /* the error or the signal that ended the run, or NULL */
};

struct event {
	enum event_kind kind;
	nsec t;              /* CLOCK_MONOTONIC; reports subtract the run's start */
	unsigned conn;       /* from 1; 0 where none is meant */
	const char *fault;   /* fault: its name; in the lab on every event: the fault's column; expect: the only one that it is
	                      * about; else NULL */
	size_t column;       /* in the lab: of the context's faults; else NO_ROW */
	const char *program; /* program, the result of one, and what was expected of one: "client", "server"; else NULL */
	const struct probe *probe; /* suspect, dead, result, prediction (who decides), expect; or NULL */
	const char *target;  /* of a connection: its target's name, else HOST:PORT, where there are several; else NULL */
	const char *name;    /* of a connection: the name that --targets gave its target; else NULL */
	size_t place;        /* ... among the context's targets; NO_ROW */
	const char *group;   /* the spec as typed of the probes that share this connection: "peek+keepalive" */
	size_t row;          /* of the context's probes; without a probe, and of a prediction, the group's first; NO_ROW */
	nsec after;          /* kernel, dead, result: since the fault, else since the first kernel event; TIME_NONE */
	nsec late;           /* kernel: it may have known so much earlier; dead, result: the look came so late; end: the
	                      * worst of all, because this process was stopped or starved; else 0 */
	char note[160];      /* note: its text; unconnected: why; verified: what broke it, or ""; dead, result: what else must be known ("peek took
	                      * ECONNRESET"), or ""; of an inconclusive result: why it is */
	union {
		struct event_connection connection; /* connected, unconnected, listening */
		struct event_kernel kernel;
		struct {
			struct event_verdict verdict; /* suspect, dead, result */
			struct event_result result;
		};
		struct event_advice advice;
		struct event_setting setting;
		struct event_verified verified;
		struct event_program step;
		struct event_socket socket;
		struct event_idle_limit limit;
		struct event_target followed;
		struct predicted prediction;
		struct event_expect expect;
		struct event_end end;
	};
};

#endif
