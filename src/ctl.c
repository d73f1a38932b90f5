/* ctl.c - mtlsgatectl: in come arguments, out goes the exit status of the
 * subcommand they name. It never takes part in answering requests. */
#include "ctl.h"

#include <string.h>

#include "ctl_io.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments;
	const char *help;
};

static const struct command commands[] = {
	{"access", ctl_access, "[OPTION]...",
	 "print who may do what, or what a certificate may"},
	{"check", ctl_check, "[POLICY]", "print what is wrong with a policy"},
	{"doctor", ctl_doctor, "[OPTION]... URL",
	 "find out why a client cannot get in"},
	{"explain", ctl_explain, "[OPTION]... PATH",
	 "show why a request is granted or denied"},
	{"fetch-crl", ctl_fetch_crl, "[OPTION]...",
	 "download the CRLs that certificates name"},
	{"fingerprint", ctl_fingerprint, "CERT|-",
	 "print the policy lines that name a certificate"},
	{"report", ctl_report, "[OPTION]...",
	 "list the certificates and refusals of audit logs"},
};

static int print_help(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl COMMAND [ARGUMENT]...");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		ctl_line(to, "  %-11s %-16s  %s", commands[i].name,
			 commands[i].arguments, commands[i].help);
	ctl_line(to, "Each takes --help; see mtlsgatectl(8).");
	return status;
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return print_help(stderr, CTL_UNKNOWN);
	if (strcmp(argv[1], "--help") == 0)
		return print_help(stdout, CTL_YES);
	if (strcmp(argv[1], "--version") == 0) {
		ctl_line(stdout, "mtlsgatectl %s", PACKAGE_VERSION);
		return CTL_YES;
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	ctl_line(stderr, "mtlsgatectl: there is no command '%s'", argv[1]);
	return print_help(stderr, CTL_UNKNOWN);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	/* An answer that did not get out is no answer. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		ctl_line(stderr, "mtlsgatectl: cannot write the output");
		return CTL_UNKNOWN;
	}
	return status;
}
