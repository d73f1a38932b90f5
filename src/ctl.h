/* ctl.h - the subcommands of mtlsgatectl. Each takes its arguments with its
 * own name first and returns the exit status; what it cannot do it says on
 * stderr. */
#ifndef MTLSGATE_CTL_H
#define MTLSGATE_CTL_H

/* Exit statuses, the same for every subcommand. */
enum {
	CTL_YES = 0,     /* the policy is good, the request is granted */
	CTL_NO = 1,      /* the policy has errors, the request is denied */
	CTL_UNKNOWN = 2, /* usage, or something that could not be read */
};

/* access [OPTION]...: who may do what under a policy, or what one certificate
 * may. */
int ctl_access(int argc, char **argv);

/* check [POLICY]: prints every error and warning of a policy. */
int ctl_check(int argc, char **argv);

/* doctor [OPTION]... URL: asks a server as a client would, and says what is
 * wrong. CTL_NO: it found a fault. */
int ctl_doctor(int argc, char **argv);

/* explain [OPTION]... PATH: runs the stages on a request made up from the
 * options and prints what each found. */
int ctl_explain(int argc, char **argv);

/* fetch-crl [OPTION]...: downloads the CRLs that the CA certificates of a
 * policy and a sample of client certificates name, into a directory. CTL_NO: a
 * CRL is not fresh, or in doubt; its old file was kept. */
int ctl_fetch_crl(int argc, char **argv);

/* fingerprint CERT|-: prints the lines that name a certificate in a policy. */
int ctl_fingerprint(int argc, char **argv);

/* report [OPTION]...: certificates and refusals in audit logs. CTL_NO: one
 * expires within the time that was asked about. */
int ctl_report(int argc, char **argv);

#endif
