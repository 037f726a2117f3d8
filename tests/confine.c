// SPDX-License-Identifier: MIT
/*
 * confine COMMAND...: runs it as root of a default container does, for who is root here. No container
 * engine is needed, and the file system and the network stay as they are.
 *
 * What it imitates is Docker's: the capabilities of CAPABILITIES and no others (DefaultCapabilities in moby's
 * oci/caps/defaults.go); a system call that the default seccomp profile refuses fails with EPERM, clone3 with
 * ENOSYS (seccomp/default.json of moby/profiles; ptrace it allows); processes are in a pid namespace of their
 * own, /proc/sys is read-only, and there is no /dev/net/tun. no_new_privs is not set: sudo works there.
 *
 * Exit status: the command's own, or 128 + its signal; 125 where the confinement cannot be made.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIT(capability) (UINT64_C(1) << (capability))
#define CAPABILITIES                                                                                              \
	(BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FSETID) | BIT(CAP_FOWNER) | BIT(CAP_MKNOD) |            \
	 BIT(CAP_NET_RAW) | BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETFCAP) | BIT(CAP_SETPCAP) |             \
	 BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SYS_CHROOT) | BIT(CAP_KILL) | BIT(CAP_AUDIT_WRITE))

#define NEW_NAMESPACES                                                                                            \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT(code, (uint32_t)(k)))
#define JUMP(code, k, yes, no) ((struct sock_filter)BPF_JUMP(code, (uint32_t)(k), yes, no))
#define FAIL_WITH(error) STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))

/* Of the calls that the profile does not allow, those that all machines know and somebody still makes. */
static const long refused[] = {
	SYS_acct, SYS_add_key, SYS_bpf, SYS_clock_settime, SYS_delete_module, SYS_fanotify_init, SYS_finit_module,
	SYS_fsconfig, SYS_fsmount, SYS_fsopen, SYS_fspick, SYS_get_mempolicy, SYS_init_module, SYS_io_uring_enter,
	SYS_io_uring_register, SYS_io_uring_setup, SYS_kcmp, SYS_kexec_load, SYS_keyctl, SYS_mbind, SYS_migrate_pages,
	SYS_mount, SYS_mount_setattr, SYS_move_mount, SYS_move_pages, SYS_open_by_handle_at, SYS_open_tree,
	SYS_perf_event_open, SYS_pidfd_getfd, SYS_pivot_root, SYS_process_madvise, SYS_quotactl, SYS_reboot,
	SYS_request_key, SYS_set_mempolicy, SYS_setdomainname, SYS_sethostname, SYS_setns, SYS_settimeofday,
	SYS_swapoff, SYS_swapon, SYS_syslog, SYS_umount2, SYS_unshare, SYS_userfaultfd, SYS_vhangup,
};

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "confine: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void hide_files(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("a mount namespace");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		fail("/proc");
	if (mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) ||
	    mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
		fail("/proc/sys");
	if (!access("/dev/net", F_OK) && mount("none", "/dev/net", "tmpfs", MS_RDONLY, NULL))
		fail("/dev/net");
}

/* Before the capabilities go: who has CAP_SYS_ADMIN needs no no_new_privs for a filter. */
static void refuse_calls(void)
{
	const size_t count = sizeof(refused) / sizeof(*refused);
	struct sock_filter code[2 * sizeof(refused) / sizeof(*refused) + 8], *next = code;
	struct sock_fprog program = { .filter = code };

	*next++ = STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < count; i++) {
		*next++ = JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1);
		*next++ = FAIL_WITH(EPERM);
	}
	*next++ = JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	*next++ = FAIL_WITH(ENOSYS);
	*next++ = JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
	*next++ = STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
	*next++ = JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1);
	*next++ = FAIL_WITH(EPERM);
	*next++ = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)(next - code);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		fail("a seccomp filter");
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	for (int i = 0; prctl(PR_CAPBSET_READ, i) >= 0; i++)
		if (!(CAPABILITIES & BIT(i)) && prctl(PR_CAPBSET_DROP, i))
			fail("the bounding set");
	for (int i = 0; i < 2; i++) {
		data[i].permitted = (uint32_t)(CAPABILITIES >> (32 * i));
		data[i].effective = data[i].permitted;
	}
	if (syscall(SYS_capset, &header, data))
		fail("capset");
}

static int status_of(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: confine COMMAND...\n");
		return 125;
	}
	if (unshare(CLONE_NEWNS | CLONE_NEWPID))
		fail("namespaces of its own");
	child = fork();
	if (child < 0)
		fail("fork");
	if (child)
		return status_of(child);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	hide_files();
	refuse_calls();
	drop_capabilities();
	execvp(argv[1], argv + 1);
	fail(argv[1]);
}
