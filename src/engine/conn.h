/* SPDX-License-Identifier: MIT */
/*
 * A connection under watch, the probes that look at it, and what the kernel monitor saw.
 *
 * Connections and instances live in arrays that their watch allocates before the
 * first connection; a slot is used again (listen -k) after conn_close.
 */
#ifndef ENGINE_CONN_H
#define ENGINE_CONN_H

#include "probes/probe.h"
#include "events/event.h"
#include "base/loop.h"
#include "plan/plan.h"

struct adopted;
struct run;
struct watch;

/* What the peer's kernel had sent by some moment: TCP_INFO's counts. */
struct heard {
	uint32_t segs_in, data_segs_in;
	uint64_t bytes_acked, bytes_in;
	nsec at;            /* the last segment that was taken as an ACK */
	bool in_flight;     /* something was unacknowledged */
	bool retransmitted; /* and had been sent again: it may not even have arrived */
	bool finished;      /* a FIN came */
};

/* The polls of an instance that waits for the peer's application. */
struct instance_polls {
	struct answers answers;
	nsec sent_at;        /* of the one whose answer is awaited; TIME_NONE */
};

/* A probe instance: one probe at work on one connection. */
struct instance {
	struct probe_context context; /* first: the probe's side */
	struct conn *conn;
	const struct chosen *chosen;
	size_t row;          /* of chosen in the reports' context */
	struct timer timer;
	struct handler also; /* a descriptor of the probe's own, fd -1 without */
	bool decided;        /* said dead, or unable: not woken again */
	nsec late;           /* its look came so late, 0 */
	bool unable;         /* arm could not; verdict.how says why */
	bool answered;       /* the peer's application answered this probe */
	struct instance_polls polls;
	const char *blind;   /* what it could not see, and why; NULL */
	struct verdict verdict;
	nsec dead_at;        /* when it said dead; TIME_NONE */
	struct {             /* at that moment */
		struct heard heard;       /* what is heard later proves the peer alive */
		enum kernel_cause kernel; /* the first kernel event until then */
		nsec silent;              /* the event's (struct event_verdict) */
	} then;
};

/* A kernel event: what the kernel had learned, and when. */
struct kernel_event {
	nsec at;
	enum kernel_cause what;
	int err;              /* 0 until some call took it */
	bool answer;          /* an RST that came while something was unanswered */
	uint64_t bytes_acked; /* TCP_INFO at that moment, and the next */
	nsec rtt;
	nsec late;            /* it may have known so much earlier; 0 */
};

#define KERNEL_EVENTS_MAX 4

/* What the monitor saw of a connection (monitor.h). */
struct conn_kernel {
	struct kernel_event events[KERNEL_EVENTS_MAX];
	size_t count;
	bool unended;     /* neither FIN, RST nor timeout came */
	bool closed;      /* TCP state CLOSE: nothing more can happen */
	uint32_t segs_in; /* when the monitor last looked: has a segment come since? */
	bool sends;       /* a probe makes the kernel send: RST and timeout must be told apart */
	bool error_queue; /* in use by a probe: POLLERR may mean nothing */
};

/* The socket error, once a probe's call took it. */
struct conn_taken {
	int err;
	const struct instance *by;
};

/* The probes' own bytes, and whether one of them ended the connection. */
struct conn_own {
	nsec sent_at;                   /* the last one; TIME_NONE */
	nsec after_end;                 /* the first one after the first kernel event; TIME_NONE */
	nsec before_end;                /* from the last one to the first end; TIME_NONE */
	const struct instance *sender;  /* of the last one */
	const struct instance *culprit; /* of the last one before the end */
	nsec gap, culprit_gap;          /* from the byte before that one; 0 */
	nsec first_at;                  /* the first one; TIME_NONE */
	bool answered, culprit_answered; /* had the peer sent something since, before that byte? */
	bool provoked;                  /* ended right after that byte while others lived */
};

/* What its FIN meant (fin.h). */
struct conn_fin {
	bool half_closed; /* the peer still takes data */
	nsec took_until;  /* it took data after its FIN, until it reset us or fell silent then; TIME_NONE */
	bool judged;      /* for all connections of its peer */
};

/* What the probes sent: TCP_INFO when it was established, and the rest before it was first polled. */
struct conn_cost {
	bool counted;
	uint32_t segs_before, segs;
	uint64_t bytes_before, bytes;
};

enum liveness_state { LIVENESS_NOT_STARTED, LIVENESS_STARTED, LIVENESS_ANSWERED, LIVENESS_UNANSWERED };

/* The liveness poll of the peer's kernel (liveness.h). Times are TIME_NONE where there is none. */
struct conn_liveness {
	enum liveness_state state;
	bool last;           /* that at the end of the watch */
	bool was_finished;   /* a FIN had come before it */
	struct heard heard;  /* when it was started */
	nsec heard_before;   /* when the peer was heard last, before it was first started */
	nsec started_at;
	uint32_t sent;       /* retransmissions and unanswered segments without data */
	nsec sent_at;        /* when these last grew */
	unsigned vain;       /* how often they did */
	nsec vain_at;        /* the first time: the path was silent by then */
	nsec asked_at;       /* when they did so late that no answer to it decides */
	nsec answered_at;
	nsec silent_since, silent_until; /* polls were unanswered in between, */
	nsec silent_by;      /* ... the first of them that was sent then */
	nsec finished_at;    /* a FIN came during the poll */
	struct heard flow;   /* at the last look for new data that flows in */
	nsec flow_at;        /* when the next one is due */
	unsigned flows;      /* looks that found more */
	struct timer timer;
};

/* What was unread at the end of the watch is read and dropped (drain.h). */
struct conn_drain {
	bool was_full;       /* there was something */
	bool active;
	bool cut;            /* more came than was waited for, and it is not known whether it lives */
	bool freed_end;      /* its end came only behind that */
	uint64_t bytes;      /* dropped */
	uint64_t bytes_in;   /* received when it began */
	nsec began, last;    /* when something came last */
	struct timer timer;
};

/* The judgement of one connection (peer-truth.h). */
struct conn_truth {
	bool known, dead;
	nsec since;          /* dead, not before; TIME_NONE where nothing tells */
	bool unheard;        /* it fell silent after that: a verdict before it was heard last is wrong */
	bool outlived;       /* this kernel gave it up, but its peer lives, */
	bool path_silent;    /* ... as its path was silent for a while */
	bool frozen;         /* its peer's kernel answers, and its application does no more */
};

#define NOT_ACCEPTED "not accepted by the peer: its backlog is full"

/* Did the peer accept it (accepted.h)? And TCP_INFO when it was established. */
struct conn_accept {
	bool known;   /* it did */
	bool refused; /* it did not */
	bool perhaps; /* so it looks, but a peer that sends keepalive segments each second would look alike */
	nsec since;
	uint32_t segs_in;
	uint64_t bytes_acked;
};

/* While it is being connected (dial.h). */
struct conn_dial {
	bool active;
	struct addrinfo *address; /* the one that is tried, and those to try after it */
	struct timer timeout;
};

struct conn {
	struct run *run;
	struct watch *watch;
	unsigned id;
	const struct group *group;
	size_t row;                 /* of its first probe in the reports' context */
	const char *target;         /* its name, else HOST:PORT as typed, or NULL */
	struct instance *instances; /* in the order in which they look */
	size_t ninstances;
	size_t spare;               /* of them: in the watch's pending.spare */
	struct handler socket;
	bool established;
	bool in_loop;
	bool leaving;      /* its peer has said that it will close it */
	const struct adopted *adopted; /* another program's (adopted.h): whose; NULL: our own */
	bool let_go;       /* ... which closed it, or shut it down, before all was noticed: no probe looks any more */
	int64_t beyond_data; /* ... its sequence numbers that were sent and no data, when it was adopted: one more is a FIN */
	unsigned failures; /* of calls about it */
	char local[ADDRESS_TEXT], remote[ADDRESS_TEXT];
	struct conn_dial dial;
	struct conn_accept accept;
	struct conn_kernel kernel;
	struct conn_taken taken;
	struct conn_own own;
	struct conn_fin fin;
	struct conn_cost cost;
	struct conn_liveness liveness;
	struct conn_drain drain;
	struct conn_truth truth;
	struct answers answers;     /* to its probes, on the connections that it has been before */
};

/* A descriptor that is connected: from here the monitor watches and the instances look.
 * at is when it was established. 0 or -errno (the descriptor is then closed). */
int conn_established(struct conn *c, int fd, nsec at);

/* A queued event of this connection; of one of its probes. */
struct event *conn_event(const struct conn *c, enum event_kind kind, nsec t);
struct event *conn_probe_event(const struct instance *in, enum event_kind kind, nsec t);

/* Looks at it now, whatever woke us: the monitor, and each undecided probe that need not wait
 * for its time, the polled ones included. Before anything is judged by time. */
void conn_look(struct conn *c);

/* A call about it failed with err for a reason of this machine: its socket wakes once more, as
 * the edge would be lost. Where that happens too often the run ends, with status 4: false. */
bool conn_look_again(struct conn *c, const char *call, int err);

/* Disarms, closes, and makes the slot ready for another connection. Safe twice. */
void conn_close(struct conn *c);

/* The first kernel event of this connection, NULL if there was none. */
const struct kernel_event *conn_first(const struct conn *c);
/* The first that was an end: an unreachable alone is none. */
const struct kernel_event *conn_end(const struct conn *c);
bool conn_saw(const struct conn *c, enum kernel_cause what);
/* The kernel event of that kind, or NULL. */
const struct kernel_event *conn_kernel_event(const struct conn *c, enum kernel_cause what);

/* Are these of one peer, as far as can be told? To the same target, and at the same
 * address: clients that come from two hosts are two, and so may be the addresses of a name. */
bool conn_same_peer(const struct conn *a, const struct conn *b);

/* Did its end, a FIN or a reset that answers nothing, come only once the watch was over? It
 * lived till then, unless its end was behind what nobody had read. */
bool conn_end_too_late(const struct conn *c);

/* Did the application answer this probe before its verdict, and its kernel had what asked it? */
static inline bool instance_fell_silent(const struct instance *in)
{
	return in->dead_at != TIME_NONE && in->answered && !in->then.heard.retransmitted;
}

/* The same, and nothing came since: no answer that was late. */
bool instance_application_silent(const struct instance *in);

#endif
