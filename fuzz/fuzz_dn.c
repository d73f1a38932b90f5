/* fuzz_dn.c - dn_parse in its three forms. A name that was taken and is clean
 * prints as text that is read as the same name. */
#include "dn.h"
#include "fuzz.h"

static bool is_clean(const struct name *name)
{
	for (size_t i = 0; i < name->count; i++)
		if (!name->avas[i].clean)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct arena *arena = arena_new();
	struct name name = {0};
	struct name again = {0};
	enum dn_form form;
	const char *why = NULL;

	MUST(arena);
	if (dn_parse(arena, text, &name, &form, &why) != ST_OK) {
		MUST(why);
	} else if (name.count > 0 && is_clean(&name)) {
		char *printed = name_print(arena, &name);

		MUST(printed);
		if (strlen(printed) <= MAX_DN_TEXT) {
			MUST(dn_parse(arena, printed, &again, &form, &why) ==
			     ST_OK);
			MUST(name_equal(&name, &again));
		}
	}
	arena_free(arena);
	free(text);
	return 0;
}
