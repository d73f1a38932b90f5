/* fuzz_header.c - every source. The first byte chooses it and the switches of
 * the policy; then come the fields of fuzz_env.h. */
#include "fuzz.h"
#include "fuzz_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct source_rules rules;

	MUST(arena);
	if (size > 0) {
		char *text = fuzz_text(data + 1, size - 1);

		fuzz_rules(arena, &rules,
			   (enum source)((data[0] & 15) % SOURCE_COUNT));
		rules.passthrough = (data[0] & 16) != 0;
		rules.gateway_pem = (data[0] & 16) != 0;
		rules.front_verifies = (data[0] & 32) != 0;
		if (data[0] & 64)
			rules.secret = "0123456789abcdef";
		fuzz_find(&rules, text);
		free(text);
	}
	arena_free(arena);
	return 0;
}
