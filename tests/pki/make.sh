#!/bin/sh
# Makes every certificate of the tests in DIR, as NAME-cert.pem and
# NAME-key.pem; the name says what is odd. CC compiles the small program that
# makes what openssl's command line does not.
#
#   sh tests/pki/make.sh DIR
#
# A directory that is complete is left as it is.
set -eu

[ $# -eq 1 ] && [ -n "$1" ] || {
	echo "usage: sh tests/pki/make.sh DIR" >&2
	exit 2
}
tests=$(cd "$(dirname "$0")/.." && pwd)
[ ! -e "$1/.complete" ] || exit 0
mkdir -p "$1"
dir=$(cd "$1" && pwd)

sh "$tests/../examples/generate-mtls-certs.sh" "$dir" >/dev/null

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
${CC:-cc} -std=c17 -Wall -Wextra -Werror -o "$work/make_tricky" \
	"$tests/tools/make_tricky.c" -lcrypto
"$work/make_tricky" "$dir/ca-cert.pem" "$dir/ca-key.pem" "$dir"

# A CA of the same name with another key: same-name-cert.pem says that it was
# issued by "Test CA", and was not issued by the one that is trusted.
mkdir "$work/twin"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout "$work/twin/ca-key.pem" -out "$work/twin/ca-cert.pem" \
	-days 3650 -subj "/O=Trusted CA Inc/CN=Test CA" 2>/dev/null
sh "$tests/../examples/generate-mtls-certs.sh" "$work/twin" >/dev/null
cp "$work/twin/admin-cert.pem" "$dir/same-name-cert.pem"
cp "$work/twin/admin-key.pem" "$dir/same-name-key.pem"
cp "$work/twin/ca-cert.pem" "$dir/same-name-root-cert.pem"
cp "$work/twin/ca-key.pem" "$dir/same-name-root-key.pem"

# A certificate that its own key signed, and that is no CA's business.
openssl req -x509 -key "$dir/admin-key.pem" -days 365 \
	-subj "/O=Trusted CA Inc/CN=admin/OU=Administrators" \
	-addext "extendedKeyUsage=clientAuth" \
	-out "$dir/self-signed-cert.pem" 2>/dev/null
cp "$dir/admin-key.pem" "$dir/self-signed-key.pem"

: >"$dir/.complete"
