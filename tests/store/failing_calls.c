/* Lets the calls that write to a disk fail, from the n-th on, as often as asked: loaded before the C library's own. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

static int calls_before, failures, error;

void let_fail(int after, int times, int with) { calls_before = after; failures = times; error = with; }

static int fails(void) {
    if (!failures || calls_before-- > 0) return 0;
    failures--;
    errno = error;
    return 1;
}

#define FAILING(result, name, declared, passed) \
    result name declared { \
        static result (*real) declared; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return fails() ? -1 : real passed; \
    }

FAILING(ssize_t, write, (int file, const void *data, size_t size), (file, data, size))
FAILING(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at))
FAILING(ssize_t, pwrite64, (int file, const void *data, size_t size, off64_t at), (file, data, size, at))
FAILING(int, fsync, (int file), (file))
FAILING(int, fdatasync, (int file), (file))
FAILING(int, ftruncate64, (int file, off64_t size), (file, size))
