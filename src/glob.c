/* glob.c - the wildcards of the policy. A pattern is compiled once into
 * tokens; matching walks the text once with the set of tokens that may come
 * next, so no pattern can make it slow. Never recurses, never allocates while
 * matching. */
#include "glob.h"

#include "utf8.h"

#include <string.h>

enum { MAX_PATTERN = 1000, WORDS = MAX_PATTERN / 64 + 1 };

/* The token at *at, which moves behind it; 0 for a backslash at the end. */
static uint16_t read_token(const char **at)
{
	const char *s = *at;

	*at += 1;
	if (s[0] == '?')
		return TOKEN_CHAR;
	if (s[0] == '*' && s[1] != '*')
		return TOKEN_STAR;
	if (s[0] != '*' && s[0] != '\\')
		return (unsigned char)s[0];
	*at += s[1] != '\0';
	return s[0] == '*' ? TOKEN_ALL : (unsigned char)s[1];
}

/* Reads pattern into tokens; how many there are, SIZE_MAX if it is bad. */
static size_t read_tokens(const char *pattern, bool subtree, uint16_t *tokens)
{
	size_t count = 0;

	for (const char *at = pattern; *at; count++) {
		if (subtree && strcmp(at, "/*") == 0) {
			tokens[count] = TOKEN_SUBTREE;
			at += 2;
			continue;
		}
		tokens[count] = read_token(&at);
		if (tokens[count] == 0)
			return SIZE_MAX;
	}
	return count;
}

static bool is_wild(const uint16_t *tokens, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tokens[i] >= TOKEN_CHAR)
			return true;
	return false;
}

/* The text that tokens without a wildcard stand for. */
static const char *literal_of(struct arena *arena, const uint16_t *tokens,
			      size_t count)
{
	char *literal = arena_alloc(arena, count + 1);

	for (size_t i = 0; literal && i < count; i++)
		literal[i] = (char)tokens[i];
	return literal;
}

enum status glob_compile(struct arena *arena, const char *pattern,
			 char separator, bool subtree, struct glob *ret_glob)
{
	struct glob glob = {.separator = separator};
	size_t len = strnlen(pattern, MAX_PATTERN + 1);
	uint16_t *tokens;

	if (len > MAX_PATTERN || !utf8_valid(pattern, len))
		return ST_BAD;
	tokens = arena_alloc(arena, (len + 1) * sizeof(*tokens));
	if (!tokens)
		return ST_NOMEM;
	glob.tokens = tokens;
	glob.count = read_tokens(pattern, subtree, tokens);
	if (glob.count == SIZE_MAX)
		return ST_BAD;
	if (!is_wild(tokens, glob.count)) {
		glob.literal = literal_of(arena, tokens, glob.count);
		if (!glob.literal)
			return ST_NOMEM;
	}
	*ret_glob = glob;
	return ST_OK;
}

/* A set of places in the pattern; place i is before token i, place count is
 * the end. */
struct places {
	uint64_t bits[WORDS];
};

static bool has(const struct places *set, size_t place)
{
	return set->bits[place / 64] >> (place % 64) & 1;
}

/* Adds place, and those behind it that are reached without a byte. */
static void add(const struct glob *glob, struct places *set, size_t place)
{
	set->bits[place / 64] |= UINT64_C(1) << (place % 64);
	while (place < glob->count && (glob->tokens[place] == TOKEN_STAR ||
				       glob->tokens[place] == TOKEN_ALL)) {
		place++;
		set->bits[place / 64] |= UINT64_C(1) << (place % 64);
	}
}

/* True if what stands before place has begun and may take byte too: the rest
 * of a character that ? took, or of a subtree. */
static bool goes_on(const struct glob *glob, size_t place, unsigned char byte)
{
	uint16_t before = place > 0 ? glob->tokens[place - 1] : 0;

	if (before == TOKEN_CHAR)
		return (byte & 0xc0) == 0x80;
	return before == TOKEN_SUBTREE;
}

/* Adds to next what place leads to when byte comes. */
static void step(const struct glob *glob, size_t place, unsigned char byte,
		 struct places *next)
{
	bool separates = glob->separator != '\0' &&
			 byte == (unsigned char)glob->separator;
	uint16_t token = place < glob->count ? glob->tokens[place] : 0;
	bool takes = token == byte;

	if (goes_on(glob, place, byte))
		add(glob, next, place);
	if (token == TOKEN_ALL || (token == TOKEN_STAR && !separates))
		add(glob, next, place);
	if (token == TOKEN_CHAR)
		takes = !separates && (byte & 0xc0) != 0x80;
	if (token == TOKEN_SUBTREE)
		takes = byte == '/';
	if (takes)
		add(glob, next, place + 1);
}

static bool step_all(const struct glob *glob, unsigned char byte,
		     struct places *set)
{
	struct places next = {0};
	bool any = false;

	for (size_t word = 0; word <= glob->count / 64; word++)
		for (uint64_t bits = set->bits[word]; bits; bits &= bits - 1) {
			size_t bit = (size_t)__builtin_ctzll(bits);

			step(glob, word * 64 + bit, byte, &next);
			any = true;
		}
	*set = next;
	return any;
}

bool glob_match(const struct glob *glob, const char *text)
{
	struct places set = {0};
	size_t last = glob->count;

	if (glob->literal)
		return strcmp(glob->literal, text) == 0;
	if (!glob->tokens || !utf8_valid(text, strlen(text)))
		return false;
	add(glob, &set, 0);
	for (const char *at = text; *at; at++)
		if (!step_all(glob, (unsigned char)*at, &set))
			return false;
	if (has(&set, last))
		return true;
	return last > 0 && glob->tokens[last - 1] == TOKEN_SUBTREE &&
	       has(&set, last - 1);
}
