// SPDX-License-Identifier: MIT
/*
 * The wire, seen by the one who opened it. Its oddity: a rule is set by writing to
 * memory, so setting it cannot be late.
 */
#include "worker.h"

#include "packet-loop.h"
#include "shared.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIT_LIMIT (5 * NS_PER_S) /* for captures on a slow disk */

struct link_worker {
	pid_t pid; /* 0: it is gone */
	int status;
	int bell;
	size_t links;
	size_t size;
	struct shared_memory *region;
	const char *pcap_dir;
	const char *const *pcap_names;
};

/* The terminal's signals are for the opener, which then ends this process. */
static void run_child(struct packet_loop *c, pid_t opener)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != opener) /* it died before the line above */
		_exit(1);
	prctl(PR_SET_NAME, "tcpalive-wire");
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	packet_loop_run(c);
	_exit(0);
}

static int start(struct link_worker *w, const struct lab_net *net, struct error *e)
{
	pid_t opener = getpid();
	struct packet_loop *c = packet_loop_new(net, w->region, w->bell, w->pcap_dir, w->pcap_names, e);

	if (!c)
		return -1;
	w->pid = fork();
	if (w->pid == 0)
		run_child(c, opener);
	packet_loop_free(c);
	if (w->pid > 0)
		return 0;
	w->pid = 0;
	return error_set(e, STATUS_SYSTEM, "the lab's wire: %s", strerror(errno));
}

/* Also for a wire that worker_open could not finish. */
static void worker_free(struct link_worker *w)
{
	if (w->region != MAP_FAILED)
		munmap(w->region, w->size);
	if (w->bell >= 0)
		close(w->bell);
	free(w);
}

struct link_worker *worker_open(const struct lab_net *net, const char *pcap_dir,
		       const char *const *pcap_names, struct error *e)
{
	struct link_worker *w = calloc(1, sizeof(*w));

	if (!w) {
		error_set(e, STATUS_SYSTEM, "the lab's wire: out of memory");
		return NULL;
	}
	w->links = net->links;
	w->pcap_dir = pcap_dir;
	w->pcap_names = pcap_names;
	w->size = sizeof(*w->region) + net->links * sizeof(*w->region->link);
	w->region = mmap(NULL, w->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	w->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->region == MAP_FAILED || w->bell < 0)
		error_set(e, STATUS_SYSTEM, "the lab's wire: %s", strerror(errno));
	else if (start(w, net, e) == 0)
		return w;
	worker_free(w);
	return NULL;
}

static void ring(const struct link_worker *w)
{
	uint64_t once = 1;
	ssize_t n = write(w->bell, &once, sizeof(once));

	(void)n; /* it can fail only when it rings already */
}

static void pause_for(nsec ns)
{
	struct timespec ts = { ns / NS_PER_S, ns % NS_PER_S };

	nanosleep(&ts, NULL);
}

static bool gone(struct link_worker *w)
{
	pid_t pid = w->pid > 0 ? waitpid(w->pid, &w->status, WNOHANG) : 0;

	if (pid == w->pid || (pid < 0 && errno == ECHILD))
		w->pid = 0;
	return w->pid == 0;
}

static void stop(struct link_worker *w)
{
	nsec limit = clock_now() + QUIT_LIMIT;

	atomic_store_explicit(&w->region->quit, 1, memory_order_release);
	ring(w);
	while (!gone(w)) {
		if (clock_now() > limit)
			kill(w->pid, SIGKILL);
		pause_for(NS_PER_MS);
	}
}

static int check_captures(const struct link_worker *w, struct error *e)
{
	for (size_t i = 0; i < w->links; i++) {
		int err = atomic_load_explicit(&w->region->link[i].pcap_error,
					       memory_order_relaxed);

		if (err)
			return error_set(e, STATUS_SYSTEM, "'%s/%s.pcap': %s", w->pcap_dir,
					 w->pcap_names[i], strerror(err));
	}
	return 0;
}

static int report_end(const struct link_worker *w, struct error *e)
{
	if (WIFSIGNALED(w->status))
		return error_set(e, STATUS_SYSTEM, "the lab's wire: killed by signal %d",
				 WTERMSIG(w->status));
	return error_set(e, STATUS_SYSTEM, "the lab's wire: ended by itself");
}

int worker_check(struct link_worker *w, struct error *e)
{
	return gone(w) ? report_end(w, e) : check_captures(w, e);
}

int worker_close(struct link_worker *w, struct error *e)
{
	int err;

	if (!w)
		return 0;
	err = worker_check(w, e);
	if (w->pid > 0)
		stop(w);
	if (err == 0)
		err = w->status ? report_end(w, e) : check_captures(w, e);
	worker_free(w);
	return err;
}

/* The moment is taken first: no effect can then be older than its cause. */
static nsec put(struct shared_link *l, struct plan *plan, nsec hold)
{
	uint32_t seq = atomic_load_explicit(&l->sequence, memory_order_relaxed);
	nsec now = clock_now();

	plan->until = ns_add(now, hold);
	atomic_store_explicit(&l->sequence, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	words_store(l->plan, plan, WORDS(struct plan));
	atomic_store_explicit(&l->sequence, seq + 2, memory_order_release);
	return now;
}

nsec worker_set_rule(struct link_worker *w, size_t link, const struct link_rule *rule)
{
	return worker_set_rule_until(w, link, rule, NS_NEVER, rule);
}

nsec worker_set_rule_until(struct link_worker *w, size_t link, const struct link_rule *rule, nsec hold,
		     const struct link_rule *then)
{
	struct plan plan = { .rule = *rule, .then = *then };

	return put(&w->region->link[link], &plan, hold);
}

int worker_settle(struct link_worker *w, size_t link, nsec limit, struct error *e)
{
	struct shared_link *l = &w->region->link[link];
	uint32_t asked = atomic_fetch_add_explicit(&l->settle_asked, 1, memory_order_release) + 1;
	nsec end = clock_now() + limit;

	ring(w);
	while (atomic_load_explicit(&l->settle_done, memory_order_acquire) != asked) {
		if (gone(w))
			return worker_check(w, e);
		if (clock_now() > end)
			return error_set(e, STATUS_SYSTEM, "the lab's wire: not scheduled for "
					 "%.1f s (the machine is too busy)", ns_seconds(limit));
		pause_for(20 * NS_PER_US);
	}
	return 0;
}

bool worker_conn(const struct link_worker *w, size_t link, uint16_t port, struct conn_packets *conn)
{
	for (size_t i = 0; i < LINK_CONNS; i++) {
		const struct shared_conn *c = &w->region->link[link].conn[conn_slot(port, i)];
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

void worker_link(const struct link_worker *w, size_t link, struct link_packets *count)
{
	words_load(count, w->region->link[link].count, WORDS(struct link_packets));
}
