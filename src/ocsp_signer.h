/* ocsp_signer.h - who may sign an OCSP response (RFC 6960 section 4.2.2.2). */
#ifndef MTLSGATE_OCSP_SIGNER_H
#define MTLSGATE_OCSP_SIGNER_H

#include "ocsp.h"

struct ocsp_basic_response_st; /* OpenSSL's OCSP_BASICRESP */
struct asn1_string_st;         /* and ASN1_TIME */

/* True if the response bears the signature of question->issuer, or of a
 * certificate inside the response that this issuer made for the purpose.
 * *ret_until is then the last second that such a certificate is valid,
 * TIME_NEVER for the issuer itself. False: *ret_why (static) says why. */
NODISCARD bool ocsp_signed(const struct ocsp_question *question,
			   struct ocsp_basic_response_st *basic,
			   int64_t *ret_until, const char **ret_why);

/* Seconds since 1970, of a time in a certificate or response. False: there is
 * none, or it is not a time. */
NODISCARD bool ocsp_time(const struct asn1_string_st *from,
			 int64_t *ret_time);

#endif
