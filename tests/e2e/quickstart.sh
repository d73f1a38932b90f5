#!/bin/sh
# examples/quickstart.sh succeeds, and again on a second run, on a machine that
# is busy (answers then overtake requests); it leaves no process, and what was
# enabled before is enabled after.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/tests/lib.sh"

lab=$(mktemp -d)
chmod 755 "$lab"
busy=
cleanup() {
	for pid in $busy; do
		kill "$pid" 2>/dev/null || :
	done
	rm -rf "$lab"
}
trap cleanup EXIT
out=$lab/out
TMPDIR=$lab/tmp
mkdir -m 1777 "$TMPDIR"
export TMPDIR

enabled() {
	find /etc/systemd/system/*.wants /etc/rc[2-5].d \
		\( -name 'S??lighttpd' -o -name 'lighttpd.service' \) \
		2>/dev/null || :
}

before=$(enabled)
for run in first second; do
	if sh "$top/examples/quickstart.sh" >"$out" 2>&1; then
		ok "$run run"
	else
		fail "$run run" "$(grep -B 8 'NOT AS EXPECTED' "$out" ||
			tail -n 20 "$out")"
	fi
	case $(tail -n 1 "$out") in
	"quickstart: all "*" answers were as expected") ok "$run run: last line" ;;
	*) fail "$run run: last line" "$(tail -n 1 "$out")" ;;
	esac
	if [ $run = first ]; then
		for _ in 1 2 3; do
			sh -c 'while :; do :; done' &
			busy="$busy $!"
		done
	fi
done
if [ "$(enabled)" = "$before" ]; then
	ok "no web server was enabled"
else
	fail "no web server was enabled" "$(enabled)"
fi
left=$(grep -lsF "$TMPDIR" /proc/[0-9]*/cmdline || :)
if [ -z "$left" ]; then
	ok "no process is left"
else
	fail "no process is left" "$left"
fi
if [ -z "$(ls "$TMPDIR")" ]; then
	ok "no temporary file is left"
else
	fail "no temporary file is left" "$(ls "$TMPDIR")"
fi
finish quickstart
