/* test_load_settings.c - the table of settings. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "load.h"
#include "loader.h"
#include "policy_text.h"

Test(load_settings, rows_are_whole)
{
	const char *section, *key, *other_section, *other_key;
	size_t count = 0;

	for (; setting_table_row(count, &section, &key); count++) {
		cr_expect_gt(strlen(section), 0);
		cr_expect_gt(strlen(key), 0);
		cr_expect_gt(strlen(setting_table_help(count)), 8);
		for (size_t i = 0; i < count; i++) {
			cr_assert(setting_table_row(i, &other_section,
						    &other_key));
			cr_expect(strcmp(section, other_section) != 0 ||
					  strcmp(key, other_key) != 0,
				  "[%s] %s twice", section, key);
		}
	}
	cr_expect_gt(count, 50);
	cr_expect_null(setting_table_help(count));
}

static bool has_row(const char *wanted_section, const char *wanted_key)
{
	const char *section, *key;

	for (size_t i = 0; setting_table_row(i, &section, &key); i++)
		if (strcmp(section, wanted_section) == 0 &&
		    strcmp(key, wanted_key) == 0)
			return true;
	return false;
}

Test(load_settings, rows_that_others_rely_on)
{
	cr_expect(has_row("certificate", "source"));
	cr_expect(has_row("certificate", "issuer."));
	cr_expect(has_row("certificate", "crl_stale"));
	cr_expect(has_row("identity", "department"));
	cr_expect(has_row("role", "default"));
	cr_expect(has_row("block", "from"));
	cr_expect(has_row("pin", "chain"));
	cr_expect(has_row("access", "allow."));
	cr_expect(has_row("endpoints", "admin_role"));
	cr_expect(has_row("audit", "on_error"));
	cr_expect(has_row("server", "secret"));
	cr_expect(has_row("messages", "help_url"));
	cr_expect_not(has_row("block", "until"));
}

Test(load_settings, keys_of_other_sections)
{
	cr_expect_str_eq(settings_elsewhere("threads"), "server");
	cr_expect_str_eq(settings_elsewhere("allow.GET"), "access");
	cr_expect_null(settings_elsewhere("allow."));
	cr_expect_null(settings_elsewhere("zebra"));
	cr_expect(setting_needs_certificate("purpose"));
	cr_expect_not(setting_needs_certificate("source"));
	cr_expect_not(setting_needs_certificate("zebra"));
}

Test(load_settings, suggestions_are_of_the_section)
{
	struct suggest server = SUGGEST_FOR("thread");
	struct suggest audit = SUGGEST_FOR("thread");

	settings_suggest(KIND_SERVER, &server);
	settings_suggest(KIND_AUDIT, &audit);
	cr_expect_str_eq(server.best, "threads");
	cr_expect_null(audit.best);
}

/* Every setting that can stand once is refused the second time. */
Test(load_settings, once)
{
	cr_expect(policy_errors(
		PLAIN_IDENTITY "[server]\nthreads = 1\nbacklog = 1\n"
			       "threads = 1\n[role a]\ndefault = yes\n"
			       "default = yes\n[certificate]\nverify = server\n"
			       "verify = server\n",
		"7: there already, in line 5\n"
		"10: there already, in line 9\n"
		"13: there already, in line 12\n"));
}

/* One section's key is no repetition of another's. */
Test(load_settings, once_a_section)
{
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[role a]\nserial = 1\nfrom = 2020-01-01\n"
				"[role b]\nserial = 1\nfrom = 2020-01-01\n",
				""));
}
