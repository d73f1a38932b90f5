#!/bin/sh
# Built with ThreadSanitizer, mtlsgate answers 8 clients at once, with reloads
# among the requests, ends on SIGTERM, and no two threads got in each other's
# way.
#
#   sh tests/tsan/run.sh
set -eu
cd "$(dirname "$0")/../.."
. tests/lib.sh
cc=${CC:-cc}
for tool in python3 openssl "$cc"; do
	command -v "$tool" > /dev/null || {
		skip tsan "$tool is not installed"
		exit 77
	}
done
. tests/valgrind/watched.sh

find src -name '*.c' ! -name 'ctl*' > "$work/sources"
# names of sources have no spaces
# shellcheck disable=SC2046
if ! "$cc" -std=c17 -D_GNU_SOURCE -O1 -g -fsanitize=thread -Isrc \
	-DPOLICY_DEFAULT_FILE='"none"' -DPACKAGE_VERSION='"0"' \
	$(cat "$work/sources") -o "$work/mtlsgate" -lcrypto -ljansson \
	-linih -lpthread > "$work/build.log" 2>&1; then
	tail -n 20 "$work/build.log"
	fail tsan 'it cannot be built with -fsanitize=thread'
	exit 1
fi

TSAN_OPTIONS="exitcode=99 log_path=$work/tsan history_size=4"
export TSAN_OPTIONS
under_load tsan 8 "${REQUESTS:-8000}" 40 "$work/mtlsgate"
if [ "$gate_status" -eq 0 ] && ! ls "$work"/tsan.* > /dev/null 2>&1; then
	ok 'tsan: no report'
else
	cat "$work"/tsan.* 2> /dev/null | head -n 60
	tail -n 5 "$work/gate.log"
	fail 'tsan: no report' "exit status $gate_status"
fi
finish tsan
