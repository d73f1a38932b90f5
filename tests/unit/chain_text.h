/* chain_text.h - files of certificates and CRLs beside a policy for tests. */
#ifndef MTLSGATE_CHAIN_TEXT_H
#define MTLSGATE_CHAIN_TEXT_H

#include "chain_fixture.h"
#include "policy_text.h"

/* The lines of [certificate] that verify = chain needs, lines 4 to 6 behind
 * PLAIN_IDENTITY. */
#define CHAIN "[certificate]\nverify = chain\nca = ca.pem\n"

/* What ends a policy. */
#define OPEN "[access a]\npath = /\nallow = *\n"

/* Makes a directory with ca.pem, the root called name. */
void chain_dir(struct loaded *loaded, const char *name, struct pki *ret_root);

/* Writes a text there. */
void put_text(const struct loaded *loaded, const char *name, const char *text);

/* Writes certificates as PEM, one after the other. */
void put_certs(const struct loaded *loaded, const char *name, pki_list certs);

/* Writes a CRL of issuer in PEM; der: in DER. */
void put_crl(const struct loaded *loaded, const char *name,
	     const struct pki *issuer, const char *spec, bool der);

/* Makes the directory that name is. */
void put_dir(const struct loaded *loaded, const char *name);

/* Makes a symbolic link there. */
void put_link(const struct loaded *loaded, const char *name, const char *to);

/* Loads text in the directory, which is there already, and compares its
 * errors and warnings (issues_match); errors "" also wants a policy. */
bool chain_issues(struct loaded *loaded, const char *text, const char *errors,
		  const char *warnings);

#endif
