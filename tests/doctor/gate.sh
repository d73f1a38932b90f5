#!/bin/sh
# What mtlsgatectl doctor finds between real web servers and mtlsgate.
here=$(cd "$(dirname "$0")" && pwd)
status=0
for test in gate.py gate_policy.py examples.py; do
	sh "$here/../e2e/with_servers.sh" "../doctor/$test" || status=$?
done
exit $status
