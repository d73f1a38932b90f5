#!/bin/sh
# What mtlsgatectl doctor finds between real web servers and mtlsgate.
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../e2e/with_servers.sh" "../doctor/gate.py"
