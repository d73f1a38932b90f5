#!/bin/sh
# What examples/apache/README.md says is so.
exec sh "$(dirname "$0")/with_servers.sh" apache.py
