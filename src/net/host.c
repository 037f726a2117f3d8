// SPDX-License-Identifier: MIT
/*
 * What is done to a host once it is made. Each function goes there and is back home when
 * it returns.
 */
#include "netns.h"

#include "addresses.h"
#include "rtnl.h"
#include "tcp/sysctl.h"

#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int come_home(const struct lab_net *net, int fd, int err, struct error *e)
{
	if (fd >= 0)
		close(fd);
	if (netns_go(net->home, e) < 0)
		return -1;
	if (err < 0)
		return error_set(e, STATUS_SYSTEM, "network device '%s': %s", LAB_DEVICE,
				 error_reason(-err));
	return 0;
}

int lab_link_down(const struct lab_net *net, const struct lab_link *link, struct error *e)
{
	int fd, err;

	if (netns_go(link->watcher.ns, e) < 0)
		return -1;
	fd = rtnl_open();
	err = fd < 0 ? fd : rtnl_flags(fd, LAB_DEVICE, 0, IFF_UP);
	return come_home(net, fd, err, e);
}

int lab_addr_gone(const struct lab_net *net, const struct lab_link *link, struct error *e)
{
	int fd, err;

	if (netns_go(link->watcher.ns, e) < 0)
		return -1;
	fd = rtnl_open();
	err = fd < 0 ? fd : rtnl_addr_del(fd, LAB_DEVICE, LAB_IPV4_WATCHER, LAB_IPV4_PREFIX);
	if (err == 0 && net->ipv6)
		err = rtnl_addr_del(fd, LAB_DEVICE, LAB_IPV6_WATCHER, LAB_IPV6_PREFIX);
	return come_home(net, fd, err, e);
}

int lab_sysctl(const struct lab_net *net, const struct lab_host *host, const char *name,
	       const char *value, struct error *e)
{
	int err;

	if (netns_go(host->ns, e) < 0)
		return -1;
	err = sysctl_write(name, value, e);
	return netns_go(net->home, e) < 0 ? -1 : err;
}

bool lab_host_has_sent(const struct lab_host *host)
{
	struct pollfd sent = { .fd = host->tun, .events = POLLIN };

	return poll(&sent, 1, 0) == 1;
}
