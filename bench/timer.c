/*
 * What the wire is measured against: a process that only sleeps until each next millisecond and sees how late it wakes. What
 * this one misses no program of an ordinary user can keep; on a disturbed machine it misses much.
 *
 * timer SECONDS -> ticks, ticks at most 1 ms late, then median, p99, p99.9 and most in nanoseconds
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static int ascending(const void *a, const void *b)
{
	const long long one = *(const long long *)a, other = *(const long long *)b;
	return (one > other) - (one < other);
}

int main(int count, char **arguments)
{
	const long ticks = count > 1 ? atol(arguments[1]) * 1000 : 0;
	long long *late = malloc((ticks > 0 ? ticks : 1) * sizeof *late);
	long punctual = 0;
	struct timespec due, now;

	if (ticks <= 0 || late == NULL)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (long i = 0; i < ticks; i++) {
		due.tv_nsec += NS_PER_MS;
		if (due.tv_nsec >= NS_PER_S) {
			due.tv_nsec -= NS_PER_S;
			due.tv_sec += 1;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		late[i] = (now.tv_sec - due.tv_sec) * (long long)NS_PER_S + now.tv_nsec - due.tv_nsec;
		punctual += late[i] <= NS_PER_MS;
	}
	qsort(late, ticks, sizeof *late, ascending);
	printf("%ld %ld %lld %lld %lld %lld\n", ticks, punctual, late[ticks / 2], late[ticks * 99 / 100],
	       late[ticks * 999 / 1000], late[ticks - 1]);
	return 0;
}
