/* fuzz_record.c - a reader of records, given the input whole and in pieces
 * whose sizes the input names, and the parameters of each request that comes
 * out. Both readings are the same: the same events at the same places. */
#include "fcgi_params.h"
#include "fcgi_record.h"
#include "fuzz.h"

enum { MAX_INPUT = 64 * 1024, MAX_EVENTS = 64, AT_ONCE = 1 << 20 };

struct reading {
	size_t count;
	struct {
		enum fcgi_event event;
		size_t at;
		unsigned id, role;
		size_t params;
	} events[MAX_EVENTS];
	struct buf out;
};

static void check_strings(const struct fcgi_env *env, size_t len)
{
	size_t sum = 0;

	for (size_t i = 0; env->list[i]; i++) {
		MUST(env->list[i][env->names[i]] == '=');
		MUST(strcspn(env->list[i], "=") == env->names[i]);
		MUST(strlen(env->list[i] + env->names[i] + 1) ==
		     env->values[i]);
		sum += strlen(env->list[i]) + 1;
	}
	MUST(sum <= len);
}

static void check_request(struct fcgi_head *head)
{
	struct fcgi_env env = {0};

	MUST(head->id != 0 && head->params.len <= FCGI_MAX_PARAMS);
	if (fcgi_params_read(&head->params, &env) == ST_OK)
		check_strings(&env, head->params.len);
	fcgi_env_free(&env);
}

static void note(struct reading *reading, struct fcgi_reader *reader,
		 enum fcgi_event event, size_t at)
{
	if (event == FCGI_MORE || reading->count == MAX_EVENTS)
		return;
	reading->events[reading->count].event = event;
	reading->events[reading->count].at = event == FCGI_BAD ? 0 : at;
	reading->events[reading->count].id = reader->head.id;
	reading->events[reading->count].role = reader->head.role;
	reading->events[reading->count].params = reader->head.params.len;
	reading->count++;
	if (event == FCGI_HEAD)
		check_request(&reader->head);
	/* as after an authorizer's answer */
	if (event == FCGI_HEAD && reader->head.role == 2)
		fcgi_reader_next(reader);
}

static void read_all(const uint8_t *data, size_t size, size_t piece,
		     struct reading *reading)
{
	struct fcgi_reader reader = {0};
	enum fcgi_event event = FCGI_MORE;
	size_t used;

	for (size_t at = 0; at < size && event != FCGI_BAD; at += used) {
		size_t len = size - at < piece ? size - at : piece;

		event = fcgi_reader_take(&reader, (const char *)data + at, len,
					 &reading->out, &used);
		MUST(used <= len);
		MUST(used > 0 || event == FCGI_BAD);
		MUST(event != FCGI_MORE || used == len);
		MUST(event != FCGI_BODY_END || fcgi_reader_idle(&reader));
		note(reading, &reader, event, at + used);
		if (piece < AT_ONCE)
			piece = 1 + data[at] % 16;
	}
	fcgi_reader_free(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reading whole, pieces;

	if (size > MAX_INPUT)
		return 0;
	whole.count = pieces.count = 0;
	read_all(data, size, AT_ONCE, &whole);
	read_all(data, size, 1, &pieces);
	MUST(whole.count == pieces.count);
	MUST(memcmp(whole.events, pieces.events,
		    whole.count * sizeof(whole.events[0])) == 0);
	MUST(whole.out.len == pieces.out.len);
	MUST(whole.out.len == 0 ||
	     memcmp(whole.out.data, pieces.out.data, whole.out.len) == 0);
	buf_free(&whole.out);
	buf_free(&pieces.out);
	return 0;
}
