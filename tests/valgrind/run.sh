#!/bin/sh
# Under valgrind mtlsgate answers 10,000 requests of all kinds, with reloads
# among them, ends on SIGTERM, and has lost no memory and used none wrongly.
#
#   sh tests/valgrind/run.sh [PROGRAM]
#
# PROGRAM is built without sanitizers. REQUESTS: another number of them.
set -eu
program=${1:-${MTLSGATE:-build/gcc/mtlsgate}}
cd "$(dirname "$0")/../.."
. tests/lib.sh
for tool in valgrind python3 openssl; do
	command -v $tool > /dev/null || {
		skip valgrind "$tool is not installed"
		exit 77
	}
done
need valgrind "$program"
. tests/valgrind/watched.sh

under_load valgrind 4 "${REQUESTS:-10000}" 20 \
	valgrind -q --leak-check=full --error-exitcode=99 \
	--errors-for-leak-kinds=definite,indirect,possible \
	--log-file="$work/valgrind.log" "$program"
if [ "$gate_status" -eq 0 ] && [ ! -s "$work/valgrind.log" ]; then
	ok 'valgrind: no leak and no error'
else
	cat "$work/valgrind.log"
	tail -n 5 "$work/gate.log"
	fail 'valgrind: no leak and no error' "exit status $gate_status"
fi
finish valgrind
