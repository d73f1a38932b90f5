/* ctl_doctor_cause_client.c - causes that lie in the client's files. */
#include "ctl_doctor_cause.h"

const struct cause_row cause_rows_client[CAUSE_COUNT] = {
	[CAUSE_CLIENT_FILE_UNREADABLE] =
		{"client_file_unreadable",
		 "a file of the client cannot be read",
		 "look at the path, the owner and the mode"},
	[CAUSE_CLIENT_FILE_EMPTY] =
		{"client_file_empty", "a file of the client is empty",
		 "copy or issue it again"},
	[CAUSE_CLIENT_CERT_FORMAT] =
		{"client_cert_format",
		 "the client's certificate file holds no good certificate in "
		 "PEM",
		 "convert it: openssl x509 -inform DER -in CERT -out cert.pem"},
	[CAUSE_CLIENT_CERT_PKCS12] =
		{"client_cert_pkcs12",
		 "a file of the client is PKCS#12, not PEM",
		 "take it apart: openssl pkcs12 -in FILE -clcerts -nokeys -out "
		 "cert.pem; openssl pkcs12 -in FILE -nocerts -noenc -out "
		 "key.pem"},
	[CAUSE_CLIENT_CERT_IS_KEY] =
		{"client_cert_is_key",
		 "the client's certificate file holds a key and no "
		 "certificate",
		 "give the certificate with --cert and the key with --key"},
	[CAUSE_CLIENT_CERT_IS_CSR] =
		{"client_cert_is_csr",
		 "the client's certificate file is a request for a "
		 "certificate (CSR)",
		 "have the CA sign it, and use what comes back"},
	[CAUSE_CLIENT_KEY_FORMAT] =
		{"client_key_format",
		 "the client's key file holds no good private key in PEM",
		 "convert it: openssl pkey -inform DER -in KEY -out key.pem"},
	[CAUSE_CLIENT_KEY_IS_CERT] =
		{"client_key_is_cert",
		 "the client's key file holds a certificate and no private "
		 "key",
		 "give the private key that the certificate was made for"},
	[CAUSE_CLIENT_KEY_IS_PUBLIC] =
		{"client_key_is_public",
		 "the client's key file holds only the public half of a key",
		 "give the private key that was made with it; it is the file "
		 "that is kept secret, and a CA never has it"},
	[CAUSE_CLIENT_KEY_ENCRYPTED] =
		{"client_key_encrypted",
		 "the client's key is encrypted and nobody can be asked for "
		 "its passphrase",
		 "decrypt it for programs that cannot ask: openssl pkey -in "
		 "KEY -out key.pem; chmod 600 key.pem"},
	[CAUSE_CLIENT_KEY_MISMATCH] =
		{"client_key_mismatch",
		 "the client's key does not belong to its certificate",
		 "find the pair: openssl x509 -in CERT -noout -pubkey and "
		 "openssl pkey -in KEY -pubout must print the same"},
	[CAUSE_CLIENT_CERT_ORDER] =
		{"client_cert_order",
		 "the client's own certificate is not the first of its file",
		 "put it first, the intermediates after it, each before the "
		 "one that signed it"},
	[CAUSE_CLIENT_CHAIN_FORMAT] =
		{"client_chain_format",
		 "the client's chain file holds no certificate in PEM",
		 "give the intermediate certificates in PEM with --chain"},
	[CAUSE_CLIENT_CHAIN_WRONG] =
		{"client_chain_wrong",
		 "the chain that the client sends does not belong to its "
		 "certificate",
		 "send the certificate of the CA that signed it, then the one "
		 "above that"},
	[CAUSE_CLIENT_CERT_EXPIRED] =
		{"client_cert_expired", "the client's certificate has expired",
		 "renew it"},
	[CAUSE_CLIENT_CERT_NOT_YET_VALID] =
		{"client_cert_not_yet_valid",
		 "the client's certificate is not valid yet",
		 "look at the clocks, of this machine and of the CA; else "
		 "wait or issue it again"},
	[CAUSE_CLIENT_CERT_PURPOSE] =
		{"client_cert_purpose",
		 "the client's certificate is not one for a client",
		 "issue one whose extendedKeyUsage has clientAuth, and whose "
		 "keyUsage, if any, has digitalSignature"},
	[CAUSE_CLIENT_CERT_EXTENSION] =
		{"client_cert_extension",
		 "the client's certificate has an extension that servers "
		 "cannot read, or do not know and may not overlook",
		 "issue it without that extension, or not as critical"},
	[CAUSE_CLIENT_CERT_IS_CA] =
		{"client_cert_is_ca",
		 "a CA certificate is used as the client's",
		 "issue a certificate for the client; the CA's key should "
		 "not be on this machine at all"},
	[CAUSE_CLIENT_CERT_SELF_SIGNED] =
		{"client_cert_self_signed",
		 "the client's certificate is self-signed, and no CA that the "
		 "server trusts",
		 "have it signed by a CA that the server trusts"},
	[CAUSE_CLIENT_CERT_WEAK] =
		{"client_cert_weak",
		 "the client's certificate has a key or signature too weak "
		 "for the server",
		 "issue it with RSA of 2048 bits or EC, and SHA-256; a server "
		 "of security level 3 wants RSA of 3072 bits, or EC P-256"},
	[CAUSE_CLIENT_CERT_BAD] =
		{"client_cert_bad",
		 "the client's certificate, or a CA's above it, breaks a rule "
		 "that servers check",
		 "what is wrong with it is said above; issue it again, or the "
		 "CA's: a CA needs basicConstraints CA:TRUE, a pathlen that is "
		 "long enough, keyCertSign in its keyUsage, and no "
		 "extendedKeyUsage without clientAuth"},
	[CAUSE_CLIENT_CERT_REVOKED] =
		{"client_cert_revoked",
		 "the client's certificate has been revoked",
		 "have a new one issued, for a new key"},
	[CAUSE_CLIENT_CA_EXPIRED] =
		{"client_ca_expired",
		 "a CA certificate above the client's has expired",
		 "renew it, in the files of the server or in what the client "
		 "sends, as said above"},
	[CAUSE_CLIENT_CA_NAMESAKE] =
		{"client_ca_namesake",
		 "the client's certificate was signed by another CA of the "
		 "same name as the trusted one",
		 "issue it again by the CA that the server trusts, or give "
		 "the server both: a CA that was made anew has another key "
		 "under the old name"},
	[CAUSE_CLIENT_CA_UNKNOWN] =
		{"client_ca_unknown",
		 "the client's certificate is from a CA that the server does "
		 "not trust",
		 "have it issued by a CA that the server names, or add this "
		 "CA to the server (Apache: SSLCACertificateFile; nginx: "
		 "ssl_client_certificate; lighttpd: ssl.verifyclient.ca-file)"},
	[CAUSE_CLIENT_CHAIN_INCOMPLETE] =
		{"client_chain_incomplete",
		 "the client does not send the intermediate certificate that "
		 "signed its own",
		 "append the intermediate to the certificate's file or give it "
		 "with --chain; or give it to the server"},
};
