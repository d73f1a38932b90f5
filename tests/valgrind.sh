#!/bin/sh
# 10,000 requests of every kind, to mtlsgate running under valgrind, with
# reloads in between; at the end no memory is lost and none was misused.
# MTLSGATE names the program (built without sanitizers).
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. tests/lib.sh
gate=${MTLSGATE:?set MTLSGATE to the built program}
requests=${REQUESTS:-10000}

for tool in valgrind python3 openssl cc; do
	command -v $tool > /dev/null || {
		skip valgrind "$tool is not installed"
		exit 77
	}
done
work=$(mktemp -d)
pid=
clean_up() {
	[ -z "$pid" ] || kill "$pid" 2> /dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

sh tests/pki/make.sh "$work/pki"
cp tests/cases/policy.ini "$work/policy.ini"
printf '\n[audit]\nlog = %s\n' "$work/audit.log" >> "$work/policy.ini"
valgrind -q --leak-check=full --error-exitcode=99 \
	--errors-for-leak-kinds=definite,indirect,possible \
	--log-file="$work/valgrind.log" \
	"$gate" --policy "$work/policy.ini" --socket "$work/gate.sock" \
	--threads 4 2> "$work/gate.log" &
pid=$!

if python3 tests/tools/ask_many.py "$work/gate.sock" "$work/pki" \
	"$requests" "$pid" > "$work/asked" 2>&1; then
	ok "valgrind: $(tail -1 "$work/asked")"
else
	fail 'valgrind requests' "$(tail -5 "$work/asked" | tr '\n' ';')"
fi
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
pid=
if [ "$status" -eq 0 ] && [ ! -s "$work/valgrind.log" ]; then
	ok 'valgrind: no leak and no error'
else
	cat "$work/valgrind.log"
	tail -5 "$work/gate.log"
	fail 'valgrind: no leak and no error' "exit status $status"
fi
lines=$(grep -c '"decision"' "$work/audit.log" || true)
if [ "$lines" -eq "$requests" ]; then
	ok 'valgrind: a line of the audit log for each request'
else
	fail 'valgrind: a line of the audit log for each request' \
		"$lines for $requests"
fi
finish valgrind
