// SPDX-License-Identifier: MIT
/*
 * tcpalive: how do I know that the other end of a TCP connection is dead?
 *
 * The command line becomes a plan, the engine carries it out, the reports tell
 * what happened, and the exit status says whether it was what was expected.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "advise/run.h"
#include "cli/cli.h"
#include "engine/run.h"
#include "lab/run.h"
#include "peer/run.h"
#include "reports/outlets.h"

static int carry_out(const struct plan *p, struct error *e)
{
	switch (p->mode) {
	case MODE_CONNECT:
		return run_connect(p, e);
	case MODE_LISTEN:
		return run_listen(p, e);
	case MODE_LAB:
		return run_lab(p, e);
	case MODE_PEER:
		return run_peer(p, e);
	case MODE_PREDICT:
		return run_predict(p, e);
	case MODE_ADVISE:
		return run_advise(p, e);
	}
	return STATUS_USAGE;
}

/* A standard descriptor that is closed must not become a socket or a report, for
 * messages to land in. As before, nothing can be read or written there (O_PATH). */
static void hold_standard(void)
{
	int fd;

	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct error e = { .status = STATUS_OK };
	struct plan plan = { .mode = MODE_CONNECT };
	int rc, status = STATUS_OK;

	hold_standard();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	rc = cli_parse(&plan, argc, argv, &e);
	plan.sink = &outlets_sink;
	if (rc < 0)
		status = (int)e.status;
	else if (rc == 0)
		status = carry_out(&plan, &e);
	if (e.status != STATUS_OK)
		cli_error(&e);
	plan_free(&plan);
	return status;
}
