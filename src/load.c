/* load.c - the name of a policy file comes in, a policy goes out or all that
 * is wrong with it. Never a policy with an error in it. */
#include "load.h"

#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "cache.h"
#include "loader.h"
#include "oid.h"
#include "sha256.h"

enum {
	MAX_POLICY_BYTES = 64 * 1024 * 1024,
	MAX_CWD = 4096,
	OCSP_TIMEOUT = 3
};

/* Absolute, since a daemon may leave the directory it was started in; not
 * resolved, so that a link to another release is seen to change. */
static const char *absolute(struct arena *arena, const char *file)
{
	char cwd[MAX_CWD];

	if (file[0] == '/')
		return arena_strdup(arena, file);
	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return NULL;
	return arena_printf(arena, "%s/%s", cwd, file);
}

static enum status digest(struct arena *arena, const char *text, size_t len,
			  char out[65])
{
	unsigned char bytes[SHA256_BYTES];

	sha256(text, len, bytes);
	const char *hex = hex_encode(arena, bytes, sizeof(bytes), false);
	if (hex == NULL)
		return ST_NOMEM;
	memcpy(out, hex, 65);
	return ST_OK;
}

/* What holds where the file says nothing. */
static enum status fill_defaults(struct policy *policy)
{
	policy->trust.pin_attr = SIZE_MAX;
	policy->identity.identity_attr = SIZE_MAX;
	policy->identity.id_attr = SIZE_MAX;
	policy->endpoints.prefix = "/api";
	policy->endpoints.admin_role = "admin";
	policy->server.cache = CACHE_DEFAULT;
	policy->endpoints.admin_index = SIZE_MAX;
	policy->audit.deny_on_error = true;
	policy->trust.chain.max_depth = -1;
	policy->trust.chain.security_level = -1;
	policy->trust.ocsp.timeout = OCSP_TIMEOUT;
	return oid_from_name(policy->arena, "clientAuth",
			     &policy->trust.purpose);
}

static enum status read_whole(struct loader *loader, const char *path,
			      const char **ret_text, size_t *ret_len)
{
	struct policy *policy = loader->policy;
	struct policy_file file;
	const char *why = NULL;
	enum status status = load_file(loader->arena, path, MAX_POLICY_BYTES,
				       ret_text, ret_len, &file, &why);

	if (status == ST_BAD)
		issue_error(loader->issues, loader->file, 0,
			    "the policy cannot be read: %s", why);
	if (status != ST_OK)
		return status;
	policy->files = loader_grow(loader, NULL, 0, sizeof(file));
	if (policy->files == NULL)
		return ST_NOMEM;
	policy->files[policy->file_count++] = file;
	return ST_OK;
}

/* verify decides what the other lines may say, those above it too. A word that
 * it does not have is an error by itself. */
static bool wants_chain(const struct loader *loader)
{
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);

	return section != NULL && section_find(section, "verify") != NULL &&
	       !section_says(section, "verify", "server");
}

/* After everything that ends with the arena and that the store holds. */
static enum status prepare_chain(struct loader *loader)
{
	struct trust_rules *trust = &loader->policy->trust;
	const char *client = NULL;
	enum status status =
		oid_from_name(loader->arena, "clientAuth", &client);

	if (status != ST_OK || !loader->chain)
		return status;
	trust->chain.enabled = true;
	trust->chain.ask_purpose = !trust->purpose_any &&
				   strcmp(trust->purpose, client) == 0;
	return chain_prepare(loader->arena, &trust->chain);
}

/* Makes the indexes that requests are answered from. */
static enum status prepare_rules(struct loader *loader)
{
	struct policy *policy = loader->policy;
	struct access_rules *access = &policy->access;
	enum status status;

	access->roles = policy->identity.roles;
	access->role_count = policy->identity.role_count;
	status = trust_prepare(loader->arena, &policy->trust,
			       policy->attrs.count);
	if (status == ST_OK)
		status = identity_prepare(loader->arena, &policy->identity,
					  &policy->trust.pins,
					  policy->attrs.count);
	if (status == ST_OK)
		status = access_prepare(loader->arena, access);
	if (status != ST_BAD)
		return status;
	issue_error(loader->issues, loader->file, 0,
		    "there are too many paths for too many sites in [access]: "
		    "their products come to more than 4,000,000");
	return ST_OK;
}

static enum status load_into(struct loader *loader)
{
	struct policy *policy = loader->policy;
	const char *path = absolute(loader->arena, loader->file);
	const char *text;
	size_t len;

	if (path == NULL)
		return ST_NOMEM;
	loader->directory = arena_strndup(loader->arena, path,
					  (size_t)(strrchr(path, '/') - path));
	policy->file = arena_strdup(loader->arena, loader->file);
	if (loader->directory == NULL || policy->file == NULL)
		return ST_NOMEM;
	enum status status = read_whole(loader, path, &text, &len);
	if (status == ST_OK)
		status = ini_read(loader->arena, loader->file, text, len,
				  loader->issues, &loader->ini);
	if (status == ST_NOMEM || (status == ST_BAD && !loader->ini.count))
		return status;
	loader->chain = wants_chain(loader);
	if (loader->options->before_crypto != NULL)
		loader->options->before_crypto(loader->chain);
	if (fill_defaults(policy) != ST_OK ||
	    digest(loader->arena, text, len, policy->sha256) != ST_OK)
		return ST_NOMEM;
	sections_prepare(loader);
	if (loader->issues->failed)
		return ST_NOMEM;
	sections_read(loader);
	if (prepare_rules(loader) != ST_OK)
		return ST_NOMEM;
	check_policy(loader);
	/* then nobody verifies a signature with a certificate's key */
	if (!loader->chain) {
		policy->trust.keyless = cert_keyless(loader->arena);
		if (policy->trust.keyless == NULL)
			return ST_NOMEM;
	}
	policy->loaded_at = loader->options->now;
	return status;
}

static enum status start(struct loader *loader)
{
	struct arena *arena = arena_new();

	if (arena == NULL)
		return ST_NOMEM;
	loader->arena = arena;
	loader->policy = arena_alloc(arena, sizeof(*loader->policy));
	if (loader->policy == NULL) {
		arena_free(arena);
		return ST_NOMEM;
	}
	loader->policy->arena = arena;
	return ST_OK;
}

enum status policy_load(const char *file, const struct load_options *options,
			struct issues *issues, struct policy **ret_policy)
{
	struct loader loader = {
		.issues = issues, .file = file, .options = options};
	size_t first = issues->count;
	size_t errors = issues->errors;

	if (start(&loader) != ST_OK) {
		issues->failed = true;
		return ST_NOMEM;
	}
	enum status status = load_into(&loader);
	issues_sort(issues, first);
	if (status == ST_OK && issues->errors > errors)
		status = ST_BAD;
	if (status == ST_OK)
		status = prepare_chain(&loader);
	if (status == ST_NOMEM)
		issues->failed = true;
	if (issues->failed)
		status = ST_NOMEM;
	if (status == ST_OK)
		*ret_policy = loader.policy;
	else
		arena_free(loader.arena);
	return status;
}

void policy_free(struct policy *policy)
{
	if (policy != NULL)
		arena_free(policy->arena);
}
