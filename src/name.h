/* name.h - a distinguished name as a list of attributes, compared as such and
 * never as text (RFC 5280 section 4.1.2.4), and its text form (RFC 4514). */
#ifndef MTLSGATE_NAME_H
#define MTLSGATE_NAME_H

#include "arena.h"

/* One AttributeTypeAndValue. */
struct ava {
	const char *oid;   /* dotted */
	const char *value; /* UTF-8; NUL and what is no UTF-8 shown as \xHH */
	size_t rdn;        /* index of the RDN it belongs to, from 0 */
	bool clean;        /* utf8_clean, and no NUL was inside */
};

/* A name; avas in certificate order (the most significant first). */
struct name {
	struct ava *avas;
	size_t count;
};

/* Adds an attribute; rdn is the index of the last one or one more. oid and the
 * len bytes of value are copied. */
NODISCARD enum status name_add(struct arena *arena, struct name *name,
			       const char *oid, const char *value, size_t len,
			       size_t rdn);

/* True if both have the same RDNs in the same order; within an RDN the order
 * is free (it is a SET). Values are compared exactly; a name with an unclean
 * value equals nothing. */
bool name_equal(const struct name *a, const struct name *b);

/* True if the name reads as if it had come from its other end: its first part
 * is none of country, organisation and domain, and its last part is one. */
bool name_looks_turned(const struct name *name);

/* The same RDNs in the opposite order, each as it is. */
NODISCARD enum status name_turn(struct arena *arena, const struct name *name,
				struct name *ret_turned);

/* The same for names that name_equal takes for equal, of one kind. */
uint64_t name_hash(uint64_t kind, const struct name *name);

/* RFC 4514 text: most specific first, special characters escaped, UTF-8 as it
 * is, control characters as \HH, short names where OpenSSL has one, else the
 * dotted OID and the value as text. dn_parse reads it back, but never the text
 * of a value that was shown. NULL when memory is out. An empty name is "". */
NODISCARD char *name_print(struct arena *arena, const struct name *name);

#endif
