/* fuzz_xfcc.c - X-Forwarded-Client-Cert, both of the elements that can count.
 * The input is the header. */
#include "fuzz.h"
#include "fuzz_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct source_rules rules;
	char *text = fuzz_text(data, size);

	MUST(arena);
	/* a byte 1 would end the field */
	for (char *c = text; *c; c++)
		if (*c == 1)
			*c = 2;
	fuzz_rules(arena, &rules, SOURCE_ENVOY_XFCC);
	fuzz_find(&rules, text);
	rules.xfcc = XFCC_FIRST;
	fuzz_find(&rules, text);
	rules.xfcc = XFCC_LAST;
	fuzz_find(&rules, text);
	free(text);
	arena_free(arena);
	return 0;
}
