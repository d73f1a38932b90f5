#!/bin/sh
# examples/quickstart.sh succeeds, and again on a second run; it leaves no
# process, and what was enabled before is enabled after.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/tests/lib.sh"

out=$(mktemp)
trap 'rm -f "$out"' EXIT

servers() {
	ps -e -o comm= | grep -c -e '^lighttpd$' -e '^mtlsgate$' || :
}

enabled() {
	ls /etc/systemd/system/*.wants /etc/rc?.d 2>/dev/null |
		grep -e lighttpd -e apache2 || :
}

before=$(enabled)
for run in first second; do
	if sh "$top/examples/quickstart.sh" >"$out" 2>&1; then
		ok "$run run"
	else
		fail "$run run" "$(tail -n 20 "$out")"
	fi
	case $(tail -n 1 "$out") in
	"quickstart: all "*" answers were as expected") ok "$run run: last line" ;;
	*) fail "$run run: last line" "$(tail -n 1 "$out")" ;;
	esac
done
if [ "$(enabled)" = "$before" ] || [ -z "$(enabled)" ]; then
	ok "no web server was enabled"
else
	fail "no web server was enabled" "$(enabled)"
fi
finish quickstart
