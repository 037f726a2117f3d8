/* SPDX-License-Identifier: MIT */
/* Names of signals. */
#ifndef BASE_SIGNAL_NAME_H
#define BASE_SIGNAL_NAME_H

const char *signal_name(int signo); /* "SIGKILL"; a number as text for one that has no name here */

#endif
