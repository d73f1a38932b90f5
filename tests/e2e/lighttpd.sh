#!/bin/sh
# What examples/lighttpd/README.md says is so.
exec sh "$(dirname "$0")/with_servers.sh" lighttpd.py
