/* fixture.h - certificates for tests, made from a few lines of text. */
#ifndef MTLSGATE_FIXTURE_H
#define MTLSGATE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

/* The time that fixtures are valid around: 2026-01-01T00:00:00Z. */
#define FIXTURE_NOW 1767225600

/* Makes a certificate, valid from a day before FIXTURE_NOW for 100 days unless
 * it says otherwise, from lines:
 *   subject TYPE[:KIND]=VALUE    one more RDN (KIND: utf8, bmp, t61, bits)
 *   +subject TYPE[:KIND]=VALUE   one more attribute in the last RDN
 *   issuer TYPE=VALUE            likewise for the issuer
 *   serial HEX (a leading - makes it negative)
 *   not_before SECONDS, not_after SECONDS
 *   key ec|rsa1024|rsa2048
 *   ext NAME=VALUE               as an openssl.cnf line
 *   raw OID=HEX                  an extension by its bytes
 * \xHH in a value is a byte. Returns PEM that the caller frees; a wrong spec
 * ends the program. */
char *fixture_pem(const char *spec);

/* The same as DER; *ret_len bytes. */
unsigned char *fixture_der(const char *spec, size_t *ret_len);

#endif
