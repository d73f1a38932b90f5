#!/bin/sh
# Chains and CRLs of CAs that openssl made, through the FastCGI authorizer and
# mtlsgatectl explain: sh tests/e2e/crl.sh [WORD...]. MTLSGATE and MTLSGATECTL
# name the programs, else build/ is looked into. With words, only cases with
# one of them in their names.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${MTLSGATE:=$top/build/mtlsgate}"
: "${MTLSGATECTL:=$top/build/mtlsgatectl}"
export MTLSGATE MTLSGATECTL

for program in "$MTLSGATE" "$MTLSGATECTL"; do
	[ -x "$program" ] || {
		echo "FAIL crl: $program is not there: build first, or set" \
			"MTLSGATE and MTLSGATECTL"
		exit 1
	}
	# the sweep over all tests hands the program over as an argument
	[ "${1:-}" != "$program" ] || shift
done
for tool in python3 openssl; do
	command -v $tool >/dev/null || {
		echo "skip crl: $tool is not installed"
		exit 77
	}
done
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/crl.py" "$@"
