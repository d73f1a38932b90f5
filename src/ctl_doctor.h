/* ctl_doctor.h - what the checks of doctor share, and how they report.
 *
 * How to add a check: write check_NAME(struct doctor *doctor) in a
 * ctl_doctor_*.c, declare it in ctl_doctor_checks.h, and give it a row in the
 * table of ctl_doctor.c, at the place of its turn, with the name of an earlier
 * check that must have passed. It asks the server by doctor_fetch, as often as
 * it must, and reports with doctor_ok, doctor_warn and doctor_fail, at least
 * one line, each of them saying what was seen. The first doctor_fail of all is
 * the cause that is named; doctor_late is for what explains a trouble only
 * where nothing else does. A new cause is a row in ctl_doctor_cause_*.c, a
 * name in enum cause, and an entry under CAUSES in mtlsgatectl(8). Plant the
 * fault in tests/doctor and see that it is named first. */
#ifndef MTLSGATE_CTL_DOCTOR_H
#define MTLSGATE_CTL_DOCTOR_H

#include "ctl_doctor_http.h"
#include "ctl_doctor_report.h"
#include "ctl_doctor_url.h"
#include "ctl_options.h"
#include "policy.h"

enum { DOCTOR_TIMEOUT = 8000 }; /* milliseconds, of each step */

/* As given on the command line; what was not is NULL. */
struct doctor_options {
	const char *cert;
	const char *key;
	const char *chain;
	const char *cacert;
	const char *connect;
	const char *policy;
	struct ctl_values also;
	bool json;
};

/* The certificates in a file of the client, and what they say. */
struct doctor_files {
	STACK_OF(X509) *certs;  /* of --cert, the client's own first; NULL */
	STACK_OF(X509) *chain;  /* to be sent with it, may be empty; or NULL */
	EVP_PKEY *key;          /* NULL: none that can be used */
};

/* A question to the server; zero is GET of the URL, with the certificate. */
struct doctor_ask {
	const char *host, *port; /* to connect to; NULL: doctor's */
	const char *target;    /* NULL: the URL's */
	const char *authority; /* of the Host header; NULL: the URL's */
	const char *method;    /* NULL: GET */
	const char *const *headers; /* "Name: value", NULL at the end */
	const char *body;
	bool anonymous;  /* show no certificate */
	bool no_sni;
	bool no_pha;
	bool handshake_only;
	const char *sni; /* NULL: the URL's host */
	const struct tls_identity *identity; /* NULL: the client's own */
	int min_version, max_version; /* TLS1_2_VERSION ...; 0: any */
	bool any_cipher;
};

/* What came of it. http.end is HTTP_NOTHING when tls says why. */
struct doctor_got {
	struct tls_seen tls;
	struct http_answer http;
};

struct client_facts; /* ctl_doctor_trust.h */

struct doctor {
	struct arena *arena;
	struct doctor_options options;
	int64_t now;             /* seconds since 1970 */
	struct doctor_url url;
	struct doctor_url *also; /* options.also.count of them */
	const char *host, *port; /* to connect to */
	STACK_OF(X509) *cas;     /* of --cacert; NULL: not given */
	const struct policy *policy; /* NULL: not given, or in error */
	struct doctor_files files;
	struct tls_identity identity; /* cert is NULL: there is none */
	struct doctor_got bare;  /* the URL without a certificate */
	struct doctor_got ours;  /* the URL with ours, if there is one */
	const struct client_facts *facts; /* NULL: no certificate to look at */
	int64_t server_date;     /* of its Date header, 0: unknown */
	const char *server;      /* its Server header, or NULL */
	bool guarded;            /* mtlsgate is asked about the URL */
	bool unreadable;         /* a file could not be read: exit status 2 */
	struct findings findings;
	const char *step;        /* the check that runs */
};

/* Asks once, on a connection of its own. True if there is an answer in HTTP
 * (got->http.end is HTTP_CUT or HTTP_WHOLE), or, with handshake_only, if the
 * handshake was completed and the server took the certificate. */
bool doctor_fetch(struct doctor *doctor, const struct doctor_ask *ask,
		  struct doctor_got *got);

/* Report a line of the running check. The text says what was seen; the advice
 * is that of the cause's row. */
void doctor_note(struct doctor *doctor, const char *format, ...)
	PRINTF_LIKE(2, 3);
void doctor_ok(struct doctor *doctor, const char *format, ...)
	PRINTF_LIKE(2, 3);
/* cause: what it hints at, CAUSE_NONE for nothing to be done. */
void doctor_warn(struct doctor *doctor, enum cause cause, const char *format,
		 ...) PRINTF_LIKE(3, 4);
void doctor_fail(struct doctor *doctor, enum cause cause, const char *format,
		 ...) PRINTF_LIKE(3, 4);
/* A FAIL with advice of its own; todo NULL: that of the row. */
void doctor_advise(struct doctor *doctor, enum cause cause, const char *todo,
		   const char *format, ...) PRINTF_LIKE(4, 5);
/* A FAIL that is named as the cause only where there is no other. */
void doctor_late(struct doctor *doctor, enum cause cause, const char *format,
		 ...) PRINTF_LIKE(3, 4);

/* True if the report has a FAIL of this cause. */
bool doctor_has(const struct doctor *doctor, enum cause cause);

#endif
