/* ctl_doctor.c - mtlsgatectl doctor: in comes a URL and a client's files, out
 * goes what is wrong between the two. It asks the server as a client would,
 * and changes nothing. */
#include "ctl_doctor.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_doctor_checks.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "load.h"

/* A check, and the earlier one that must have run without a FAIL. */
struct check {
	const char *name;
	const char *needs; /* NULL: nothing */
	void (*run)(struct doctor *doctor);
};

static const struct check checks[] = {
	{"policy", NULL, check_policy_file},
	{"files", NULL, check_files},
	{"proxy", NULL, check_proxy},
	{"connect", NULL, check_connect},
	{"handshake", "connect", check_handshake},
	{"clock", "handshake", check_clock},
	{"server_cert", "handshake", check_server_cert},
	{"client_cert", "files", check_client_cert},
	{"request", "handshake", check_request},
	{"refusal", "client_cert", check_refusal},
	{"reached", "handshake", check_gate},
	{"answer", "handshake", check_answer},
};

static const char usage[] =
	"usage: mtlsgatectl doctor [--cert PEM --key PEM [--chain PEM]] "
	"[--cacert PEM]\n"
	"           [--connect HOST:PORT] [--policy FILE] [--also URL]... "
	"[--json] URL\n";

static bool take_url(struct doctor *doctor, const char *text,
		     struct doctor_url *ret_url)
{
	const char *why = "out of memory";

	if (doctor_url_parse(doctor->arena, text, ret_url, &why) == ST_OK)
		return true;
	ctl_line(stderr, "mtlsgatectl: %s: %s", text, why);
	return false;
}

/* What the options mean together. */
static bool take_places(struct doctor *doctor, const char *url)
{
	struct doctor_options *given = &doctor->options;
	size_t count = given->also.count;

	if (!take_url(doctor, url, &doctor->url))
		return false;
	doctor->also = arena_alloc(doctor->arena,
				   (count + 1) * sizeof(*doctor->also));
	for (size_t i = 0; doctor->also && i < count; i++)
		if (!take_url(doctor, given->also.list[i], &doctor->also[i]))
			return false;
	doctor->host = doctor->url.host;
	doctor->port = doctor->url.port;
	if (given->connect &&
	    doctor_url_place(doctor->arena, given->connect, &doctor->host,
			     &doctor->port) != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: --connect %s: not HOST:PORT",
			 given->connect);
		return false;
	}
	return doctor->also;
}

static int read_options(int argc, char **argv, struct doctor *doctor)
{
	struct doctor_options *given = &doctor->options;
	const char *url = NULL;
	const struct ctl_option rows[] = {
		{"also", .values = &given->also},
		{"cacert", .text = &given->cacert},
		{"cert", .text = &given->cert},
		{"chain", .text = &given->chain},
		{"connect", .text = &given->connect},
		{"json", .given = &given->json},
		{"key", .text = &given->key},
		{"policy", .text = &given->policy},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.argument = &url,
		.arena = doctor->arena,
	};
	int result = ctl_options_read(&options, argc, argv);

	if (result != CTL_GO_ON)
		return result;
	if (!url)
		return ctl_options_refuse(&options, "URL is missing");
	if (!given->cert && (given->key || given->chain))
		return ctl_options_refuse(&options,
					  "--key and --chain need --cert");
	if (!take_places(doctor, url) || !doctor_prepare(doctor))
		return CTL_UNKNOWN;
	return CTL_GO_ON;
}

/* True if the check of this name ran and found nothing that stands in the way
 * of others. */
static bool passed(const struct findings *findings, const char *name)
{
	bool ran = false;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		if (strcmp(finding->step, name) != 0)
			continue;
		ran = true;
		if (finding->result == STEP_FAIL && !finding->late)
			return false;
	}
	return ran;
}

static void run_checks(struct doctor *doctor)
{
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		const struct check *check = &checks[i];

		doctor->step = check->name;
		if (!check->needs || passed(&doctor->findings, check->needs))
			check->run(doctor);
	}
}

static int conclude(const struct doctor *doctor)
{
	const struct findings *findings = &doctor->findings;
	enum status status = ST_OK;

	if (doctor->options.json)
		status = findings_json(doctor->url.text, findings);
	else
		findings_print(doctor->url.text, findings);
	if (status != ST_OK || findings->failed) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	if (doctor->unreadable)
		return CTL_UNKNOWN;
	return findings_first(findings) ? CTL_NO : CTL_YES;
}

int ctl_doctor(int argc, char **argv)
{
	struct doctor doctor = {.arena = arena_new(), .now = time(NULL)};
	int result = CTL_UNKNOWN;

	if (!doctor.arena) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return result;
	}
	doctor.findings.arena = doctor.arena;
	(void)signal(SIGPIPE, SIG_IGN);
	result = read_options(argc, argv, &doctor);
	if (result == CTL_GO_ON) {
		run_checks(&doctor);
		result = conclude(&doctor);
	}
	policy_free((struct policy *)doctor.policy);
	arena_free(doctor.arena);
	return result;
}
