#!/bin/sh
# The examples of mtlsgatectl(8), each run as it stands there but for the places
# of files, and the policy of mtlsgate.ini(5). Those of doctor and fetch-crl
# have tests of their own, with servers. The programs are $MTLSGATE and
# $MTLSGATECTL.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh
gate=${MTLSGATE:-./mtlsgate}
case $gate in /*) ;; *) gate=$begin/$gate ;; esac
need examples "$gate"
need examples "$(command -v jq || echo jq)"
id=6c5594c37871f14c0000
top=$PWD

# examples FILE: the lines of .EX below EXAMPLES, as a reader sees them.
examples() {
	awk '/^\.SH/ { inside = $2 == "EXAMPLES" } /^\.EX/ { on = inside; next }
		/^\.EE/ { on = 0 } on' "$1" |
		sed -e 's/\\-/-/g' -e 's/\\e/\\/g' -e 's/\\\\$/\\/'
}

# The files that they name, at the same places below $work.
make_files() {
	mkdir -p "$work/etc/mtlsgate" "$work/var/log/mtlsgate" "$work/bin"
	ln -s "$ctl" "$work/bin/mtlsgatectl"
	make_keys
	cert bob '/O=Corp/OU=Administrators/CN=bob' ca
	policy=$work/etc/mtlsgate/policy.ini
	examples man/mtlsgate.ini.5 > "$policy"
	printf '\n[audit]\nlog = %s\ncapture = denied\n' \
		"$work/var/log/mtlsgate/audit.log" >> "$policy"
	for path in /api/profile /nowhere; do
		env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET \
			SCRIPT_NAME= "PATH_INFO=$path" \
			SSL_CLIENT_VERIFY=SUCCESS \
			"SSL_CLIENT_CERT=$(cat "$work/bob.pem")" \
			"MTLSGATE_POLICY=$policy" \
			ASAN_OPTIONS="${ASAN_OPTIONS:-}" "$gate" \
			> "$work/reply" 2> "$work/log"
	done
	cd "$work/var/log/mtlsgate"
	sed -i "\$s/\"decision_id\":\"[0-9a-f]*\"/\"decision_id\":\"$id\"/" \
		audit.log
	gzip -c audit.log > audit.log.2.gz
	cd "$top"
}

# example NUMBER COMMAND-LINE: it works, and says something.
example() {
	code=0
	(cd "$work" && PATH=$work/bin:$PATH \
		MTLSGATE_POLICY=$work/etc/mtlsgate/policy.ini \
		sh -c "$2") > "$work/out" 2> "$work/err" || code=$?
	if [ $code -gt 1 ] || [ -s "$work/err" ] || [ ! -s "$work/out" ]; then
		fail "example $1" "$2: exit status $code: $(shown)"
	else
		ok "example $1"
	fi
}

make_files
run check "$work/etc/mtlsgate/policy.ini"
wants 'the policy of mtlsgate.ini(5)' 0 'good: 0 errors, 0 warnings'
# a command may go on over lines
examples man/mtlsgatectl.8 | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' \
	-e "s|/etc/|$work/etc/|g; s|/var/|$work/var/|g" |
	grep -v -e 'mtlsgatectl doctor' -e 'mtlsgatectl fetch-crl' \
	> "$work/lines"
number=0
while read -r line; do
	number=$((number + 1))
	example "$(echo "$line" | sed 's|/tmp/[^/]*||g')" "$line"
done < "$work/lines"
[ "$number" -ge 9 ] || fail examples "there are only $number"
finish examples
