// SPDX-License-Identifier: MIT
/*
 * tcpalive: how does each strategy notice that the other end of a TCP connection is dead?
 *
 * The command line becomes a verb and its plan, the verb carries it out, the reports
 * record what happened, and the exit status is whether it was as expected.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "reports/outlets.h"

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

/* SIGPIPE and SIGXFSZ are told by the write that fails. A SIGCHLD that is inherited as
 * ignored would leave no status of a child to wait for. */
static void set_signals(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

/* A page is written at once, so that errno says why it was not. */
static void buffer_output(void)
{
	static char page[1 << 16];

	setvbuf(stdout, page, _IOFBF, sizeof(page));
}

int main(int argc, char **argv)
{
	struct error e = { .status = STATUS_OK };
	struct plan plan;
	const struct verb *verb;
	int status;

	hold_standard();
	buffer_output();
	setlocale(LC_CTYPE, "");
	set_signals();
	if (cli_parse(&plan, &verb, argc, argv, &e)) {
		status = (int)e.status;
	} else {
		plan.sink = &outlets_sink;
		status = verb->run(&plan, &e);
	}
	if (e.status != STATUS_OK)
		cli_error(&e);
	plan_free(&plan);
	return status;
}
