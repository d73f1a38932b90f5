#!/bin/sh
# mtlsgatectl report: certificates and refusals of an audit log. The programs
# are $MTLSGATE and $MTLSGATECTL; the log is what mtlsgate wrote as CGI, and
# lines like it with other dates.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh
gate=${MTLSGATE:-./mtlsgate}
case $gate in /*) ;; *) gate=$begin/$gate ;; esac
need report "$gate"
log=$work/audit.log

make_policy() {
	cat > "$work/policy.ini" <<-'POLICY'
	[certificate]
	source = server

	[identity]
	id = subject.CN

	[access rest]
	path = /api/*
	allow = *

	[audit]
	log = audit.log
	POLICY
}

# ask PATH CERT: as CGI.
ask() {
	env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET SCRIPT_NAME= \
		"PATH_INFO=$1" SSL_CLIENT_VERIFY=SUCCESS \
		"SSL_CLIENT_CERT=$(cat "$work/$2.pem")" \
		"MTLSGATE_POLICY=$work/policy.ini" \
		ASAN_OPTIONS="${ASAN_OPTIONS:-}" "$gate" > "$work/reply" \
		2> "$work/log"
}

digest() {
	openssl x509 -in "$work/$1.pem" -outform DER | sha256sum | cut -d' ' -f1
}

# line TIME ID SHA256-DIGIT DAYS VERIFIED DECISION REASON
line() {
	printf '{"time":"%s","decision":"%s","decision_id":"x","status":200,' \
		"$1" "$6"
	printf '"reason":"%s","verified_by":%s,"id":"%s","serial":"0%s",' \
		"$7" "$5" "$2" "$3"
	printf '"sha256":"%064d","days_left":%s}\n' "$3" "$4"
}

test_real() {
	ask /api/profile user
	ask /nowhere user
	ask /api/profile server
	run report --log "$log"
	wants 'report' 0 '^ID	SERIAL	SHA256	LAST SEEN	COUNT' \
		"^bob	01C0FFEE	$(digest user)	2.*Z	2	1	\(28\|29\|30\)	yes\$" \
		"^-	01C0FFEE	$(digest server)	2.*Z	1	1	\(28\|29\|30\)	no\$" \
		'^no_rule	1	2.*Z	No rule allows' \
		'^wrong_purpose	1	' \
		'^3 decisions, 1 granted, 2 denied, from 2'
	run report --log "$log" --within 31d
	wants 'something expires' 1 '^1 certificates expire'
	run report --log "$log" --within 20d
	wants 'nothing expires' 0 '^0 certificates expire'
	run report --log "$log" --json --within 31d
	wants '--json' 1 '^{'
	same 'the members' "$(member '" ".join(sorted(o))')" "at certificates \
cut_lines denied expiring first foreign_lines granted last refusals since \
unlisted"
	same 'of a certificate' "$(member '[(c["id"], c["count"], c["denied"],
		c["days_left"] in (28, 29, 30), c["expiring"], c["verified"],
		c["sha256"]) for c in o["certificates"] if c["id"]]')" \
		"[('bob', 2, 1, True, True, True, '$(digest user)')]"
	same 'of refusals' "$(member '[(r["reason"], r["count"])
		for r in o["refusals"]]')" \
		"[('wrong_purpose', 1), ('no_rule', 1)]"
}

test_dates() {
	{
		line 2026-01-01T00:00:00Z old 1 5 '"chain"' granted granted
		line 2026-01-10T00:00:00Z new 2 40 '"chain"' granted granted
		line 2026-01-10T12:00:00Z new 2 39 '"chain"' denied no_rule
		line 2026-01-10T12:00:00Z bad 3 1 null denied expired
		line 2026-01-10T12:00:00Z '' 4 null '"server"' granted granted
	} > "$work/made.log"
	set -- --log "$work/made.log" --at 2026-01-20
	run report "$@" --within 10d
	wants 'one that has expired counts' 1 '	-14	yes$' '^new	' '	30	yes$'
	run report "$@" --within 10d --since 2026-01-05
	wants '--since leaves it out' 0 '^0 certificates expire'
	lacks 'and does not show it' '^old	'
	run report "$@" --within 30d --since 15d
	wants '--within is less than' 0 '^0 certificates'
	run report "$@" --within 30d1s --since 15d
	wants 'by seconds' 1 '^1 certificates'
	run report "$@" --json
	same 'those that end first come first' "$(member '[(c["id"],
		c["days_left"]) for c in o["certificates"]]')" \
		"[('old', -14), ('bad', -9), ('new', 30), ('', None)]"
	same 'nothing was asked about' "$(member 'o["expiring"]')" None
}

test_logs() {
	{
		echo 'Jan  1 00:00:00 host something else'
		echo '{"a":1}'
		echo '{"time":"never","decision":"denied","decision_id":"x"}'
		sed 's/^/Jan 10 00:00:00 host mtlsgate[7]: /' "$work/made.log"
		head -1 "$work/made.log" | cut -c 1-80
		line 2026-01-11T00:00:00Z 'a\u001b[31m\r' 5 9 '"chain"' \
			denied 'x\u001b]0;y'
		head -c 5000000 /dev/zero | tr '\0' x
	} > "$work/mixed.log"
	input=$work/mixed.log
	run report --log - --at 2026-01-20
	input=
	wants 'foreign and cut lines are counted' 0 '^new	' \
		'^4 lines of something else, 1 cut$' '^a.x1B\[31m' '^(unknown)'
	lacks 'no control characters' "$(printf '\033\|\r')"
	line 2026-01-11T00:00:00Z 'turned \u202e' 6 9 '"chain"' granted granted \
		> "$work/turned.log"
	run report --log "$work/turned.log" --json
	wants 'JSON of a name that turns text' 0 'turned .u202e"'
	same 'it is JSON' 'turned \u202e' \
		"$(member 'ascii(o["certificates"][0]["id"])[1:-1]')"
	run report --log "$work/mixed.log" --log "$work/made.log"
	wants 'several logs' 0 '^new	.*	4	2	'
	run report --log /dev/null
	wants 'an empty log' 0 '^0 decisions, 0 granted, 0 denied$'
	run report --log "$work/nowhere"
	wants 'no log' 2 "$work/nowhere: "
	run report --log /
	wants 'a directory' 2 '/: '
	gzip -c "$work/made.log" > "$work/made.log.gz"
	run report --log "$work/made.log.gz"
	wants 'a compressed log' 2 'it is compressed: unpack it with zcat'
	same 'nothing is reported of it' 0 "$(wc -l < "$work/out")"
}

test_usage() {
	run report --help
	wants 'help' 0 'usage: mtlsgatectl report'
	for words in '' '--log' '--log a b' '--log a --within soon' \
		'--log a --since soon' '--log a --at soon' \
		'--log a --color=red' '--frobnicate'; do
		# shellcheck disable=SC2086 # words
		run report $words
		wants "report $words" 2 'usage:'
	done
	run report --log "$work/made.log" --at 2026-01-20 --color=always
	wants 'aligned and coloured' 0 \
		"^new  02      0000000000000000  2026-01-10T12:00:00Z  2 "
	lacks 'without tabs' '	'
}

make_keys
cert user '/O=Corp/OU=People/CN=bob' ca
cert server '/O=Corp/CN=www' ca 'extendedKeyUsage=serverAuth'
make_policy
test_real
test_dates
test_logs
test_usage
finish report
