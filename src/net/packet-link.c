// SPDX-License-Identifier: MIT
/*
 * One link. A packet is counted before it is delivered, so a process that sees its effect
 * sees it counted.
 */
#include "packet-link.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "forge.h"
#include "wire.h"

static size_t queue_slots(nsec delay)
{
	const size_t slots = LINK_QUEUE + (size_t)(delay / NS_PER_MS * LINK_QUEUE_A_SECOND / 1000);

	return slots < LINK_QUEUE_MOST ? slots : LINK_QUEUE_MOST;
}

int packet_link_open(struct packet_link *l, const struct lab_link *link, nsec rtt, struct shared_link *shared, int bell)
{
	const size_t slots = queue_slots(rtt / 2);
	int err;

	l->shared = shared;
	l->bell = bell;
	l->half = rtt / 2;
	l->pcap = PCAP_NONE;
	l->tun[LINK_OUT] = link->watcher.tun;
	l->tun[LINK_IN] = link->peer.tun;
	l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->timer < 0)
		return -errno;
	err = delay_open(&l->queue[LINK_IN], slots);
	return err < 0 ? err : delay_open(&l->queue[LINK_OUT], slots);
}

void packet_link_close(struct packet_link *l)
{
	if (!l->shared)
		return;
	if (l->timer >= 0)
		close(l->timer);
	delay_close(&l->queue[LINK_IN]);
	delay_close(&l->queue[LINK_OUT]);
	pcap_close(&l->pcap);
}

/* A rule that is not yet wholly written is not yet in force. */
static const struct link_rule *rule_at(struct packet_link *l, nsec now)
{
	uint32_t seq = atomic_load_explicit(&l->shared->sequence, memory_order_acquire);
	struct timed_rule rule;

	if (seq != l->sequence && seq % 2 == 0) {
		words_load(&rule, l->shared->rule, WORDS(struct timed_rule));
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&l->shared->sequence, memory_order_relaxed) == seq) {
			l->rule = rule;
			l->sequence = seq;
		}
	}
	return now < l->rule.until ? &l->rule.rule : &l->rule.then;
}

/* Before the packet is delivered: who sees its effect finds it told, and what that provokes is told later. */
static void tell_arrival(struct packet_link *l, const uint8_t *data, size_t len)
{
	struct packet p;
	uint16_t port;
	uint32_t seq;

	if (!packet_parse(&p, data, len) || (wire_quotes(&p, LINK_IN, &port, &seq) && counters_is_probe(&l->table, port, seq)))
		return;
	if (wire_put(&l->shared->wire, LINK_IN, &p, clock_now()))
		l->rings = true;
}

static enum link_dir opposite(enum link_dir dir)
{
	return dir == LINK_OUT ? LINK_IN : LINK_OUT;
}

/* Where the receiving host's device is down, the packet is lost, as it would be there. */
static void deliver(struct packet_link *l, enum link_dir dir, const uint8_t *data, size_t len)
{
	ssize_t n;

	if (dir == LINK_IN)
		tell_arrival(l, data, len);
	n = write(l->tun[opposite(dir)], data, len);
	(void)n;
}

/* Once in a turn: when the packets told of have been delivered. */
static void ring(struct packet_link *l)
{
	uint64_t once = 1;
	ssize_t n;

	if (!l->rings)
		return;
	l->rings = false;
	n = write(l->bell, &once, sizeof(once));
	(void)n; /* it can fail only when it rings already */
}

static void set_timer(const struct packet_link *l, nsec due)
{
	struct itimerspec at = { .it_value = { due / NS_PER_S, due % NS_PER_S } };

	timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/* The first of both queues; 0 when both are empty, which turns the timer off. */
static nsec first_due(const struct packet_link *l)
{
	const struct delayed *in = delay_first(&l->queue[LINK_IN]);
	const struct delayed *out = delay_first(&l->queue[LINK_OUT]);

	if (!in || !out)
		return in ? in->due : out ? out->due : 0;
	return in->due < out->due ? in->due : out->due;
}

/* What the queue has no room for is dropped. */
static void postpone(struct packet_link *l, enum link_dir dir, const uint8_t *data, size_t len, nsec due)
{
	nsec before = first_due(l), after;

	if (!delay_push(&l->queue[dir], due, data, len))
		return;
	after = first_due(l);
	if (after != before)
		set_timer(l, after);
}

static void deliver_after(struct packet_link *l, enum link_dir dir, const uint8_t *data, size_t len, nsec stamp, nsec delay)
{
	if (delay > 0 || delay_first(&l->queue[dir]))
		postpone(l, dir, data, len, ns_add(stamp, delay));
	else
		deliver(l, dir, data, len);
}

/* At the far end of the link, to whoever sent p in that direction. */
static void answer(struct packet_link *l, enum link_dir dir, enum link_answer kind, const struct packet *p, nsec stamp)
{
	uint8_t bytes[FORGE_MAX];
	size_t len = forge(kind, p, bytes);

	if (len == 0)
		return;
	pcap_add(&l->pcap, clock_now(), bytes, len);
	deliver_after(l, opposite(dir), bytes, len, stamp, 2 * l->half);
}

/* Where the packet goes, once it has been counted as sent. */
static void pass(struct packet_link *l, enum link_dir dir, const struct link_rule *rule,
		 const struct packet *p, nsec stamp)
{
	if (p->tcp && !memory_knows(l->shared, rule, p, stamp)) {
		if (rule->resets)
			answer(l, dir, ANSWER_RST, p, stamp);
	} else if (dir == LINK_OUT && rule->answer != ANSWER_NONE)
		answer(l, dir, rule->answer, p, stamp);
	else if (!rule->drop[dir])
		deliver_after(l, dir, p->data, p->len, stamp, l->half + rule->delay[dir]);
}

/* Multicast and other noise is not carried. */
static void carry_one(struct packet_link *l, enum link_dir dir, const uint8_t *data, size_t len)
{
	nsec stamp = clock_now();
	const struct link_rule *rule = rule_at(l, stamp);
	struct packet p;

	if (!packet_parse(&p, data, len))
		return;
	pcap_add(&l->pcap, stamp, p.data, p.len);
	counters_add(&l->table, dir, &p, stamp, l->shared);
	if (dir == LINK_OUT && wire_put(&l->shared->wire, LINK_OUT, &p, stamp))
		l->rings = true;
	pass(l, dir, rule, &p, stamp);
}

void packet_link_carry(struct packet_link *l, enum link_dir dir, size_t max)
{
	uint8_t data[LAB_MTU];

	if (dir == LINK_OUT)
		atomic_store(&l->shared->carries, 1);
	for (size_t taken = 0; taken < max; taken++) {
		ssize_t n = read(l->tun[dir], data, sizeof(data));

		if (n <= 0)
			break;
		carry_one(l, dir, data, (size_t)n);
	}
	if (dir == LINK_OUT)
		atomic_store(&l->shared->carries, 0);
	ring(l);
}

static void release(struct packet_link *l, enum link_dir dir, nsec now)
{
	const struct delayed *d;

	while ((d = delay_first(&l->queue[dir])) && d->due <= now) {
		deliver(l, dir, d->data, d->len);
		delay_pop(&l->queue[dir]);
	}
}

void packet_link_release(struct packet_link *l)
{
	nsec now = clock_now();
	uint64_t expired;

	if (read(l->timer, &expired, sizeof(expired)) < 0)
		return;
	release(l, LINK_IN, now);
	release(l, LINK_OUT, now);
	set_timer(l, first_due(l));
	ring(l);
}

bool packet_link_record(struct packet_link *l)
{
	if (!pcap_pending(&l->pcap))
		return false;
	pcap_flush(&l->pcap);
	atomic_store_explicit(&l->shared->pcap_error, l->pcap.error, memory_order_relaxed);
	return true;
}
