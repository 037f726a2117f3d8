// SPDX-License-Identifier: MIT
/*
 * Makes the lab's hosts. A namespace is made by leaving for it and keeping a descriptor on
 * the way back.
 */
#include "netns.h"

#include "addresses.h"
#include "namespace.h"
#include "rtnl.h"
#include "tcp/sysctl.h"
#include "tun.h"
#include "userns.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TUN_QUEUE = 4096 }; /* so that a burst on a busy machine is late and not lost */

struct setting {
	const char *name, *value;
};

/*
 * An orphaned socket keeps its namespace alive: the default of about 100 s would
 * outlive the program.
 */
static const struct setting settings[] = {
	{ "tcp_orphan_retries", "1" },
};

/*
 * Nothing may be sent on a link but the connections' packets: no detection of addresses,
 * routers or neighbours.
 */
static const struct setting settings_ipv6[] = {
	{ "net.ipv6.conf.default.disable_ipv6", "0" },
	{ "net.ipv6.conf.default.addr_gen_mode", "1" }, /* no link-local address */
	{ "net.ipv6.conf.default.accept_ra", "0" },
	{ "net.ipv6.conf.default.autoconf", "0" },
	{ "net.ipv6.conf.default.dad_transmits", "0" },
	{ "net.ipv6.conf.default.router_solicitations", "0" },
};

int netns_enter(int ns)
{
	return setns(ns, CLONE_NEWNET) < 0 ? -errno : 0;
}

int netns_go(int ns, struct error *e)
{
	int err = netns_enter(ns);

	if (err < 0)
		return error_set(e, STATUS_SYSTEM, "network namespace: %s", error_reason(-err));
	return 0;
}

static int netns_fd(struct error *e)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return error_set(e, STATUS_SYSTEM, "'/proc/self/ns/net': no such file "
				 "(mount /proc, on a kernel with network namespaces)");
	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "'/proc/self/ns/net': %s", error_reason(errno));
	return fd;
}

static int netns_new(struct error *e)
{
	static const struct namespace_kind network = { "network", "net", "NET" };

	if (unshare(CLONE_NEWNET) == 0)
		return 0;
	return namespace_refused(&network, errno, e);
}

/* Where /proc/sys is read-only the lab works too: the link worker carries no noise. */
static void set_sysctls(const struct setting *s, size_t count)
{
	struct error ignored;

	for (size_t i = 0; i < count; i++)
		sysctl_write(s[i].name, s[i].value, &ignored);
}

static int device_up(int fd, bool ipv6, const char *ipv4_addr, const char *ipv6_addr)
{
	int err = rtnl_flags(fd, "lo", IFF_UP, IFF_UP);

	if (err == 0)
		err = rtnl_queue(fd, LAB_DEVICE, TUN_QUEUE);
	if (err == 0) /* no multicast, so no reports of groups joined */
		err = rtnl_flags(fd, LAB_DEVICE, IFF_UP, IFF_UP | IFF_MULTICAST);
	if (err == 0)
		err = rtnl_addr_add(fd, LAB_DEVICE, ipv4_addr, LAB_IPV4_PREFIX);
	if (err == 0 && ipv6)
		err = rtnl_addr_add(fd, LAB_DEVICE, ipv6_addr, LAB_IPV6_PREFIX);
	return err;
}

/* Leaves the process inside the new host. */
static int host_open(struct lab_host *h, bool ipv6, const char *ipv4_addr, const char *ipv6_addr,
		     struct error *e)
{
	int fd, err;

	if (netns_new(e) < 0 || (h->ns = netns_fd(e)) < 0)
		return -1;
	set_sysctls(settings, sizeof(settings) / sizeof(*settings));
	if (ipv6)
		set_sysctls(settings_ipv6, sizeof(settings_ipv6) / sizeof(*settings_ipv6));
	h->tun = tun_open(LAB_DEVICE, e);
	if (h->tun < 0)
		return -1;
	fd = rtnl_open();
	err = fd < 0 ? fd : device_up(fd, ipv6, ipv4_addr, ipv6_addr);
	if (fd >= 0)
		close(fd);
	if (err < 0)
		return error_set(e, STATUS_SYSTEM, "network device '%s': %s", LAB_DEVICE,
				 error_reason(-err));
	return 0;
}

static int links_open(struct lab_net *net, struct error *e)
{
	for (size_t i = 0; i < net->links; i++) {
		struct lab_link *l = &net->link[i];

		if (host_open(&l->watcher, net->ipv6, LAB_IPV4_WATCHER, LAB_IPV6_WATCHER, e) < 0 ||
		    host_open(&l->peer, net->ipv6, LAB_IPV4_PEER, LAB_IPV6_PEER, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * Home is where this process may come back to. That is not where it came from
 * when another user namespace owns that network, as after userns_enter.
 */
static int home_open(struct lab_net *net, struct error *e)
{
	if (userns_needed() && userns_enter(e) < 0)
		return -1;
	net->home = netns_fd(e);
	if (net->home < 0)
		return -1;
	if (netns_enter(net->home) == 0)
		return 0;
	close(net->home);
	net->home = -1;
	if (netns_new(e) < 0)
		return -1;
	net->home = netns_fd(e);
	return net->home < 0 ? -1 : 0;
}

static int ipv6_check(struct lab_net *net, int family, struct error *e)
{
	net->ipv6 = access("/proc/sys/net/ipv6", F_OK) == 0;
	if (family == AF_INET6 && !net->ipv6)
		return error_set(e, STATUS_SYSTEM, "IPv6: this kernel has none, or it is switched "
				 "off (boot without ipv6.disable=1, or leave out -6)");
	return 0;
}

int lab_net_open(struct lab_net *net, size_t links, int family, struct error *e)
{
	struct error ignored;

	*net = (struct lab_net){ .home = -1 };
	net->link = calloc(links, sizeof(*net->link));
	if (!net->link)
		return error_set(e, STATUS_SYSTEM, "%zu links: out of memory", links);
	net->links = links;
	for (size_t i = 0; i < links; i++)
		net->link[i] = (struct lab_link){ { -1, -1 }, { -1, -1 } };
	if (home_open(net, e) < 0 || ipv6_check(net, family, e) < 0)
		goto fail;
	if (links_open(net, e) < 0) {
		netns_go(net->home, &ignored);
		goto fail;
	}
	if (netns_go(net->home, e) < 0)
		goto fail;
	return 0;
fail:
	lab_net_close(net);
	return -1;
}

static void host_close(struct lab_host *h)
{
	if (h->tun >= 0)
		close(h->tun);
	if (h->ns >= 0)
		close(h->ns);
}

void lab_net_close(struct lab_net *net)
{
	for (size_t i = 0; i < net->links; i++) {
		host_close(&net->link[i].watcher);
		host_close(&net->link[i].peer);
	}
	if (net->home >= 0)
		close(net->home);
	free(net->link);
	*net = (struct lab_net){ .home = -1 };
}
