// SPDX-License-Identifier: MIT
/* Reads /proc/PID/net/tcp, see proc(5) and net/ipv4/tcp_ipv4.c: get_tcp4_sock(). */
#include "proc-tcp.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "diag-socket.h"

#define TICK_MS 10 /* of USER_HZ, which is 100 on every machine but alpha and ia64 */

enum { TIMER_RETRANSMIT = 1 };

static const struct {
	const char *name;
	int family;
} files[] = { { "tcp", AF_INET }, { "tcp6", AF_INET6 } };

/* "0100007F": each four bytes of the address as a number of this machine. */
static int read_end(const char *text, int family, __be32 address[4], __be16 *port)
{
	const size_t words = family == AF_INET ? 1 : 4;
	unsigned number, n;

	if (strlen(text) < words * 8 + 5)
		return -1;
	for (size_t i = 0; i < words; i++) {
		if (sscanf(text + 8 * i, "%8x", &number) != 1)
			return -1;
		address[i] = number;
	}
	if (text[words * 8] != ':' || sscanf(text + words * 8 + 1, "%4x", &n) != 1)
		return -1;
	*port = htons((uint16_t)n);
	return 0;
}

int proc_tcp_read(const char *line, int family, struct diag_socket *s)
{
	struct inet_diag_sockid id = { .idiag_if = 0 };
	char local[48], remote[48];
	unsigned state, timer, retransmits, uid, probes, inode;
	uint32_t unsent, unread;
	uint64_t when;

	if (sscanf(line, " %*[0-9]: %47s %47s %2x %8" SCNx32 ":%8" SCNx32 " %2x:%8" SCNx64 " %8x %u %u %u", local, remote, &state, &unsent,
		   &unread, &timer, &when, &retransmits, &uid, &probes, &inode) != 11 ||
	    read_end(local, family, id.idiag_src, &id.idiag_sport) || read_end(remote, family, id.idiag_dst, &id.idiag_dport))
		return 0;
	*s = (struct diag_socket){
		.state = (uint8_t)state, .inode = inode, .uid = uid, .unread = unread, .unsent = unsent, .timer = (uint8_t)timer,
		.retransmits = (uint8_t)(timer > TIMER_RETRANSMIT ? probes : retransmits), .expires = (uint32_t)(timer ? when * TICK_MS : 0),
	};
	diag_ends_read(family, &id, &s->ends);
	return 1;
}

static int each_of_file(pid_t pid, size_t i, int (*each)(const struct diag_socket *s, void *of), void *of)
{
	char path[64], line[512];
	struct diag_socket s;
	FILE *file;
	int rc = 0;

	snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, files[i].name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (!rc && fgets(line, sizeof(line), file))
		if (proc_tcp_read(line, files[i].family, &s))
			rc = each(&s, of);
	fclose(file);
	return rc;
}

int proc_tcp_each(pid_t pid, int (*each)(const struct diag_socket *s, void *of), void *of)
{
	int rc = each_of_file(pid, 0, each, of);

	if (!rc)
		rc = each_of_file(pid, 1, each, of);
	return rc == -ENOENT && proc_tcp_inode(pid) ? 0 : rc; /* a kernel without IPv6 */
}

ino_t proc_tcp_inode(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, files[0].name);
	return stat(path, &st) ? 0 : st.st_ino;
}
