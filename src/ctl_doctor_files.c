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
	if (file->kind == PEM_KEY_DER || file->key_block || file->public_block)
		return CAUSE_CLIENT_CERT_IS_KEY;
	return CAUSE_CLIENT_CERT_FORMAT;
}

static const char *words_of(const struct pem_file *file)
{
	if (file->kind == PEM_TEXT && file->label)
		return file->label;
	return file->why;
}

static bool read_cert(struct doctor *doctor, struct pem_file *file)
{
	const char *path = doctor->options.cert;

	if (!read_file(doctor, path, file))
		return false;
	if (file->cert_blocks == 0)
		doctor_fail(doctor, fault_of_cert(file),
			    "--cert %s has no certificate in PEM: it is %s",
			    path, words_of(file));
	else if (file->damaged)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_FORMAT,
			    "--cert %s: a certificate in it is damaged or "
			    "cut short", path);
	else
		return true;
	return false;
}

static enum cause fault_of_key(const struct pem_file *file)
{
	if (file->key_encrypted)
		return CAUSE_CLIENT_KEY_ENCRYPTED;
	if (file->kind == PEM_PKCS12)
		return CAUSE_CLIENT_CERT_PKCS12;
	if (file->kind == PEM_CERT_DER ||
	    (file->cert_blocks > 0 && !file->key_block))
		return CAUSE_CLIENT_KEY_IS_CERT;
	return CAUSE_CLIENT_KEY_FORMAT;
}

static bool read_key(struct doctor *doctor, struct pem_file *file)
{
	const char *path = doctor->options.key ? doctor->options.key
					       : doctor->options.cert;

	if (!read_file(doctor, path, file))
		return false;
	if (file->key)
		return true;
	if (file->key_encrypted)
		doctor_fail(doctor, CAUSE_CLIENT_KEY_ENCRYPTED,
			    "--key %s needs a passphrase", path);
	else if (file->key_block)
		doctor_fail(doctor, fault_of_key(file),
			    "--key %s: the key in it is damaged or of a kind "
			    "that OpenSSL does not know", path);
	else
		doctor_fail(doctor, fault_of_key(file),
			    "--key %s has no private key in PEM: it is %s%s",
			    path, words_of(file),
			    doctor->options.key ? ""
						: " (there is no --key)");
	return false;
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
	doctor_fail(doctor, CAUSE_CLIENT_CHAIN_FORMAT,
		    file->damaged ? "--chain %s: a certificate in it is "
				    "damaged (it is %s)"
				  : "--chain %s has no certificate in PEM: it "
				    "is %s",
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
	good_key = read_key(doctor, &key);
	if (!read_chain(doctor, &chain) || !good_cert || !good_key)
		return;
	if (!join_chain(doctor, &cert, &chain))
		doctor->findings.failed = true;
	else if (is_pair(doctor, &cert, &key, &chain))
		take_pair(doctor, &cert, &key);
}
