#!/bin/sh
# For every header source: what a client could send, and that it is not
# believed, through real servers.
exec sh "$(dirname "$0")/with_servers.sh" spoof.py
