#!/bin/sh
# Every snippet of the documents: policies load, configurations pass the
# server's own test, commands run and print what the documents show.
# run.sh [PROGRAM [DOCUMENT...]]: MTLSGATE and MTLSGATECTL name the programs,
# PROGRAM the first of them as well. Needs root, since it puts things
# where administrators would put them, in namespaces of its own. Exit status
# 77: what it needs is not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
: "${MTLSGATE:=${1:-$top/build/mtlsgate}}"
[ $# -eq 0 ] || shift
: "${MTLSGATECTL:=$top/build/mtlsgatectl}"
export MTLSGATE MTLSGATECTL PATH

for tool in python3 openssl curl unshare setpriv bash apache2 lighttpd nginx \
	haproxy caddy; do
	command -v $tool > /dev/null || {
		echo "skip docs: $tool is not installed"
		exit 77
	}
done
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/snippets.py" "$@"
