/* fuzz_path.c - path_from_target and path_from_script. A path that was taken
 * has nothing in it that two readers could read differently, and is taken
 * again as it is. */
#include "fuzz.h"
#include "path.h"

static void check(struct arena *arena, const char *path)
{
	const char *again = NULL;
	const char *why = NULL;

	MUST(path[0] == '/');
	MUST(!strstr(path, "//") && !strstr(path, "/../") &&
	     !strstr(path, "/./"));
	MUST(!strpbrk(path, ";\\#?"));
	MUST(path_from_script(arena, path, NULL, &again, &why) == ST_OK);
	MUST(strcmp(path, again) == 0);
	(void)path_is_probe(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct arena *arena = arena_new();
	const char *path = NULL;
	const char *why = NULL;

	MUST(arena);
	if (path_from_target(arena, text, &path, &why) == ST_OK)
		check(arena, path);
	if (path_from_script(arena, text, NULL, &path, &why) == ST_OK)
		check(arena, path);
	/* what stands behind the NUL, if there is one, is PATH_INFO */
	if (strlen(text) < size &&
	    path_from_script(arena, text, text + strlen(text) + 1, &path,
			     &why) == ST_OK)
		check(arena, path);
	arena_free(arena);
	free(text);
	return 0;
}
