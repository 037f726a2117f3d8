/* SPDX-License-Identifier: MIT */
/* The version, as --version, the start event and the man page say it. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#define TCPALIVE_VERSION "0.1.0"

#endif
