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

enum { DISCARD = 9 }; /* RFC 863 */

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

/* Has it the address with which one reaches the peer? SIOCGIFADDR would wait for the kernel's rtnl_mutex, which other network namespaces hold as
 * they come and go, for 0.9 s at worst; a route is looked up without. */
static bool has_address(int fd)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct sockaddr_storage peer, ours, own = { 0 };
	socklen_t len = addresses_fill(&peer, AF_INET, LAB_IPV4_PEER, NULL, htons(DISCARD));
	bool there = !connect(fd, (struct sockaddr *)&peer, len) && !getsockname(fd, (struct sockaddr *)&own, &len);

	addresses_fill(&ours, AF_INET, LAB_IPV4_WATCHER, NULL, ((struct sockaddr_in *)&own)->sin_port);
	(void)connect(fd, &nowhere, sizeof(nowhere)); /* takes no port any longer */
	return there && !memcmp(&own, &ours, sizeof(ours));
}

bool host_is_whole(const struct host *h, int family)
{
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), LAB_DEVICE);
	if (ioctl(h->fd, SIOCGIFFLAGS, &ifr) < 0 || !(ifr.ifr_flags & IFF_UP))
		return false;
	return family != AF_INET || has_address(h->fd);
}
