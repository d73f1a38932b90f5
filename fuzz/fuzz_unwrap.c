/* fuzz_unwrap.c - unwrap_one and unwrap_many. What they take, they take again
 * in its plainest form; nothing is ever longer than what it came from. */
#include <openssl/evp.h>

#include "fuzz.h"
#include "unwrap.h"

static void check_one(struct arena *arena, const char *text)
{
	struct der der = {0};
	struct der again = {0};
	const char *why = NULL;

	if (unwrap_one(arena, text, &der, &why) != ST_OK) {
		MUST(why);
		return;
	}
	MUST(der.len > 0 && der.len <= strlen(text));
	unsigned char *plain = malloc(der.len / 3 * 4 + 5);
	MUST(plain);
	EVP_EncodeBlock(plain, der.bytes, (int)der.len);
	MUST(unwrap_one(arena, (const char *)plain, &again, &why) == ST_OK);
	MUST(again.len == der.len);
	MUST(memcmp(again.bytes, der.bytes, der.len) == 0);
	free(plain);
}

static void check_many(struct arena *arena, const char *text)
{
	struct der ders[MAX_CHAIN + 1];
	struct der one = {0};
	size_t count = 0;
	const char *why = NULL;

	if (unwrap_many(arena, text, ders, MAX_CHAIN + 1, &count, &why) !=
	    ST_OK) {
		MUST(why);
		return;
	}
	MUST(count > 0 && count <= MAX_CHAIN + 1);
	if (count == 1 && strlen(text) <= MAX_CERT_TEXT)
		MUST(unwrap_one(arena, text, &one, &why) == ST_OK &&
		     one.len == ders[0].len);
	if (count > 1)
		MUST(unwrap_one(arena, text, &one, &why) == ST_BAD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct arena *arena = arena_new();

	MUST(arena);
	(void)unwrap_is_none(text);
	check_one(arena, text);
	check_many(arena, text);
	arena_free(arena);
	free(text);
	return 0;
}
