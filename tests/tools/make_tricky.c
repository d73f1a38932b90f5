/* make_tricky - issues certificates that openssl's command line does not
 * make: names that lie, names that cannot be read, odd serials and sizes. In
 * goes a CA, out come NAME-cert.pem and NAME-key.pem for each row of the
 * table. Only for tests. */
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT(t) (t), sizeof(t) - 1

enum { DAY = 24 * 60 * 60, MAX_PARTS = 4 };

/* One attribute of a subject; an empty row ends the list. */
struct part {
	int nid;
	int type; /* ASN.1 string type */
	const char *bytes;
	size_t len;
	bool same_rdn; /* joins the relative name before it */
};

struct row {
	const char *name;
	struct part subject[MAX_PARTS];
	const char *san; /* subjectAltName as openssl configuration text */
	void (*change)(X509 *cert); /* applied before signing */
	int days;
	bool rsa;
};

static void die(const char *what)
{
	fprintf(stderr, "make_tricky: %s: %s\n", what, strerror(errno));
	ERR_print_errors_fp(stderr);
	exit(1);
}

static void check(bool good, const char *what)
{
	if (!good)
		die(what);
}

static void add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	check(ext && X509_add_ext(cert, ext, -1), value);
	X509_EXTENSION_free(ext);
}

static void sixty_sans(X509 *cert)
{
	char value[4096] = "";
	size_t len = 0;

	for (int i = 0; i < 60; i++)
		len += (size_t)snprintf(value + len, sizeof(value) - len,
					"%sDNS:host-%02d.example.com",
					i ? "," : "", i);
	add_extension(cert, NID_subject_alt_name, value);
}

static void second_san(X509 *cert)
{
	add_extension(cert, NID_subject_alt_name, "DNS:one.example.com");
	add_extension(cert, NID_subject_alt_name, "DNS:two.example.com");
}

/* An extension of size bytes that nobody knows. */
static void add_bulk(X509 *cert, int size)
{
	unsigned char *bytes = calloc(1, (size_t)size);
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
	X509_EXTENSION *ext;

	check(bytes && octets && oid, "extension");
	check(ASN1_OCTET_STRING_set(octets, bytes, size), "extension");
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, octets);
	check(ext && X509_add_ext(cert, ext, -1), "extension");
	X509_EXTENSION_free(ext);
	ASN1_OBJECT_free(oid);
	ASN1_OCTET_STRING_free(octets);
	free(bytes);
}

static void bulk_64k(X509 *cert)
{
	add_bulk(cert, 64 * 1024);
}

static void bulk_1m(X509 *cert)
{
	add_bulk(cert, 1024 * 1024);
}

/* PEM of more than 16 KiB, which mod_authnz_fcgi does not hand on. */
static void bulk_16k(X509 *cert)
{
	add_bulk(cert, 16 * 1024);
}

static void set_serial(X509 *cert, const char *hex)
{
	BIGNUM *number = NULL;
	ASN1_INTEGER *serial;

	check(BN_hex2bn(&number, hex) > 0, hex);
	serial = BN_to_ASN1_INTEGER(number, NULL);
	check(serial && X509_set_serialNumber(cert, serial), hex);
	ASN1_INTEGER_free(serial);
	BN_free(number);
}

static void negative_serial(X509 *cert)
{
	set_serial(cert, "-1CE2C907D8E5");
}

static void huge_serial(X509 *cert)
{
	set_serial(cert, "7F00112233445566778899AABBCCDDEEFF00112233445566"
			 "778899AABBCCDDEEFF00112233445566778899AABBCCDDEE");
}

#define CN(type, text) {NID_commonName, (type), TEXT(text), false}
#define OU(text) \
	{NID_organizationalUnitName, V_ASN1_UTF8STRING, TEXT(text), false}
#define OU_JOINED(text) \
	{NID_organizationalUnitName, V_ASN1_UTF8STRING, TEXT(text), true}
#define UTF8 V_ASN1_UTF8STRING

static const struct row rows[] = {
	{.name = "two-ou",
	 .subject = {CN(UTF8, "two-ou"), OU("Users"), OU("Administrators")}},
	{.name = "two-cn",
	 .subject = {CN(UTF8, "bob"), CN(UTF8, "admin"), OU("Users")}},
	{.name = "multi-rdn",
	 .subject = {CN(UTF8, "multi"), OU_JOINED("Administrators")}},
	{.name = "cn-comma",
	 .subject = {CN(UTF8, "bob, OU=Administrators"), OU("Users")}},
	{.name = "cn-slash",
	 .subject = {CN(UTF8, "bob/OU=Administrators"), OU("Users")}},
	{.name = "cn-nul",
	 .subject = {CN(UTF8, "admin\0.example.com"), OU("Users")}},
	{.name = "cn-newline",
	 .subject = {CN(UTF8, "bob\r\nRemote-User: admin"), OU("Users")}},
	{.name = "cn-quote",
	 .subject = {CN(UTF8, "bob\";remote_user=\"admin"), OU("Users")}},
	{.name = "sixty-sans",
	 .subject = {CN(UTF8, "sixty"), OU("Users")},
	 .change = sixty_sans},
	{.name = "utf8-name",
	 .subject = {CN(UTF8, "Zo\xc3\xab \xe5\x8c\x97\xe4\xba\xac"),
		     OU("Users")}},
	{.name = "bmp-name",
	 .subject = {CN(V_ASN1_BMPSTRING, "\0Z\0o\0\xeb"), OU("Users")}},
	{.name = "empty-subject", .san = "critical,email:nobody@example.com"},
	{.name = "duplicate-san",
	 .subject = {CN(UTF8, "duplicate"), OU("Users")},
	 .change = second_san},
	{.name = "bulk-16k",
	 .subject = {CN(UTF8, "bulky"), OU("Administrators")},
	 .change = bulk_16k},
	{.name = "bulk-64k",
	 .subject = {CN(UTF8, "bulk"), OU("Administrators")},
	 .change = bulk_64k},
	{.name = "bulk-1m",
	 .subject = {CN(UTF8, "bulkiest"), OU("Administrators")},
	 .change = bulk_1m},
	{.name = "negative-serial",
	 .subject = {CN(UTF8, "negative"), OU("Users")},
	 .change = negative_serial},
	{.name = "huge-serial",
	 .subject = {CN(UTF8, "huge"), OU("Users")},
	 .change = huge_serial},
	{.name = "rsa-1024",
	 .subject = {CN(UTF8, "weak"), OU("Users")},
	 .rsa = true},
	{.name = "ten-years",
	 .subject = {CN(UTF8, "decade"), OU("Users")},
	 .days = 3650},
	{.name = "pinned",
	 .subject = {CN(UTF8, "pinned"), OU("Services")}},
	{.name = "pinned-renewed", /* the same key in a new certificate */
	 .subject = {CN(UTF8, "pinned"), OU("Services")}},
};

static void set_subject(X509 *cert, const struct part *parts)
{
	X509_NAME *name = X509_get_subject_name(cert);

	for (size_t i = 0; i < MAX_PARTS && parts[i].bytes; i++) {
		X509_NAME_ENTRY *entry = X509_NAME_ENTRY_create_by_NID(
			NULL, parts[i].nid, parts[i].type,
			(const unsigned char *)parts[i].bytes,
			(int)parts[i].len);

		check(entry && X509_NAME_add_entry(name, entry, -1,
						   parts[i].same_rdn ? -1 : 0),
		      "subject");
		X509_NAME_ENTRY_free(entry);
	}
}

static void set_defaults(X509 *cert, X509 *ca, EVP_PKEY *key, int days)
{
	unsigned char random[8];
	BIGNUM *number = BN_new();

	check(number && BN_rand(number, 8 * sizeof(random), 0, 0), "serial");
	check(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL,
	      "serial");
	BN_free(number);
	check(X509_set_version(cert, X509_VERSION_3), "version");
	check(X509_set_issuer_name(cert, X509_get_subject_name(ca)), "issuer");
	check(X509_set_pubkey(cert, key), "key");
	check(X509_gmtime_adj(X509_getm_notBefore(cert), -DAY) != NULL, "date");
	check(X509_gmtime_adj(X509_getm_notAfter(cert), (long)days * DAY) !=
		      NULL,
	      "date");
	add_extension(cert, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(cert, NID_key_usage, "critical,digitalSignature");
	add_extension(cert, NID_ext_key_usage, "clientAuth");
}

/* Opens dir/name-what.pem for writing. */
static FILE *create(const char *dir, const char *name, const char *what,
		    mode_t mode)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%s.pem", dir, name, what);
	file = fopen(path, "w");
	check(file && chmod(path, mode) == 0, path);
	return file;
}

static void save(const char *dir, const char *name, X509 *cert, EVP_PKEY *key)
{
	FILE *file = create(dir, name, "cert", 0644);

	check(PEM_write_X509(file, cert) && fclose(file) == 0, name);
	file = create(dir, name, "key", 0600);
	check(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) &&
		      fclose(file) == 0,
	      name);
}

static void issue(const char *dir, const struct row *row, X509 *ca,
		  EVP_PKEY *ca_key, EVP_PKEY *key)
{
	X509 *cert = X509_new();

	check(cert != NULL, row->name);
	set_defaults(cert, ca, key, row->days ? row->days : 365);
	set_subject(cert, row->subject);
	if (row->san)
		add_extension(cert, NID_subject_alt_name, row->san);
	if (row->change)
		row->change(cert);
	check(X509_sign(cert, ca_key, EVP_sha256()) > 0, row->name);
	save(dir, row->name, cert, key);
	X509_free(cert);
}

static FILE *open_input(const char *path)
{
	FILE *file = fopen(path, "r");

	check(file != NULL, path);
	return file;
}

int main(int argc, char **argv)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	EVP_PKEY *rsa = EVP_RSA_gen(1024);
	EVP_PKEY *ca_key;
	X509 *ca;
	FILE *file;

	if (argc != 4) {
		fprintf(stderr, "usage: make_tricky CA-CERT CA-KEY DIR\n");
		return 2;
	}
	file = open_input(argv[1]);
	ca = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	file = open_input(argv[2]);
	ca_key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	check(ca && ca_key && ec && rsa, "keys");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		issue(argv[3], &rows[i], ca, ca_key, rows[i].rsa ? rsa : ec);
	X509_free(ca);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);
	return 0;
}
