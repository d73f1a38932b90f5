/* attr_ext.h - attributes that are read from extensions (RFC 5280 section
 * 4.2): rows of the table in attr.c. */
#ifndef MTLSGATE_ATTR_EXT_H
#define MTLSGATE_ATTR_EXT_H

#include "attr.h"

#define OID_EMAIL_ADDRESS "1.2.840.113549.1.9.1"

/* Each adds the values of its extension to values; none where the extension is
 * proven absent. ST_BAD: it is there twice, malformed, or holds what is not
 * clean text. ST_NOMEM. */
enum status attr_ext_san_dns(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values);
enum status attr_ext_san_email(struct arena *arena, const struct cert *cert,
			       const struct attr *attr,
			       struct attr_values *values);
enum status attr_ext_san_uri(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values);
enum status attr_ext_san_ip(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values);
enum status attr_ext_san_upn(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values);
enum status attr_ext_eku(struct arena *arena, const struct cert *cert,
			 const struct attr *attr, struct attr_values *values);
enum status attr_ext_policy(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values);
/* Any extension by its OID, as lower-case hex of its value. */
enum status attr_ext_raw(struct arena *arena, const struct cert *cert,
			 const struct attr *attr, struct attr_values *values);

/* False if the certificate has a key usage and it is good for no TLS client:
 * neither digitalSignature nor keyAgreement (RFC 5280 section 4.2.1.3), or
 * cannot be read. */
bool attr_ext_key_usage_signs(const struct cert *cert);

#endif
