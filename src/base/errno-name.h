/* SPDX-License-Identifier: MIT */
/* Names of errno values. */
#ifndef BASE_ERRNO_NAME_H
#define BASE_ERRNO_NAME_H

const char *errno_name(int err); /* "ECONNRESET"; a number as text for one that has no name here */

#endif
