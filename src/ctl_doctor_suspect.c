/* ctl_doctor_suspect.c - in: facts about the client's certificate, and an
 * alert; out: causes that fit both, in the order of the table. OpenSSL's alert
 * for each error of verification is in its ssl/statem/statem_lib.c; Go's
 * servers say bad certificate for most. */
#include "ctl_doctor_suspect.h"

/* Alerts as bits. */
enum {
	ON_EXPIRED = 1,
	ON_REVOKED = 2,
	ON_UNSUPPORTED = 4,
	ON_BAD = 8,
	ON_UNKNOWN_CA = 16,
	ON_DECRYPT = 32,
	ON_OTHER = 64, /* also none */
	ON_UNKNOWN = 128,  /* certificate unknown: Apache, of its CRLs */
	ON_INTERNAL = 256, /* internal error: Apache, of a chain too long */
	ON_SILENCE = 512,
	ON_HANDSHAKE = 1024, /* handshake failure: Apache, of its OCSP */
	ON_PARAMETER = 2048,
	ON_KIND = ON_HANDSHAKE | ON_PARAMETER, /* of the key's kind */
	ON_SPOKEN = ON_BAD | ON_OTHER | ON_UNKNOWN | ON_INTERNAL | ON_KIND,
	ON_VAGUE = ON_SPOKEN | ON_SILENCE,
	ON_TRUST = ON_UNKNOWN_CA | ON_VAGUE
};

enum fit { FIT_NO = 0, FIT_MAYBE, FIT_YES };

struct suspect {
	enum cause cause;
	unsigned int alerts;
	enum fit (*fits)(const struct client_facts *facts);
};

static enum fit yes_if(bool fact)
{
	return fact ? FIT_YES : FIT_NO;
}

static enum fit is_expired(const struct client_facts *facts)
{
	return yes_if(facts->expired);
}

static enum fit is_early(const struct client_facts *facts)
{
	return yes_if(facts->early);
}

static enum fit has_old_ca(const struct client_facts *facts)
{
	return yes_if(facts->ca_expired);
}

static enum fit always(const struct client_facts *facts)
{
	(void)facts;
	return FIT_YES;
}

static enum fit perhaps(const struct client_facts *facts)
{
	(void)facts;
	return FIT_MAYBE;
}

static enum fit is_no_client(const struct client_facts *facts)
{
	return yes_if(facts->no_client || facts->old_type);
}

static enum fit has_extension(const struct client_facts *facts)
{
	return yes_if(facts->extension);
}

static enum fit has_rare_key(const struct client_facts *facts)
{
	return yes_if(facts->rare_key);
}

static enum fit is_self_signed(const struct client_facts *facts)
{
	return yes_if(facts->self_signed && !facts->pinned);
}

static enum fit is_ca(const struct client_facts *facts)
{
	return yes_if(facts->is_ca);
}

static enum fit has_namesake(const struct client_facts *facts)
{
	return yes_if(facts->namesake);
}

/* Nothing that is sent leads to a CA that the server names. */
static enum fit lacks_intermediate(const struct client_facts *facts)
{
	if (facts->self_signed || facts->issuer_advertised ||
	    (facts->named && facts->advertised))
		return FIT_NO;
	return yes_if(facts->missing || facts->below);
}

static enum fit may_lack_intermediate(const struct client_facts *facts)
{
	return facts->named && !facts->advertised && !facts->self_signed
		       ? FIT_MAYBE
		       : FIT_NO;
}

static enum fit is_stranger(const struct client_facts *facts)
{
	return yes_if(facts->named && !facts->advertised &&
		      !facts->self_signed);
}

static enum fit lacks_root(const struct client_facts *facts)
{
	return yes_if(facts->whole && facts->between > 0 && facts->advertised &&
		      !facts->root_named);
}

static enum fit is_bad(const struct client_facts *facts)
{
	return yes_if(facts->bad);
}

static enum fit is_weak(const struct client_facts *facts)
{
	return yes_if(facts->weak);
}

/* Weak for a server of a high security level: whoever refuses a chain that is
 * otherwise good by this alert says so. */
static enum fit is_modest(const struct client_facts *facts)
{
	if (!facts->modest)
		return FIT_NO;
	return facts->whole && (facts->advertised || !facts->named)
		       ? FIT_YES
		       : FIT_MAYBE;
}

/* A server whose clock is behind says so of what was issued just now. */
static enum fit is_young(const struct client_facts *facts)
{
	return facts->young ? FIT_MAYBE : FIT_NO;
}

static enum fit is_long(const struct client_facts *facts)
{
	if (facts->between == 0 || (facts->named && !facts->advertised))
		return FIT_NO;
	return facts->whole ? FIT_YES : FIT_MAYBE;
}

/* Apache has an alert of its own for that: internal error. */
static enum fit is_long_elsewhere(const struct client_facts *facts)
{
	return facts->by_apache ? FIT_NO : is_long(facts);
}

/* nginx takes one intermediate by default, and tells nothing. */
static enum fit is_very_long(const struct client_facts *facts)
{
	return facts->between > 1 ? is_long(facts) : FIT_NO;
}

/* The name fits, and there is no key here to prove the signature by. */
static enum fit may_be_namesake(const struct client_facts *facts)
{
	return yes_if(facts->issuer_advertised && !facts->whole &&
		      !facts->self_signed);
}

/* All is well with the chain itself. */
static enum fit is_sound(const struct client_facts *facts)
{
	return facts->whole && (facts->advertised || !facts->named)
		       ? FIT_YES
		       : FIT_NO;
}

static enum fit is_sound_to_apache(const struct client_facts *facts)
{
	return facts->by_apache ? is_sound(facts) : FIT_NO;
}

static enum fit has_wrong_chain(const struct client_facts *facts)
{
	return yes_if(facts->chain_wrong && !facts->issuer_advertised);
}

static enum fit may_be_stranger(const struct client_facts *facts)
{
	return !facts->named && !facts->whole ? FIT_MAYBE : FIT_NO;
}

static const struct suspect suspects[] = {
	{CAUSE_CLIENT_CERT_EXPIRED, ON_EXPIRED | ON_VAGUE, is_expired},
	{CAUSE_CLIENT_CERT_NOT_YET_VALID, ON_VAGUE, is_early},
	{CAUSE_CLIENT_CA_EXPIRED, ON_EXPIRED | ON_VAGUE, has_old_ca},
	{CAUSE_CLIENT_CERT_REVOKED, ON_REVOKED, always},
	{CAUSE_SERVER_CRL, ON_EXPIRED, perhaps},
	{CAUSE_CLOCK_SKEW, ON_EXPIRED, perhaps},
	{CAUSE_CLIENT_CERT_PURPOSE, ON_UNSUPPORTED | ON_VAGUE, is_no_client},
	{CAUSE_CLIENT_CERT_EXTENSION, ON_UNSUPPORTED | ON_VAGUE,
	 has_extension},
	{CAUSE_KEY_TYPE_NOT_ACCEPTED, ON_KIND | ON_UNSUPPORTED, has_rare_key},
	{CAUSE_CLIENT_CERT_SELF_SIGNED, ON_TRUST | ON_DECRYPT,
	 is_self_signed},
	{CAUSE_CLIENT_CA_NAMESAKE, ON_TRUST | ON_DECRYPT, has_namesake},
	{CAUSE_CLIENT_CHAIN_WRONG, ON_TRUST, has_wrong_chain},
	{CAUSE_CLIENT_CHAIN_INCOMPLETE, ON_TRUST, lacks_intermediate},
	{CAUSE_CLIENT_CA_UNKNOWN, ON_TRUST, is_stranger},
	{CAUSE_SERVER_ROOT_MISSING, ON_TRUST, lacks_root},
	{CAUSE_CLIENT_CERT_BAD, ON_TRUST | ON_UNSUPPORTED, is_bad},
	{CAUSE_CLIENT_CERT_WEAK, ON_VAGUE, is_weak},
	{CAUSE_CLIENT_CERT_WEAK, ON_BAD, is_modest},
	{CAUSE_SERVER_VERIFY_DEPTH, ON_UNKNOWN_CA, is_long_elsewhere},
	{CAUSE_SERVER_VERIFY_DEPTH, ON_INTERNAL, is_long},
	/* SSLVerifyDepth 0 takes what has signed itself, and nobody else */
	{CAUSE_SERVER_VERIFY_DEPTH, ON_INTERNAL, is_sound},
	{CAUSE_SERVER_VERIFY_DEPTH, ON_VAGUE, is_very_long},
	{CAUSE_CLIENT_CA_NAMESAKE, ON_TRUST | ON_DECRYPT, may_be_namesake},
	{CAUSE_SERVER_CRL, ON_UNKNOWN_CA | ON_UNKNOWN, is_sound},
	{CAUSE_CLIENT_CERT_IS_CA, ON_TRUST | ON_UNSUPPORTED, is_ca},
	{CAUSE_SERVER_OCSP, ON_HANDSHAKE, is_sound_to_apache},
	{CAUSE_CLIENT_CERT_REVOKED, ON_SPOKEN, is_sound},
	{CAUSE_CLOCK_SKEW, ON_BAD, is_young},
	{CAUSE_SERVER_CRL, ON_SPOKEN | ON_DECRYPT, perhaps},
	{CAUSE_CLIENT_CA_UNKNOWN, ON_TRUST, may_be_stranger},
	{CAUSE_CLIENT_CHAIN_INCOMPLETE, ON_TRUST, may_lack_intermediate},
};

static unsigned int bit_of(int alert)
{
	switch (alert) {
	case SSL_AD_CERTIFICATE_EXPIRED:
		return ON_EXPIRED;
	case SSL_AD_CERTIFICATE_REVOKED:
		return ON_REVOKED;
	case SSL_AD_UNSUPPORTED_CERTIFICATE:
		return ON_UNSUPPORTED;
	case SSL_AD_BAD_CERTIFICATE:
		return ON_BAD;
	case SSL_AD_UNKNOWN_CA:
		return ON_UNKNOWN_CA;
	case SSL_AD_DECRYPT_ERROR:
		return ON_DECRYPT;
	case SSL_AD_CERTIFICATE_UNKNOWN:
		return ON_UNKNOWN;
	case SSL_AD_INTERNAL_ERROR:
		return ON_INTERNAL;
	case SSL_AD_HANDSHAKE_FAILURE:
		return ON_HANDSHAKE;
	case HUNG_UP:
		return ON_SILENCE;
	case SSL_AD_ILLEGAL_PARAMETER:
		return ON_PARAMETER;
	default:
		return ON_OTHER;
	}
}

static void add(struct suspects *found, enum cause cause)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->list[i] == cause)
			return;
	if (found->count < MAX_SUSPECTS)
		found->list[found->count++] = cause;
}

void suspects_find(const struct client_facts *facts, int alert,
		   struct suspects *ret_suspects)
{
	static const enum fit order[] = {FIT_YES, FIT_MAYBE};
	unsigned int bit = bit_of(alert);

	*ret_suspects = (struct suspects){0};
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		for (size_t j = 0; j < ARRAY_LEN(suspects); j++)
			if ((suspects[j].alerts & bit) &&
			    suspects[j].fits(facts) == order[i])
				add(ret_suspects, suspects[j].cause);
		if (order[i] == FIT_YES)
			ret_suspects->sure = ret_suspects->count > 0;
	}
}
