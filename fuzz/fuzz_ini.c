/* fuzz_ini.c - ini_read. Settings are never empty and come in the order of
 * their lines; what was refused has an issue. */
#include "fuzz.h"
#include "inifile.h"

static void check(const struct ini_file *ini)
{
	size_t line = 0;

	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_section *section = &ini->list[i];

		MUST(section->line > line && section->kind[0] != '\0');
		line = section->line;
		for (size_t j = 0; j < section->count; j++) {
			MUST(section->list[j].line > line);
			MUST(section->list[j].key[0] != '\0');
			MUST(section->list[j].value[0] != '\0');
			line = section->list[j].line;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct arena *arena = arena_new();
	struct issues issues = {.arena = arena};
	struct ini_file ini = {0};

	MUST(arena);
	enum status status =
		ini_read(arena, "policy.ini", text, size, &issues, &ini);
	MUST((status == ST_OK) == (issues.errors == 0));
	if (status == ST_OK)
		check(&ini);
	arena_free(arena);
	free(text);
	return 0;
}
