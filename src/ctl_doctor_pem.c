/* ctl_doctor_pem.c - in: a file; out: the certificates and the key in it, or
 * what it is instead. No passphrase is ever asked for. */
#include "ctl_doctor_pem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

enum { MAX_FILE = 1024 * 1024 };

static void free_certs(void *certs)
{
	sk_X509_pop_free(certs, X509_free);
}

static void free_key(void *key)
{
	EVP_PKEY_free(key);
}

static int no_passphrase(char *buffer, int size, int writing, void *unused)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)unused;
	return -1;
}

static void take_key(struct arena *arena, EVP_PKEY *key, struct pem_file *file)
{
	if (!key)
		return;
	if (file->key || arena_on_free(arena, free_key, key) != ST_OK)
		EVP_PKEY_free(key);
	else
		file->key = key;
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) &&
	       strcmp(text + len - strlen(end), end) == 0;
}

/* One PEM block from its BEGIN line on, of this label. */
static void take_block(struct arena *arena, const char *label,
		       const char *text, size_t len, struct pem_file *file)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	X509 *cert;

	if (strstr(label, "CERTIFICATE REQUEST")) {
		file->csr_block = true;
	} else if (strstr(label, "CERTIFICATE")) {
		file->cert_blocks++;
		cert = bio ? PEM_read_bio_X509_AUX(bio, NULL, no_passphrase,
						   NULL)
			   : NULL;
		if (!cert || !sk_X509_push(file->certs, cert)) {
			X509_free(cert);
			file->damaged = true;
		}
	} else if (strstr(label, "PRIVATE KEY")) {
		file->key_block = true;
		if (strstr(label, "ENCRYPTED") ||
		    memmem(text, len, "Proc-Type: 4,ENCRYPTED", 22))
			file->key_encrypted = true;
		else if (bio)
			take_key(arena,
				 PEM_read_bio_PrivateKey(bio, NULL,
							 no_passphrase, NULL),
				 file);
	} else if (ends_in(label, "PUBLIC KEY")) {
		file->public_block = true;
	} else if (strstr(label, "PKCS7") || strstr(label, "CMS")) {
		file->pkcs7_block = true;
	}
	BIO_free(bio);
	ERR_clear_error();
}

/* The blocks of text, which ends in a NUL. */
static enum status take_blocks(struct arena *arena, const char *text,
			       struct pem_file *file)
{
	static const char begin[] = "-----BEGIN ";
	const char *at = strstr(text, begin);

	while (at) {
		const char *name = at + strlen(begin);
		const char *label =
			arena_strndup(arena, name, strcspn(name, "-\r\n"));
		const char *next = strstr(name, begin);

		if (!label)
			return ST_NOMEM;
		if (!file->label || strstr(file->label, "PARAMETERS"))
			file->label = label;
		take_block(arena, label, at,
			   next ? (size_t)(next - at) : strlen(at), file);
		at = next;
	}
	return ST_OK;
}

/* A file in DER begins with a SEQUENCE; text that does is none of those. */
static bool is_der(const char *bytes, size_t len)
{
	return len > 4 && bytes[0] == 0x30;
}

/* Tries what DER may be, most particular first. */
static enum pem_kind kind_of_der(const char *bytes, size_t len)
{
	enum pem_kind kind = PEM_OTHER;
	const unsigned char *at = (const unsigned char *)bytes;
	const unsigned char *at_csr = at, *at_p12 = at, *at_p7 = at;
	const unsigned char *at_key = at, *at_sig = at, *at_public = at;
	X509 *cert = d2i_X509(NULL, &at, (long)len);
	X509_REQ *csr = d2i_X509_REQ(NULL, &at_csr, (long)len);
	PKCS12 *p12 = d2i_PKCS12(NULL, &at_p12, (long)len);
	PKCS7 *p7 = d2i_PKCS7(NULL, &at_p7, (long)len);
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at_key, (long)len);
	X509_SIG *sig = d2i_X509_SIG(NULL, &at_sig, (long)len);
	EVP_PKEY *public = d2i_PUBKEY(NULL, &at_public, (long)len);

	if (cert)
		kind = PEM_CERT_DER;
	else if (csr)
		kind = PEM_CSR_DER;
	else if (p12)
		kind = PEM_PKCS12;
	else if (p7)
		kind = PEM_PKCS7;
	else if (key || sig)
		kind = PEM_KEY_DER;
	else if (public)
		kind = PEM_PUBLIC_DER;
	X509_free(cert);
	X509_REQ_free(csr);
	PKCS12_free(p12);
	PKCS7_free(p7);
	EVP_PKEY_free(key);
	X509_SIG_free(sig);
	EVP_PKEY_free(public);
	ERR_clear_error();
	return kind;
}

static const char *words_for(enum pem_kind kind)
{
	switch (kind) {
	case PEM_CERT_DER:
		return "a certificate in DER";
	case PEM_KEY_DER:
		return "a private key in DER";
	case PEM_PUBLIC_DER:
		return "a public key in DER";
	case PEM_CSR_DER:
		return "a certificate request in DER";
	case PEM_PKCS12:
		return "PKCS#12 (.p12, .pfx)";
	case PEM_PKCS7:
		return "PKCS#7 (.p7b)";
	case PEM_EMPTY:
		return "empty";
	case PEM_TEXT:
		return "PEM";
	case PEM_UNREADABLE:
	case PEM_OTHER:
	default:
		return "nothing that is known";
	}
}

/* UTF-16, with its mark at the beginning or without. */
static bool is_utf16(const char *bytes, size_t len)
{
	return len > 3 && (memcmp(bytes, "\xff\xfe", 2) == 0 ||
			   memcmp(bytes, "\xfe\xff", 2) == 0 ||
			   memcmp(bytes, "-\0-\0", 4) == 0 ||
			   memcmp(bytes, "\0-\0-", 4) == 0);
}

/* What is neither PEM nor DER, by how it begins. */
static void name_other(const char *bytes, size_t len, struct pem_file *file)
{
	static const struct {
		const char *begin, *why, *cure; /* no cure: a public key */
	} rows[] = {
		{"\xfe\xed\xfe\xed", "a Java key store (JKS)",
		 "take it apart: keytool -importkeystore -srckeystore FILE "
		 "-destkeystore all.p12 -deststoretype PKCS12, then openssl "
		 "pkcs12 -in all.p12 -noenc"},
		{"ssh-", "a public key of SSH", NULL},
		{"ecdsa-sha2", "a public key of SSH", NULL},
		{"PuTTY-User-Key", "a key of PuTTY",
		 "have PuTTYgen export it as an OpenSSH key, then ssh-keygen "
		 "-p -m PKCS8 -f FILE"},
		{"LS0tLS1CRUdJTi", "a PEM file in base64",
		 "decode it: base64 -d FILE"},
		{"MI", "base64 without the lines BEGIN and END",
		 "put the lines -----BEGIN ...----- and -----END ...----- "
		 "around it, as the program that made it does"},
	};

	file->cure = "look what it is, and ask for it in PEM: text that begins "
		     "with -----BEGIN";
	file->why = memchr(bytes, 0, len) ? "binary, and nothing that is known"
					  : "text without a PEM block";
	if (is_utf16(bytes, len)) {
		file->why = "text in UTF-16";
		file->cure = "save it as UTF-8 or ASCII: iconv -f UTF-16 -t "
			     "ASCII FILE";
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strncmp(bytes, rows[i].begin, strlen(rows[i].begin)) != 0)
			continue;
		file->why = rows[i].why;
		file->cure = rows[i].cure;
		file->public_block = !file->cure;
	}
}

/* What makes PEM of what is known, if it is not what does so with DER. */
static const char *cure_for(const struct pem_file *file)
{
	if (file->kind == PEM_PKCS7)
		return "take the certificate out: openssl pkcs7 -inform DER "
		       "-in FILE -print_certs -out cert.pem";
	if (file->pkcs7_block && file->cert_blocks == 0)
		return "take the certificate out: openssl pkcs7 -in FILE "
		       "-print_certs -out cert.pem";
	if (file->label && strstr(file->label, "OPENSSH"))
		return "convert a copy of it, in its place: ssh-keygen -p -m "
		       "PKCS8 -f COPY";
	if (file->kind == PEM_TEXT)
		return "copy or issue it again, as a whole: its lines BEGIN "
		       "and END stand alone, with nothing before them";
	return NULL;
}

enum status pem_look(struct arena *arena, const char *bytes, size_t len,
		     struct pem_file *ret_file)
{
	struct pem_file file = {.path = ret_file->path};
	char *text = arena_strndup(arena, bytes, len);

	file.certs = sk_X509_new_null();
	if (!text || !file.certs ||
	    arena_on_free(arena, free_certs, file.certs) != ST_OK) {
		sk_X509_free(file.certs);
		return ST_NOMEM;
	}
	if (len == strspn(text, " \t\r\n"))
		file.kind = PEM_EMPTY;
	else if (is_der(bytes, len))
		file.kind = kind_of_der(bytes, len);
	else if (!memchr(bytes, 0, len) && strstr(text, "-----BEGIN "))
		file.kind = PEM_TEXT;
	else
		file.kind = PEM_OTHER;
	file.why = words_for(file.kind);
	if (file.kind == PEM_OTHER)
		name_other(text, len, &file);
	*ret_file = file;
	if (file.kind == PEM_TEXT && take_blocks(arena, text, ret_file))
		return ST_NOMEM;
	if (file.kind != PEM_OTHER)
		ret_file->cure = cure_for(ret_file);
	return ST_OK;
}

enum status pem_read(struct arena *arena, const char *path,
		     struct pem_file *ret_file)
{
	FILE *file = fopen(path, "re");
	char *bytes = file ? malloc(MAX_FILE) : NULL;
	size_t len = bytes ? fread(bytes, 1, MAX_FILE, file) : 0;
	bool bad = !file || (bytes && ferror(file));
	int error = errno;
	enum status status = ST_OK;

	*ret_file = (struct pem_file){.path = path, .why = "larger than 1 MiB"};
	if (bad)
		ret_file->why = arena_strdup(arena, strerror(error));
	else if (!bytes)
		status = ST_NOMEM;
	else if (len < MAX_FILE)
		status = pem_look(arena, bytes, len, ret_file);
	if (bytes)
		OPENSSL_cleanse(bytes, len);
	free(bytes);
	if (file)
		fclose(file);
	return status;
}
