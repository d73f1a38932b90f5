/* test_load_crl.c - files and directories of CRLs. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "chain_text.h"

#define WITH(lines) PLAIN_IDENTITY CHAIN lines OPEN

static struct loaded l;
static struct pki root;

static void start(void)
{
	chain_dir(&l, "root", &root);
}

static void end(void)
{
	policy_end(&l);
}

static const struct chain_rules *rules(void)
{
	cr_assert_not_null(l.policy);
	return &l.policy->trust.chain;
}

Test(load_crl, pem_and_der, .init = start, .fini = end)
{
	put_crl(&l, "a.crl", &root, "number 7\nrevoke 12", false);
	put_crl(&l, "b.crl", &root, "number 8", true);
	cr_assert(chain_issues(&l, WITH("crl = a.crl\ncrl = b.crl\n"), "", ""));
	cr_assert_eq(rules()->crl_count, 2);
	cr_expect_str_eq(crl_facts(rules()->crls[0])->number, "07");
	cr_expect_eq(crl_facts(rules()->crls[0])->entries, 1);
	cr_expect_str_eq(crl_facts(rules()->crls[1])->number, "08");
	cr_expect_not_null(strstr(rules()->crl_files[0], "/a.crl"));
	cr_expect_not_null(strstr(rules()->crl_files[1], "/b.crl"));
	cr_expect_eq(rules()->crl_check, CRL_CHECK_CHAIN);
	cr_expect_eq(l.policy->file_count, 4);
	cr_expect_not_null(rules()->store);
}

static void read_into(struct buf *text, const char *name)
{
	char path[512], bytes[8192];

	snprintf(path, sizeof(path), "%s/%s", l.dir, name);
	FILE *file = fopen(path, "rb");
	cr_assert_not_null(file);
	buf_add(text, bytes, fread(bytes, 1, sizeof(bytes), file));
	fclose(file);
}

Test(load_crl, several_in_a_file, .init = start, .fini = end)
{
	struct buf text = {0};

	put_crl(&l, "a.crl", &root, "number 7", false);
	put_crl(&l, "b.crl", &root, "number 8", false);
	read_into(&text, "a.crl");
	buf_adds(&text, "text between\n");
	read_into(&text, "b.crl");
	policy_put(&l, "both.crl", text.data, text.len);
	buf_free(&text);
	cr_assert(chain_issues(&l, WITH("crl = both.crl\n"), "", ""));
	cr_assert_eq(rules()->crl_count, 2);
	cr_expect_str_eq(crl_facts(rules()->crls[1])->number, "08");
	cr_expect_eq(rules()->crl_files[0], rules()->crl_files[1]);
}

Test(load_crl, directories, .init = start, .fini = end)
{
	put_dir(&l, "crls");
	put_crl(&l, "crls/a.crl", &root, "number 7", false);
	put_crl(&l, "crls/b.crl", &root, "number 8", true);
	put_link(&l, "crls/0123abcd.r0", "a.crl");
	cr_assert(chain_issues(&l, WITH("crl = crls\ncrl = crls/b.crl\n"), "",
			       ""));
	cr_expect_eq(rules()->crl_count, 2, "each file once");
	cr_expect_not(policy_changed(l.policy));
	put_crl(&l, "crls/a.crl", &root, "number 8\nrevoke 1", false);
	cr_expect(policy_changed(l.policy));
}

Test(load_crl, damaged, .init = start, .fini = end)
{
	struct der der = pki_crl(l.issues.arena, &root, "revoke 1");

	policy_put(&l, "a.crl", der.bytes, der.len - 1);
	cr_expect(chain_issues(&l, WITH("crl = a.crl\n"),
			       "7: a.crl: it is not a CRL", ""));
	put_text(&l, "a.crl",
		 "\n-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
	cr_expect(chain_issues(&l, WITH("crl = a.crl\n"),
			       "7: a.crl:2: it is not a CRL", ""));
	cr_expect(chain_issues(&l, WITH("crl = ca.pem\n"),
			       "7: ca.pem:1: this does not begin", ""));
	put_text(&l, "a.crl", "");
	cr_expect(chain_issues(&l, WITH("crl = a.crl\n"),
			       "7: a.crl: the file is empty", ""));
}

/* Loads text again, with what was loaded as the previous policy, which the
 * caller frees. */
static struct policy *reload(const char *text)
{
	struct policy *previous = l.policy;

	cr_assert_not_null(previous);
	l.policy = NULL;
	l.options.previous = previous;
	cr_assert(chain_issues(&l, text, "", ""));
	l.options.previous = NULL;
	return previous;
}

Test(load_crl, unchanged_files_are_taken_over, .init = start, .fini = end)
{
	static const char text[] = WITH("crl = a.crl\ncrl = b.crl\n");

	put_crl(&l, "a.crl", &root, "number 7", false);
	put_crl(&l, "b.crl", &root, "number 8", true);
	cr_assert(chain_issues(&l, text, "", ""));
	struct crl *a = rules()->crls[0], *b = rules()->crls[1];
	put_crl(&l, "b.crl", &root, "number 1009\nrevoke 1", true);
	struct policy *previous = reload(text);
	cr_assert_eq(rules()->crl_count, 2);
	cr_expect_eq(rules()->crls[0], a);
	cr_expect_neq(rules()->crls[1], b);
	cr_expect_str_eq(crl_facts(rules()->crls[1])->number, "03F1");
	cr_expect_eq(l.policy->file_count, 4);
	/* it outlives the policy that read it */
	policy_free(previous);
	cr_expect_str_eq(crl_facts(a)->number, "07");
	cr_expect(crl_signed_by(a, root.key));
	cr_expect_not(policy_changed(l.policy));
}

Test(load_crl, all_of_a_file_are_taken_over, .init = start, .fini = end)
{
	static const char text[] = WITH("crl = crls\n");
	struct buf both = {0};

	put_dir(&l, "crls");
	put_crl(&l, "crls/a.crl", &root, "number 7", false);
	read_into(&both, "crls/a.crl");
	read_into(&both, "crls/a.crl");
	policy_put(&l, "crls/a.crl", both.data, both.len);
	buf_free(&both);
	put_link(&l, "crls/b.crl", "a.crl");
	cr_assert(chain_issues(&l, text, "", ""));
	cr_assert_eq(rules()->crl_count, 2);
	struct crl *second = rules()->crls[1];
	policy_free(reload(text));
	cr_assert_eq(rules()->crl_count, 2);
	cr_expect_eq(rules()->crls[1], second);
	cr_expect_eq(l.policy->file_count, 5);
}

Test(load_crl, one_shot, .init = start, .fini = end)
{
	struct pki twin = pki_make(l.issues.arena, "root", NULL, "ca");

	put_crl(&l, "a.crl", &twin, "", false);
	cr_expect(chain_issues(&l, WITH("crl = a.crl\n"), "",
			       "7: has signed this CRL"));
	l.options.one_shot = true;
	cr_expect(chain_issues(&l, WITH("crl = a.crl\n"), "", ""));
}
