#!/bin/sh
# What examples/caddy/README.md says is so.
exec sh "$(dirname "$0")/with_servers.sh" caddy.py
