/* worker.c - what a thread keeps between requests, and the sum over threads.
 * The lock is for the list of workers; no request takes it, but one that asks
 * for the sum. */
#include "worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "memory.h"

enum { ERROR_TEXT = 512 };

/* What the pages about the program ask of it. */
static void look(struct program *self, struct arena *arena,
		 struct program_facts *ret_facts)
{
	struct server *server =
		(struct server *)((char *)self -
				  offsetof(struct server, program));
	char *text = arena_alloc(arena, ERROR_TEXT);

	*ret_facts = (struct program_facts){.reload_error = text};
	server_tally(server, &ret_facts->tally);
	store_counts(server->store, &ret_facts->loads_good,
		     &ret_facts->loads_bad);
	ret_facts->audit_error = audit_error(server->audit);
	ret_facts->audit_missed = audit_missed(server->audit);
	ret_facts->expiring = audit_expiring(server->audit, time(NULL));
	if (server->ocsp) {
		ret_facts->ocsp_asked = atomic_load(&server->ocsp->asked);
		ret_facts->ocsp_failed = atomic_load(&server->ocsp->failed);
	}
	if (server->connections)
		server->connections->look(server->connections,
					  &ret_facts->connections);
	if (text)
		store_error(server->store, text, ERROR_TEXT);
	else
		ret_facts->failed = true;
	if (text && !*text)
		ret_facts->reload_error = NULL;
}

void server_init(struct server *server, struct store *store,
		 struct audit *audit)
{
	*server = (struct server){.store = store, .audit = audit};
	server->version = "";
	server->started_at = time(NULL);
	server->program.look = look;
	/* no attributes: it needs no end and cannot fail */
	pthread_mutex_init(&server->lock, NULL);
}

static bool draw_prefix(struct worker *worker)
{
	uint64_t number;
	ssize_t got;

	do {
		got = getrandom(&number, sizeof(number), 0);
	} while (got < 0 && errno == EINTR);
	snprintf(worker->id_prefix, sizeof(worker->id_prefix), "%016" PRIx64,
		 number);
	return got == sizeof(number);
}

struct worker *worker_new(struct server *server)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->server = server;
	worker->arena = arena_new();
	worker->guard = guard_join(store_guards(server->store));
	if (!worker->arena || !worker->guard || !draw_prefix(worker)) {
		guard_leave(worker->guard);
		arena_free(worker->arena);
		free(worker);
		return NULL;
	}
	worker->seat = (struct cache_seat){.guard = worker->guard,
					   .tally = &worker->tally,
					   .memory_failed = memory_failed};
	pthread_mutex_lock(&server->lock);
	worker->next = server->workers;
	server->workers = worker;
	pthread_mutex_unlock(&server->lock);
	return worker;
}

void worker_free(struct worker *worker)
{
	struct server *server;
	struct worker **at;

	if (!worker)
		return;
	server = worker->server;
	pthread_mutex_lock(&server->lock);
	for (at = &server->workers; *at != worker; at = &(*at)->next)
		;
	*at = worker->next;
	tally_add(&server->ended, &worker->tally);
	pthread_mutex_unlock(&server->lock);
	guard_leave(worker->guard);
	buf_free(&worker->seat.key);
	buf_free(&worker->line);
	arena_free(worker->arena);
	free(worker);
}

void worker_id(struct worker *worker, char ret_id[ID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t number = worker->next_id++;
	size_t prefix = strlen(worker->id_prefix);
	size_t count = 4;

	while (count < 16 && number >> 4 * count)
		count++;
	memcpy(ret_id, worker->id_prefix, prefix);
	for (size_t i = count; i-- > 0; number >>= 4)
		ret_id[prefix + i] = digits[number & 15];
	ret_id[prefix + count] = '\0';
}

void server_tally(struct server *server, struct tally *ret_sum)
{
	*ret_sum = (struct tally){0};
	pthread_mutex_lock(&server->lock);
	tally_add(ret_sum, &server->ended);
	for (struct worker *w = server->workers; w; w = w->next)
		tally_add(ret_sum, &w->tally);
	pthread_mutex_unlock(&server->lock);
}
