/* identity.h - who is this, and in which roles: takes a certificate that
 * passed, and nothing else. */
#ifndef MTLSGATE_IDENTITY_H
#define MTLSGATE_IDENTITY_H

#include "trust.h"

/* id = ATTRIBUTE [~ TEMPLATE]: the template must match the whole value, # is
 * a digit, * anything, one ( ) is what is taken. */
struct id_rule {
	size_t attr;
	const char *before;  /* template before "(", NULL: no template */
	const char *inside;  /* between ( and ) */
	const char *after;   /* after ")" */
	size_t line;
};

/* One [identity NAME] or the plain [identity] (name ""). */
struct identity_rule {
	const char *name;
	struct conditions conditions;
	struct id_rule *ids; /* choices in order */
	size_t id_count;
	size_t *email; /* indexes in attr_list, in order of choice */
	size_t email_count;
	size_t *department;
	size_t department_count;
	const char *prefix; /* "" when none */
	struct span span;
	size_t line;
};

struct role_rule {
	const char *name;
	struct conditions conditions;
	bool is_default;
	size_t *pins; /* pin = NAME: indexes in pin_list, any of them */
	size_t pin_count;
	struct span span;
	size_t line;
};

struct identity_rules {
	struct identity_rule *list; /* the plain one last */
	size_t count;
	struct role_rule *roles;
	size_t role_count;
	size_t identity_attr; /* index of identity in attr_list, or SIZE_MAX */
	size_t id_attr;
	/* What identity_prepare makes of them. */
	struct candidates section_index;
	struct candidates role_index;
	struct candidates default_index; /* of the default roles */
};

/* Makes indexes of sections and roles, which are then not changed any more;
 * pins is the policy's list, attr_count that of its attributes. Without it
 * nobody has an identity. ST_NOMEM. */
NODISCARD enum status identity_prepare(struct arena *arena,
				       struct identity_rules *rules,
				       const struct pin_list *pins,
				       size_t attr_count);

struct identity {
	bool known;         /* an id was found and nothing refuses it */
	enum reason reason; /* why not; REASON_GRANTED when known */
	const char *detail;
	const char *section; /* name of the [identity] that matched */
	size_t line;         /* of that section, or of the late block */
	const char *id;
	const char *email;      /* or NULL */
	const char *department; /* or NULL */
	bool *has_role;         /* by index of role_rules */
	const char **roles;     /* names, primary first */
	size_t role_count;
	bool role_expired; /* roles matched, and every one is out of dates */
};

/* Maps a verified certificate (verified->ok must be true; anything else
 * yields an identity that is not known). Never fails. */
void identity_map(struct arena *arena, const struct identity_rules *rules,
		  const struct trust_rules *trust, struct verified *verified,
		  int64_t now, struct trace *trace,
		  struct identity *ret_identity);

/* Splits "~ TEMPLATE" into an id_rule. ST_BAD: *ret_why says what is wrong. */
NODISCARD enum status template_compile(struct arena *arena, const char *text,
				       struct id_rule *ret_rule,
				       const char **ret_why);

/* What the template of rule takes out of value (all of it when there is no
 * template); NULL in *ret_taken when it does not match or more than one part
 * could be taken. ST_NOMEM. */
NODISCARD enum status template_take(struct arena *arena,
				    const struct id_rule *rule,
				    const char *value, const char **ret_taken);

#endif
