// SPDX-License-Identifier: MIT
/* A pipe or a socket without a reader is an error condition, which epoll reports unasked. */
#include "reader.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

void reader_gone(struct run *r)
{
	if (r->end.signo)
		return;
	run_interrupt(r, SIGPIPE);
	if (r->plan->output.noutputs == 1)
		run_interrupt(r, SIGPIPE); /* no report is left for which the peers would be asked once more */
}

static void on_gone(struct handler *h, uint32_t events, nsec woken)
{
	struct run *r = container_of(h, struct run, reader);

	(void)events;
	(void)woken;
	loop_remove(&r->loop, h);
	reader_gone(r);
}

/* Where it cannot be watched the next write tells. */
void reader_watch(struct run *r)
{
	struct stat st;

	r->reader = (struct handler){ .fd = STDOUT_FILENO, .ready = on_gone };
	if (!fstat(STDOUT_FILENO, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		loop_add(&r->loop, &r->reader, 0);
}
