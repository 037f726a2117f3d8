// SPDX-License-Identifier: MIT
/*
 * The link worker, seen by the process that opened it. A rule is set by writing to
 * memory, so setting it cannot be late.
 */
#include "worker.h"

#include "base/process.h"
#include "memory.h"
#include "packet-loop.h"
#include "shared.h"
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINK_WORKER "the link worker"
#define QUIT_LIMIT (5 * NS_PER_S) /* for captures on a slow disk */

struct link_worker {
	pid_t pid; /* 0: it is gone */
	bool failed;
	struct packet_bells bell;
	const struct lab_net *net;
	nsec rtt;
	size_t size;
	struct shared_memory *shared;
	const char *pcap_dir;
	const char *const *pcap_names;
};

/* The opener ends this process, also after a signal from the terminal. */
static void run_worker(struct packet_loop *p, pid_t opener)
{
	process_bind(opener, "tcpalive-link");
	process_ignore_signals();
	packet_loop_run(p);
	_exit(0);
}

static int start_worker(struct link_worker *w, const struct lab_net *net, struct error *e)
{
	pid_t opener = getpid();
	struct packet_loop *p = packet_loop_new(net, w->rtt, w->shared, w->bell, w->pcap_dir, w->pcap_names, e);

	if (!p)
		return -1;
	w->pid = fork();
	if (w->pid == 0)
		run_worker(p, opener);
	packet_loop_free(p);
	if (w->pid > 0)
		return 0;
	w->pid = 0;
	return error_set(e, STATUS_SYSTEM, LINK_WORKER ": %s", error_reason(errno));
}

/* Also for one that worker_open could not finish. */
static void worker_free(struct link_worker *w)
{
	if (w->shared != MAP_FAILED)
		munmap(w->shared, w->size);
	if (w->bell.quit >= 0)
		close(w->bell.quit);
	if (w->bell.wire >= 0)
		close(w->bell.wire);
	free(w);
}

struct link_worker *worker_open(const struct lab_net *net, nsec rtt, const char *pcap_dir,
				const char *const *pcap_names, struct error *e)
{
	struct link_worker *w = calloc(1, sizeof(*w));

	if (!w) {
		error_set(e, STATUS_SYSTEM, LINK_WORKER ": out of memory");
		return NULL;
	}
	w->net = net;
	w->rtt = rtt;
	w->pcap_dir = pcap_dir;
	w->pcap_names = pcap_names;
	w->size = sizeof(*w->shared) + net->links * sizeof(*w->shared->link);
	w->shared = mmap(NULL, w->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	w->bell.quit = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->bell.wire = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->shared == MAP_FAILED || w->bell.quit < 0 || w->bell.wire < 0)
		error_set(e, STATUS_SYSTEM, LINK_WORKER ": %s", error_reason(errno));
	else if (start_worker(w, net, e) == 0)
		return w;
	worker_free(w);
	return NULL;
}

static void ring(const struct link_worker *w)
{
	uint64_t once = 1;
	ssize_t n = write(w->bell.quit, &once, sizeof(once));

	(void)n; /* it can fail only when it rings already */
}

int worker_check(struct link_worker *w, struct error *e)
{
	if (!w || !process_check(&w->pid, LINK_WORKER, e))
		return 0;
	w->failed = true;
	return -1;
}

static int stop_worker(struct link_worker *w, struct error *e)
{
	bool killed;
	int status;

	atomic_store_explicit(&w->shared->quit, 1, memory_order_release);
	ring(w);
	status = process_end(w->pid, w->failed ? 0 : QUIT_LIMIT, &killed);
	w->pid = 0;
	if (killed)
		return error_set(e, STATUS_SYSTEM, LINK_WORKER ": it did not end, and was killed");
	if (WIFSIGNALED(status))
		return error_set(e, STATUS_SYSTEM, LINK_WORKER ": killed by signal %d", WTERMSIG(status));
	return status ? error_set(e, STATUS_SYSTEM, LINK_WORKER ": exit status %d", WEXITSTATUS(status)) : 0;
}

static int check_captures(const struct link_worker *w, struct error *e)
{
	for (size_t i = 0; i < w->net->links; i++) {
		int err = atomic_load_explicit(&w->shared->link[i].pcap_error,
					       memory_order_relaxed);

		if (err)
			return error_set(e, STATUS_SYSTEM, "'%s/%s.pcap': %s", w->pcap_dir,
					 w->pcap_names[i], error_reason(err));
	}
	return 0;
}

int worker_close(struct link_worker *w, struct error *e)
{
	struct error later;
	int err;

	if (!w)
		return 0;
	err = worker_check(w, e);
	if (w->pid > 0 && stop_worker(w, err ? &later : e))
		err = -1;
	if (!err)
		err = check_captures(w, e);
	worker_free(w);
	return err;
}

/* The hold counts from before the rule is in force. */
static void write_rule(struct shared_link *l, struct timed_rule *rule, nsec hold)
{
	uint32_t seq = atomic_load_explicit(&l->sequence, memory_order_relaxed);

	rule->until = ns_add(clock_now(), hold);
	atomic_store_explicit(&l->sequence, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	words_store(l->rule, rule, WORDS(struct timed_rule));
	atomic_store_explicit(&l->sequence, seq + 2, memory_order_release);
}

void worker_set_rule(struct link_worker *w, size_t link, const struct link_rule *rule)
{
	worker_set_rule_until(w, link, rule, NS_NEVER, rule);
}

void worker_set_rule_until(struct link_worker *w, size_t link, const struct link_rule *rule, nsec hold,
			   const struct link_rule *then)
{
	struct timed_rule timed = { .rule = *rule, .then = *then };

	write_rule(&w->shared->link[link], &timed, hold);
}

int worker_wire_read(struct link_worker *w, size_t link, struct wire_event *ev)
{
	return wire_take(&w->shared->link[link].wire, ev);
}

/* What it has read by the second look it says, and what was sent since the first came later. */
bool worker_is_behind(const struct link_worker *w, size_t link)
{
	return lab_host_has_sent(&w->net->link[link].watcher) || atomic_load(&w->shared->link[link].carries);
}

int worker_wire_fd(const struct link_worker *w)
{
	return w->bell.wire;
}

nsec worker_forgotten(const struct link_worker *w, size_t link, uint16_t port, uint16_t peer_port, nsec forgets, nsec struck)
{
	return memory_forgotten(&w->shared->link[link], memory_key(port, peer_port), forgets, struck);
}

bool worker_conn(const struct link_worker *w, size_t link, uint16_t port, struct conn_packets *conn)
{
	for (size_t i = 0; i < LINK_CONNS; i++) {
		const struct shared_conn *c = &w->shared->link[link].conn[conn_slot(port, i)];
		uint32_t at = atomic_load_explicit(&c->port, memory_order_acquire);

		if (at == port) {
			words_load(conn, c->count, WORDS(struct conn_packets));
			return true;
		}
		if (at == 0)
			break;
	}
	memset(conn, 0, sizeof(*conn));
	return false;
}
