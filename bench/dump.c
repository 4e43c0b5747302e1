/*
 * What the sampler is measured against: the same dump of LISTEN sockets, in C and with nothing around it. The same request
 * (with INET_DIAG_SKMEMINFO), the same 64 KiB buffer, and the same three numbers read of each row. It is no part of the
 * product: sampling.bench.mjs compiles it into a temporary folder and starts it in the namespace to be dumped.
 *
 * Commands on stdin, one answer line each:
 *   dump K          K dumps           -> nanoseconds in all, rows and sum of the last one
 *   run PROGRAM...  one child process, its words parted by tabs -> nanoseconds from its start to its end, its exit status,
 *                   and the nanoseconds of processor time that it took
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LISTEN_STATE = 10, BUFFER_BYTES = 65536, MOST_ARGUMENTS = 16 };

extern char **environ;

struct totals {
	unsigned long long rows;
	unsigned long long sum;
};

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

static _Alignas(8) unsigned char buffer[BUFFER_BYTES];

static void die(const char *what)
{
	fprintf(stderr, "dump: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long long now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void read_row(const struct nlmsghdr *message, struct totals *totals)
{
	const struct inet_diag_msg *row = NLMSG_DATA(message);
	int left = message->nlmsg_len - NLMSG_LENGTH(sizeof *row);
	const struct rtattr *attribute = (const void *)(row + 1);

	totals->rows += 1;
	totals->sum += row->idiag_rqueue + row->idiag_wqueue;
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type == INET_DIAG_SKMEMINFO)
			totals->sum += ((const __u32 *)RTA_DATA(attribute))[SK_MEMINFO_DROPS];
	}
}

/* Returns 1 when the dump is over. */
static int read_datagram(int length, struct totals *totals)
{
	const struct nlmsghdr *message = (const void *)buffer;

	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 1;
		if (message->nlmsg_type == NLMSG_ERROR) {
			errno = -((const struct nlmsgerr *)NLMSG_DATA(message))->error;
			die("sock_diag");
		}
		read_row(message, totals);
	}
	return 0;
}

static struct totals dump(int netlink)
{
	static __u32 sequence;
	struct totals totals = { 0, 0 };
	ssize_t length;
	const struct request request = {
		.header = {
			.nlmsg_len = sizeof request,
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = ++sequence,
		},
		.body = {
			.sdiag_family = AF_INET,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1),
			.idiag_states = 1 << LISTEN_STATE,
		},
	};

	if (send(netlink, &request, sizeof request, 0) < 0)
		die("send");
	do {
		length = recv(netlink, buffer, sizeof buffer, 0);
		if (length < 0)
			die("recv");
	} while (!read_datagram(length, &totals));
	return totals;
}

static void dump_many(int netlink, long count)
{
	struct totals totals = { 0, 0 };
	unsigned long long start = now_ns();

	for (long i = 0; i < count; i++)
		totals = dump(netlink);
	printf("%llu %llu %llu\n", now_ns() - start, totals.rows, totals.sum);
}

static unsigned long long cpu_ns(const struct timeval *time)
{
	return time->tv_sec * 1000000000ULL + time->tv_usec * 1000ULL;
}

static void run_program(char *words)
{
	char *arguments[MOST_ARGUMENTS + 1];
	int count = 0, status = 0;
	pid_t child;
	posix_spawn_file_actions_t actions;
	unsigned long long start;
	struct rusage usage;

	for (char *word = strtok(words, "\t"); word && count < MOST_ARGUMENTS; word = strtok(NULL, "\t"))
		arguments[count++] = word;
	arguments[count] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	start = now_ns();
	errno = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
	if (errno != 0)
		die(arguments[0]);
	wait4(child, &status, 0, &usage);
	printf("%llu %d %llu\n", now_ns() - start, WIFEXITED(status) ? WEXITSTATUS(status) : 255,
	       cpu_ns(&usage.ru_utime) + cpu_ns(&usage.ru_stime));
	posix_spawn_file_actions_destroy(&actions);
}

int main(void)
{
	char line[4096];
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (netlink < 0)
		die("netlink socket");
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "dump ", 5) == 0)
			dump_many(netlink, atol(line + 5));
		else if (strncmp(line, "run ", 4) == 0)
			run_program(line + 4);
		fflush(stdout);
	}
	return 0;
}
