// SPDX-License-Identifier: MIT
/* The watcher's host: its addresses, and the state of its device. */
#include "host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/addresses.h"

int host_open(struct host *h)
{
	h->device = if_nametoindex(LAB_DEVICE);
	h->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return h->fd < 0 ? -errno : 0;
}

void host_close(struct host *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

void host_ends(const struct host *h, int family, in_port_t local, in_port_t remote, struct diag_ends *ends)
{
	addresses_fill(&ends->local, family, LAB_IPV4_WATCHER, LAB_IPV6_WATCHER, htons(local));
	addresses_fill(&ends->remote, family, LAB_IPV4_PEER, LAB_IPV6_PEER, htons(remote));
	ends->device = h->device;
}

bool host_has(const struct diag_ends *ends)
{
	struct diag_ends ours;

	host_ends(&(struct host){ 0 }, ends->local.ss_family, diag_port(&ends->local), diag_port(&ends->remote), &ours);
	return !memcmp(&ours.local, &ends->local, sizeof(ours.local)) && !memcmp(&ours.remote, &ends->remote, sizeof(ours.remote));
}

bool host_is_whole(const struct host *h, int family)
{
	struct ifreq ifr = { 0 };
	struct sockaddr_in *a = (struct sockaddr_in *)&ifr.ifr_addr;
	struct in_addr ours;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), LAB_DEVICE);
	if (ioctl(h->fd, SIOCGIFFLAGS, &ifr) < 0 || !(ifr.ifr_flags & IFF_UP))
		return false;
	if (family != AF_INET)
		return true;
	inet_pton(AF_INET, LAB_IPV4_WATCHER, &ours);
	return ioctl(h->fd, SIOCGIFADDR, &ifr) == 0 && a->sin_addr.s_addr == ours.s_addr;
}
