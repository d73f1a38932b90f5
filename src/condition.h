/* condition.h - "attribute = pattern" lines, and whether they hold. */
#ifndef MTLSGATE_CONDITION_H
#define MTLSGATE_CONDITION_H

#include "attr.h"
#include "glob.h"
#include "table.h"

/* Every attribute that a policy uses, each once; conditions name it by its
 * index, a request reads each once. */
struct attr_list {
	struct attr *list;
	size_t count;
};

/* What a request's certificate has for each of them, by the same index. */
struct attr_set {
	const struct attr_list *attrs;
	struct attr_values *values;
};

/* One literal-value list file (value = @FILE): its keys, by the hash of kind
 * 0. */
struct value_file {
	const char *file;
	struct table keys;
};

/* One alternative of a condition; exactly one member is used. */
struct pattern {
	const char *text;              /* as written */
	struct glob glob;              /* unless one of the next two is set */
	const struct name *name;       /* COMPARE_NAME */
	const struct value_file *file; /* @FILE */
};

/* One attribute of one section with its alternatives. */
struct condition {
	size_t attr; /* index in attr_list */
	struct pattern *any;
	size_t count;
	size_t line; /* of the first of them */
	/* What conditions_prepare makes of many: those that are one value, by
	 * pattern_hash to their number in any, and the numbers of the rest. */
	struct table table;
	size_t *rest;
	size_t rest_count;
};

struct conditions {
	struct condition *all;
	size_t count;
};

enum match {
	MATCH_NO = 0,
	MATCH_STALE,   /* holds but for the dates of a pin */
	MATCH_YES,
	MATCH_UNCLEAN, /* an attribute it needs cannot be read: refuse */
};

/* Do all of them hold? MATCH_UNCLEAN comes before MATCH_NO: an unreadable
 * attribute is never taken for an absent one. *ret_failed (may be NULL) is the
 * first that did not hold. No conditions: MATCH_YES. */
enum match conditions_match(const struct conditions *conditions,
			    const struct attr_set *set,
			    const struct condition **ret_failed);

/* True if the pattern stands for one value, which has a hash. */
bool pattern_is_value(const struct pattern *pattern);

/* The hash of such a pattern of the attribute with this number, which is that
 * of the values that it matches; other values may have the same. */
uint64_t pattern_hash(size_t attr, const struct pattern *pattern);
uint64_t value_hash(size_t attr, const struct attr_value *value);

/* Makes tables of what has many alternatives; conditions are not changed any
 * more after that. ST_NOMEM. */
NODISCARD enum status conditions_prepare(struct arena *arena,
					 struct conditions *conditions);

/* Compiles one pattern for an attribute. ST_BAD: *ret_why says what is wrong
 * with it. No wildcards for COMPARE_HEX, _SERIAL, _NAME and _PIN. */
NODISCARD enum status pattern_compile(struct arena *arena,
				      const struct attr *attr, const char *text,
				      struct pattern *ret_pattern,
				      const char **ret_why);

#endif
