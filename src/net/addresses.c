// SPDX-License-Identifier: MIT
/* Addresses of the lab as a socket takes them. */
#include "addresses.h"

#include <arpa/inet.h>
#include <string.h>

socklen_t addresses_fill(struct sockaddr_storage *a, int family, const char *v4, const char *v6, in_port_t port)
{
	struct sockaddr_in *in4 = (struct sockaddr_in *)a;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)a;

	memset(a, 0, sizeof(*a));
	if (family == AF_INET6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = port;
		inet_pton(AF_INET6, v6, &in6->sin6_addr);
		return sizeof(*in6);
	}
	in4->sin_family = AF_INET;
	in4->sin_port = port;
	inet_pton(AF_INET, v4, &in4->sin_addr);
	return sizeof(*in4);
}
