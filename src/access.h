/* access.h - may they? Path and site choose one section, and it decides. */
#ifndef MTLSGATE_ACCESS_H
#define MTLSGATE_ACCESS_H

#include "access_index.h"
#include "identity.h"
#include "table.h"

/* Who an allow line lets in. */
struct allow {
	bool set;         /* there is such a line */
	bool anyone;      /* no certificate needed */
	bool any_role;    /* allow = *: any identified certificate */
	size_t *roles;    /* indexes of role_rules, as written */
	size_t role_count;
	/* What access_prepare makes of them, in order and each once. */
	const char *needs; /* what a denial says */
	const bool *mask;  /* of many: by index of role_rules; else NULL */
};

/* allow.METHOD */
struct method_allow {
	const char *method;
	struct allow allow;
};

/* A method and the allow that counts for it; NULL: it is not let in. */
struct method_choice {
	const char *method;
	const struct allow *allow;
};

struct access_rule {
	const char *name;
	struct glob *paths;
	const char **path_texts; /* as written */
	size_t path_count;
	const char **sites; /* names; NULL with site_count 0: no site line */
	size_t site_count;
	bool site_any; /* site = * */
	const char **methods; /* method = ...; empty: no such line */
	size_t method_count;
	struct allow allow;
	struct method_allow *method_allows;
	size_t method_allow_count;
	size_t *pins; /* indexes in pin_list, any of them */
	size_t pin_count;
	struct conditions conditions;
	struct span span;
	size_t line;
	/* What access_prepare makes of it. */
	const struct method_choice *choices; /* in the order of the names */
	size_t choice_count;
	const struct allow *others;  /* for methods that are not among them */
	const char *allowed_methods; /* for 405: "GET, HEAD" */
};

struct access_rules {
	struct access_rule *list;
	size_t count;
	const struct role_rule *roles; /* to name them */
	size_t role_count;
	/* What access_prepare makes of them. */
	const struct access_index *index;
	struct table sites; /* to their tree of the index */
};

/* Makes an index of rules, which are then not changed any more; without it
 * every request is denied. ST_BAD: sites times paths are too many. */
NODISCARD enum status access_prepare(struct arena *arena,
				     struct access_rules *rules);

/* A decision; all zero is a denial for an internal error. */
struct decision {
	bool granted;
	bool anonymous; /* granted to nobody in particular */
	bool open;      /* an endpoint outside the rules: nothing was decided */
	enum reason reason;
	const char *detail; /* what exactly, clean UTF-8, or NULL */
	const char *rule;   /* name of the access section, or NULL */
	size_t line;        /* the policy line that decided, 0: none */
	const char *allowed_methods; /* for 405: "GET, HEAD", or NULL */
};

/* Decides about a request. verified and identity may be refused ones. */
void access_decide(struct arena *arena, const struct access_rules *rules,
		   const struct request *request,
		   const struct verified *verified,
		   const struct identity *identity, int64_t now,
		   struct trace *trace, struct decision *ret_decision);

/* The section for this path and site, or NULL in *ret_rule. ST_NOMEM and
 * ST_BAD (rules were not prepared): not known. */
NODISCARD enum status access_find(struct arena *arena,
				  const struct access_rules *rules,
				  const char *path, const char *site,
				  const struct access_rule **ret_rule);

/* The allow of the section that counts for this method, NULL: the section does
 * not let it in. */
const struct allow *access_allow(const struct access_rule *rule,
				 const char *method);

#endif
