/* SPDX-License-Identifier: MIT */
/* Ctrl-Z, for a program that keeps SIGTSTP blocked and reads it elsewhere. */
#ifndef BASE_SUSPEND_H
#define BASE_SUSPEND_H

#include <stdbool.h>

/* Stops the process as the default action of SIGTSTP does, with all its threads;
 * returns once it was continued, with SIGTSTP blocked as before and the SIGCONT that
 * ended it taken off the pending signals. An orphaned process group does not stop
 * (setpgid(2)), nor does a process that ignores the signal. */
void suspend(void);

/* Was the process stopped and continued, by SIGSTOP say, since its SIGCONT was last read? For a
 * program that keeps SIGCONT blocked and reads it elsewhere. */
bool was_continued(void);

#endif
