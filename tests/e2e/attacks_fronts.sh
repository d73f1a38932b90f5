#!/bin/sh
# The attacks of attacks.py against nginx, HAProxy and Caddy.
exec sh "$(dirname "$0")/with_servers.sh" attacks_fronts.py
