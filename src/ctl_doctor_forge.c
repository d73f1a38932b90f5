/* ctl_doctor_forge.c - in: a certificate; out: it in the headers of every
 * front that mtlsgate knows, and in the names of its variables. */
#include "ctl_doctor_forge.h"

#include <openssl/pem.h>
#include <string.h>

#include "base.h"
#include "buf.h"

enum { MAX_LINES = 6 };

/* In templates: %P PEM, percent-encoded; %L PEM on one line; %B base64 of DER;
 * %H its SHA-256; %S the subject. Whoever believes a header with a
 * certificate often wants it from this machine, so that is claimed as well. */
static const struct {
	const char *name;
	const char *headers[MAX_LINES];
} rows[] = {
	{"rfc9440", {"Client-Cert: :%B:"}},
	{"aws-alb", {"X-Amzn-Mtls-Clientcert: %P",
		     "X-Amzn-Mtls-Clientcert-Leaf: %P"}},
	{"aws-alb verify", {"X-Amzn-Mtls-Clientcert-Leaf: %P"}},
	{"api-gateway", {"X-Clientcert-Pem: %L",
			 "X-Clientcert-Subject-Dn: %S",
			 "X-Clientcert-Issuer-Dn: %S"}},
	{"envoy-xfcc", {"X-Forwarded-Client-Cert: Hash=%H;Cert=\"%P\""}},
	{"nginx", {"X-SSL-Client-Cert: %P", "X-SSL-Client-Verify: SUCCESS"}},
	{"nginx-ingress", {"ssl-client-cert: %P", "ssl-client-verify: SUCCESS",
			   "ssl-client-subject-dn: %S"}},
	{"traefik", {"X-Forwarded-Tls-Client-Cert: %B"}},
	{"haproxy", {"X-SSL-Client-Cert: %B", "X-SSL-Client-Verify: 0"}},
	{"cloudflare", {"Cf-Client-Cert-Der-Base64: %B",
			"Cf-Client-Cert-Sha256: %H",
			"Cf-Cert-Verified: true"}},
	{"azure", {"X-ARR-ClientCert: %B"}},
	{"gcp", {"X-Client-Cert-Leaf: :%B:", "X-Client-Cert-Present: true",
		 "X-Client-Cert-Chain-Verified: true"}},
	{"x-client-cert", {"X-Client-Cert: %P", "X-Client-Verify: SUCCESS"}},
	{"SSL_CLIENT_...", {"SSL_CLIENT_CERT: %L",
			    "SSL_CLIENT_VERIFY: SUCCESS",
			    "SSL_CLIENT_S_DN: %S"}},
	{"SSL-CLIENT-...", {"SSL-CLIENT-CERT: %L",
			    "SSL-CLIENT-VERIFY: SUCCESS",
			    "SSL-CLIENT-S-DN: %S"}},
	{"X_SSL_CLIENT_...", {"X_SSL_CLIENT_CERT: %P",
			      "X_SSL_CLIENT_VERIFY: SUCCESS"}},
};

static const char *const claims[] = {"X-Forwarded-For: 127.0.0.1",
				     "X-Real-IP: 127.0.0.1"};

static void add_encoded(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\n\r +=/%-", *text))
			buf_addf(out, "%%%02X", (unsigned char)*text);
		else
			buf_add(out, text, 1);
	}
}

/* The PEM as OpenSSL writes it, or on one line with blanks. */
static void add_pem(struct buf *out, X509 *cert, bool encoded)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (!bio || PEM_write_bio_X509(bio, cert) != 1 ||
	    BIO_write(bio, "", 1) != 1 || BIO_get_mem_data(bio, &text) <= 0) {
		out->failed = true;
	} else if (encoded) {
		add_encoded(out, text);
	} else {
		for (char *c = text; *c; c++)
			if (c[1])
				buf_add(out, *c == '\n' ? " " : c, 1);
	}
	BIO_free(bio);
}

static void add_base64(struct buf *out, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	unsigned char *text = len > 0 ? OPENSSL_malloc((size_t)len * 2 + 4)
				      : NULL;

	if (text && EVP_EncodeBlock(text, der, len) > 0)
		buf_adds(out, (char *)text);
	else
		out->failed = true;
	OPENSSL_free(text);
	OPENSSL_free(der);
}

static void add_digest(struct buf *out, X509 *cert)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (X509_digest(cert, EVP_sha256(), digest, &len) != 1)
		out->failed = true;
	for (unsigned i = 0; i < len; i++)
		buf_addf(out, "%02x", digest[i]);
}

static void add_subject(struct buf *out, X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (!bio || X509_NAME_print_ex(bio, X509_get_subject_name(cert), 0,
				       XN_FLAG_RFC2253) < 0 ||
	    BIO_write(bio, "", 1) != 1 || BIO_get_mem_data(bio, &text) <= 0)
		out->failed = true;
	else
		buf_adds(out, text);
	BIO_free(bio);
}

static void add_form(struct buf *out, X509 *cert, char form)
{
	switch (form) {
	case 'P':
	case 'L':
		add_pem(out, cert, form == 'P');
		break;
	case 'B':
		add_base64(out, cert);
		break;
	case 'H':
		add_digest(out, cert);
		break;
	default:
		add_subject(out, cert);
	}
}

static const char *fill(struct arena *arena, X509 *cert, const char *template)
{
	struct buf out = {0};
	char *text = NULL;

	for (const char *c = template; *c; c++) {
		if (*c == '%' && c[1])
			add_form(&out, cert, *++c);
		else
			buf_add(&out, c, 1);
	}
	if (!out.failed)
		text = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return text;
}

static const char *const *fill_all(struct arena *arena, X509 *cert,
				   const char *const *templates)
{
	const char **list = arena_alloc(
		arena, (MAX_LINES + ARRAY_LEN(claims) + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; list && i < MAX_LINES && templates[i]; i++) {
		list[count] = fill(arena, cert, templates[i]);
		if (!list[count++])
			return NULL;
	}
	for (size_t i = 0; list && i < ARRAY_LEN(claims); i++)
		list[count++] = claims[i];
	return list;
}

bool forge_row(struct arena *arena, X509 *cert, size_t i,
	       struct forgery *ret_forgery)
{
	if (i >= ARRAY_LEN(rows))
		return false;
	ret_forgery->name = rows[i].name;
	ret_forgery->headers = fill_all(arena, cert, rows[i].headers);
	return true;
}

const char *const *forge_header(struct arena *arena, X509 *cert,
				const char *variable, char form)
{
	const char *templates[MAX_LINES] = {0};
	char *name;

	if (strncmp(variable, "HTTP_", 5) == 0)
		variable += 5;
	name = arena_printf(arena, "%s: %%%c", variable, form);
	for (char *c = name; c && *c != ':'; c++)
		if (*c == '_')
			*c = '-';
	templates[0] = name;
	return name ? fill_all(arena, cert, templates) : NULL;
}
