#!/bin/sh
# Makes the certificates of the examples in DIR: a CA, a server certificate
# for localhost, clients that are good (admin, user, service), and clients that
# must be refused (expired, not-yet-valid, wrong-eku, other-ca).
#
#   sh generate-mtls-certs.sh [--force] DIR
#
# A second run keeps what is there and still good, so that pins stay true;
# --force makes everything anew. For trying things out: the CA's key lies
# beside its certificate, without a passphrase.
set -eu

usage() {
	echo "usage: sh generate-mtls-certs.sh [--force] DIR" >&2
	exit 2
}

fail() {
	echo "generate-mtls-certs.sh: $*" >&2
	exit 1
}

force=no
if [ "${1-}" = --force ]; then
	force=yes
	shift
fi
[ $# -eq 1 ] && [ -n "$1" ] || usage
command -v openssl >/dev/null || fail "openssl is not installed"

umask 077
mkdir -p "$1"
chmod 755 "$1"
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$work/ca.cnf" <<CONF
[ca]
default_ca = example
[example]
database = $work/index.txt
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
preserve = yes
unique_subject = no
email_in_dn = yes
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
emailAddress = optional
[req]
distinguished_name = none
string_mask = utf8only
[none]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[wrong_eku]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CONF
: >"$work/index.txt"

# What openssl says goes to the user only when it fails.
quietly() {
	"$@" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		fail "this failed: $*"
	}
}

new_key() {
	quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$1"
	chmod 600 "$1"
}

# root NAME SUBJECT: a self-signed CA, NAME-cert.pem and NAME-key.pem.
root() {
	if [ $force = no ] && [ -s "$1-key.pem" ] &&
		openssl x509 -in "$1-cert.pem" -noout -checkend 86400 \
			>/dev/null 2>&1; then
		echo "kept     $1-cert.pem"
		return
	fi
	new_key "$1-key.pem"
	quietly openssl req -x509 -config "$work/ca.cnf" -extensions root \
		-key "$1-key.pem" -subj "$2" -days 3650 -out "$1-cert.pem"
	chmod 644 "$1-cert.pem"
	echo "created  $1-cert.pem  $2"
}

# True if NAME has its key and was issued by CA; a certificate that is meant
# to be good must still be good tomorrow.
still_good() {
	[ -s "$1-key.pem" ] && [ -s "$1-cert.pem" ] || return 1
	openssl verify -no_check_time -partial_chain -CAfile "$2-cert.pem" \
		"$1-cert.pem" >/dev/null 2>&1 || return 1
	case $1 in
	expired | not-yet-valid) return 0 ;;
	esac
	openssl x509 -in "$1-cert.pem" -noout -checkend 86400 >/dev/null
}

# leaf NAME CA EXTENSIONS SUBJECT [DATES...]: NAME-cert.pem, signed by CA.
leaf() {
	name=$1 ca=$2 extensions=$3 subject=$4
	shift 4
	[ $# -gt 0 ] || set -- -days 365
	if [ $force = no ] && still_good "$name" "$ca"; then
		echo "kept     $name-cert.pem"
		return
	fi
	new_key "$name-key.pem"
	quietly openssl req -new -config "$work/ca.cnf" -key "$name-key.pem" \
		-subj "$subject" -out "$work/request.pem"
	quietly openssl ca -batch -preserveDN -config "$work/ca.cnf" -notext \
		-cert "$ca-cert.pem" -keyfile "$ca-key.pem" \
		-extensions "$extensions" "$@" \
		-in "$work/request.pem" -out "$name-cert.pem"
	chmod 644 "$name-cert.pem"
	echo "created  $name-cert.pem  $subject"
}

person() {
	echo "/CN=$1/OU=$2/emailAddress=$1@example.com"
}

root ca "/O=Trusted CA Inc/CN=Test CA"
leaf server ca server "/CN=localhost"
leaf admin ca client "$(person admin Administrators)"
leaf user ca client "$(person user1 Users)"
leaf service ca client "/OU=Services/CN=deploy-bot"

# Each of these claims to be the administrator, and is not to be believed.
root other-root "/O=Untrusted CA Inc/CN=Other CA"
leaf other-ca other-root client "$(person admin Administrators)"
leaf expired ca client "$(person admin Administrators)" \
	-startdate 20200101000000Z -enddate 20210101000000Z
leaf not-yet-valid ca client "$(person admin Administrators)" \
	-startdate 20450101000000Z -enddate 20460101000000Z
leaf wrong-eku ca wrong_eku "$(person admin Administrators)"

echo "Certificates and keys are in $(pwd)"
