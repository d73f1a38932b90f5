#!/bin/sh
# Forged headers, odd paths, methods and bodies: all of them are denied.
exec sh "$(dirname "$0")/with_servers.sh" attacks.py
