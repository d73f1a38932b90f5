/* fuzz_access.c - access_index_find and access_index_cover. Each line but the
 * last is a pattern, the last is a path: the index finds the pattern that a
 * loop over glob_match finds, and what covers the path as a pattern matches it
 * as a path. */
#include "access_index.h"
#include "fuzz.h"

enum { MOST = 64 };

struct policy {
	struct arena *arena;
	struct glob globs[MOST];
	struct index_pattern patterns[MOST];
	size_t count;
};

/* Every third one is of a tree of its own. */
static void add(struct policy *policy, const char *text)
{
	struct glob *glob = &policy->globs[policy->count];

	if (policy->count == MOST ||
	    glob_compile(policy->arena, text, '/', true, glob) != ST_OK)
		return;
	policy->patterns[policy->count] = (struct index_pattern){
		glob, policy->count % 3 == 2, (uint32_t)policy->count};
	policy->count++;
}

static size_t first_match(const struct policy *policy, size_t tree,
			  const char *path)
{
	for (size_t i = 0; i < policy->count; i++)
		if ((i % 3 != 2 || tree == 1) &&
		    glob_match(&policy->globs[i], path))
			return i;
	return SIZE_MAX;
}

static void check(struct policy *policy, const char *path)
{
	const struct access_index *index;
	struct glob glob;
	size_t found;

	MUST(access_index_build(policy->arena, policy->patterns, policy->count,
				2, &index) == ST_OK);
	for (size_t tree = 0; tree < 2; tree++) {
		MUST(access_index_find(policy->arena, index, tree, path,
				       &found) == ST_OK);
		MUST(found == first_match(policy, tree, path));
	}
	if (glob_compile(policy->arena, path, '/', true, &glob) != ST_OK)
		return;
	MUST(access_index_cover(policy->arena, index, 1, &glob, SIZE_MAX,
				&found) == ST_OK);
	if (found != SIZE_MAX && glob_match(&glob, path))
		MUST(first_match(policy, 1, path) <= found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct policy policy = {.arena = arena_new()};
	char *line = text;

	MUST(policy.arena);
	for (char *end = strchr(line, '\n'); end; end = strchr(line, '\n')) {
		*end = '\0';
		add(&policy, line);
		line = end + 1;
	}
	check(&policy, line);
	arena_free(policy.arena);
	free(text);
	return 0;
}
