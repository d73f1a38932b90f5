/* access.h - may they? Path and site choose one section, and it decides. */
#ifndef MTLSGATE_ACCESS_H
#define MTLSGATE_ACCESS_H

#include "identity.h"

/* Who an allow line lets in. */
struct allow {
	bool set;         /* there is such a line */
	bool anyone;      /* no certificate needed */
	bool any_role;    /* allow = *: any identified certificate */
	size_t *roles;    /* indexes of role_rules */
	size_t role_count;
};

/* allow.METHOD */
struct method_allow {
	const char *method;
	struct allow allow;
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
	const size_t *pins; /* indexes in pin_list, any of them */
	size_t pin_count;
	struct conditions conditions;
	struct span span;
	size_t line;
};

struct access_rules {
	struct access_rule *list;
	size_t count;
	const struct role_rule *roles; /* to name them */
	const struct pin_list *pins;
};

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

/* The section for this path and site, or NULL. */
const struct access_rule *access_find(const struct access_rules *rules,
				      const char *path, const char *site);

#endif
