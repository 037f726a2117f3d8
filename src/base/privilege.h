/* SPDX-License-Identifier: MIT */
/* What this process may do, and what forbids it: asked of the kernel, as root may have nothing in a container. */
#ifndef BASE_PRIVILEGE_H
#define BASE_PRIVILEGE_H

#include <stdbool.h>

/* Is that capability (linux/capability.h) effective? */
bool privilege_has(int capability);

/* Is a seccomp filter on this process? */
bool privilege_is_filtered(void);

/* How to get capabilities: "run it as root", or what is to be told to root, who may have nothing in a container. */
const char *privilege_fix(const char *for_root);

/* True when a switch of the system, a file of one digit, exists and says this. */
bool privilege_switch_is(const char *path, char digit);

#endif
