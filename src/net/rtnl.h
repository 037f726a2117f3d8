/* SPDX-License-Identifier: MIT */
/*
 * Interfaces and addresses of this process's network namespace, by rtnetlink(7).
 * Every function but rtnl_open waits for the kernel's answer, and returns 0 or
 * -errno.
 */
#ifndef NET_RTNL_H
#define NET_RTNL_H

#include <stdint.h>

/*
 * A descriptor to be closed by the caller, or -errno. It stays bound to the namespace
 * in which it was opened.
 */
int rtnl_open(void);

/* Sets those IFF_* flags of the device that are in mask to what they are in flags. */
int rtnl_flags(int fd, const char *device, unsigned int flags, unsigned int mask);

/* Packets that the device holds for its reader before it drops. */
int rtnl_queue(int fd, const char *device, uint32_t packets);

/* Adds or deletes an IPv4 or IPv6 address, given as text. */
int rtnl_addr_add(int fd, const char *device, const char *address, unsigned char prefix);
int rtnl_addr_del(int fd, const char *device, const char *address, unsigned char prefix);

#endif
