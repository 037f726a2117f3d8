/* SPDX-License-Identifier: MIT */
/*
 * Sysctls of the network namespace that this process is in, through /proc/sys/net.
 * A name without a dot is one of net.ipv4. An unknown name or a refused value is an error
 * of STATUS_USAGE. The reader cuts the newline off and fails when size is too small.
 */
#ifndef TCP_SYSCTL_H
#define TCP_SYSCTL_H

#include "base/error.h"

#include <stddef.h>

int sysctl_write(const char *name, const char *value, struct error *e);
int sysctl_read(const char *name, char *value, size_t size, struct error *e);

#endif
