/* Faults in the calls that SQLite writes with, for the crash tests: preloaded
 * into the command, it counts the calls on files whose name contains
 * FAULT_FILE and, at call FAULT_AT, does what FAULT says:
 *   kill   write half of what was asked, then SIGKILL: a torn write
 *   enospc, eio  fail from that call on, as a full or a broken disk does
 * Go's own files are written by system calls of its own and are not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls;

static int watched(int fd) {
	char link[64], path[4096];
	const char *part = getenv("FAULT_FILE");
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	if (n < 0 || !part) return 0;
	path[n] = 0;
	return strstr(path, part) != NULL;
}

/* fault is 0 to go on, 1 to die now, or the error to return. */
static int fault(int fd) {
	const char *what = getenv("FAULT"), *at = getenv("FAULT_AT");
	if (!what || !at || !watched(fd)) return 0;
	long call = atomic_fetch_add(&calls, 1) + 1;
	if (call < atol(at)) return 0;
	if (!strcmp(what, "kill")) return 1;
	errno = strcmp(what, "eio") ? ENOSPC : EIO;
	return errno;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRITE(name, ...)                                             \
	int f = fault(fd);                                           \
	if (f > 1) return -1;                                        \
	if (f == 1) {                                                \
		size_t whole = n;                                    \
		n = whole / 2;                                       \
		if (REAL(name)(__VA_ARGS__) >= -1) raise(SIGKILL);   \
	}                                                            \
	return REAL(name)(__VA_ARGS__);

ssize_t write(int fd, const void *b, size_t n) { WRITE(write, fd, b, n) }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { WRITE(pwrite, fd, b, n, o) }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { WRITE(pwrite64, fd, b, n, o) }

#define OTHER(name, ...)                          \
	int f = fault(fd);                        \
	if (f == 1) raise(SIGKILL);               \
	if (f > 1) return -1;                     \
	return REAL(name)(__VA_ARGS__);

int fsync(int fd) { OTHER(fsync, fd) }
int fdatasync(int fd) { OTHER(fdatasync, fd) }
int ftruncate(int fd, off_t n) { OTHER(ftruncate, fd, n) }
int ftruncate64(int fd, off64_t n) { OTHER(ftruncate64, fd, n) }
