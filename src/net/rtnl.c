// SPDX-License-Identifier: MIT
/*
 * As much rtnetlink as a link needs. An IPv6 address goes in without
 * duplicate detection, so it works at once.
 */
#include "rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
	};
	char attributes[128];
};

static void request_start(struct request *r, uint16_t type, uint16_t flags, size_t body)
{
	memset(r, 0, sizeof(*r));
	r->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(body);
	r->header.nlmsg_type = type;
	r->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
}

static void request_add(struct request *r, uint16_t type, const void *data, size_t len)
{
	struct rtattr rta = { .rta_len = (uint16_t)RTA_LENGTH(len), .rta_type = type };
	char *at = (char *)r + NLMSG_ALIGN(r->header.nlmsg_len);

	memcpy(at, &rta, sizeof(rta));
	memcpy(at + RTA_LENGTH(0), data, len);
	r->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(r->header.nlmsg_len) + RTA_SPACE(len));
}

static int request_talk(int fd, const struct request *r)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	ssize_t n;

	if (send(fd, r, r->header.nlmsg_len, 0) < 0)
		return -errno;
	do
		n = recv(fd, &answer, sizeof(answer), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(int)) || answer.header.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.error.error;
}

int rtnl_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? -errno : fd;
}

/* Not if_nametoindex: it opens a socket of its own, and hides why it cannot. */
static int device_index(int fd, const char *device)
{
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", device);
	return ioctl(fd, SIOCGIFINDEX, &ifr) < 0 ? -errno : ifr.ifr_ifindex;
}

static int link_request(struct request *r, int fd, const char *device)
{
	int index = device_index(fd, device);

	if (index < 0)
		return index;
	request_start(r, RTM_NEWLINK, 0, sizeof(r->link));
	r->link.ifi_index = index;
	return 0;
}

int rtnl_flags(int fd, const char *device, unsigned int flags, unsigned int mask)
{
	struct request r;
	int err = link_request(&r, fd, device);

	if (err < 0)
		return err;
	r.link.ifi_flags = flags;
	r.link.ifi_change = mask;
	return request_talk(fd, &r);
}

int rtnl_queue(int fd, const char *device, uint32_t packets)
{
	struct request r;
	int err = link_request(&r, fd, device);

	if (err < 0)
		return err;
	request_add(&r, IFLA_TXQLEN, &packets, sizeof(packets));
	return request_talk(fd, &r);
}

static int addr_change(int fd, uint16_t type, uint16_t flags, const char *device,
		       const char *address, unsigned char prefix)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	size_t len = family == AF_INET ? 4 : 16;
	int index = device_index(fd, device);
	unsigned char bytes[16];
	struct request r;

	if (index < 0)
		return index;
	if (inet_pton(family, address, bytes) != 1)
		return -EINVAL;
	request_start(&r, type, flags, sizeof(r.addr));
	r.addr.ifa_family = (unsigned char)family;
	r.addr.ifa_prefixlen = prefix;
	r.addr.ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0;
	r.addr.ifa_index = (unsigned int)index;
	request_add(&r, IFA_LOCAL, bytes, len);
	request_add(&r, IFA_ADDRESS, bytes, len);
	return request_talk(fd, &r);
}

int rtnl_addr_add(int fd, const char *device, const char *address, unsigned char prefix)
{
	return addr_change(fd, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, device, address, prefix);
}

int rtnl_addr_del(int fd, const char *device, const char *address, unsigned char prefix)
{
	return addr_change(fd, RTM_DELADDR, 0, device, address, prefix);
}
