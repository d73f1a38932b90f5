/* ocsp.c - a question about a certificate comes in, the bytes to send go out;
 * the bytes of an answer come in, what they are worth goes out. Asks nobody,
 * reads no clock, and what it does not understand is no answer. */
#include "ocsp.h"

#include <string.h>
#include <strings.h>

#include <openssl/ocsp.h>

#include "ocsp_signer.h"
#include "timefmt.h"

#define HTTP "http://"

enum {
	MAX_URL = 2048,
	OLDEST = 86400,   /* seconds: an answer that names no nextUpdate */
	UNTIL_NEXT = 3600 /* and how long such a one counts */
};

/* A response that is being read. */
struct reading {
	struct arena *arena;
	const struct ocsp_question *question;
	const unsigned char *nonce;
	size_t nonce_len;
	OCSP_BASICRESP *basic;
	int64_t signer_until;
	const char *why; /* it cannot be used */
	struct ocsp_answer answer;
};

static bool is_http(const char *url)
{
	if (strncasecmp(url, HTTP, strlen(HTTP)) != 0 ||
	    strlen(url) > MAX_URL)
		return false;
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c == 0x7f)
			return false;
	return url[strlen(HTTP)] != '\0';
}

static enum status copy_url(struct arena *arena, const char *url,
			    const char **ret_url)
{
	*ret_url = arena_printf(arena, HTTP "%s", url + strlen(HTTP));
	return *ret_url ? ST_OK : ST_NOMEM;
}

enum status ocsp_url(struct arena *arena, const struct ocsp_question *question,
		     const char **ret_url)
{
	const char *responder = question->rules->responder;
	STACK_OF(OPENSSL_STRING) *list;
	enum status status = ST_BAD;
	int count;

	*ret_url = NULL;
	if (responder)
		return is_http(responder) ? copy_url(arena, responder, ret_url)
					  : ST_BAD;
	list = X509_get1_ocsp(question->leaf);
	count = sk_OPENSSL_STRING_num(list);
	for (int i = 0; i < count && status == ST_BAD; i++) {
		const char *url = sk_OPENSSL_STRING_value(list, i);

		if (is_http(url))
			status = copy_url(arena, url, ret_url);
	}
	X509_email_free(list);
	return count > 0 ? status : ST_OK;
}

/* The request's only entry (RFC 5019 section 2.1.1). Caller frees. */
static OCSP_REQUEST *make_request(const struct ocsp_question *question,
				  const unsigned char *nonce,
				  size_t nonce_len)
{
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), question->leaf,
					  question->issuer);
	bool good = request && id && OCSP_request_add0_id(request, id);

	if (!good)
		OCSP_CERTID_free(id);
	else if (nonce_len > 0)
		good = OCSP_request_add1_nonce(
			       request, (unsigned char *)nonce,
			       (int)nonce_len) == 1;
	if (good)
		return request;
	OCSP_REQUEST_free(request);
	return NULL;
}

enum status ocsp_request(struct arena *arena,
			 const struct ocsp_question *question,
			 const unsigned char *nonce, size_t nonce_len,
			 const unsigned char **ret_der, size_t *ret_len)
{
	OCSP_REQUEST *request = make_request(question, nonce, nonce_len);
	unsigned char *der = NULL;
	int len = request ? i2d_OCSP_REQUEST(request, &der) : 0;
	char *copy = len > 0 ? arena_strndup(arena, (char *)der, (size_t)len)
			     : NULL;

	OPENSSL_free(der);
	OCSP_REQUEST_free(request);
	if (!copy)
		return ST_NOMEM;
	*ret_der = (const unsigned char *)copy;
	*ret_len = (size_t)len;
	return ST_OK;
}

static bool add_der(EVP_MD_CTX *ctx, const unsigned char *der, int len)
{
	return len > 0 && EVP_DigestUpdate(ctx, der, (size_t)len) == 1;
}

static bool add_parts(EVP_MD_CTX *ctx, const struct ocsp_question *question)
{
	unsigned char *key = NULL, *name = NULL, *serial = NULL;
	int key_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(question->issuer),
				      &key);
	int name_len = i2d_X509_NAME(X509_get_subject_name(question->issuer),
				     &name);
	int serial_len = i2d_ASN1_INTEGER(
		X509_get0_serialNumber(question->leaf), &serial);
	/* DER says where each of them ends */
	bool good = add_der(ctx, key, key_len) &&
		    add_der(ctx, name, name_len) &&
		    add_der(ctx, serial, serial_len);

	OPENSSL_free(key);
	OPENSSL_free(name);
	OPENSSL_free(serial);
	return good;
}

bool ocsp_key(const struct ocsp_question *question, unsigned char key[OCSP_KEY])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
		    add_parts(ctx, question) &&
		    EVP_DigestFinal_ex(ctx, key, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

/* Is it about our certificate? The id is made again with their digest. */
static bool is_ours(const struct ocsp_question *question,
		    const OCSP_SINGLERESP *single)
{
	const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(single);
	ASN1_OBJECT *digest = NULL;
	OCSP_CERTID *own;
	bool same;
	int nid;

	OCSP_id_get0_info(NULL, &digest, NULL, NULL, (OCSP_CERTID *)id);
	nid = OBJ_obj2nid(digest);
	if (nid != NID_sha1 && nid != NID_sha256 && nid != NID_sha384 &&
	    nid != NID_sha512)
		return false;
	own = OCSP_cert_to_id(EVP_get_digestbynid(nid), question->leaf,
			      question->issuer);
	same = own && OCSP_id_cmp(own, id) == 0;
	OCSP_CERTID_free(own);
	return same;
}

/* RFC 6960 section 4.2.2.1, with a skew; and how long the answer counts. */
static bool in_dates(struct reading *r, const ASN1_GENERALIZEDTIME *this,
		     const ASN1_GENERALIZEDTIME *next,
		     struct ocsp_answer *answer)
{
	int64_t now = r->question->now;

	r->why = "its dates cannot be read";
	if (!ocsp_time(this, &answer->this_update) ||
	    (next && !ocsp_time(next, &answer->next_update)))
		return false;
	r->why = "it is from the future";
	if (answer->this_update > now + OCSP_SKEW)
		return false;
	r->why = "it is out of date";
	if (next)
		return answer->next_update >= now - OCSP_SKEW &&
		       answer->next_update >= answer->this_update;
	answer->next_update = now + UNTIL_NEXT;
	return answer->this_update >= now - OLDEST;
}

static const char *tell_revoked(struct arena *arena,
				const ASN1_GENERALIZEDTIME *revoked,
				int reason)
{
	char when[TIME_TEXT] = "an unknown time";
	int64_t time;

	if (ocsp_time(revoked, &time))
		time_format(time, when);
	return arena_printf(arena, "the responder says that it was revoked at "
			    "%s%s%s", when, reason < 0 ? "" : ", reason ",
			    reason < 0 ? "" : OCSP_crl_reason_str(reason));
}

/* What one entry says; OCSP_UNAVAILABLE with r->why: nothing of use. */
static struct ocsp_answer read_single(struct reading *r,
				      OCSP_SINGLERESP *single)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *this = NULL, *next = NULL;
	struct ocsp_answer answer = {0};
	int reason = -1;
	int status = OCSP_single_get0_status(single, &reason, &revoked, &this,
					     &next);

	if (!in_dates(r, this, next, &answer))
		return answer;
	r->why = "it has a critical extension";
	if (OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0)
		return answer;
	if (status == V_OCSP_CERTSTATUS_GOOD) {
		answer.state = OCSP_GOOD;
	} else if (status == V_OCSP_CERTSTATUS_REVOKED) {
		answer.state = OCSP_REVOKED;
		answer.detail = tell_revoked(r->arena, revoked, reason);
	} else {
		answer.state = OCSP_UNKNOWN;
		answer.detail = "the responder does not know the certificate";
	}
	return answer;
}

/* Of several entries about the certificate the worst that can be used. */
static void read_entries(struct reading *r)
{
	bool found = false;

	for (int i = 0; i < OCSP_resp_count(r->basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(r->basic, i);
		struct ocsp_answer answer;

		if (!is_ours(r->question, single))
			continue;
		found = true;
		answer = read_single(r, single);
		if (answer.state > r->answer.state)
			r->answer = answer;
	}
	if (!found)
		r->why = "it does not speak of this certificate";
	if (r->answer.next_update > r->signer_until)
		r->answer.next_update = r->signer_until;
}

/* Some responders add what nobody asked for and many leave it out; neither
 * says anything. One that differs is an answer to somebody else. */
static bool nonce_holds(const struct reading *r)
{
	OCSP_REQUEST *request;
	bool holds;

	if (!r->nonce)
		return true;
	request = OCSP_REQUEST_new();
	holds = request &&
		OCSP_request_add1_nonce(request, (unsigned char *)r->nonce,
					(int)r->nonce_len) == 1 &&
		OCSP_check_nonce(request, r->basic) != 0;
	OCSP_REQUEST_free(request);
	return holds;
}

static bool only_known_extensions(OCSP_BASICRESP *basic)
{
	int at = -1;

	while ((at = OCSP_BASICRESP_get_ext_by_critical(basic, 1, at)) >= 0) {
		X509_EXTENSION *ext = OCSP_BASICRESP_get_ext(basic, at);

		if (OBJ_obj2nid(X509_EXTENSION_get_object(ext)) !=
		    NID_id_pkix_OCSP_Nonce)
			return false;
	}
	return true;
}

static void read_basic(struct reading *r)
{
	if (!ocsp_signed(r->question, r->basic, &r->signer_until, &r->why))
		return;
	r->why = "it has a critical extension";
	if (!only_known_extensions(r->basic))
		return;
	r->why = "its nonce is not the one that was sent";
	if (!nonce_holds(r))
		return;
	read_entries(r);
}

static void read_response(struct reading *r, OCSP_RESPONSE *response)
{
	int status = OCSP_response_status(response);

	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
		r->why = arena_printf(r->arena, "the responder says %s",
				      OCSP_response_status_str(status));
		return;
	}
	r->why = "it is not a basic OCSP response";
	r->basic = OCSP_response_get1_basic(response);
	if (r->basic)
		read_basic(r);
	OCSP_BASICRESP_free(r->basic);
}

void ocsp_judge(struct arena *arena, const struct ocsp_question *question,
		const unsigned char *nonce, size_t nonce_len,
		const unsigned char *der, size_t len,
		struct ocsp_answer *ret_answer)
{
	struct reading r = {.arena = arena, .question = question,
			    .nonce = nonce, .nonce_len = nonce_len,
			    .why = "it is not an OCSP response"};
	const unsigned char *end = der;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &end, (long)len);

	if (response && end == der + len)
		read_response(&r, response);
	OCSP_RESPONSE_free(response);
	*ret_answer = r.answer;
	if (r.answer.state == OCSP_UNAVAILABLE && r.why)
		ret_answer->detail = arena_printf(
			arena, "the answer cannot be used: %s", r.why);
}
