/* ctl_env.c - in: the administrator's question; out: the environment in which
 * a web server would put it. It judges nothing: a file that holds no
 * certificate goes in as it is, for the stages to refuse. */
#include "ctl_env.h"

#include <arpa/inet.h>

#include "ctl_io.h"

enum { MAX_ENV = 16 + MAX_CHAIN };

/* A list of NAME=value texts, always ended by NULL. */
struct env {
	struct arena *arena;
	char **list;
	size_t count;
	bool failed;
};

static void env_add(struct env *env, const char *name, const char *value)
{
	char *text = arena_printf(env->arena, "%s=%s", name, value);

	if (!text || env->count + 1 >= MAX_ENV)
		env->failed = true;
	else
		env->list[env->count++] = text;
}

/* A source that takes only the name is given the subject as RFC 4514 text,
 * which is how Apache writes it. */
static void add_subject(struct env *env, const char *cert, struct trace *trace)
{
	const char *why = NULL;
	const char *text;
	struct cert parsed;
	struct der der;
	enum status status = unwrap_one(env->arena, cert, &der, &why);

	if (status == ST_OK)
		status = cert_parse(env->arena, der, &parsed, &why);
	if (status == ST_BAD) {
		trace_add(trace, "server", "SSL_CLIENT_S_DN", STEP_WARN,
			  "not set: the certificate has no readable subject: "
			  "%s", why);
		return;
	}
	text = status == ST_OK ? name_print(env->arena, &parsed.subject) : NULL;
	if (!text) {
		env->failed = true;
		return;
	}
	env_add(env, "SSL_CLIENT_S_DN", text);
	trace_add(trace, "server", "SSL_CLIENT_S_DN", STEP_NOTE,
		  "made from the certificate's subject");
}

/* The address of a proxy that the policy trusts. */
static void add_peer(struct env *env, const struct source_rules *source)
{
	const struct peer_net *net = source->trusted;
	char text[INET6_ADDRSTRLEN] = "unix:";

	if (source->trusted_count == 0)
		return;
	if (!net->local)
		inet_ntop(net->family, net->address, text, sizeof(text));
	env_add(env, "REMOTE_ADDR", text);
	if (source->secret && source->header[SLOT_SECRET])
		env_add(env, source->header[SLOT_SECRET], source->secret);
}

static void add_slot(struct env *env, const struct source_rules *source,
		     enum slot slot, const char *value)
{
	/* a name or number that found no memory */
	if (!value)
		env->failed = true;
	else if (source->header[slot])
		env_add(env, source->header[slot], value);
}

/* A gateway that says everything in words: the certificate's own. */
static void add_words(struct env *env, const char *text,
		      const struct source_rules *source, struct trace *trace)
{
	char when[TIME_TEXT];
	struct cert cert;
	struct der der;
	const char *why = NULL;

	if (unwrap_one(env->arena, text, &der, &why) != ST_OK ||
	    cert_parse(env->arena, der, &cert, &why) != ST_OK) {
		trace_add(trace, "server", "words", STEP_WARN,
			  "not set: the certificate cannot be read: %s",
			  why ? why : "no memory");
		return;
	}
	add_peer(env, source);
	add_slot(env, source, SLOT_SUBJECT,
		 name_print(env->arena, &cert.subject));
	add_slot(env, source, SLOT_ISSUER,
		 name_print(env->arena, &cert.issuer));
	add_slot(env, source, SLOT_SERIAL, cert.serial);
	add_slot(env, source, SLOT_NOT_BEFORE,
		 time_format(cert.not_before, when));
	add_slot(env, source, SLOT_NOT_AFTER,
		 time_format(cert.not_after, when));
	trace_add(trace, "server", "words", STEP_NOTE,
		  "made from the certificate's subject, issuer, serial and "
		  "dates");
}

static enum status too_many(const struct ctl_question *question)
{
	ctl_line(stderr, "mtlsgatectl: %s: with its chain this is more than %d "
			 "certificates", question->cert, MAX_CHAIN + 1);
	return ST_BAD;
}

/* SSL_CLIENT_CERT_CHAIN_n, going on from *count. */
static enum status add_chain(struct env *env, const char *const *certs,
			     size_t cert_count, size_t *count)
{
	for (size_t i = 0; i < cert_count; i++) {
		char name[40];

		if (*count == MAX_CHAIN)
			return ST_ABSENT;
		snprintf(name, sizeof(name), "SSL_CLIENT_CERT_CHAIN_%zu",
			 (*count)++);
		env_add(env, name, certs[i]);
	}
	return ST_OK;
}

/* Certificates behind the first in its file are the chain that a client with
 * this file sends; --chain adds to it. */
static enum status add_files(struct env *env,
			     const struct ctl_question *question,
			     const struct ctl_certs *certs)
{
	size_t count = 0;
	enum status status = add_chain(env, certs->list + 1, certs->count - 1,
				       &count);

	env_add(env, "SSL_CLIENT_CERT", certs->list[0]);
	for (size_t i = 0; status == ST_OK && i < question->chain.count; i++) {
		struct ctl_certs more;

		status = ctl_read_certs(env->arena, question->chain.list[i],
					&more);
		if (status == ST_OK)
			status = add_chain(env, more.list, more.count, &count);
	}
	return status == ST_ABSENT ? too_many(question) : status;
}

static enum status add_cert(struct env *env,
			    const struct ctl_question *question,
			    const struct policy *policy, struct trace *trace)
{
	struct ctl_certs certs;
	enum status status;

	if (!question->cert) {
		env_add(env, "SSL_CLIENT_VERIFY", "NONE");
		trace_add(trace, "server", "SSL_CLIENT_VERIFY", STEP_NOTE,
			  "NONE: no certificate was given");
		return ST_OK;
	}
	status = ctl_read_certs(env->arena, question->cert, &certs);
	if (status != ST_OK)
		return status;
	env_add(env, "SSL_CLIENT_VERIFY", "SUCCESS");
	trace_add(trace, "server", "SSL_CLIENT_VERIFY", STEP_NOTE, "%s",
		  policy->trust.verify == VERIFY_SERVER
			  ? "SUCCESS: taken as given, the chain is not checked "
			    "here"
			  : "SUCCESS: taken as given");
	if (policy->source.list[0] == SOURCE_API_GATEWAY &&
	    !policy->source.gateway_pem)
		add_words(env, certs.list[0], &policy->source, trace);
	else if (source_row(policy->source.list[0])->name_only)
		add_subject(env, certs.list[0], trace);
	else
		return add_files(env, question, &certs);
	return ST_OK;
}

const struct policy *ctl_env_policy(struct arena *arena,
				    const struct policy *policy,
				    struct trace *trace)
{
	struct source_rules source = policy->source;
	enum source first = source.list[0];
	struct policy *copy;

	if (source_row(first)->name_only ||
	    (first == SOURCE_API_GATEWAY && !source.gateway_pem))
		return policy;
	copy = arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return NULL;
	*copy = *policy;
	copy->source = (struct source_rules){.list = {SOURCE_SERVER},
					     .count = 1};
	if (first != SOURCE_SERVER)
		trace_add(trace, "server", "source", STEP_NOTE,
			  "%s: how the front hands the certificate over is not "
			  "looked at here", source_row(first)->name);
	return copy;
}

const char *ctl_env_cert(void *to, const char *value)
{
	struct ctl_question *question = to;

	question->cert = strcmp(value, "none") == 0 ? NULL : value;
	return NULL;
}

enum status ctl_env_build(struct arena *arena,
			  const struct ctl_question *question,
			  const struct policy *policy, struct trace *trace,
			  char **ret_env[])
{
	struct env env = {.arena = arena};
	enum status status = ST_OK;

	env.list = arena_alloc(arena, MAX_ENV * sizeof(*env.list));
	if (!env.list)
		env.failed = true;
	else
		status = add_cert(&env, question, policy, trace);
	if (!env.failed && status == ST_OK) {
		env_add(&env, "MTLSGATE_URI", question->path);
		env_add(&env, "REQUEST_METHOD", question->method);
		if (question->site)
			env_add(&env, "MTLSGATE_SITE", question->site);
	}
	if (env.failed) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return ST_NOMEM;
	}
	*ret_env = env.list;
	return status;
}
