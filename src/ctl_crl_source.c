/* ctl_crl_source.c - the name of a policy, or of files of certificates, comes
 * in; what they say goes out. Never judges a policy: "check" does. */
#include "ctl_crl_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl_io.h"
#include "load.h"

enum { MAX_POLICY = 64 * 1024 * 1024 };

static enum status complain(const char *file, const char *why)
{
	ctl_line(stderr, "mtlsgatectl: %s: %s", file, why);
	return ST_BAD;
}

/* Relative to the directory of the policy. */
static const char *resolve(struct arena *arena, const char *policy,
			   const char *value)
{
	const char *slash = strrchr(policy, '/');

	if (value[0] == '/' || !slash)
		return arena_strdup(arena, value);
	return arena_printf(arena, "%.*s/%s", (int)(slash - policy), policy,
			    value);
}

static enum status add_ca(struct arena *arena, struct crl_source *source,
			  const char *path)
{
	const char **list =
		arena_grow(arena, source->cas, source->ca_count, sizeof(*list));

	if (!list)
		return ST_NOMEM;
	source->cas = list;
	list[source->ca_count++] = path;
	return ST_OK;
}

/* One that is there comes before one that would have to be made: a name that
 * is nothing yet may be meant for a file. */
static void note_dir(struct crl_source *source, const char *path, bool *there)
{
	struct stat st;
	bool found = stat(path, &st) == 0;

	if (found && S_ISDIR(st.st_mode) && !*there) {
		source->dir = path;
		*there = true;
	} else if (!found && errno == ENOENT && !source->dir) {
		source->dir = path;
	}
}

static enum status take(struct arena *arena, const char *policy,
			const struct ini_section *section,
			struct crl_source *source)
{
	bool there = false;
	enum status status = ST_OK;

	for (size_t i = 0; i < section->count && status == ST_OK; i++) {
		const char *key = section->list[i].key;
		const char *path =
			resolve(arena, policy, section->list[i].value);

		if (!path)
			return ST_NOMEM;
		if (strcmp(key, "ca") == 0 || strcmp(key, "intermediates") == 0)
			status = add_ca(arena, source, path);
		else if (strcmp(key, "crl") == 0)
			note_dir(source, path, &there);
	}
	return status;
}

/* What is wrong elsewhere in the policy is no matter here. */
static enum status take_sections(struct arena *arena, const char *policy,
				 const struct ini_file *ini,
				 struct crl_source *source)
{
	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_section *section = &ini->list[i];

		if (strcmp(section->kind, "certificate") != 0)
			continue;
		if (section->broken)
			return complain(policy, "[certificate] has errors; see "
						"mtlsgatectl check");
		return take(arena, policy, section, source);
	}
	return ST_OK;
}

static enum status read_policy(struct arena *arena, const char *policy,
			       struct crl_source *source)
{
	struct issues issues = {.arena = arena};
	struct ini_file ini = {0};
	const char *text = NULL;
	const char *why = NULL;
	size_t len = 0;
	enum status status =
		load_file(arena, policy, MAX_POLICY, &text, &len, NULL, &why);

	if (status == ST_BAD)
		return complain(policy, why);
	if (status == ST_OK)
		status = ini_read(arena, policy, text, len, &issues, &ini);
	if (status == ST_NOMEM)
		return status;
	if (status == ST_BAD && ini.count == 0)
		return complain(policy, "it is no policy; see mtlsgatectl "
					"check");
	return take_sections(arena, policy, &ini, source);
}

enum status crl_source_read(struct arena *arena, const char *policy,
			    struct crl_source *ret_source)
{
	struct crl_source source = {0};
	enum status status = read_policy(arena, policy, &source);

	if (status == ST_NOMEM)
		complain(policy, "out of memory");
	if (status == ST_OK)
		*ret_source = source;
	return status;
}

static enum status add_cert(struct arena *arena, const char *file,
			    const char *text, struct ctl_certs_read *certs)
{
	const char *why = "out of memory";
	struct cert *list =
		arena_grow(arena, certs->list, certs->count, sizeof(*list));
	struct der der;
	enum status status = list ? ST_OK : ST_NOMEM;

	if (status == ST_OK)
		status = unwrap_one(arena, text, &der, &why);
	if (status == ST_OK)
		status = cert_parse(arena, der, &list[certs->count], &why);
	if (list)
		certs->list = list;
	if (status != ST_OK)
		return complain(file,
				status == ST_NOMEM ? "out of memory" : why);
	certs->count++;
	return ST_OK;
}

static enum status read_file(struct arena *arena, const char *file,
			     struct ctl_certs_read *certs)
{
	struct ctl_certs texts;
	enum status status = ctl_read_certs(arena, file, &texts);

	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < texts.count && status == ST_OK; i++)
		status = add_cert(arena, file, texts.list[i], certs);
	return status;
}

enum status crl_source_certs(struct arena *arena, const char *path,
			     struct ctl_certs_read *certs)
{
	struct policy_file directory;
	const char **files = NULL;
	const char *why = "out of memory";
	size_t count = 0;
	struct stat st;
	enum status status;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return read_file(arena, path, certs);
	status = load_directory(arena, path, &files, &count, &directory, &why);
	if (status != ST_OK)
		return complain(path, why);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = read_file(arena, files[i], certs);
	return status;
}
