/* ocsp_client.c - questions come in, answers go out: remembered ones, or what
 * a responder says now. The lock is never held while somebody is asked, and
 * half of the threads never wait for responders that do not answer. */
#include "ocsp_client.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "http.h"
#include "memory.h"

enum {
	KEY = OCSP_KEY,
	NONCE = 16,
	SLOTS = 4096,
	WAYS = 8, /* slots where an answer may be */
	MAX_REPLY = 64 * 1024,
	DEFAULT_TIMEOUT = 3, /* seconds */
	BACK_OFF_MS = 5000,
	/* An answer that comes at all is mostly there by then. */
	SOON_MS = 250
};

/* What is known of one certificate. */
struct slot {
	unsigned char key[KEY];
	bool used;
	bool asking;   /* a thread is out for the answer: not to be evicted */
	int64_t since; /* milliseconds, monotonic: it was sent or has failed */
	struct ocsp_answer answer; /* its texts are our own */
};

struct ocsp_client {
	struct ocsp_service service; /* first: it is what ask gets */
	pthread_mutex_t lock;        /* over all below */
	pthread_cond_t change;
	size_t max_queries;
	size_t queries;
	size_t waiting; /* for the answer of another's query */
	struct slot slots[SLOTS];
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t timeout_of(const struct ocsp_question *question)
{
	int64_t timeout = question->rules->timeout;

	return timeout > 0 ? timeout : DEFAULT_TIMEOUT;
}

static struct slot *first_way(struct ocsp_client *client,
			      const unsigned char key[KEY])
{
	size_t hash = (size_t)key[0] << 8 | key[1];

	return &client->slots[hash % (SLOTS / WAYS) * WAYS];
}

static struct slot *find(struct ocsp_client *client,
			 const unsigned char key[KEY])
{
	struct slot *slot = first_way(client, key);

	for (size_t i = 0; i < WAYS; i++)
		if (slot[i].used && memcmp(slot[i].key, key, KEY) == 0)
			return &slot[i];
	return NULL;
}

static void clear(struct slot *slot)
{
	free((char *)slot->answer.detail);
	free((char *)slot->answer.responder);
	*slot = (struct slot){0};
}

/* A free slot, else the one whose answer ends first; NULL: all are asking. */
static struct slot *make_room(struct ocsp_client *client,
			      const unsigned char key[KEY])
{
	struct slot *slot = first_way(client, key);
	struct slot *best = NULL;

	for (size_t i = 0; i < WAYS; i++) {
		if (slot[i].asking)
			continue;
		if (!slot[i].used)
			return &slot[i];
		if (!best || slot[i].answer.next_update <
				     best->answer.next_update)
			best = &slot[i];
	}
	if (best)
		clear(best);
	return best;
}

static bool is_fresh(const struct slot *slot, int64_t now)
{
	const struct ocsp_answer *answer = &slot->answer;

	if (answer->state == OCSP_UNAVAILABLE)
		return milliseconds() < slot->since + BACK_OFF_MS;
	return answer->this_update - OCSP_SKEW <= now &&
	       now <= answer->next_update;
}

/* Texts of the slot may go as soon as the lock does. */
static void copy_out(struct arena *arena, const struct slot *slot,
		     struct ocsp_answer *answer)
{
	*answer = slot->answer;
	if (answer->detail)
		answer->detail = arena_strdup(arena, answer->detail);
	if (answer->responder)
		answer->responder = arena_strdup(arena, answer->responder);
}

static void keep(struct slot *slot, const struct ocsp_answer *answer)
{
	free((char *)slot->answer.detail);
	free((char *)slot->answer.responder);
	slot->asking = false;
	slot->since = milliseconds();
	slot->answer = *answer;
	if (answer->detail)
		slot->answer.detail = strdup(answer->detail);
	if (answer->responder)
		slot->answer.responder = strdup(answer->responder);
}

static void query(struct arena *arena, const struct ocsp_question *question,
		  struct ocsp_answer *answer)
{
	unsigned char nonce[NONCE];
	struct http_query http = {.url = answer->responder,
		.body_type = "application/ocsp-request",
		.reply_type = "application/ocsp-response",
		.max_reply = MAX_REPLY, .timeout = timeout_of(question)};
	const char *url = answer->responder, *why = NULL;
	const unsigned char *body, *reply = NULL;
	size_t len = 0;

	if (RAND_bytes(nonce, NONCE) != 1 ||
	    ocsp_request(arena, question, nonce, NONCE, &body,
			 &http.body_len) != ST_OK)
		return;
	http.body = body;
	if (http_ask(arena, &http, &reply, &len, &why)) {
		ocsp_judge(arena, question, nonce, NONCE, reply, len, answer);
		answer->responder = url;
	} else {
		answer->detail = why ? arena_printf(arena, "%s: %s", url, why)
				     : NULL;
	}
}

static int64_t oldest_query(const struct ocsp_client *client)
{
	int64_t oldest = INT64_MAX;

	for (size_t i = 0; i < SLOTS; i++)
		if (client->slots[i].asking &&
		    client->slots[i].since < oldest)
			oldest = client->slots[i].since;
	return oldest;
}

/* Waits for a change; false when there was none until then. */
static bool wait_until(struct ocsp_client *client, int64_t until)
{
	struct timespec time = {.tv_sec = until / 1000,
				.tv_nsec = until % 1000 * 1000000};

	return milliseconds() < until &&
	       pthread_cond_timedwait(&client->change, &client->lock,
				      &time) == 0;
}

/* Waits until something changes, for the answer of another's query to slot or
 * (NULL) for a query to end. Too many that wait may do so only while it is
 * likely to come soon. False: no change came in time. */
static bool wait_for(struct ocsp_client *client, const struct slot *slot,
		     int64_t until)
{
	int64_t soon = (slot ? slot->since : oldest_query(client)) + SOON_MS;
	bool patient = slot && client->waiting + 1 < client->max_queries;
	bool changed;

	if (!patient && soon < until)
		until = soon;
	client->waiting += slot != NULL;
	changed = wait_until(client, until);
	client->waiting -= slot != NULL;
	return changed;
}

static struct slot *claim(struct ocsp_client *client, struct slot *slot,
			  const unsigned char key[KEY])
{
	if (!slot)
		slot = make_room(client, key);
	if (!slot)
		return NULL;
	clear(slot);
	memcpy(slot->key, key, KEY);
	slot->used = true;
	slot->asking = true;
	slot->since = milliseconds();
	client->queries++;
	return slot;
}

/* Gives the answer that is there or comes, and NULL; or the slot that the
 * caller is to fill. */
static struct slot *look_up(struct ocsp_client *client, struct arena *arena,
			    const struct ocsp_question *question,
			    const unsigned char key[KEY],
			    struct ocsp_answer *answer)
{
	int64_t until = milliseconds() + timeout_of(question) * 1000;
	bool awaited = false;

	for (;;) {
		struct slot *slot = find(client, key);
		bool asking = slot && slot->asking;

		if (slot && !asking &&
		    (awaited || is_fresh(slot, question->now))) {
			copy_out(arena, slot, answer);
			return NULL;
		}
		answer->detail = asking ? "another request asked the responder "
					  "and has no answer yet"
					: "too many OCSP queries wait for an "
					  "answer";
		if (!asking && client->queries < client->max_queries)
			return claim(client, slot, key);
		if (!wait_for(client, asking ? slot : NULL, until))
			return NULL;
		awaited = asking;
	}
}

static void ask_once(struct ocsp_client *client, struct arena *arena,
		     const struct ocsp_question *question,
		     const unsigned char key[KEY], struct ocsp_answer *answer)
{
	const char *responder = answer->responder;
	struct slot *slot;

	pthread_mutex_lock(&client->lock);
	slot = look_up(client, arena, question, key, answer);
	pthread_mutex_unlock(&client->lock);
	if (!slot)
		return;
	*answer = (struct ocsp_answer){.responder = responder};
	query(arena, question, answer);
	if (memory_failed())
		*answer = (struct ocsp_answer){0};
	atomic_fetch_add(&client->service.asked, 1);
	if (answer->state == OCSP_UNAVAILABLE)
		atomic_fetch_add(&client->service.failed, 1);
	pthread_mutex_lock(&client->lock);
	if (answer->state != OCSP_UNAVAILABLE || answer->detail)
		keep(slot, answer);
	else
		clear(slot); /* no memory: that may pass any moment */
	client->queries--;
	pthread_cond_broadcast(&client->change);
	pthread_mutex_unlock(&client->lock);
}

static void ask(struct ocsp_service *self, struct arena *arena,
		const struct ocsp_question *question,
		struct ocsp_answer *ret_answer)
{
	struct ocsp_client *client = (struct ocsp_client *)self;
	struct ocsp_answer answer = {0};
	unsigned char key[KEY];
	enum status status = ocsp_url(arena, question, &answer.responder);

	if (status == ST_BAD)
		answer.detail = "the responder that is named cannot be asked: "
				"only http:// URLs are";
	else if (status == ST_OK && !answer.responder)
		answer.detail = "the certificate names no responder, and "
				"ocsp_responder is not set";
	else if (status == ST_OK && ocsp_key(question, key))
		ask_once(client, arena, question, key, &answer);
	*ret_answer = answer;
}

/* Waits are by a clock that nobody sets. */
static bool init_locks(struct ocsp_client *client)
{
	pthread_condattr_t attr;
	bool good;

	if (pthread_condattr_init(&attr) != 0)
		return false;
	good = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	       pthread_cond_init(&client->change, &attr) == 0;
	pthread_condattr_destroy(&attr);
	if (good && pthread_mutex_init(&client->lock, NULL) != 0) {
		pthread_cond_destroy(&client->change);
		good = false;
	}
	return good;
}

struct ocsp_client *ocsp_client_new(size_t max_queries)
{
	struct ocsp_client *client = calloc(1, sizeof(*client));

	if (!client || !init_locks(client)) {
		free(client);
		return NULL;
	}
	client->service.ask = ask;
	client->max_queries = max_queries;
	signal(SIGPIPE, SIG_IGN);
	return client;
}

void ocsp_client_free(struct ocsp_client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		clear(&client->slots[i]);
	pthread_cond_destroy(&client->change);
	pthread_mutex_destroy(&client->lock);
	free(client);
}

struct ocsp_service *ocsp_client_service(struct ocsp_client *client)
{
	return &client->service;
}
