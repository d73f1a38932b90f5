#!/bin/sh
# What examples/haproxy/README.md says is so.
exec sh "$(dirname "$0")/with_servers.sh" haproxy.py
