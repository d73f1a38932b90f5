/* ctl_doctor_files.c - in: the names of the client's files; out: a certificate,
 * its key and the chain to send with it, or why no client could use them. */
#include <string.h>

#include "ctl_doctor_checks.h"
#include "ctl_doctor_pem.h"
#include "ctl_doctor_x509.h"

static bool read_file(struct doctor *doctor, const char *path,
		      struct pem_file *ret_file)
{
	if (pem_read(doctor->arena, path, ret_file) == ST_OK) {
		if (ret_file->kind == PEM_UNREADABLE) {
			doctor->unreadable = true;
			doctor_fail(doctor, CAUSE_CLIENT_FILE_UNREADABLE,
				    "%s: %s", path, ret_file->why);
			return false;
		}
		if (ret_file->kind == PEM_EMPTY) {
			doctor_fail(doctor, CAUSE_CLIENT_FILE_EMPTY,
				    "%s is empty", path);
			return false;
		}
		return true;
	}
	doctor->findings.failed = true;
	return false;
}

/* What a file for --cert is that has no certificate in PEM. */
static enum cause fault_of_cert(const struct pem_file *file)
{
	if (file->kind == PEM_PKCS12)
		return CAUSE_CLIENT_CERT_PKCS12;
	if (file->kind == PEM_CSR_DER || file->csr_block)
		return CAUSE_CLIENT_CERT_IS_CSR;
	if (file->kind == PEM_KEY_DER || file->kind == PEM_PUBLIC_DER ||
	    file->key_block || file->public_block)
		return CAUSE_CLIENT_CERT_IS_KEY;
	return CAUSE_CLIENT_CERT_FORMAT;
}

static const char *words_of(const struct pem_file *file)
{
	if (file->kind == PEM_TEXT && file->label)
		return file->label;
	return file->why;
}

/* Where the cause is the format, the advice is what that one needs. */
static const char *cure_of(const struct pem_file *file, enum cause cause)
{
	return cause == CAUSE_CLIENT_CERT_FORMAT ||
			       cause == CAUSE_CLIENT_KEY_FORMAT ||
			       cause == CAUSE_CLIENT_CHAIN_FORMAT
		       ? file->cure
		       : NULL;
}

static bool read_cert(struct doctor *doctor, struct pem_file *file)
{
	const char *path = doctor->options.cert;

	enum cause cause;

	if (!read_file(doctor, path, file))
		return false;
	if (file->cert_blocks > 0 && !file->damaged)
		return true;
	cause = file->cert_blocks > 0 ? CAUSE_CLIENT_CERT_FORMAT
				      : fault_of_cert(file);
	doctor_advise(doctor, cause, cure_of(file, cause),
		      file->cert_blocks > 0
			      ? "--cert %s: a certificate in it is damaged or "
				"cut short (it is %s)"
			      : "--cert %s has no certificate in PEM: it is %s",
		      path, words_of(file));
	return false;
}

static enum cause fault_of_key(const struct pem_file *file)
{
	if (file->key_encrypted)
		return CAUSE_CLIENT_KEY_ENCRYPTED;
	if (file->kind == PEM_PKCS12)
		return CAUSE_CLIENT_CERT_PKCS12;
	if (file->key_block)
		return CAUSE_CLIENT_KEY_FORMAT;
	if (file->kind == PEM_CERT_DER || file->kind == PEM_PKCS7 ||
	    file->cert_blocks > 0 || file->pkcs7_block)
		return CAUSE_CLIENT_KEY_IS_CERT;
	if (file->kind == PEM_PUBLIC_DER || file->kind == PEM_CSR_DER ||
	    file->public_block || file->csr_block)
		return CAUSE_CLIENT_KEY_IS_PUBLIC;
	return CAUSE_CLIENT_KEY_FORMAT;
}

/* What is wrong with a file that holds no key that can be used. */
static void report_key(struct doctor *doctor, const struct pem_file *file)
{
	enum cause cause = fault_of_key(file);

	if (cause == CAUSE_CLIENT_KEY_ENCRYPTED)
		doctor_fail(doctor, cause, "--key %s needs a passphrase",
			    file->path);
	else if (file->key_block)
		doctor_advise(doctor, cause, cure_of(file, cause),
			      "--key %s: the key in it is damaged or of a kind "
			      "that OpenSSL does not know (it is %s)",
			      file->path, words_of(file));
	else
		doctor_advise(doctor, cause, cure_of(file, cause),
			      "--key %s has no private key in PEM: it is %s%s",
			      file->path, words_of(file),
			      doctor->options.key ? ""
						  : " (there is no --key)");
}

/* Without --key it is the file of --cert, which was read before; what is wrong
 * with it has been said. */
static bool read_key(struct doctor *doctor, const struct pem_file *cert,
		     struct pem_file *file)
{
	if (!doctor->options.key && cert->cert_blocks == 0)
		return false;
	if (!doctor->options.key)
		*file = *cert;
	else if (!read_file(doctor, doctor->options.key, file))
		return false;
	if (!file->key)
		report_key(doctor, file);
	return file->key;
}

/* The first of certs, from index from on, that the key belongs to, or -1. */
static int find_pair(const STACK_OF(X509) * certs, int from, EVP_PKEY *key)
{
	for (int i = from; i < sk_X509_num(certs); i++)
		if (x509_has_key(sk_X509_value(certs, i), key))
			return i;
	return -1;
}

static bool is_pair(struct doctor *doctor, const struct pem_file *cert,
		    const struct pem_file *key, const struct pem_file *chain)
{
	int place = find_pair(cert->certs, 0, key->key);

	if (place == 0)
		return true;
	if (place > 0)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_ORDER,
			    "the key belongs to certificate number %d of %s, "
			    "and clients send the first as their own",
			    place + 1, cert->path);
	else if (chain->certs && find_pair(chain->certs, 0, key->key) >= 0)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_ORDER,
			    "the key belongs to a certificate of --chain %s, "
			    "not to that of --cert: they are swapped",
			    chain->path);
	else
		doctor_fail(doctor, CAUSE_CLIENT_KEY_MISMATCH,
			    "the key of %s (%s) is not that of the certificate "
			    "of %s (%s)", key->path,
			    x509_key_words(doctor->arena, key->key),
			    cert->path,
			    x509_cert_key_words(doctor->arena,
						sk_X509_value(cert->certs,
							      0)));
	return false;
}

static bool read_chain(struct doctor *doctor, struct pem_file *file)
{
	const char *path = doctor->options.chain;

	if (!path)
		return true;
	if (!read_file(doctor, path, file))
		return false;
	if (file->cert_blocks > 0 && !file->damaged)
		return true;
	doctor_advise(doctor, CAUSE_CLIENT_CHAIN_FORMAT,
		      cure_of(file, CAUSE_CLIENT_CHAIN_FORMAT),
		      file->damaged ? "--chain %s: a certificate in it is "
				      "damaged (it is %s)"
				    : "--chain %s has no certificate in PEM: "
				      "it is %s",
		      path, words_of(file));
	return false;
}

/* The rest of --cert, then --chain, without the client's own. */
static bool join_chain(struct doctor *doctor, const struct pem_file *cert,
		       const struct pem_file *chain)
{
	STACK_OF(X509) *joined = x509_list(doctor->arena);
	X509 *own = sk_X509_value(cert->certs, 0);
	bool good = joined;

	for (int i = 1; good && i < sk_X509_num(cert->certs); i++)
		good = x509_list_add(joined, sk_X509_value(cert->certs, i));
	for (int i = 0; good && chain->certs && i < sk_X509_num(chain->certs);
	     i++) {
		X509 *next = sk_X509_value(chain->certs, i);

		good = X509_cmp(next, own) == 0 || x509_list_add(joined, next);
	}
	doctor->files.chain = joined;
	return good;
}

static void take_pair(struct doctor *doctor, const struct pem_file *cert,
		      const struct pem_file *key)
{
	X509 *own = sk_X509_value(cert->certs, 0);

	doctor->files.key = key->key;
	doctor->identity = (struct tls_identity){.cert = own,
						 .key = key->key,
						 .chain = doctor->files.chain};
	doctor_ok(doctor, "%s: %s, key and certificate belong together, "
			  "%d more certificate%s to send", cert->path,
		  x509_words(doctor->arena, own),
		  sk_X509_num(doctor->files.chain),
		  sk_X509_num(doctor->files.chain) == 1 ? "" : "s");
}

void check_files(struct doctor *doctor)
{
	struct pem_file cert = {0};
	struct pem_file key = {0};
	struct pem_file chain = {0};
	bool good_cert, good_key;

	if (!doctor->options.cert) {
		doctor_note(doctor, "no --cert: asking as a client without a "
				    "certificate");
		return;
	}
	good_cert = read_cert(doctor, &cert);
	if (good_cert)
		doctor->files.certs = cert.certs;
	good_key = read_key(doctor, &cert, &key);
	if (!read_chain(doctor, &chain) || !good_cert || !good_key)
		return;
	if (!join_chain(doctor, &cert, &chain))
		doctor->findings.failed = true;
	else if (is_pair(doctor, &cert, &key, &chain))
		take_pair(doctor, &cert, &key);
}
