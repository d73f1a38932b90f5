/* fuzz_html.c - accept_prefers_html and html_text. What is written holds no
 * markup and is clean UTF-8, however short it is cut; the same bytes as an
 * Accept header give the same answer twice. */
#include "accept.h"
#include "fuzz.h"
#include "html.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	bool wanted = accept_prefers_html(text);

	MUST(wanted == accept_prefers_html(text));
	for (size_t max = 0; max < 40; max += 13) {
		struct buf out = {0};

		html_value(&out, text, max);
		html_text(&out, text, max);
		MUST(!out.failed);
		MUST(utf8_clean(out.data, out.len));
		buf_free(&out);
		buf_adds(&out, "|");
		html_text(&out, text, max);
		MUST(!strpbrk(out.data, "<>\"'"));
		buf_free(&out);
	}
	free(text);
	return 0;
}
