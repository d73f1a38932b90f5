/* interpose.c - malloc and its kin for a program and all its libraries, some
 * of which fail on demand. Loaded with LD_PRELOAD; a test writes into a shared
 * file, named by OOM_CONTROL, which allocations of which threads are to fail,
 * and reads there what was asked for and where. While it is not armed, every
 * call goes straight to the C library. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FRAMES = 24, SITE_TEXT = 4096 };

enum { WHO_MAIN = 1, WHO_OTHERS = 2 };

/* The driver knows this layout. */
struct control {
	_Atomic uint64_t armed;
	_Atomic uint64_t who;    /* the threads whose calls count */
	_Atomic uint64_t pieces; /* only calls of oom_piece count */
	_Atomic uint64_t first;  /* the first call that fails, from 1 */
	_Atomic uint64_t last;   /* the last one */
	_Atomic uint64_t seen;   /* calls counted */
	_Atomic uint64_t failed; /* calls that failed */
	char site[SITE_TEXT];    /* the stack of the first that failed */
};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

static struct control *control;
static _Thread_local bool inside;

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("OOM_CONTROL");
	void *frame;
	void *map;
	int fd;

	/* its first call allocates */
	inside = true;
	backtrace(&frame, 1);
	inside = false;
	fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	map = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		control = map;
}

static bool counts(bool piece)
{
	bool is_main = syscall(SYS_gettid) == getpid();

	if (atomic_load(&control->pieces) && !piece)
		return false;
	return (atomic_load(&control->who) == WHO_MAIN) == is_main;
}

/* One line a frame: the object, the nearest name, the offset in the object. */
static void note_site(void)
{
	void *frames[FRAMES];
	int count = backtrace(frames, FRAMES);
	size_t used = 0;
	int i;

	for (i = 2; i < count && used < SITE_TEXT - 1; i++) {
		Dl_info info = {0};
		int len;

		dladdr(frames[i], &info);
		len = snprintf(control->site + used, SITE_TEXT - used,
			       "%s %s %#lx\n",
			       info.dli_fname ? info.dli_fname : "?",
			       info.dli_sname ? info.dli_sname : "?",
			       (unsigned long)((char *)frames[i] -
					       (char *)info.dli_fbase));
		used += len > 0 ? (size_t)len : 0;
	}
}

/* Whether the call at hand is to fail. */
static bool fails(bool piece)
{
	uint64_t number;
	int saved = errno;

	if (!control || inside || !atomic_load(&control->armed) ||
	    !counts(piece))
		return false;
	number = atomic_fetch_add(&control->seen, 1) + 1;
	if (number < atomic_load(&control->first) ||
	    number > atomic_load(&control->last))
		return false;
	if (atomic_fetch_add(&control->failed, 1) == 0) {
		inside = true;
		note_site();
		inside = false;
	}
	errno = saved;
	return true;
}

static void *refuse(void)
{
	errno = ENOMEM;
	return NULL;
}

/* What arena_each.c calls for each piece. */
void *oom_piece(size_t size);
void *oom_piece(size_t size)
{
	return fails(true) ? refuse() : __libc_calloc(1, size);
}

void *malloc(size_t size)
{
	return fails(false) ? refuse() : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails(false) ? refuse() : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails(false) ? refuse() : __libc_realloc(old, size);
}

void *memalign(size_t align, size_t size)
{
	return fails(false) ? refuse() : __libc_memalign(align, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	return fails(false) ? refuse() : __libc_memalign(align, size);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	void *block;

	if (align < sizeof(void *) || (align & (align - 1)) != 0)
		return EINVAL;
	block = fails(false) ? NULL : __libc_memalign(align, size);
	if (!block)
		return ENOMEM;
	*ret = block;
	return 0;
}
