/* load_crl.c - files of CRLs come in, the policy's list of CRLs goes out. What
 * has not changed on disk since the previous policy is not read again. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "loader.h"

static void release_crl(void *crl)
{
	crl_release(crl);
}

static void release_bytes(const unsigned char *bytes, size_t len)
{
	(void)len;
	free((void *)(uintptr_t)bytes);
}

/* Takes over crl, also when there is no memory. */
static enum status add_crl(struct loader *loader, const char *path,
			   struct crl *crl)
{
	struct chain_rules *rules = &loader->policy->trust.chain;
	size_t count = rules->crl_count;

	if (arena_on_free(loader->arena, release_crl, crl) != ST_OK) {
		crl_release(crl);
		return ST_NOMEM;
	}
	struct crl **crls =
		loader_grow(loader, rules->crls, count, sizeof(struct crl *));
	const char **files =
		loader_grow(loader, rules->crl_files, count, sizeof(*files));
	if (crls == NULL || files == NULL)
		return ST_NOMEM;
	crls[count] = crl;
	files[count] = path;
	rules->crls = crls;
	rules->crl_files = files;
	rules->crl_count++;
	return ST_OK;
}

static enum status take_crl(struct loader *loader, const char *path,
			    unsigned char *bytes, size_t len,
			    const char **ret_why)
{
	struct crl *crl = NULL;
	enum status status =
		crl_parse(bytes, len, release_bytes, !loader->options->one_shot,
			  &crl, ret_why);

	return status == ST_OK ? add_crl(loader, path, crl) : status;
}

static const struct policy_file *find_file(const struct policy *policy,
					   const char *path)
{
	for (size_t i = 0; i < policy->file_count; i++)
		if (strcmp(policy->files[i].path, path) == 0)
			return &policy->files[i];
	return NULL;
}

static bool holds_crl_of(const struct policy *policy, const char *path)
{
	const struct chain_rules *rules = &policy->trust.chain;

	for (size_t i = 0; i < rules->crl_count; i++)
		if (strcmp(rules->crl_files[i], path) == 0)
			return true;
	return false;
}

/* Another name of a file that was read for this policy: c_rehash makes links
 * to every CRL. */
static bool is_alias(struct loader *loader, const struct stat *st)
{
	const struct policy *policy = loader->policy;

	for (size_t i = 0; i < policy->file_count; i++)
		if (policy->files[i].inode == st->st_ino &&
		    policy->files[i].size == st->st_size &&
		    !file_changed(&policy->files[i]) &&
		    holds_crl_of(policy, policy->files[i].path))
			return true;
	return false;
}

static void note_alias(struct loader *loader, const char *path,
		       const struct stat *st)
{
	struct policy_file file = {
		.path = path,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
			    st->st_mtim.tv_nsec,
		.size = st->st_size,
		.inode = st->st_ino,
	};

	note_file(loader, &file);
}

/* The previous policy's CRLs of a file that is still as it was then. */
static bool take_over(struct loader *loader, const char *path)
{
	const struct policy *previous = loader->options->previous;
	const struct policy_file *old =
		previous != NULL ? find_file(previous, path) : NULL;

	if (old == NULL || file_changed(old) || !holds_crl_of(previous, path))
		return false;
	struct policy_file file = *old;
	file.path = path;
	note_file(loader, &file);
	const struct chain_rules *rules = &previous->trust.chain;
	for (size_t i = 0; i < rules->crl_count; i++)
		if (strcmp(rules->crl_files[i], path) == 0 &&
		    add_crl(loader, path, crl_hold(rules->crls[i])) != ST_OK)
			loader->issues->failed = true;
	return true;
}

static bool known_crl(struct loader *loader, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (!is_alias(loader, &st))
		return take_over(loader, path);
	note_alias(loader, path, &st);
	return true;
}

void set_crl(struct loader *loader, void *object,
	     const struct ini_setting *setting)
{
	/* offsets into a CRL have 31 bits */
	static const struct der_files kind = {"X509 CRL", INT32_MAX, known_crl,
					      take_crl};

	(void)object;
	if (section_find(loader->section, "crl_check") == NULL)
		loader->policy->trust.chain.crl_check = CRL_CHECK_CHAIN;
	der_files_read(loader, setting, &kind);
}
