/* verdict_text.c - bytes that are made once for a verdict and sent many times.
 */
#include <string.h>

#include "verdict.h"

/* Moves what was written to the arena. */
static struct verdict_text settle(struct arena *arena, struct buf *out)
{
	struct verdict_text text = {0};

	if (!out->failed && out->len)
		text.bytes = arena_strndup(arena, out->data, out->len);
	if (text.bytes)
		text.len = out->len;
	buf_free(out);
	return text;
}

void verdict_text_make(struct arena *arena, struct verdict *verdict)
{
	struct buf out = {0};
	struct line line = {arena, &out};

	verdict_line_judged(&line, &verdict->verified);
	verdict->text[TEXT_JUDGED] = settle(arena, &out);
	verdict_line_who(&line, verdict->source, &verdict->verified,
			 &verdict->identity);
	verdict->text[TEXT_WHO] = settle(arena, &out);
}

bool verdict_text_put(const struct verdict_text *text, const char *id,
		      struct buf *out)
{
	size_t id_len = strlen(id);
	size_t at = 0;

	if (!text->bytes)
		return false;
	for (size_t i = 0; i < text->ids; i++) {
		buf_add(out, text->bytes + at, text->id_at[i] - at);
		buf_add(out, id, id_len);
		at = text->id_at[i];
	}
	buf_add(out, text->bytes + at, text->len - at);
	return true;
}
