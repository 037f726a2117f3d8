/* SPDX-License-Identifier: MIT */
/* The version, as --version, the start event and the man page say it. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define TCPALIVE_VERSION "0.2.0"

#endif
