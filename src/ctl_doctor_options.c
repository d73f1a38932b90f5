/* ctl_doctor_options.c - in: the files that options name beside the client's
 * own; out: CA certificates and a policy. */
#include <stdlib.h>

#include <unistd.h>

#include "ctl_doctor_checks.h"
#include "ctl_doctor_pem.h"
#include "ctl_doctor_x509.h"
#include "ctl_io.h"
#include "load.h"

/* What a file without a CA certificate lacks, before what it is. */
static const char *missing_words(const struct pem_file *file)
{
	if (file->kind == PEM_UNREADABLE)
		return "";
	if (file->damaged)
		return "the certificate in it is damaged or cut short, it is ";
	return "there is no certificate in PEM in it, it is ";
}

static bool read_cas(struct doctor *doctor)
{
	const char *path = doctor->options.cacert;
	struct pem_file file;

	if (!path)
		return true;
	if (pem_read(doctor->arena, path, &file) != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return false;
	}
	if (file.kind == PEM_TEXT && sk_X509_num(file.certs) > 0) {
		doctor->cas = file.certs;
		return true;
	}
	ctl_line(stderr, "mtlsgatectl: --cacert %s: %s%s", path,
		 missing_words(&file),
		 file.kind == PEM_TEXT && file.label ? file.label : file.why);
	return false;
}

bool doctor_prepare(struct doctor *doctor)
{
	return read_cas(doctor);
}

static void report_issue(struct doctor *doctor, const struct issue *issue)
{
	if (issue->line > 0)
		doctor_fail(doctor, CAUSE_POLICY_INVALID, "%s:%zu: %s",
			    issue->file, issue->line, issue->text);
	else
		doctor_fail(doctor, CAUSE_POLICY_INVALID, "%s: %s",
			    issue->file, issue->text);
}

void check_policy_file(struct doctor *doctor)
{
	const char *path = doctor->options.policy;
	struct issues issues = {.arena = doctor->arena};
	struct load_options options = {.now = doctor->now, .one_shot = true};
	struct policy *policy = NULL;

	if (!path)
		return;
	if (policy_load(path, &options, &issues, &policy) == ST_OK) {
		doctor->policy = policy;
		doctor_ok(doctor, "%s loads, with %zu warning%s", path,
			  issues.count, issues.count == 1 ? "" : "s");
		return;
	}
	doctor->unreadable = access(path, R_OK) != 0;
	for (size_t i = 0; i < issues.count; i++)
		if (!issues.list[i].warning)
			report_issue(doctor, &issues.list[i]);
	if (issues.failed)
		doctor->findings.failed = true;
}

/* Proxies that end TLS have no client certificate to show. */
void check_proxy(struct doctor *doctor)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY",
					    "all_proxy", "ALL_PROXY"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		doctor_note(doctor, "%s is set: curl and others may go through "
				    "that proxy, doctor goes straight",
			    names[i]);
		return;
	}
}
