// SPDX-License-Identifier: MIT
/*
 * Programs under test: the words of a command, the end of what was written, what a directory is freed of.
 *
 * program run COMMAND [LOGS]: runs one as the lab does, for tests/program.bats. Reads orders, a line each (signal N,
 * restart, stop SECONDS, end SECONDS, tail LINES, owner INODE, close), and prints what it is told: `init PID`,
 * `runs`, `ended STATUS`, `over`, `done`.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
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

/* ---- the end of what was written ---- */

static const char *tail(const char *text, unsigned lines, size_t room)
{
	static char to[256];

	return tail_lines(text, strlen(text), lines, to, room);
}

static void the_last_lines_are_told(void)
{
	CHECK_TEXT(tail("", 3, 99), "");
	CHECK_TEXT(tail("\n\n \r\n", 3, 99), "");
	CHECK_TEXT(tail("one\ntwo\nthree\n", 2, 99), "two; three");
	CHECK_TEXT(tail("one\ntwo\nthree", 9, 99), "one; two; three");
	CHECK_TEXT(tail("one\r\n\n\ntwo \r\n\n", 2, 99), "one; two");
	CHECK_TEXT(tail("one\n\tis\n    two\n", 3, 99), "one; is; two");
	CHECK_TEXT(tail("one\n", 0, 99), "");
}

static void where_there_is_no_room_the_last_line_is_told(void)
{
	CHECK_TEXT(tail("one\ntwo\nthree\n", 3, 11), "two; three");
	CHECK_TEXT(tail("one\ntwo\nthree\n", 3, 10), "three");
	CHECK_TEXT(tail("one\nthree\n", 3, 5), "thr~");
}

static void any_bytes_are_safe_to_print(void)
{
	char to[64];

	CHECK_TEXT(tail("\033[1;31mred\033[0m\033[K!\n", 3, 99), "red!");
	CHECK_TEXT(tail("bell\a \033]0;title\a \xff\n", 3, 99), "bell\\x07 \\x1b]0;title\\x07 \\xff");
	CHECK_TEXT(tail("\033[", 3, 99), "\\x1b[");
	CHECK_TEXT(tail_lines("a\0b\n\0", 5, 3, to, sizeof(to)), "a?b");
}

static void a_line_without_end(void)
{
	static char text[100000];
	char to[64];

	memset(text, 'x', sizeof(text));
	memcpy(text, "first\n", 6);
	CHECK_INT(strlen(tail_lines(text, sizeof(text), 3, to, sizeof(to))), sizeof(to) - 1);
	text[sizeof(text) - 5] = '\n';
	CHECK_TEXT(tail_lines(text, sizeof(text), 3, to, sizeof(to)), "xxxx");
}

/* ---- the log ---- */

#define LINE 4000

static struct log_memory memory;

static void add_lines(struct log *l, int lines)
{
	char line[LINE + 1];

	for (int i = 0; i < lines; i++)
		log_add(l, line, (size_t)snprintf(line, sizeof(line), "%-*d\n", LINE - 1, i));
}

static void a_log_ends_with_what_came_last(void)
{
	static char last[LOG_LAST + 1];
	struct error e;
	struct log l;

	memset(&memory, 0, sizeof(memory));
	CHECK_INT(log_open(&l, &memory, NULL, "drop", "server", &e), 0);
	CHECK_INT(log_last(&memory, last, sizeof(last)), 0);
	add_lines(&l, 1);
	CHECK_INT(log_last(&memory, last, sizeof(last)), LINE);
	add_lines(&l, 2000);
	CHECK_INT(log_last(&memory, last, 2 * LINE), 2 * LINE);
	CHECK_INT(atoi(last), 1998);
	CHECK_INT(atoi(last + LINE), 1999);
	CHECK_INT(log_last(&memory, last, LOG_LAST), LOG_LAST);
	CHECK_INT(atoi(last + LOG_LAST - LINE), 1999);
	log_close(&l);
}

/* Each line begins with its number; returns how many there are, and which is the last one. */
static int read_lines(const char *path, int *last, bool *told)
{
	FILE *file = fopen(path, "r");
	char line[2 * LINE];
	int n = 0;

	for (*told = false; file && fgets(line, sizeof(line), file); n++) {
		*told |= !!strstr(line, "bytes are left out here");
		*last = atoi(line);
	}
	if (file)
		fclose(file);
	return n;
}

/* Nothing is missing, or what is is told. */
static void a_log_file_keeps_the_first_and_the_last(void)
{
	static const int lines[] = { 1, LOG_FIRST / LINE, LOG_FIRST / LINE + 1, (LOG_FIRST + LOG_LAST) / LINE };
	char dir[] = "/tmp/unit-program-XXXXXX", path[64];
	struct error e;
	struct log l;
	bool told;
	int last;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/drop.server.log", dir);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		memset(&memory, 0, sizeof(memory));
		CHECK_INT(log_open(&l, &memory, dir, "drop", "server", &e), 0);
		add_lines(&l, lines[i]);
		log_close(&l);
		CHECK_INT(read_lines(path, &last, &told), lines[i]);
		CHECK_INT(last, lines[i] - 1);
		CHECK(!told);
	}
	memset(&memory, 0, sizeof(memory));
	CHECK_INT(log_open(&l, &memory, dir, "drop", "server", &e), 0);
	add_lines(&l, 5000);
	log_close(&l);
	CHECK(read_lines(path, &last, &told) < lines[3] + 4);
	CHECK(last == 4999 && told);
	unlink(path);
	rmdir(dir);
}

static void a_log_that_cannot_be(void)
{
	struct error e;
	struct log l;

	CHECK_INT(log_open(&l, &memory, "/proc/nowhere", "drop", "server", &e), -1);
	CHECK_INT(log_open(&l, &memory, "/dev/null", "drop", "server", &e), -1);
	CHECK_HAS(e.text, "Not a directory");
}

/* ---- what it leaves ---- */

/* Deeper than a path may be long, or descriptors are many; the last one without permission. */
static void make_deep(int at)
{
	int fd = dup(at);

	for (int i = 0; i < 1100 && fd >= 0; i++) {
		int deeper;

		CHECK_INT(mkdirat(fd, "deep", 0700), 0);
		deeper = openat(fd, "deep", O_RDONLY | O_DIRECTORY);
		CHECK_INT(fchmod(fd, !i ? 0700 : i % 2 ? 0500 : 0), 0);
		close(fd);
		fd = deeper;
	}
	close(fd);
}

static void make_file(int at, const char *name, mode_t mode)
{
	int fd = openat(at, name, O_CREAT | O_EXCL | O_WRONLY, 0600);

	CHECK(fd >= 0 && write(fd, "x", 1) == 1 && !fchmod(fd, mode));
	close(fd);
}

static void whatever_it_left_is_removed(void)
{
	char dir[] = "/tmp/unit-program-XXXXXX", name[32], beside[64];
	struct stat st;
	int top, inner;

	CHECK(mkdtemp(dir));
	snprintf(beside, sizeof(beside), "%s-beside", dir);
	CHECK_INT(mkdir(beside, 0700), 0);
	top = open(dir, O_RDONLY | O_DIRECTORY);
	make_deep(top);
	CHECK_INT(mkdirat(top, "\xff\n-rf * \033[31m", 0700), 0);
	inner = openat(top, "\xff\n-rf * \033[31m", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "-%d", i);
		make_file(inner, name, 0);
		CHECK_INT(mkdirat(top, name, 0), 0);
	}
	CHECK_INT(symlinkat(beside, inner, "link"), 0);
	CHECK_INT(symlinkat("/", top, "root"), 0);
	CHECK_INT(mkfifoat(inner, "fifo", 0), 0);
	fchmod(inner, 0);
	close(inner);
	fchmod(top, 0);
	remove_content(top);
	CHECK_INT(fstat(top, &st), 0);
	CHECK_INT(st.st_mode & 07777, 01700); /* or a run that is killed meanwhile leaves it for ever */
	close(top);
	CHECK_INT(rmdir(dir), 0);
	CHECK_INT(rmdir(beside), 0);
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

static int fail(struct program *p, const struct error *e)
{
	program_close(p);
	fprintf(stderr, "%s\n", e->text);
	return (int)e->status;
}

/* As the lab does, which then has more than its caller had. */
static void raise_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int run(const char *command, const char *logs)
{
	struct program_setup s = {
		.command = command, .role = PROGRAM_SERVER, .host = "127.0.0.1", .port = 9000, .fault = "drop", .logs = logs,
	};
	struct error e = { .status = STATUS_OK };
	struct program *p;

	raise_limit();
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdin, NULL, _IONBF, 0); /* poll must know of every line */
	if (userns_needed() && userns_enter(&e))
		return fail(NULL, &e);
	if (unshare(CLONE_NEWNET))
		return perror("unshare"), 4;
	s.ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	p = program_new(&s, &e);
	if (!p || program_launch(p, &e))
		return fail(p, &e);
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
	UNIT_CASE(the_last_lines_are_told);
	UNIT_CASE(where_there_is_no_room_the_last_line_is_told);
	UNIT_CASE(any_bytes_are_safe_to_print);
	UNIT_CASE(a_line_without_end);
	UNIT_CASE(a_log_ends_with_what_came_last);
	UNIT_CASE(a_log_file_keeps_the_first_and_the_last);
	UNIT_CASE(a_log_that_cannot_be);
	UNIT_CASE(whatever_it_left_is_removed);
	return unit_end();
}
