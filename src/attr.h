/* attr.h - the attributes a policy can speak of, read from the parsed
 * certificate. A new one is a row of the table in attr.c. */
#ifndef MTLSGATE_ATTR_H
#define MTLSGATE_ATTR_H

#include "cert.h"

/* How values of an attribute compare. */
enum attr_compare {
	COMPARE_EXACT,
	COMPARE_DNS,    /* without case; . separates */
	COMPARE_EMAIL,  /* the domain without case */
	COMPARE_URI,    /* / separates */
	COMPARE_IP,     /* as an address */
	COMPARE_HEX,    /* a SHA-256 digest: without case and colons */
	COMPARE_BYTES,  /* other hex: the same, any length, wildcards */
	COMPARE_SERIAL, /* and without leading zeros */
	COMPARE_OID,    /* by dotted form */
	COMPARE_NAME,   /* as a parsed name */
	COMPARE_PIN,    /* names of pins */
};

/* Where an attribute comes from; says in which section it may stand. */
enum attr_origin {
	ORIGIN_SUBJECT, /* subject and subject.X: also known of a bare name */
	ORIGIN_WORDS,   /* issuer and serial: some fronts say them in words */
	ORIGIN_CERT,    /* anything else of the certificate */
	ORIGIN_CHAIN,   /* of the anchor or the issuing CA: needs a chain */
	ORIGIN_PIN,     /* computed from the pins */
	ORIGIN_IDENTITY /* known once mapped: identity, id */
};

struct attr_row;

/* An attribute as the policy names it. */
struct attr {
	const char *name;  /* as written: "subject.OU" */
	const char *param; /* dotted OID of subject.X, ext.X ...; or NULL */
	const struct attr_row *row;
	enum attr_compare compare;
	enum attr_origin origin;
};

/* One value: as it is, and in the form in which it is compared. */
struct attr_value {
	const char *text;
	const char *key;
	const struct name *name; /* COMPARE_NAME */
	bool stale;              /* COMPARE_PIN: the pin is out of its dates */
	size_t number;           /* COMPARE_PIN: of the pin in its list */
};

enum attr_state {
	ATTR_UNREAD = 0, /* nobody has read it: counts as unclean */
	ATTR_UNCLEAN,    /* there, but not readable: refuses */
	ATTR_READ,       /* read; no values means proven absent */
};

struct attr_values {
	enum attr_state state;
	struct attr_value *list;
	size_t count;
};

/* Finds the attribute called name. ST_BAD: there is none; *ret_why says so. */
NODISCARD enum status attr_parse(struct arena *arena, const char *name,
				 struct attr *ret_attr, const char **ret_why);

/* Reads it from the certificate, which is the anchor or the CA for those of
 * ORIGIN_CHAIN; ORIGIN_PIN and ORIGIN_IDENTITY are not read here. ST_NOMEM,
 * else ret_values says whether it could be read. */
NODISCARD enum status attr_read(struct arena *arena, const struct cert *cert,
				const struct attr *attr,
				struct attr_values *ret_values);

/* True for anchor.X, false for any other. */
bool attr_is_anchor(const struct attr *attr);

/* True for policy, which means the validated set where there is a chain. */
bool attr_is_policy(const struct attr *attr);

/* Adds a value (text and its comparison form) to values. */
NODISCARD enum status attr_add(struct arena *arena, enum attr_compare compare,
			       struct attr_values *values, const char *text);

/* The form in which value compares, e.g. a DNS name in lower case; ST_BAD when
 * value is not of the kind (used for the patterns of a policy too). */
NODISCARD enum status attr_key(struct arena *arena, enum attr_compare compare,
			       const char *value, const char **ret_key);

/* The i-th row's name and one-line meaning, for tests and documents; NULL at
 * the end. A name that ends in '.' takes a parameter. */
const char *attr_table_name(size_t i);

#endif
