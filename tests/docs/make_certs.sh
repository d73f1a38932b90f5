#!/bin/sh
# make_certs.sh DIR - the certificates that the documents speak of, in DIR, by
# the names that they have there. Valid from 2026 to 2035, since the recipes
# look at days to come; alice and bob, of the README, from now on.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/ca.cnf" << CONF
[ca]
default_ca = docs
[docs]
database = $work/index.txt
new_certs_dir = $work
serial = $work/serial
crlnumber = $work/crlnumber
default_md = sha256
default_crl_days = 30
policy = any
preserve = yes
unique_subject = no
[any]
organizationName = optional
organizationalUnitName = optional
commonName = optional
[req]
distinguished_name = none
string_mask = utf8only
[none]
[ca_ext]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CONF
: > "$work/index.txt"
echo 01 > "$work/crlnumber"

# request NAME SUBJECT
request() {
	openssl req -config "$work/ca.cnf" -new -newkey ec \
		-pkeyopt ec_paramgen_curve:P-256 -nodes -utf8 -subj "$2" \
		-keyout "$work/$1.key" -out "$work/$1.csr" 2> /dev/null
}

# sign NAME SERIAL EXTENSIONS-FILE OPTION...
sign() {
	sign_name=$1
	echo "$2" > "$work/serial"
	sign_extensions=$3
	shift 3
	openssl ca -config "$work/ca.cnf" -batch -notext \
		-startdate 20260101000000Z -enddate 20351231235959Z \
		-in "$work/$sign_name.csr" -out "$sign_name.pem" \
		-extfile "$sign_extensions" "$@" 2> /dev/null
}

# ca NAME SUBJECT
ca() {
	request "$1" "$2"
	sed -n '/^\[ca_ext\]/,$p' "$work/ca.cnf" | sed 1d > "$work/ca.ext"
	sign "$1" "$(openssl rand -hex 8)" "$work/ca.ext" -selfsign \
		-keyfile "$work/$1.key"
}

# client NAME CA SUBJECT SERIAL [EXTENSION...]: one line each
client() {
	client_name=$1
	client_ca=$2
	request "$1" "$3"
	client_serial=$4
	shift 4
	printf '%s\n' 'basicConstraints = critical, CA:FALSE' \
		'keyUsage = critical, digitalSignature' \
		'extendedKeyUsage = clientAuth' \
		'authorityKeyIdentifier = keyid' "$@" > "$work/$client_name.ext"
	sign "$client_name" "$client_serial" "$work/$client_name.ext" \
		-cert "$client_ca.pem" -keyfile "$work/$client_ca.key"
}

ca ca '/O=Corp/CN=Corp CA'
ca ca-2 '/O=Corp/CN=Corp CA 2'
card='2.16.840.1.101.3.2.1.3.13'
upn='otherName:1.3.6.1.4.1.311.20.2.3;UTF8:1234567890@mil'
client jane-card ca '/O=Corp/CN=DOE.JANE.Q.1234567890' 0A01 \
	"certificatePolicies = $card" "subjectAltName = $upn"
client jane-file ca '/O=Corp/CN=DOE.JANE.Q.1234567890' 0A02 \
	"subjectAltName = $upn"
client cart ca '/O=Corp' 0B01 \
	'subjectAltName = URI:spiffe://prod.example/ns/shop/sa/cart'
client web ca '/O=Corp' 0B02 \
	'subjectAltName = URI:spiffe://prod.example/ns/shop/sa/web'
client stranger ca '/O=Corp' 0B03 \
	'subjectAltName = URI:spiffe://test.example/ns/shop/sa/cart'
client laptop ca '/O=Corp/CN=laptop-17' 1CE2C907D8E5
client phone ca '/O=Corp/CN=phone-17' 1CE2C907D8E6
client build-old ca '/O=Corp/CN=build' 0C01
client build-new ca '/O=Corp/CN=build' 0C02
client build-other ca '/O=Corp/CN=build' 0C03
client jane-old ca '/O=Corp/CN=jane' 0D01
client jane-new ca-2 '/O=Corp/CN=jane' 0D02
client reader ca '/O=Corp/OU=Readers/CN=rita' 0E01
client editor ca '/O=Corp/OU=Editors/CN=edward' 0E02
client contractor ca '/O=Corp/OU=Contractors/CN=conrad' 0F01
client operator ca '/O=Corp/OU=Operators/CN=olga' 0F02

mkdir crl
openssl ca -config "$work/ca.cnf" -gencrl -cert ca.pem -keyfile "$work/ca.key" \
	-out crl/ca.pem 2> /dev/null

sh "$top/examples/generate-mtls-certs.sh" "$work/pki" > /dev/null
cp "$work/pki/admin-cert.pem" alice.pem
cp "$work/pki/user-cert.pem" bob.pem
