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
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/ocsp.py"
