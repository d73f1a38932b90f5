/* test_load_pem.c - files and directories of certificates. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_text.h"

#define MORE(value) PLAIN_IDENTITY CHAIN "ca = " value "\n" OPEN
#define LINE "-----BEGIN CERTIFICATE-----"

/* How many roots there are when "ca = VALUE" is added to ca.pem's one. */
static size_t roots(struct loaded *l, const char *value)
{
	char text[512];

	snprintf(text, sizeof(text), MORE("%s"), value);
	if (!chain_issues(l, text, "", ""))
		return 0;
	return l->policy->trust.chain.anchor_count;
}

/* Is this text, as x.pem, refused so? */
static bool refused(struct loaded *l, const char *text, const char *errors)
{
	put_text(l, "x.pem", text);
	return chain_issues(l, MORE("x.pem"), errors, "");
}

static bool has_file(const struct loaded *l, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", l->dir, name);
	for (size_t i = 0; i < l->policy->file_count; i++)
		if (strcmp(l->policy->files[i].path, path) == 0)
			return true;
	return false;
}

Test(load_pem, bundles)
{
	struct loaded l;
	struct pki root, a, b;

	chain_dir(&l, "root", &root);
	a = pki_make(l.issues.arena, "a", NULL, "ca");
	b = pki_make(l.issues.arena, "b", NULL, "ca");
	put_certs(&l, "two.pem", (pki_list){&a, &b, NULL});
	cr_expect_eq(roots(&l, "two.pem"), 3);
	cr_expect(has_file(&l, "two.pem"));
	cr_expect(has_file(&l, "ca.pem"));
	cr_expect_eq(l.policy->file_count, 3);
	/* the same again, and one that is there already */
	put_certs(&l, "more.pem", (pki_list){&b, &b, &root, NULL});
	cr_expect_eq(roots(&l, "more.pem"), 2);
	policy_end(&l);
}

Test(load_pem, text_around_blocks)
{
	struct loaded l;
	struct pki root, a;
	char text[8192];

	chain_dir(&l, "root", &root);
	a = pki_make(l.issues.arena, "a", NULL, "ca");
	const char *pem = pki_pem(l.issues.arena, &a);
	snprintf(text, sizeof(text),
		 "# the root -- \xC3\xA4\n\n%s\nSubject: a\n%sthe end",
		 pki_pem(l.issues.arena, &root), pem);
	put_text(&l, "x.pem", text);
	cr_expect_eq(roots(&l, "x.pem"), 2);
	/* CRLF, blanks behind the lines, no newline at the end */
	size_t len = 0;
	for (const char *c = pem; *c != '\0'; c++) {
		if (*c == '\n')
			len += (size_t)snprintf(text + len, 4, " \r");
		text[len++] = *c;
	}
	text[len - 1] = '\0';
	put_text(&l, "x.pem", text);
	cr_expect_eq(roots(&l, "x.pem"), 2);
	policy_end(&l);
}

Test(load_pem, der)
{
	struct loaded l;
	struct pki root, a;
	unsigned char *der = NULL;

	chain_dir(&l, "root", &root);
	a = pki_make(l.issues.arena, "a", NULL, "ca");
	int len = i2d_X509(a.x509, &der);
	policy_put(&l, "a.der", der, (size_t)len);
	cr_expect_eq(roots(&l, "a.der"), 2);
	policy_put(&l, "a.der", der, (size_t)len - 1);
	cr_expect(chain_issues(&l, MORE("a.der"),
			       "7: a.der: it is not a DER certificate", ""));
	unsigned char *longer = calloc(1, (size_t)len + 1);
	memcpy(longer, der, (size_t)len);
	policy_put(&l, "a.der", longer, (size_t)len + 1);
	cr_expect(chain_issues(&l, MORE("a.der"),
			       "7: bytes follow the certificate", ""));
	free(longer);
	OPENSSL_free(der);
	policy_end(&l);
}

Test(load_pem, directories)
{
	struct loaded l;
	struct pki root, a, b;

	chain_dir(&l, "root", &root);
	a = pki_make(l.issues.arena, "a", NULL, "ca");
	b = pki_make(l.issues.arena, "b", NULL, "ca");
	put_dir(&l, "dir");
	put_dir(&l, "dir/sub");
	cr_expect(chain_issues(&l, MORE("dir"), "7: no file in this directory",
			       ""));
	put_certs(&l, "dir/b.pem", (pki_list){&b, NULL});
	put_certs(&l, "dir/a.pem", (pki_list){&a, NULL});
	put_text(&l, "dir/.hidden", "x");
	put_link(&l, "dir/0123abcd.0", "a.pem");
	cr_assert_eq(roots(&l, "dir"), 3);
	const struct chain_file_cert *list = l.policy->trust.chain.anchors;
	cr_expect_not_null(strstr(list[1].file, "/dir/0123abcd.0"));
	cr_expect_not_null(strstr(list[2].file, "/dir/b.pem"));
	cr_expect(has_file(&l, "dir"));
	cr_expect(has_file(&l, "dir/a.pem"));
	cr_expect_not(policy_changed(l.policy));
	put_text(&l, "dir/c.pem", "x");
	cr_expect(policy_changed(l.policy));
	put_link(&l, "dir/d.pem", "nowhere");
	cr_expect(chain_issues(&l, MORE("dir"),
			       "7: c.pem: there is no CERTIFICATE in it\n"
			       "7: d.pem: No such file\n",
			       ""));
	policy_end(&l);
}

Test(load_pem, damaged_files)
{
	struct loaded l;
	struct pki root;
	char text[4096];

	chain_dir(&l, "root", &root);
	const char *pem = pki_pem(l.issues.arena, &root);
	size_t half = strlen(pem) / 2;
	cr_expect(refused(&l, "", "7: x.pem: the file is empty"));
	cr_expect(refused(&l, "0", "7: neither in PEM nor in DER"));
	snprintf(text, sizeof(text), "\n%.*s", (int)half, pem);
	cr_expect(refused(&l, text, "7: x.pem:2: this PEM block has no end"));
	snprintf(text, sizeof(text), "%.*s%s", (int)half, pem, pem);
	cr_expect(refused(&l, text, "7: is not base64"));
	snprintf(text, sizeof(text), "%s\n%s", pem, pem + 1);
	cr_expect(refused(&l, text, "7: this is nearly the first or last"));
	snprintf(text, sizeof(text), "%s# %s", pem, pem);
	cr_expect(refused(&l, text, "7: this is nearly the first or last"));
	snprintf(text, sizeof(text), "%s\n-----END CERTIFICATE-----\n", pem);
	cr_expect(refused(&l, text, "7: this is nearly the first or last"));
	snprintf(text, sizeof(text), LINE "x\n%s", pem);
	cr_expect(refused(&l, text, "7: x.pem:1: this does not begin"));
	cr_expect(refused(&l, LINE "\nAAAA\n-----END X509 CRL-----\n",
			  "7: x.pem:1: this PEM block does not end with"));
	cr_expect(refused(&l, LINE "\n-----END CERTIFICATE-----\n",
			  "7: is not base64"));
	cr_expect(refused(&l, LINE "\nAAAA\n-----END CERTIFICATE-----\n",
			  "7: x.pem:1: it is not a DER certificate"));
	cr_expect(refused(&l, LINE, "7: x.pem:1: this PEM block has no end"));
	policy_end(&l);
}

/* A NUL ends no line and hides nothing. */
Test(load_pem, nul_bytes)
{
	static const char bytes[] = "text\0" LINE "\n\0";
	struct loaded l;
	struct pki root;

	chain_dir(&l, "root", &root);
	policy_put(&l, "x.pem", bytes, sizeof(bytes) - 1);
	cr_expect(chain_issues(&l, MORE("x.pem"),
			       "7: nearly the first", ""));
	policy_end(&l);
}
