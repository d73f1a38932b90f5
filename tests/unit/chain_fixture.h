/* chain_fixture.h - small PKIs for tests, made in memory: CAs, certificates
 * under them, CRLs with any extension, and the rules that trust them. A wrong
 * spec ends the program. Everything ends with the arena. */
#ifndef MTLSGATE_CHAIN_FIXTURE_H
#define MTLSGATE_CHAIN_FIXTURE_H

#include <openssl/x509v3.h>

#include "chain.h"
#include "fixture.h"

/* A certificate and the key that belongs to it. */
struct pki {
	X509 *x509;
	EVP_PKEY *key;
};

/* Certificates that a request brings beside the leaf; ends with NULL. */
typedef const struct pki *const pki_list[];

/* Makes a certificate for CN=name,O=Test, signed by issuer (NULL: by itself),
 * with its key identifiers, valid as fixture_pem's, from lines:
 *   ca                           basicConstraints and keyUsage of a CA
 *   root                         the same, without an authority key identifier
 *   bare                         no key identifiers
 *   key ec|rsa512|rsa1024|rsa2048|ed25519
 *   digest NAME                  sha256 unless said
 *   serial HEX, not_before SECONDS, not_after SECONDS
 *   ext NAME=VALUE               as an openssl.cnf line, without sections
 *   break                        the signature is spoiled */
struct pki pki_make(struct arena *arena, const char *name,
		    const struct pki *issuer, const char *spec);

/* The same with a key that there is already. */
struct pki pki_make_for(struct arena *arena, const char *name,
			const struct pki *issuer, EVP_PKEY *key,
			const char *spec);

/* Makes a CRL of issuer in DER, thisUpdate an hour before FIXTURE_NOW,
 * nextUpdate a day after it, from lines:
 *   this SECONDS, next SECONDS|none, number N
 *   revoke HEX [REASON]          REASON as a number
 *   issuer NAME                  certificateIssuer of the last entry
 *   entry_critical OID=HEX       critical extension of the last entry
 *   ext NAME=VALUE               extension of the list
 *   raw OID=HEX, critical OID=HEX   the same by its bytes
 *   digest NAME
 *   break                        the signature is spoiled
 * The bytes are the arena's. */
struct der pki_crl(struct arena *arena, const struct pki *issuer,
		   const char *spec);

/* Parses such a CRL. */
struct crl *pki_parse_crl(struct arena *arena, const struct pki *issuer,
			  const char *spec, bool indexed);

/* Rules of verify = chain that trust nobody yet. */
struct chain_rules pki_rules(void);

void pki_trust(struct arena *arena, struct chain_rules *rules,
	       const struct pki *cert);
void pki_offer(struct arena *arena, struct chain_rules *rules,
	       const struct pki *cert);
/* Adds a CRL, and turns the checks of the whole chain on. */
void pki_add_crl(struct arena *arena, struct chain_rules *rules,
		 const struct pki *issuer, const char *spec);

/* The certificate as PEM, in the arena. */
const char *pki_pem(struct arena *arena, const struct pki *cert);

/* A credential with leaf and the certificates of sent (NULL: none). */
struct credential pki_credential(struct arena *arena, const struct pki *leaf,
				 pki_list sent);

/* Prepares rules, unless they are, and checks leaf at the time now. */
struct chain pki_check(struct arena *arena, struct chain_rules *rules,
		       const struct pki *leaf, pki_list sent, int64_t now);

#endif
