#!/bin/sh
# Built with ThreadSanitizer, mtlsgate answers 8 clients at once, with reloads
# among the requests, then 12 that leave halves of requests behind while a list
# of revoked certificates changes, ends on SIGTERM among requests, and no two
# threads got in each other's way.
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

# no_report NAME: what the sanitizer and the program say of the run before.
no_report() {
	if [ "$gate_status" -eq 0 ] && ! ls "$work"/tsan.* > /dev/null 2>&1
	then
		ok "tsan: no report, $1"
	else
		cat "$work"/tsan.* 2> /dev/null | head -n 60
		tail -n 5 "$work/gate.log"
		fail "tsan: no report, $1" "exit status $gate_status"
	fi
	rm -f "$work"/tsan.*
}

under_load tsan 8 "${REQUESTS:-8000}" 40 "$work/mtlsgate"
no_report 'requests and reloads'

churn=tests/tsan/churn.py
python3 "$churn" "$work" setup
"$work/mtlsgate" --policy "$work/policy.ini" --socket "$work/gate.sock" \
	--threads 4 2> "$work/gate.log" &
pid=$!
wait_for_start
if python3 "$churn" "$work" "$work/gate.sock" "$pid" 15 > "$work/load.log" 2>&1
then
	ok "tsan churn: $(tail -n 1 "$work/load.log")"
else
	fail 'tsan churn' "$(tail -n 4 "$work/load.log" | tr '\n' ';')"
fi
gate_status=0
wait "$pid" || gate_status=$?
pid=
no_report 'all at once'
finish tsan
