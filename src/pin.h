/* pin.h - certificates known by their digest. */
#ifndef MTLSGATE_PIN_H
#define MTLSGATE_PIN_H

#include "condition.h"
#include "span.h"

struct pin {
	const char *name;
	const char **sha256; /* lower-case hex, 64 digits */
	size_t sha256_count;
	const char **spki;
	size_t spki_count;
	struct span span;
	bool no_chain; /* chain = no: admits by sha256 alone */
	size_t line;
};

struct pin_list {
	struct pin *list;
	size_t count;
	/* What pin_prepare makes of them: digests to pins. */
	bool ready;
	struct table sha256;
	struct table spki;
};

/* Makes tables of the digests, after which pins are not changed any more. Those
 * of certificates are no secrets: whoever connects has shown his, and what the
 * time of a look-up tells of others is no more than that they are listed.
 * ST_NOMEM. */
NODISCARD enum status pin_prepare(struct arena *arena, struct pin_list *pins);

/* The names of the pins that cert matches, as values of the attribute pin, in
 * the order of the policy; those out of their dates are marked stale. ST_BAD:
 * pins were not prepared. ST_NOMEM. */
NODISCARD enum status pin_match(struct arena *arena,
				const struct pin_list *pins,
				const struct cert *cert, int64_t now,
				struct attr_values *ret_values);

/* Brings a list of indexes of pins into order, each once; the new count. */
size_t pin_sort(size_t *wanted, size_t count);

/* True if the pin of this index is one of the count in wanted, which are in
 * order. */
bool pin_is_wanted(const size_t *wanted, size_t count, size_t index);

/* Does one of the count pins in wanted (indexes, in order) hold, given what
 * pin_match found? MATCH_STALE: only one that is out of its dates. No pin
 * wanted: MATCH_YES. */
enum match pin_required(const size_t *wanted, size_t count,
			const struct attr_values *matched);

/* The first pin with chain = no within its dates of which a sha256 line is this
 * certificate's, else the first that is past its until: what such a pin named
 * stays bound to it, or the end of the pin would give it the roles that its
 * chain has. NULL: none, or one that has not begun. */
const struct pin *pin_admits(const struct pin_list *pins,
			     const struct cert *cert, int64_t now);

#endif
