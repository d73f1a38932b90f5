#!/bin/sh
# What examples/nginx/README.md says is so.
exec sh "$(dirname "$0")/with_servers.sh" nginx.py
