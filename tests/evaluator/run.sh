#!/bin/sh
# run.sh - the program, explain and an independent evaluator in Python agree
# on 10,000 generated requests. The evaluator needs Debian's
# python3-cryptography, so the system's own python3 is looked for first.
set -u
here=$(dirname "$0")
for python in /usr/bin/python3 python3; do
	"$python" -c 'import cryptography' 2> /dev/null && break
done
exec "$python" "$here/run.py" "$@"
