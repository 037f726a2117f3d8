/* SPDX-License-Identifier: MIT */
/*
 * A TUN device: what a host sends is read from its descriptor, and what is written
 * there the host receives.
 */
#ifndef NET_TUN_H
#define NET_TUN_H

#include "base/error.h"

/*
 * Makes the device, still down, in this process's network namespace and returns
 * its descriptor (non-blocking, close-on-exec; one read or write is one IP
 * datagram). The device ends with its namespace, and not before: this is nothing for
 * the machine's own.
 * On -1 the error says what is missing. Kernel: Documentation/networking/tuntap.rst
 */
int tun_open(const char *name, struct error *e);

#endif
