// SPDX-License-Identifier: MIT
/*
 * Programs under test: the words of a command, the end of what was written, what a directory is freed of.
 *
 * program run COMMAND [LOGS]: runs one as the lab does, for tests/program.bats. Reads orders, a line each (signal N, restart, stop SECONDS, end SECONDS, tail LINES, owner
 * INODE, close), and prints what it is told: `init PID`, `runs`, `ended STATUS`, `over`, `done`.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/userns.h"
#include "program/command.h"
#include "program/directory.h"
#include "program/log.h"
#include "program/owner.h"
#include "program/program.h"
#include "program/remove.h"
#include "program/tail.h"

/* ---- words ---- */

static const char *filled(const char *command)
{
	static char kept[512];
	const struct program_setup s = { .command = command, .host = "192.0.2.2", .port = 9000, .fault = "drop" };
	struct error e;
	char *text = command_fill(&s, "/tmp/x", &e);

	snprintf(kept, sizeof(kept), "%s", text ? text : e.text);
	free(text);
	return kept;
}

static void words_are_replaced(void)
{
	CHECK_TEXT(filled("x {host}:{port} {dir}/{fault} {host}{host}"), "x 192.0.2.2:9000 /tmp/x/drop 192.0.2.2192.0.2.2");
	CHECK_TEXT(filled(""), "");
	CHECK_TEXT(filled("{port}"), "9000");
}

static void other_braces_stay(void)
{
	static const char *const same[] = {
		"{}", "{a,b}", "${x}", "${port}", "\"${host:-x}\"", "awk '{print $1}'", "{\"host\": 1}", "{ host }", "{Host}", "{host", "host}",
		"{", "}", "{ports}", "{dir }", "{{}}",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		CHECK_TEXT(filled(same[i]), same[i]);
	CHECK_TEXT(filled("{{port}}"), "{9000}");
	CHECK_TEXT(filled("{\"port\": {port}}"), "{\"port\": 9000}");
	CHECK_TEXT(filled("$ {port}"), "$ 9000");
}

/* ---- a whole program ---- */

static void tell(struct program *p)
{
	struct program_message m;

	while (program_read(p, &m)) {
		if (m.error.status)
			printf("error %s\n", m.error.text);
		else if (m.news == PROGRAM_RUNS)
			printf("runs\n");
		else if (m.news == PROGRAM_OVER)
			printf("over\n");
		else if (WIFSIGNALED(m.status))
			printf("ended by signal %d\n", WTERMSIG(m.status));
		else
			printf("ended %d\n", WEXITSTATUS(m.status));
		fflush(stdout);
	}
}

/* What a copy of that socket is: its cookie cannot be told, but its options can. */
static void show_owner(const struct program *p, int inode, struct error *e)
{
	struct owner o;
	int fd, value = -1;
	socklen_t len = sizeof(value);

	if (owner_find(program_init(p), (uint32_t)inode, &o, e))
		return;
	printf("owner %d %d %s\n", (int)o.pid, o.fd, o.command);
	fd = owner_copy(&o, e);
	if (fd < 0)
		return;
	getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &len);
	printf("keepalive %d\n", value);
	close(fd);
}

/* False: it was closed. */
static bool obey(struct program *p, const char *line)
{
	struct error e = { .status = STATUS_OK };
	char text[4096], word[16] = "";
	nsec at = 0;
	int n = 0;

	sscanf(line, "%15s %d", word, &n);
	if (!strcmp(word, "signal"))
		program_signal(p, n, &at, &e);
	else if (!strcmp(word, "restart"))
		program_restart(p, &e);
	else if (!strcmp(word, "stop"))
		program_stop(p, n * NS_PER_S);
	else if (!strcmp(word, "end"))
		program_end(p, n * NS_PER_S);
	else if (!strcmp(word, "tail"))
		printf("tail %s\n", program_tail(p, (unsigned)n, text, sizeof(text)));
	else if (!strcmp(word, "owner"))
		show_owner(p, n, &e);
	if (!strcmp(word, "close"))
		program_close(p);
	printf("done%s%s\n", e.status ? ": " : "", e.status ? e.text : "");
	fflush(stdout);
	return strcmp(word, "close");
}

static int serve(struct program *p)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = program_fd(p), .events = POLLIN } };
	char line[64];

	for (;;) {
		poll(fds, 2, -1);
		if (fds[1].revents)
			tell(p);
		if (fds[0].revents && (!fgets(line, sizeof(line), stdin) || !obey(p, line)))
			return 0;
	}
}

static int fail(const struct error *e)
{
	fprintf(stderr, "%s\n", e->text);
	return (int)e->status;
}

static int run(const char *command, const char *logs)
{
	struct program_setup s = {
		.command = command, .role = PROGRAM_SERVER, .host = "127.0.0.1", .port = 9000, .fault = "drop", .logs = logs,
	};
	struct error e = { .status = STATUS_OK };
	struct program *p;

	setvbuf(stdin, NULL, _IONBF, 0); /* poll must know of every line */
	if (userns_needed() && userns_enter(&e))
		return fail(&e);
	if (unshare(CLONE_NEWNET))
		return perror("unshare"), 4;
	s.ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	p = program_new(&s, &e);
	if (!p || program_launch(p, &e))
		return fail(&e);
	printf("init %d\n", (int)program_init(p));
	fflush(stdout);
	return serve(p);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "run"))
		return run(argv[2], argv[3]);
	UNIT_CASE(words_are_replaced);
	UNIT_CASE(other_braces_stay);
	return unit_end();
}
