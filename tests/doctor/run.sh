#!/bin/sh
# Plants faults in real servers and clients, and looks whether mtlsgatectl
# doctor names the planted one first. MTLSGATE and MTLSGATECTL name the
# programs. Exit status 77: what it needs is not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
PYTHONDONTWRITEBYTECODE=1
: "${MTLSGATE:?}" "${MTLSGATECTL:?}"
export MTLSGATE MTLSGATECTL PATH PYTHONDONTWRITEBYTECODE

for tool in python3 openssl cc apache2 lighttpd nginx haproxy caddy; do
	command -v $tool > /dev/null || {
		echo "skip doctor: $tool is not installed"
		exit 77
	}
done
status=0
for test in "$here"/faults_*.py; do
	python3 "$test" || status=1
done
exit $status
