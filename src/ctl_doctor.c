/* ctl_doctor.c - mtlsgatectl doctor: in comes a URL and a client's files, out
 * goes what is wrong between the two. It asks the server as a client would,
 * and changes nothing. */
#include "ctl_doctor.h"

#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_doctor_checks.h"
#include "ctl_io.h"
#include "load.h"

enum { GO_ON = -1 };

/* A check, and the earlier one that must have run without a FAIL. */
struct check {
	const char *name;
	const char *needs; /* NULL: nothing */
	void (*run)(struct doctor *doctor);
};

static const struct check checks[] = {
	{"policy", NULL, check_policy_file},
	{"files", NULL, check_files},
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

static const struct option options[] = {
	{"also", required_argument, NULL, 'a'},
	{"cacert", required_argument, NULL, 'C'},
	{"cert", required_argument, NULL, 'c'},
	{"chain", required_argument, NULL, 'n'},
	{"connect", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
	{"key", required_argument, NULL, 'k'},
	{"policy", required_argument, NULL, 'p'},
	{NULL, 0, NULL, 0},
};

static int usage(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl doctor [--cert PEM --key PEM "
		     "[--chain PEM]] [--cacert PEM]");
	ctl_line(to, "           [--connect HOST:PORT] [--policy FILE] "
		     "[--also URL]... [--json] URL");
	return status;
}

static bool add_also(struct doctor *doctor, const char *url)
{
	struct doctor_options *given = &doctor->options;
	const char **list = arena_grow(doctor->arena, given->also,
				       given->also_count, sizeof(*list));

	if (!list)
		return false;
	given->also = list;
	list[given->also_count++] = url;
	return true;
}

/* One option; false when it is not good. */
static bool take_option(struct doctor *doctor, int option, const char *value)
{
	struct doctor_options *given = &doctor->options;

	switch (option) {
	case 'a':
		return add_also(doctor, value);
	case 'C':
		given->cacert = value;
		return true;
	case 'c':
		given->cert = value;
		return true;
	case 'n':
		given->chain = value;
		return true;
	case 'o':
		given->connect = value;
		return true;
	case 'j':
		given->json = true;
		return true;
	case 'k':
		given->key = value;
		return true;
	case 'p':
		given->policy = value;
		return true;
	default:
		return false;
	}
}

/* Says what getopt_long would, but with control characters shown. */
static void bad_option(int argc, char **argv)
{
	int at = optind > 1 && optind <= argc ? optind - 1 : 0;

	ctl_line(stderr,
		 "mtlsgatectl: doctor: option '%s' is unknown or has no value",
		 argv[at]);
}

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
	size_t count = given->also_count;

	if (!take_url(doctor, url, &doctor->url))
		return false;
	doctor->also = arena_alloc(doctor->arena,
				   (count + 1) * sizeof(*doctor->also));
	for (size_t i = 0; doctor->also && i < count; i++)
		if (!take_url(doctor, given->also[i], &doctor->also[i]))
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
	const struct doctor_options *given = &doctor->options;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			bad_option(argc, argv);
		if (!take_option(doctor, option, optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	if (optind + 1 != argc)
		return usage(stderr, CTL_UNKNOWN);
	if (!given->cert && (given->key || given->chain)) {
		ctl_line(stderr, "mtlsgatectl: --key and --chain need --cert");
		return CTL_UNKNOWN;
	}
	if (!take_places(doctor, argv[optind]) || !doctor_prepare(doctor))
		return CTL_UNKNOWN;
	return GO_ON;
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
	if (result == GO_ON) {
		run_checks(&doctor);
		result = conclude(&doctor);
	}
	policy_free((struct policy *)doctor.policy);
	arena_free(doctor.arena);
	return result;
}
