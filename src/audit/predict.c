// SPDX-License-Identifier: MIT
/* From what the kernel tells of a socket to the model of connections that stand. */
#include "predict.h"

#include <limits.h>

#include "faults/fault.h"
#include "model/standing.h"

/* Options that no socket can exceed: tcp(7), and INT_MAX of the user timeout's ms. */
#define KEEP_LONGEST (32767 * NS_PER_S)
#define KEEP_MOST 127
#define RETRIES_MOST 255

/* ---- as it stands ---- */

static bool is_orphan(const struct diag_socket *now)
{
	return !now->inode && now->state != STATE_ESTABLISHED && now->state != STATE_CLOSE_WAIT && now->state != STATE_SYN_SENT;
}

bool audit_predictable(const struct audit_socket *s)
{
	return s->now.state != STATE_CLOSE && s->now.state != STATE_LISTEN && s->now.state != STATE_TIME_WAIT;
}

nsec audit_heard(const struct diag_socket *now)
{
	const uint32_t data = now->info.tcpi_last_data_recv, ack = now->info.tcpi_last_ack_recv;

	return (data < ack ? data : ack) * NS_PER_MS;
}

static struct standing standing_of(const struct audit_socket *s, const struct sysctls *sys)
{
	const struct diag_socket *now = &s->now;
	const struct tcp_info *i = &now->info;
	const enum tcp_state state = now->state;

	return (struct standing){
		.connecting = state == STATE_SYN_SENT, .syn_retries = s->options.known ? s->options.syn_retries : sys->syn_retries, .orphan = is_orphan(now),
		.fin = state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING,
		.keepalive = s->options.keepalive, .recverr = s->options.recverr || now->recverr,
		.idle = s->options.idle, .intvl = s->options.intvl, .cnt = s->options.cnt, .user_timeout = s->options.user_timeout,
		.in_flight = i->tcpi_unacked > 0, .queued = i->tcpi_notsent_bytes > 0, .heard = audit_heard(now),
		.timer = (enum socket_timer)now->timer, .expires = now->expires * NS_PER_MS, .backoff = i->tcpi_backoff,
		.unanswered = now->timer == SOCKET_TIMER_RETRANSMIT ? now->retransmits : i->tcpi_probes,
	};
}

/* One that cannot grow any more has lost what it was. */
static nsec rto_of(const struct diag_socket *now, const struct sysctls *sys)
{
	const nsec rto = now->info.tcpi_rto * NS_PER_US;

	if (now->timer != SOCKET_TIMER_RETRANSMIT || !now->info.tcpi_backoff)
		return rto;
	return rto < sys->rto_max ? rto >> now->info.tcpi_backoff : 0;
}

static struct tcp_path path_of(const struct audit_socket *s, const struct sysctls *sys)
{
	return (struct tcp_path){ .sys = sys, .rtt = s->now.info.tcpi_rtt * NS_PER_US, .rto = rto_of(&s->now, sys) };
}

static struct time_range end_of(const struct standing *st, const struct audit_socket *s, const struct chosen_fault *f, const struct sysctls *sys)
{
	const struct tcp_path path = path_of(s, sys);

	return standing_end(st, f, &path);
}

/* ---- where not all is known ---- */

static bool same(struct time_range a, struct time_range b)
{
	return a.from == b.from && a.by == b.by;
}

/* Whatever those are that could not be read: a keepalive timer tells that there is keepalive, and nothing else does. */
static bool holds_for_all_options(const struct standing *known, const struct audit_socket *s, const struct chosen_fault *f,
				  const struct sysctls *sys, struct time_range *r)
{
	struct standing st = *known;

	st.keepalive = st.timer == SOCKET_TIMER_KEEPALIVE;
	st.idle = st.intvl = NS_PER_S;
	st.cnt = 1;
	*r = end_of(&st, s, f, sys);
	st.user_timeout = NS_PER_MS;
	if (!same(*r, end_of(&st, s, f, sys)))
		return false;
	st.user_timeout = INT_MAX * NS_PER_MS;
	st.idle = st.intvl = KEEP_LONGEST;
	st.cnt = st.syn_retries = KEEP_MOST;
	return same(*r, end_of(&st, s, f, sys));
}

/* Those of another network namespace, which could not be read. */
static bool holds_for_all_sysctls(const struct standing *known, const struct audit_socket *s, const struct chosen_fault *f,
				  struct sysctls sys, struct time_range r)
{
	struct standing st = *known;

	sys.retries2 = sys.orphan_retries = st.syn_retries = 0;
	if (!same(r, end_of(&st, s, f, &sys)))
		return false;
	sys.retries2 = sys.orphan_retries = st.syn_retries = RETRIES_MOST;
	return same(r, end_of(&st, s, f, &sys));
}

/* Without its timer only that is known for which none runs. */
static bool is_known(const struct audit_socket *s, const struct standing *st)
{
	if (s->mptcp) /* one subflow's end is not the connection's */
		return false;
	if (st->fin && !st->orphan)
		return true;
	if (!s->now.has_info)
		return false;
	return s->has_timer || (s->options.known && !st->keepalive && !st->connecting && !st->orphan && !st->in_flight && !st->queued);
}

static bool find_end(const struct audit_host *h, const struct audit_socket *s, const struct chosen_fault *f, struct time_range *r)
{
	const struct standing st = standing_of(s, &h->sysctls);

	if (!is_known(s, &st))
		return false;
	*r = end_of(&st, s, f, &h->sysctls);
	if (!s->options.known && !st.orphan && !st.fin && !holds_for_all_options(&st, s, f, &h->sysctls, r))
		return false;
	return h->entered || holds_for_all_sysctls(&st, s, f, h->sysctls, *r);
}

/* What nobody notices: has a death been missed? */
static enum result unnoticed(const struct audit_host *h, const struct audit_socket *s, const struct chosen_fault *f)
{
	const struct standing st = standing_of(s, &h->sysctls);
	const struct tcp_path path = path_of(s, &h->sysctls);

	return f->fault->dead && !standing_remembered(&st, f, &path) ? MISSED : STAYED_ALIVE;
}

static struct predicted predict_one(const struct audit_host *h, const struct audit_socket *s, const struct chosen_fault *f)
{
	struct time_range r;

	if (!find_end(h, s, f, &r))
		return (struct predicted){ .by = NS_NEVER, .why = s->mptcp ? "a subflow's end is not that of its MPTCP connection" : "not all that it hangs on is known" };
	return (struct predicted){
		.known = true, .by = r.by, .why = r.why, .perhaps = r.by == NS_NEVER && r.from != NS_NEVER,
		.result = r.by == NS_NEVER ? unnoticed(h, s, f) : f->fault->dead ? NOTICED : FALSE_ALARM,
	};
}

void audit_predict(const struct audit_list *l, const struct audit_socket *s, const struct plan *p, struct predicted *to)
{
	for (size_t i = 0; i < p->lab.nfaults; i++)
		to[i] = predict_one(&l->hosts[s->host], s, &p->lab.faults[i]);
}
