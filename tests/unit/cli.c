// SPDX-License-Identifier: MIT
/*
 * Command lines that nobody would type, made from the tables of verbs, options, probes and
 * faults, so that a new row is covered at once. Nothing connects: a line is parsed, and a page
 * is printed into nothing.
 *
 *     cli               the cases, from a fixed seed
 *     cli SEED COUNT    as many random lines; with SEED 0 each is told before it is tried
 */
#include "unit.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "faults/fault.h"
#include "plan/plan.h"
#include "probes/probe.h"
#include "reports/report.h"

enum { WORDS = 12, LONGEST = 9000 };

static uint64_t state;

static unsigned pick(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % below);
}

/* ---- a line ---- */

struct line {
	int argc;
	char *argv[WORDS + 2];
	char text[WORDS + 2][LONGEST + 1];
};

static void line_begin(struct line *l, const char *verb)
{
	static char self[] = "tcpalive";

	memset(l->argv, 0, sizeof(l->argv));
	l->argc = 1;
	l->argv[0] = self;
	if (verb) {
		l->argv[1] = strcpy(l->text[1], verb);
		l->argc = 2;
	}
}

static void __attribute__((format(printf, 2, 3))) line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	if (l->argc > WORDS)
		return;
	va_start(ap, fmt);
	vsnprintf(l->text[l->argc], LONGEST, fmt, ap);
	va_end(ap);
	l->argv[l->argc] = l->text[l->argc];
	l->argc++;
}

static void line_tell(const struct line *l)
{
	for (int i = 1; i < l->argc; i++)
		fprintf(stderr, " '%.200s'", l->argv[i]);
	fputc('\n', stderr);
}

/* A page, and not a run: it needs nothing but standard output. */
static bool is_page(const struct verb *v)
{
	return !v->reports;
}

/* Parses it, and prints the page where it is one; the exit status, or -1 if the outcome is none. */
static int line_try(struct line *l)
{
	struct error e = { .status = STATUS_OK };
	const struct verb *verb = NULL;
	struct plan p;
	int failed = cli_parse(&p, &verb, l->argc, l->argv, &e), status = 0;

	if (failed)
		status = e.status == STATUS_USAGE && *e.text && !strchr(e.text, '\n') ? STATUS_USAGE : -1;
	else if (e.status != STATUS_OK || !verb)
		status = -1;
	else if (is_page(verb) && pick(8) == 0)
		status = verb->run(&p, &e);
	plan_free(&p);
	return status;
}

static void check_line(struct line *l)
{
	int status = line_try(l);

	if (status == STATUS_OK || status == STATUS_USAGE)
		return;
	unit_fail(__FILE__, __LINE__, "status %d:", status);
	line_tell(l);
}

/* ---- every option with a value, and then the same without one ---- */

static const char *const samples[] = {
	"1", "1s", "any", "text", "keepalive", "drop", "9000", "127.0.0.1", "tcp_retries2=8", "x",
};

/* The ways to write an option with its value, and those without. */
static bool add_valued(struct line *l, const struct option_row *row, size_t way, const char *value)
{
	switch (way) {
	case 0: line_add(l, "%s", row->name); line_add(l, "%s", value); return true;
	case 1: line_add(l, "%s=%s", row->name, value); return true;
	case 2: line_add(l, "-%c", row->letter); line_add(l, "%s", value); return row->letter;
	case 3: line_add(l, "-%c%s", row->letter, value); return row->letter;
	}
	return false;
}

static bool add_bare(struct line *l, const struct option_row *row, size_t way)
{
	switch (way) {
	case 0: line_add(l, "%s", row->name); return true;
	case 1: line_add(l, "%s=", row->name); return true;
	case 2: line_add(l, "-%c", row->letter); return row->letter;
	case 3: line_add(l, "-v%c", row->letter); return row->letter;
	}
	return false;
}

static void try_repeated(const struct verb *v, const struct option_row *row, const char *value)
{
	static const char *const behind[] = { NULL, "--", "localhost:1", "--verbose" };
	struct line l;

	for (size_t way = 0; way < 4; way++)
		for (size_t bare = 0; bare < 4; bare++)
			for (size_t i = 0; i < 4; i++) {
				line_begin(&l, v->name);
				if (!add_valued(&l, row, way, value) || !add_bare(&l, row, bare))
					continue;
				if (behind[i])
					line_add(&l, "%s", behind[i]);
				check_line(&l);
			}
}

static void repeated_without_value(void)
{
	const struct option_row *row;

	for (size_t v = 0; v < verbs_count; v++)
		for (size_t i = 0; (row = verb_option_at(verbs[v], i)); i++)
			for (size_t s = 0; row->arg && s < sizeof(samples) / sizeof(*samples); s++)
				try_repeated(verbs[v], row, samples[s]);
}

/* ---- random lines ---- */

static const char *const odds[] = {
	"", "-", "--", "---", "--=", "-=", "=", ":", ",", "+", "\\", "\\x", "\\xZZ", "[", "[]", "[]:", "[::1]", "[::1]:",
	"[::1]:80", "::1", ":80", "h:", "h:0", "h:65536", "h:-1", "localhost:1", "a:b:c", "http://h:80/", "%s%n", "\x01\x1b[2J",
	"\xff\xfe", "\xc3", "0", "-0", "1e9", "0x10", "1.5s", ".5", "5.", "-1s", "999999999999999999999", "9223372036854775807",
	"9223372036854775808ns", "1h", "250ms", "0.0000000001s", "nan", "inf", "default", "all", "any", "alive", "never", "system",
	"json=/dev/null", "text=-", "json=", "=json", "peek<=1s", "peek=never", "peek<=", "<=1s", "peek<1s", "a=b", "=", "@redis", "noticed<=1s", "drop:reconnected<=1s",
	"exited=never", ":any", "drop:", "flap:for=2s:alive", "redis://", "http:///x?", "tls://", "://", "{host}", " ",
};

static size_t put(char *to, size_t used, const char *text)
{
	size_t len = strlen(text);

	if (used + len >= LONGEST)
		return used;
	memcpy(to + used, text, len + 1);
	return used + len;
}

static const char *odd(void)
{
	return odds[pick(sizeof(odds) / sizeof(*odds))];
}

static size_t put_params(char *to, size_t used, const struct param *rows)
{
	size_t count = 0;

	while (rows && rows[count].name)
		count++;
	for (unsigned n = count ? pick(4) : 0; n--;) {
		const struct param *row = &rows[pick(count)];

		used = put(to, used, ":");
		used = put(to, used, row->name);
		if (pick(8))
			used = put(to, used, "=");
		used = put(to, used, pick(3) ? row->def : odd());
	}
	return used;
}

static void put_spec(char *to)
{
	static const char *const joints[] = { "+", ",", ":", "" };
	size_t used = 0;

	*to = '\0';
	for (unsigned n = 1 + pick(3); n--;) {
		if (pick(2)) {
			const struct probe *p = probes[pick(probes_count)];

			used = put_params(to, put(to, used, p->name), p->params);
		} else {
			const struct fault *f = faults[pick(faults_count)];

			used = put_params(to, put(to, used, f->name), f->params);
		}
		if (n)
			used = put(to, used, joints[pick(4)]);
	}
}

static void put_long(char *to)
{
	size_t len = pick(LONGEST), period = 1 + pick(4);
	const char *text = odd();

	for (size_t i = 0; i < len; i++)
		to[i] = i % period < strlen(text) ? text[i % period] : 'x';
	to[len] = '\0';
}

static void put_junk(char *to)
{
	size_t len = pick(40);

	for (size_t i = 0; i < len; i++)
		to[i] = (char)(1 + pick(255));
	to[len] = '\0';
}

static void put_row_word(char *to, const struct option_row *row)
{
	size_t n = 0;

	while (row->words && row->words[n])
		n++;
	strcpy(to, n ? row->words[pick(n)] : row->def ? row->def : samples[pick(10)]);
}

static void put_value(char *to, const struct option_row *row)
{
	switch (pick(8)) {
	case 0: strcpy(to, odd()); break;
	case 1: put_junk(to); break;
	case 2: case 3: put_spec(to); break;
	case 4: strcpy(to, samples[pick(10)]); break;
	case 5: snprintf(to, LONGEST, "%s%s", reports[pick(reports_count)]->name, pick(2) ? "=/dev/null" : ""); break;
	case 6: if (pick(50) == 0) { put_long(to); break; }
	/* fallthrough */
	default: put_row_word(to, row);
	}
}

static void add_option(struct line *l)
{
	const struct option_row *row = &options[pick(options_count)];
	static char value[LONGEST + 1];
	char name[40];
	size_t keep;

	snprintf(name, sizeof(name), "%s", row->name);
	keep = pick(6) ? strlen(name) : pick(strlen(name));
	name[keep] = '\0';
	put_value(value, row);
	switch (pick(6)) {
	case 0: line_add(l, "%s", name); break;
	case 1: line_add(l, "%s=%s", name, value); break;
	case 2: line_add(l, "-%c%s", row->letter ? row->letter : 'q', value); break;
	case 3: line_add(l, "-v%c", row->letter ? row->letter : 'k'); break;
	default: line_add(l, "%s", name); line_add(l, "%s", value);
	}
}

static void add_operand(struct line *l)
{
	static char text[LONGEST + 1];

	switch (pick(8)) {
	case 0: put_junk(text); break;
	case 1: put_spec(text); break;
	case 2: strcpy(text, verbs[pick(verbs_count)]->name); break;
	case 3: strcpy(text, faults[pick(faults_count)]->name); break;
	case 4: strcpy(text, probes[pick(probes_count)]->name); break;
	case 5: if (pick(50) == 0) { put_long(text); break; }
	/* fallthrough */
	case 6: strcpy(text, odd()); break;
	default: strcpy(text, "localhost:1");
	}
	line_add(l, "%s", text);
}

static void random_lines(long count, bool told)
{
	static struct line l;

	while (count--) {
		line_begin(&l, pick(5) ? verbs[pick(verbs_count)]->name : NULL);
		for (unsigned n = pick(7); n--;)
			if (pick(3))
				add_option(&l);
			else
				add_operand(&l);
		if (told)
			line_tell(&l);
		check_line(&l);
	}
}

static void lines_that_nobody_types(void)
{
	random_lines(50000, false);
}

/* What pages print goes nowhere; what the cases say goes where it went. */
static int silence_output(void)
{
	int was = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY);

	dup2(nowhere, STDOUT_FILENO);
	close(nowhere);
	return was;
}

static void restore_output(int was)
{
	fflush(stdout);
	dup2(was, STDOUT_FILENO);
	close(was);
}

#define SILENT_CASE(name) \
	do { int was_ = silence_output(); name(); restore_output(was_); } while (0)

static void no_value_the_second_time(void)
{
	SILENT_CASE(repeated_without_value);
}

static void random_command_lines(void)
{
	SILENT_CASE(lines_that_nobody_types);
}

int main(int argc, char **argv)
{
	state = 0x9e3779b97f4a7c15;
	if (argc == 3) {
		state += strtoull(argv[1], NULL, 10) * 2654435761;
		silence_output();
		random_lines(strtol(argv[2], NULL, 10), !strcmp(argv[1], "0"));
		return unit_failed_checks > 0;
	}
	UNIT_CASE(no_value_the_second_time);
	UNIT_CASE(random_command_lines);
	return unit_end();
}
