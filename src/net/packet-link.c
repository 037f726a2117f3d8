// SPDX-License-Identifier: MIT
/*
 * One link. Its oddity: a packet is counted before it is delivered, so whoever sees
 * its effect sees it counted.
 */
#include "packet-link.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { SETTLE_MAX = 8192 }; /* more than any host's device and its queue hold */

int packet_link_open(struct packet_link *c, const struct lab_link *link, struct shared_link *shared)
{
	int err;

	c->shared = shared;
	c->pcap = PCAP_NONE;
	c->tun[LINK_OUT] = link->watcher.tun;
	c->tun[LINK_IN] = link->peer.tun;
	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (c->timer < 0)
		return -errno;
	err = delay_open(&c->queue[LINK_IN]);
	return err < 0 ? err : delay_open(&c->queue[LINK_OUT]);
}

void packet_link_close(struct packet_link *c)
{
	if (!c->shared)
		return;
	if (c->timer >= 0)
		close(c->timer);
	delay_close(&c->queue[LINK_IN]);
	delay_close(&c->queue[LINK_OUT]);
	pcap_close(&c->pcap);
}

/* A plan that is not yet wholly written is not yet in force. */
static const struct link_rule *rule_at(struct packet_link *c, nsec now)
{
	uint32_t seq = atomic_load_explicit(&c->shared->sequence, memory_order_acquire);
	struct plan plan;

	if (seq != c->sequence && seq % 2 == 0) {
		words_load(&plan, c->shared->plan, WORDS(struct plan));
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&c->shared->sequence, memory_order_relaxed) == seq) {
			c->plan = plan;
			c->sequence = seq;
		}
	}
	return now < c->plan.until ? &c->plan.rule : &c->plan.then;
}

static bool deliver(struct packet_link *c, enum link_dir dir, const uint8_t *data, size_t len)
{
	ssize_t n = write(c->tun[dir == LINK_IN ? LINK_OUT : LINK_IN], data, len);

	if (n < 0)
		c->count.refused++;
	return n >= 0;
}

static void publish(struct packet_link *c, int slot)
{
	c->count.unrecorded = c->pcap.lost;
	words_store(c->shared->count, &c->count, WORDS(struct link_packets));
	if (slot >= 0)
		counters_publish(&c->table, (size_t)slot, c->shared);
}

static void count_drop(struct packet_link *c, enum link_dir dir, int slot, const struct packet *p)
{
	counters_drop(&c->count.dir[dir], p);
	if (slot >= 0)
		counters_drop(&c->table.conn[slot].dir[dir], p);
	publish(c, slot);
}

static void answer(struct packet_link *c, enum link_answer kind, const struct packet *p, int slot)
{
	uint8_t bytes[FORGE_MAX];
	size_t len = forge(kind, p, bytes);
	nsec now = clock_now();
	struct packet forged;

	if (len == 0 || !packet_parse(&forged, bytes, len))
		return;
	counters_add(&c->count.forged, &forged, now);
	if (slot >= 0)
		counters_add(&c->table.conn[slot].forged, &forged, now);
	publish(c, slot);
	pcap_add(&c->pcap, now, bytes, len);
	deliver(c, LINK_IN, bytes, len);
}

static void timer_set(const struct packet_link *c, nsec due)
{
	struct itimerspec at = { .it_value = { due / NS_PER_S, due % NS_PER_S } };

	timerfd_settime(c->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/* The first of both queues; 0 when both are empty, which turns the timer off. */
static nsec first_due(const struct packet_link *c)
{
	const struct delayed *in = delay_first(&c->queue[LINK_IN]);
	const struct delayed *out = delay_first(&c->queue[LINK_OUT]);

	if (!in || !out)
		return in ? in->due : out ? out->due : 0;
	return in->due < out->due ? in->due : out->due;
}

static bool postpone(struct packet_link *c, enum link_dir dir, const struct packet *p, nsec due)
{
	nsec before = first_due(c), after;

	if (!delay_push(&c->queue[dir], due, p->data, p->len)) {
		c->count.overflow++;
		return false;
	}
	after = first_due(c);
	if (after != before)
		timer_set(c, after);
	return true;
}

/* Where the packet goes, once it has been counted as sent. */
static bool pass(struct packet_link *c, enum link_dir dir, const struct link_rule *rule,
		 const struct packet *p, nsec stamp)
{
	if (rule->drop[dir])
		return false;
	if (rule->delay[dir] > 0 || delay_first(&c->queue[dir]))
		return postpone(c, dir, p, ns_add(stamp, rule->delay[dir]));
	return deliver(c, dir, p->data, p->len);
}

static void take(struct packet_link *c, enum link_dir dir, const uint8_t *data, size_t len)
{
	nsec stamp = clock_now();
	const struct link_rule *rule = rule_at(c, stamp);
	struct packet p;
	int slot = -1;

	if (!packet_parse(&p, data, len)) {
		c->count.stray++;
		publish(c, -1);
		return;
	}
	pcap_add(&c->pcap, stamp, p.data, p.len);
	counters_add(&c->count.dir[dir], &p, stamp);
	if (p.tcp)
		slot = counters_slot(&c->table, dir == LINK_OUT ? p.src_port : p.dst_port);
	if (slot >= 0)
		counters_add(&c->table.conn[slot].dir[dir], &p, stamp);
	else
		c->count.untracked += p.tcp;
	publish(c, slot);
	if (dir == LINK_OUT && rule->answer != ANSWER_NONE) {
		count_drop(c, dir, slot, &p);
		answer(c, rule->answer, &p, slot);
	} else if (!pass(c, dir, rule, &p, stamp)) {
		count_drop(c, dir, slot, &p);
	}
}

size_t packet_link_carry(struct packet_link *c, enum link_dir dir, size_t max)
{
	uint8_t data[LAB_MTU];
	size_t taken;

	for (taken = 0; taken < max; taken++) {
		ssize_t n = read(c->tun[dir], data, sizeof(data));

		if (n <= 0)
			break;
		take(c, dir, data, (size_t)n);
	}
	return taken;
}

static void release(struct packet_link *c, enum link_dir dir, nsec now)
{
	const struct delayed *d;

	while ((d = delay_first(&c->queue[dir])) && d->due <= now) {
		deliver(c, dir, d->data, d->len);
		delay_pop(&c->queue[dir]);
	}
}

void packet_link_release(struct packet_link *c)
{
	nsec now = clock_now();
	uint64_t expired;

	if (read(c->timer, &expired, sizeof(expired)) < 0)
		return;
	release(c, LINK_IN, now);
	release(c, LINK_OUT, now);
	publish(c, -1);
	timer_set(c, first_due(c));
}

void packet_link_settle(struct packet_link *c)
{
	uint32_t asked = atomic_load_explicit(&c->shared->settle_asked, memory_order_acquire);

	if (asked == atomic_load_explicit(&c->shared->settle_done, memory_order_relaxed))
		return;
	packet_link_carry(c, LINK_OUT, SETTLE_MAX);
	packet_link_carry(c, LINK_IN, SETTLE_MAX);
	atomic_store_explicit(&c->shared->settle_done, asked, memory_order_release);
}

bool packet_link_record(struct packet_link *c)
{
	if (!pcap_pending(&c->pcap))
		return false;
	pcap_flush(&c->pcap);
	atomic_store_explicit(&c->shared->pcap_error, c->pcap.error, memory_order_relaxed);
	return true;
}
