/* gate_fixture.h - a web server with mtlsgate behind it, as doctor would see
 * it; what is wrong with it is said by fields. */
#ifndef MTLSGATE_GATE_FIXTURE_H
#define MTLSGATE_GATE_FIXTURE_H

#include "ctl_doctor_gate.h"

/* All zero: mtlsgate is asked about all, shows its JSON, and lets in
 * who has a certificate. */
struct world {
	bool not_asked;      /* mtlsgate is not there at all */
	bool open_to_cert;   /* not asked where there is a certificate */
	bool open_to_bare;   /* not asked where there is none */
	bool overruled;      /* its denial's head comes with the page */
	bool hidden;         /* its words are thrown away, as nginx does */
	bool html;           /* a page in place of its words, same headers */
	bool dots_lost;      /* the server knows no names with a dot */
	bool softened;       /* a 403 of mtlsgate's comes out as a 200 */
	bool or_password;    /* a 401 of mtlsgate's asks for a password */
	bool dots_denied;    /* the server refuses names with a dot */
	bool login;          /* denials are turned into a redirect */
	bool down;           /* 502 for everything */
	bool server_denies;  /* 403 of the server for who has a certificate */
	bool php_open;       /* names that end in .php are not asked about */
	bool html_only;      /* only names that end in .html are */
	bool url_open;       /* the URL, and only that, is not asked about */
	bool anyone;         /* the policy lets nobody in as well */
	bool post_open;      /* POST is not asked about */
	bool other_host_open;
	bool slash_open;     /* without its final slash it is open */
	bool strangers;      /* any certificate is verified */
	bool believes;       /* X-ARR-ClientCert is taken for a certificate */
	bool uri_header;     /* X-Original-URL is what is asked about */
	bool passwords;      /* any password opens */
	int late;            /* so many probes get no answer first */
	const char *reason;  /* of mtlsgate, for our certificate; NULL: none */
	const char *sees;    /* the certificate that cert-info shows */
};

/* Sets *gate up in world, for a URL with this path; cert: we have one. */
void gate_world(struct gate *gate, struct doctor *doctor,
		const struct world *world, const char *path, bool cert);
void gate_world_end(struct gate *gate);

/* The first cause in the report, late ones too. */
enum cause gate_cause(const struct gate *gate);

#endif
