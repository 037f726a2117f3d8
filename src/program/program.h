/* SPDX-License-Identifier: MIT */
/*
 * A program under test: a command for sh, run unmodified in a host of the lab's network, and told apart from
 * nothing that it would meet elsewhere.
 *
 *	tcpalive -> init of a PID namespace ("tcpalive-init") -> sh -c COMMAND -> ...
 *
 * The namespace keeps all that the command starts together, daemons too, and ends with its init, which ends with the
 * process that launched it, however that ends: nothing outlives the run. It has its own /proc where that is allowed. The
 * caller's ids stay; standard input is /dev/null, output goes to a file; it is a session of its own.
 */
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "plan/plan.h"

/* Everything must live as long as the program. */
struct program_setup {
	const char *command;    /* for sh; {host}, {port}, {dir}, {fault} are replaced, and are in TCPALIVE_HOST and so on */
	enum program_role role;
	int ns;                 /* the host's network namespace */
	const char *host;       /* the server's address */
	in_port_t port;         /* ... and port, host order */
	const char *fault;      /* the fault's spec */
	const char *logs;       /* a directory that keeps its output, see log.h; NULL: only the last of it is kept, for program_tail */
};

/* What it tells its launcher. */
enum program_news {
	PROGRAM_RUNS,  /* the shell runs, since `at`; again after a restart */
	PROGRAM_ENDED, /* the command itself has ended; what it left behind may go on */
	PROGRAM_OVER,  /* nothing of it is left, since `at` */
};

struct program_message {
	enum program_news news;
	nsec at;    /* read next to the call that made it so, or found it */
	int status; /* ENDED, OVER: the command's, as waitpid(2) gives it */
	struct error error; /* RUNS: status not 0 where it could not be started: then it is over; OVER: where its init was killed */
};

struct program;

/* Makes its private directory (for {dir}, see directory.h; removed by program_close), its log and its channels. Nothing runs yet: to be
 * called before a fault supervisor is forked that is to strike it. NULL with the reason in *e. */
struct program *program_new(const struct program_setup *s, struct error *e);

/* Starts it, once, by the process that called program_new. -1 with the reason in *e; what goes wrong later is in PROGRAM_RUNS. */
int program_launch(struct program *p, struct error *e);

/* Readable when there is news; level-triggered. program_read takes it: 1, or 0 if there is none. Does not wait. */
int program_fd(const struct program *p);
int program_read(struct program *p, struct program_message *m);

bool program_is_running(const struct program *p); /* launched, and not over */

/* Its init, 0 before it was launched; of another process too that was forked after program_new. */
pid_t program_init(const struct program *p);

/*
 * For who strikes it, which may be another process that was forked after program_new: sends a signal to all its
 * processes, and returns when it was sent; *at is from right before. With restart the command is started again once they are over.
 * -1 with the reason in *e.
 */
int program_signal(const struct program *p, int signo, nsec *at, struct error *e);
int program_restart(const struct program *p, struct error *e);

/* The last lines that it wrote, at most `lines`, made safe to print, with "; " between them; "" if it wrote nothing. Returns to. */
const char *program_tail(const struct program *p, unsigned lines, char *to, size_t room);

/* Ends all its processes for good: SIGTERM, and SIGKILL after `grace`; and removes its directory then. Does not
 * wait; PROGRAM_OVER tells when that is done. */
void program_stop(struct program *p, nsec grace);

/* The same, and does not return before they are gone. Reads the news until then. */
void program_end(struct program *p, nsec grace);

/* Ends them at once, and removes its directory: some 0.1 s for a database's, so program_stop comes first where
 * something is measured still. NULL is accepted. */
void program_close(struct program *p);

#endif
