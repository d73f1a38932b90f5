#!/bin/sh
# What admin/metrics says, to promtool and by its numbers.
command -v promtool > /dev/null || {
	echo 'skip metrics: promtool is not installed (Debian: prometheus)'
	exit 77
}
exec sh "$(dirname "$0")/with_servers.sh" metrics.py
