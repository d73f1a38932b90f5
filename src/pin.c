/* pin.c - which pins does a certificate match. Certificate in, names out. */
#include "pin.h"

#include "hex.h"

/* Looks at every line, so that the time says nothing about which matched. */
static bool any_equal(const char **digests, size_t count, const char *digest)
{
	bool found = false;

	for (size_t i = 0; digest && i < count; i++)
		found |= secret_equal(digests[i], digest);
	return found;
}

static bool matches(const struct pin *pin, const struct cert *cert)
{
	return any_equal(pin->sha256, pin->sha256_count, cert->sha256) ||
	       any_equal(pin->spki, pin->spki_count, cert->spki);
}

enum status pin_match(struct arena *arena, const struct pin_list *pins,
		      const struct cert *cert, int64_t now,
		      struct attr_values *ret_values)
{
	struct attr_values values = {.state = ATTR_READ};

	for (size_t i = 0; i < pins->count; i++) {
		const struct pin *pin = &pins->list[i];
		struct attr_value *list;

		if (!matches(pin, cert))
			continue;
		list = arena_grow(arena, values.list, values.count,
				  sizeof(*list));
		if (!list)
			return ST_NOMEM;
		values.list = list;
		list[values.count++] = (struct attr_value){
			.text = pin->name,
			.key = pin->name,
			.stale = !span_holds(&pin->span, now)};
	}
	*ret_values = values;
	return ST_OK;
}

enum match pin_required(const struct pin_list *pins, const size_t *wanted,
			size_t count, const struct attr_values *matched)
{
	enum match best = count ? MATCH_NO : MATCH_YES;

	for (size_t i = 0; i < count; i++) {
		const char *name = pins->list[wanted[i]].name;

		for (size_t j = 0; j < matched->count; j++) {
			if (matched->list[j].text != name)
				continue;
			if (!matched->list[j].stale)
				return MATCH_YES;
			best = MATCH_STALE;
		}
	}
	return best;
}

const struct pin *pin_admits(const struct pin_list *pins,
			     const struct cert *cert, int64_t now)
{
	const struct pin *found = NULL;
	const struct pin *ended = NULL;

	for (size_t i = 0; i < pins->count; i++) {
		const struct pin *pin = &pins->list[i];

		if (!pin->no_chain || now < pin->span.from ||
		    !any_equal(pin->sha256, pin->sha256_count, cert->sha256))
			continue;
		if (!found && span_holds(&pin->span, now))
			found = pin;
		if (!ended)
			ended = pin;
	}
	return found ? found : ended;
}
