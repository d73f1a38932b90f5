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
};

/* The names of the pins that cert matches, as values of the attribute pin;
 * those out of their dates are marked stale. Digests are compared in constant
 * time. ST_NOMEM. */
NODISCARD enum status pin_match(struct arena *arena,
				const struct pin_list *pins,
				const struct cert *cert, int64_t now,
				struct attr_values *ret_values);

/* Does one of the count pins in wanted (indexes in pins) hold, given what
 * pin_match found? MATCH_STALE: only one that is out of its dates. No pin
 * wanted: MATCH_YES. */
enum match pin_required(const struct pin_list *pins, const size_t *wanted,
			size_t count, const struct attr_values *matched);

/* The first pin with chain = no within its dates of which a sha256 line is this
 * certificate's, else the first that is past its until: what such a pin named
 * stays bound to it, or the end of the pin would give it the roles that its
 * chain has. NULL: none, or one that has not begun. */
const struct pin *pin_admits(const struct pin_list *pins,
			     const struct cert *cert, int64_t now);

#endif
