#!/bin/sh
# Runs one of the end-to-end tests of this directory with the programs that
# were built: sh with_servers.sh NAME.py. MTLSGATE and MTLSGATECTL name them,
# else build/ is looked into. Exit status 77: what it needs is not installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
: "${MTLSGATE:=$top/build/mtlsgate}"
: "${MTLSGATECTL:=$top/build/mtlsgatectl}"
export MTLSGATE MTLSGATECTL PATH

for program in "$MTLSGATE" "$MTLSGATECTL"; do
	[ -x "$program" ] || {
		echo "FAIL $1: $program is not there: build first, or set" \
			"MTLSGATE and MTLSGATECTL"
		exit 1
	}
done
for tool in python3 openssl cc apache2 lighttpd nginx haproxy caddy; do
	command -v $tool >/dev/null || {
		echo "skip $1: $tool is not installed"
		exit 77
	}
done
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/$1"
