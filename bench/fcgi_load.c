/* fcgi_load.c - loads a FastCGI program over kept connections:
 *   fcgi_load [OPTION]... SOCKET|HOST:PORT
 * Each thread has its share of the connections: it sends a request on each of
 * them, then takes the answers, and begins again. An answer counts if its
 * status is the one that is expected, else as wrong. Prints "NAME VALUE"
 * lines; times are in microseconds, from the first byte sent to the last byte
 * of the answer. Exit status 1: an answer was wrong or missing. */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load_wire.h"

enum {
	MAX_PARAMS = 64,
	MAX_THREADS = 256,
	FINE = 64,            /* steps of the histogram to each power of two */
	STEPS = 40 * FINE
};

struct options {
	const char *address;
	int connections, threads, role, status, idle, drip;
	double seconds, warm_seconds;
	long requests; /* 0: as many as fit into seconds */
	const char *certs;
	bool new_each; /* a connection for each request */
	char *params[MAX_PARAMS];
	size_t param_count;
};

struct thread {
	pthread_t id;
	int connections;
	int *fds;
	uint64_t *sent_at;
	size_t next; /* of requests */
	long done, wrong, broken;
	uint64_t slowest;
	uint32_t steps[STEPS];
};

static struct options options = {.connections = 1,
				 .role = ROLE_AUTHORIZER,
				 .status = 200,
				 .seconds = 2,
				 .warm_seconds = 0.2};
static struct wire_request *requests;
static size_t request_count;
static struct thread threads[MAX_THREADS];
static atomic_long budget;
static atomic_bool counting, over;

static void fail(const char *what)
{
	fprintf(stderr, "fcgi_load: %s\n", what);
	exit(2);
}

static void *zeroed(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		fail("memory");
	return memory;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void nap(double seconds)
{
	struct timespec time = {(time_t)seconds,
				(long)((seconds - (double)(time_t)seconds) *
				       1e9)};

	nanosleep(&time, NULL);
}

/* The step of a time, and the time at the top of a step; 1/64 apart. */
static size_t step_of(uint64_t ns)
{
	int shift = 0;

	while (ns >> shift >= 2 * FINE)
		shift++;
	return (size_t)shift * FINE + (ns >> shift);
}

static double step_us(size_t step)
{
	size_t shift = step < 2 * FINE ? 0 : step / FINE - 1;

	return (double)((uint64_t)(step - shift * FINE + 1) << shift) / 1e3;
}

static int open_one(void)
{
	int fd = wire_connect(options.address);

	if (fd < 0)
		fail("cannot connect");
	return fd;
}

static void note(struct thread *thread, uint64_t ns, int status)
{
	if (!atomic_load_explicit(&counting, memory_order_relaxed))
		return;
	if (status < 0) {
		thread->broken++;
	} else if (status != options.status) {
		thread->wrong++;
	} else {
		thread->done++;
		thread->steps[step_of(ns)]++;
		if (ns > thread->slowest)
			thread->slowest = ns;
	}
}

static void send_one(struct thread *thread, int i)
{
	if (options.new_each)
		thread->fds[i] = open_one();
	thread->sent_at[i] = now_ns();
	/* a failure is seen when the answer does not come */
	(void)wire_send(thread->fds[i], &requests[thread->next]);
	thread->next = (thread->next + 1) % request_count;
}

static void take_one(struct thread *thread, int i)
{
	int status = wire_receive(thread->fds[i]);

	note(thread, now_ns() - thread->sent_at[i], status);
	if (options.new_each || status < 0)
		close(thread->fds[i]);
	if (status < 0 && !options.new_each)
		thread->fds[i] = open_one();
}

/* False: there is nothing left to do. */
static bool may_go_on(const struct thread *thread)
{
	if (atomic_load_explicit(&over, memory_order_relaxed))
		return false;
	if (!options.requests ||
	    !atomic_load_explicit(&counting, memory_order_relaxed))
		return true;
	return atomic_fetch_sub(&budget, thread->connections) > 0;
}

static void *work(void *arg)
{
	struct thread *thread = arg;
	int i;

	thread->fds = zeroed((size_t)thread->connections, sizeof(int));
	thread->sent_at = zeroed((size_t)thread->connections,
				 sizeof(uint64_t));
	for (i = 0; i < thread->connections && !options.new_each; i++)
		thread->fds[i] = open_one();
	while (may_go_on(thread)) {
		for (i = 0; i < thread->connections; i++)
			send_one(thread, i);
		for (i = 0; i < thread->connections; i++)
			take_one(thread, i);
	}
	return NULL;
}

/* Kept connections that have had one answer and ask nothing more. */
static void open_idle(void)
{
	for (int i = 0; i < options.idle; i++) {
		int fd = open_one();

		if (!wire_send(fd, &requests[0]) ||
		    wire_receive(fd) != options.status)
			fail("an idle connection had no answer");
	}
}

/* Sends a byte of a request a second on each of its connections, and takes a
 * new one where the server has had enough. */
static void *drip(void *arg)
{
	size_t count = (size_t)options.drip;
	int *fds = zeroed(count, sizeof(int));
	size_t *at = zeroed(count, sizeof(size_t));
	size_t i;

	(void)arg;
	for (i = 0; i < count; i++)
		fds[i] = open_one();
	for (;;) {
		for (i = 0; i < count; i++) {
			const char *byte = requests[0].bytes + at[i];

			if (send(fds[i], byte, 1,
				 MSG_NOSIGNAL | MSG_DONTWAIT) == 1) {
				at[i] = (at[i] + 1) % requests[0].len;
				continue;
			}
			close(fds[i]);
			fds[i] = open_one();
			at[i] = 0;
		}
		nap(1);
	}
	return NULL;
}

static char *read_file(const char *name)
{
	FILE *file = fopen(name, "r");
	size_t len = 0, got;
	char *text = NULL;

	if (!file)
		fail(name);
	do {
		text = realloc(text, len + 1048577);
		if (!text)
			fail("memory");
		got = fread(text + len, 1, 1048576, file);
		len += got;
	} while (got);
	text[len] = 0;
	fclose(file);
	return text;
}

static void add_request(const char *cert, size_t len)
{
	static size_t room;

	if (request_count == room) {
		room = room ? room * 2 : 16;
		requests = realloc(requests, room * sizeof(*requests));
		if (!requests)
			fail("memory");
	}
	requests[request_count++] =
		wire_make(options.role, options.params, options.param_count,
			  cert, len);
}

static void make_requests(void)
{
	static const char end[] = "-----END CERTIFICATE-----\n";
	char *text = options.certs ? read_file(options.certs) : NULL;
	const char *from = text;

	if (!text)
		add_request(NULL, 0);
	while (from && (from = strstr(from, "-----BEGIN CERTIFICATE-----"))) {
		const char *to = strstr(from, end);

		if (!to)
			fail("a certificate is cut");
		to += sizeof(end) - 1;
		add_request(from, (size_t)(to - from));
		from = to;
	}
	if (!request_count)
		fail("no certificate in the file");
	free(text);
}

static void report(double seconds)
{
	static const struct {
		const char *name;
		double part;
	} parts[] = {{"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99},
		     {"p999_us", 0.999}};
	static uint64_t steps[STEPS];
	long done = 0, wrong = 0, broken = 0;
	uint64_t slowest = 0, seen = 0;
	size_t part = 0;

	for (int i = 0; i < options.threads; i++) {
		done += threads[i].done;
		wrong += threads[i].wrong;
		broken += threads[i].broken;
		if (threads[i].slowest > slowest)
			slowest = threads[i].slowest;
		for (size_t k = 0; k < STEPS; k++)
			steps[k] += threads[i].steps[k];
	}
	printf("requests %ld\nrequests_per_second %.0f\n", done,
	       (double)done / seconds);
	for (size_t k = 0; k < STEPS && part < 4; k++) {
		seen += steps[k];
		while (part < 4 && done &&
		       (double)seen >= parts[part].part * (double)done)
			printf("%s %.1f\n", parts[part++].name, step_us(k));
	}
	printf("max_us %.1f\nwrong %ld\nbroken %ld\n", (double)slowest / 1e3,
	       wrong, broken);
	if (wrong || broken || !done)
		exit(1);
}

static void run(void)
{
	int each = options.connections / options.threads;
	int rest = options.connections % options.threads;
	uint64_t start;
	int i;

	atomic_store(&budget, options.requests);
	atomic_store(&counting, options.warm_seconds <= 0);
	start = now_ns();
	for (i = 0; i < options.threads; i++) {
		threads[i].connections = each + (i < rest);
		/* certificates taken in turn: each thread begins elsewhere */
		threads[i].next = request_count * (size_t)i /
				  (size_t)options.threads;
		if (pthread_create(&threads[i].id, NULL, work, &threads[i]))
			fail("no thread");
	}
	if (options.warm_seconds > 0) {
		nap(options.warm_seconds);
		start = now_ns();
		atomic_store(&counting, true);
	}
	if (!options.requests) {
		nap(options.seconds);
		atomic_store(&over, true);
	}
	for (i = 0; i < options.threads; i++)
		pthread_join(threads[i].id, NULL);
	report((double)(now_ns() - start) / 1e9);
}

static const struct option names[] = {
	{"connections", required_argument, NULL, 'c'},
	{"threads", required_argument, NULL, 't'},
	{"seconds", required_argument, NULL, 's'},
	{"requests", required_argument, NULL, 'n'},
	{"warm", required_argument, NULL, 'w'},
	{"role", required_argument, NULL, 'r'},
	{"status", required_argument, NULL, 'x'},
	{"certs", required_argument, NULL, 'p'},
	{"param", required_argument, NULL, 'v'},
	{"env", required_argument, NULL, 'e'},
	{"idle", required_argument, NULL, 'i'},
	{"drip", required_argument, NULL, 'd'},
	{"new", no_argument, NULL, 'N'},
	{0},
};

static void take_param(char *param)
{
	if (options.param_count == MAX_PARAMS || !strchr(param, '='))
		fail("--param NAME=VALUE, at most 64");
	options.params[options.param_count++] = param;
}

/* The lines NAME=VALUE of a file. */
static void take_file(const char *name)
{
	char *line = strtok(read_file(name), "\n");

	for (; line; line = strtok(NULL, "\n"))
		take_param(line);
}

static void take_option(int letter, char *value)
{
	switch (letter) {
	case 'c': options.connections = atoi(value); break;
	case 't': options.threads = atoi(value); break;
	case 's': options.seconds = atof(value); break;
	case 'n': options.requests = atol(value); break;
	case 'w': options.warm_seconds = atof(value); break;
	case 'r':
		options.role = strcmp(value, "responder") == 0
				       ? ROLE_RESPONDER
				       : ROLE_AUTHORIZER;
		break;
	case 'x': options.status = atoi(value); break;
	case 'p': options.certs = value; break;
	case 'v': take_param(value); break;
	case 'e': take_file(value); break;
	case 'i': options.idle = atoi(value); break;
	case 'd': options.drip = atoi(value); break;
	case 'N': options.new_each = true; break;
	default: fail("unknown option; see the head of fcgi_load.c");
	}
}

int main(int argc, char **argv)
{
	pthread_t dripper;
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1)
		take_option(letter, optarg);
	if (optind + 1 != argc)
		fail("usage: fcgi_load [OPTION]... SOCKET|HOST:PORT");
	options.address = argv[optind];
	if (!options.threads || options.threads > options.connections)
		options.threads = options.connections;
	if (options.threads < 1 || options.threads > MAX_THREADS)
		fail("1 to 256 threads");
	make_requests();
	open_idle();
	if (options.drip && pthread_create(&dripper, NULL, drip, NULL))
		fail("no thread");
	run();
	return 0;
}
