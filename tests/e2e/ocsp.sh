#!/bin/sh
# OCSP: real and misbehaving responders, asked by the FastCGI authorizer.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${MTLSGATE:=$top/build/mtlsgate}"
: "${MTLSGATECTL:=$top/build/mtlsgatectl}"
export MTLSGATE MTLSGATECTL

for program in "$MTLSGATE" "$MTLSGATECTL"; do
	[ -x "$program" ] || {
		echo "FAIL ocsp: $program is not there: build first, or set" \
			"MTLSGATE and MTLSGATECTL"
		exit 1
	}
done
for tool in python3 openssl; do
	command -v $tool >/dev/null || {
		echo "skip ocsp: $tool is not installed"
		exit 77
	}
done
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
# openssl ocsp listens on every address: where the system lets us, these are
# only the loopback ones
if unshare -n true 2>/dev/null; then
	exec unshare -n python3 "$here/lib_alone.py" python3 "$here/ocsp.py"
fi
exec python3 "$here/ocsp.py"
