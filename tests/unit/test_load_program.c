/* test_load_program.c - [endpoints], [audit], [server] and [messages]. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "load.h"
#include "policy_text.h"

Test(load_program, everything)
{
	char wanted[128];
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY
		    "[endpoints]\nprefix = /gate/v1\nadmin_role = boss\n"
		    "[role a]\nserial = 1\n[role boss]\nserial = 2\n"
		    "[audit]\nlog = logs/a.log\nlevel = debug\n"
		    "on_error = continue\n"
		    "[server]\nthreads = 7\nbacklog = 8\n"
		    "max_connections = 9\nrequest_timeout = 1m 5s\n"
		    "secret = 0123456789abcdef\n"
		    "[messages]\ncontact = Ask Bob\n"
		    "help_url = https://example.org/x\n");
	cr_assert_not_null(l.policy);
	cr_expect_str_eq(l.policy->endpoints.prefix, "/gate/v1");
	cr_expect_str_eq(l.policy->endpoints.admin_role, "boss");
	cr_expect_eq(l.policy->endpoints.admin_index, 1);
	snprintf(wanted, sizeof(wanted), "%s/logs/a.log", l.dir);
	cr_expect_eq(l.policy->audit.target, AUDIT_FILE);
	cr_expect_str_eq(l.policy->audit.file, wanted);
	cr_expect(l.policy->audit.debug);
	cr_expect_not(l.policy->audit.deny_on_error);
	cr_expect_eq(l.policy->server.threads, 7);
	cr_expect_eq(l.policy->server.backlog, 8);
	cr_expect_eq(l.policy->server.max_connections, 9);
	cr_expect_eq(l.policy->server.request_timeout, 65);
	cr_expect_str_eq(l.policy->server.secret, "0123456789abcdef");
	cr_expect_str_eq(l.policy->messages.contact, "Ask Bob");
	cr_expect_str_eq(l.policy->messages.help_url, "https://example.org/x");
	policy_end(&l);
}

static bool logs_to(const char *value, enum audit_target target)
{
	char text[256];
	struct loaded l;

	snprintf(text, sizeof(text),
		 PLAIN_IDENTITY "[audit]\nlog = %s\non_error = deny\n"
				"level = info\n",
		 value);
	policy_text(&l, text);
	bool good = l.policy != NULL && l.policy->audit.target == target &&
		    l.policy->audit.deny_on_error && !l.policy->audit.debug;
	policy_end(&l);
	return good;
}

Test(load_program, logs)
{
	cr_expect(logs_to("stderr", AUDIT_STDERR));
	cr_expect(logs_to("syslog", AUDIT_SYSLOG));
	cr_expect(logs_to("./sylog", AUDIT_FILE));
	cr_expect(logs_to("/var/log/x", AUDIT_FILE));
	cr_expect_not(logs_to("sylog", AUDIT_FILE));
	cr_expect_not(logs_to("STDERR", AUDIT_FILE));
	cr_expect_not(logs_to("x/", AUDIT_FILE));
}

#define ERROR(section, line, expect) \
	cr_expect(policy_errors(PLAIN_IDENTITY section "\n" line "\n", expect))

Test(load_program, errors)
{
	ERROR("[endpoints]", "prefix = /", "5: ends in '/'");
	ERROR("[endpoints]", "prefix = api", "5: does not begin");
	ERROR("[endpoints]", "prefix = /a/../b", "5: dot segment");
	ERROR("[endpoints]", "prefix = /a?", "5: literal path");
	ERROR("[endpoints]", "admin_role = x", "5: no role 'x'");
	ERROR("[audit]", "level = Debug", "5: info or debug");
	ERROR("[audit]", "on_error = warn", "5: continue or deny");
	ERROR("[audit]", "capture = x", "5: off or denied");
	ERROR("[audit]", "capture = denied", "4: capture_file");
	ERROR("[audit]", "log = syslog\ncapture = denied", "4: capture_file");
	ERROR("[audit]", "capture_file = x", "5: without capture");
	ERROR("[audit]", "capture = denied\ncapture_file = x/", "6: directory");
	ERROR("[server]", "threads = 1025", "5: from 1 to 1024");
	ERROR("[server]", "backlog = 0", "5: from 1");
	ERROR("[server]", "max_connections = 0", "5: from 1 to 65536");
	ERROR("[server]", "request_timeout = 0s", "5: a duration like");
	ERROR("[server]", "request_timeout = 3601s", "5: one hour");
	ERROR("[server]", "cache = 1000001", "5: from 0 to 1000000");
	ERROR("[messages]", "help_url = example.org", "5: begins with https");
	ERROR("[messages]", "help_url = https://", "5: no host");
	ERROR("[messages]", "help_url = http:///x", "5: no host");
	ERROR("[messages]", "help_url = https://a/b c", "5: no URL has");
	ERROR("[messages]", "help_url = https://a/\"x=y", "5: no URL has");
	ERROR("[messages]", "help_url = https://a/<b>", "5: no URL has");
	ERROR("[messages]", "help_url = https://a/\xc3\xa9",
	      "5: no URL has");
	ERROR("[messages]", "help_url = JAVASCRIPT://a", "5: begins with");
	ERROR("[messages]", "contacts = x", "5: did you mean 'contact'?");
}

/* Where refused requests go with these lines of [audit]; "" for nowhere. */
static bool captures_to(const char *lines, const char *wanted)
{
	char text[256], path[160] = "";
	struct loaded l;

	snprintf(text, sizeof(text), PLAIN_IDENTITY "[audit]\n%s", lines);
	policy_text(&l, text);
	if (!l.policy)
		return false;
	if (*wanted)
		snprintf(path, sizeof(path), "%s/%s", l.dir, wanted);
	const char *file = l.policy->audit.capture_file;
	bool good = strcmp(file ? file : "", path) == 0;
	policy_end(&l);
	return good;
}

Test(load_program, captures)
{
	cr_expect(captures_to("log = a.log\n", ""));
	cr_expect(captures_to("log = a.log\ncapture = off\n", ""));
	cr_expect(captures_to("capture = denied\nlog = a.log\n",
			      "a.log.captured"));
	cr_expect(captures_to("capture = denied\nlog = syslog\n"
			      "capture_file = seen\n", "seen"));
	cr_expect(captures_to("capture = denied\ncapture_file = seen\n"
			      "log = a.log\n", "seen"));
}

Test(load_program, short_secret)
{
	cr_expect(policy_warnings(PLAIN_IDENTITY "[server]\nsecret = 12345\n"
						 "[access a]\npath = /\n"
						 "allow = *\n",
				  "5: short"));
}
