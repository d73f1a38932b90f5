/* chain_text.c - files of certificates and CRLs beside a policy for tests. */
#include "chain_text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "buf.h"

enum { PATH_BYTES = 512 };

static void must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

void chain_dir(struct loaded *loaded, const char *name, struct pki *ret_root)
{
	policy_dir(loaded);
	*ret_root = pki_make(loaded->issues.arena, name, NULL, "ca");
	put_certs(loaded, "ca.pem", (pki_list){ret_root, NULL});
}

void put_text(const struct loaded *loaded, const char *name, const char *text)
{
	policy_put(loaded, name, text, strlen(text));
}

void put_certs(const struct loaded *loaded, const char *name, pki_list certs)
{
	struct buf text = {0};

	for (size_t i = 0; certs[i]; i++)
		buf_adds(&text, pki_pem(loaded->issues.arena, certs[i]));
	must(!text.failed, name);
	policy_put(loaded, name, text.data, text.len);
	buf_free(&text);
}

static void put_pem_crl(const struct loaded *loaded, const char *name,
			struct der der)
{
	unsigned char *base64 =
		arena_alloc(loaded->issues.arena, der.len / 3 * 4 + 5);
	struct buf text = {0};

	must(base64 != NULL, name);
	EVP_EncodeBlock(base64, der.bytes, (int)der.len);
	buf_adds(&text, "-----BEGIN X509 CRL-----\n");
	buf_adds(&text, (char *)base64);
	buf_adds(&text, "\n-----END X509 CRL-----\n");
	must(!text.failed, name);
	policy_put(loaded, name, text.data, text.len);
	buf_free(&text);
}

void put_crl(const struct loaded *loaded, const char *name,
	     const struct pki *issuer, const char *spec, bool der)
{
	struct der bytes = pki_crl(loaded->issues.arena, issuer, spec);

	if (der)
		policy_put(loaded, name, bytes.bytes, bytes.len);
	else
		put_pem_crl(loaded, name, bytes);
}

void put_dir(const struct loaded *loaded, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", loaded->dir, name);
	must(mkdir(path, 0700) == 0, path);
}

void put_link(const struct loaded *loaded, const char *name, const char *to)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", loaded->dir, name);
	must(symlink(to, path) == 0, path);
}

bool chain_issues(struct loaded *loaded, const char *text, const char *errors,
		  const char *warnings)
{
	loaded->issues.list = NULL;
	loaded->issues.count = 0;
	loaded->issues.errors = 0;
	policy_free(loaded->policy);
	policy_again(loaded, text);
	return issues_match(&loaded->issues, false, errors) &&
	       issues_match(&loaded->issues, true, warnings) &&
	       (loaded->policy != NULL) == (errors[0] == '\0');
}
