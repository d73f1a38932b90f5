#!/bin/sh
# mtlsgatectl explain --env and --decision, with what mtlsgate itself wrote: it
# is asked as CGI, refuses, and both the audit log and the refused requests are
# read back. The programs are $MTLSGATE and $MTLSGATECTL.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh
gate=${MTLSGATE:-./mtlsgate}
case $gate in /*) ;; *) gate=$begin/$gate ;; esac
need saved "$gate"
log=$work/audit.log

make_policy() {
	cat > "$work/policy.ini" <<-'POLICY'
	[certificate]
	source = server

	[identity]
	id = subject.CN

	[role admin]
	subject.OU = Administrators

	[role user]
	default = yes

	[access admin]
	path = /admin/*
	allow = admin

	[access rest]
	path = /api/*
	allow = *

	[audit]
	log = audit.log
	capture = denied

	[server]
	secret = a-secret-of-the-server

	[messages]
	contact = help desk <1234>
	help_url = https://help.example.org/?a&b
	POLICY
}

# ask PATH CERT [NAME=value]...: as CGI; the answer is in $work/reply.
ask() {
	ask_path=$1
	ask_cert=$work/$2.pem
	shift 2
	env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET SCRIPT_NAME= \
		"PATH_INFO=$ask_path" "REQUEST_URI=$ask_path?key=hidden-query" \
		REMOTE_ADDR=192.0.2.7 SSL_CLIENT_VERIFY=SUCCESS \
		"SSL_CLIENT_CERT=$(cat "$ask_cert")" \
		MTLSGATE_SECRET=a-secret-of-the-server \
		HTTP_COOKIE=session=hidden-cookie \
		HTTP_AUTHORIZATION='Basic hidden-basic' \
		"MTLSGATE_POLICY=$work/policy.ini" ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
		"$@" "$gate" > "$work/reply" 2> "$work/log"
}

# id_of N: the decision id in the N-th line of the audit log.
id_of() {
	sed -n "$1s/.*\"decision_id\":\"\\([0-9a-f]*\\)\".*/\\1/p" "$log"
}

test_capture() {
	ask /api/profile user
	ask /admin/x user HTTP_X="$(printf 'odd \033[2J \377')"
	ask /api/other server
	ask /api/missing user
	same 'every decision has an audit line' "$(wc -l < "$log")" 4
	same 'every denial is kept' "$(wc -l < "$log.captured")" 3
	same 'for its owner alone' "$(stat -c %a "$log.captured")" 600
	same 'no secret is kept' "$(grep -c -e hidden- -e a-secret \
		"$log.captured" || true)" 0
	same 'an answer tells whom to ask' "$(sed 1,/^.$/d "$work/reply" |
		python3 -c 'import json, sys
o = json.load(sys.stdin)
print(o["contact"], o["help_url"])')" \
		'help desk <1234> https://help.example.org/?a&b'
	same 'which is escaped' "$(grep -c -e '<' "$work/reply" || true)" 0
}

test_env() {
	run explain --policy "$work/policy.ini" --env "$log.captured"
	wants '--env of several requests' 0 \
		"^$(id_of 2)  2.*Z  denied   role_required  the same\$" \
		"^$(id_of 3)  2.*Z  denied   wrong_purpose  the same\$" \
		"^$(id_of 4)  2.*Z  denied   not_found  the same\$"
	run explain --policy "$work/policy.ini" --env "$log.captured" --json
	wants '--env --json' 0 '^{'
	same 'a line each' "$(wc -l < "$work/out")" 3
	same 'the members' "$(head -1 "$work/out" > "$work/one" &&
		python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
print(" ".join(sorted(o)), o["recorded"], o["same"], o["role"],
	o["status"])' "$work/one")" "advice contact decision decision_id detail \
help_url id line message reason recorded role roles rule same status time {'decision': \
'denied', 'reason': 'role_required', 'status': 403} True user 403"
	run explain --policy "$work/policy.ini" --env "$log.captured" \
		--decision "$(id_of 2)"
	wants '--env of one request' 1 '^denied: role_required (403)' \
		"^request $(id_of 2) of " '^GET /admin/x$' '^id: bob$' \
		'note  saved.*MTLSGATE_SECRET' \
		'^saved answer: denied (role_required): the same$'
	input=$log.captured
	run explain --policy "$work/policy.ini" --env - --decision 00
	input=
	wants 'a request that is not there' 2 'there is no request 00$'
	run explain --policy "$work/policy.ini" --env "$log.captured" \
		--at 2001-01-01
	wants '--at another time' 1 'not_yet_valid  not as saved: role_req'
	sed 's/^allow = admin/allow = user/' "$work/policy.ini" \
		> "$work/wider.ini"
	run explain --policy "$work/wider.ini" --env "$log.captured" \
		--decision "$(id_of 2)"
	wants 'under another policy' 1 'not_found (404)' \
		'^saved answer: denied (role_required): another one' \
		'^policy: another one than'
	head -c $(($(head -1 "$log.captured" | wc -c) + 300)) \
		"$log.captured" > "$work/cut"
	run explain --policy "$work/policy.ini" --env "$work/cut"
	wants 'a cut file' 2 "^$work/cut:2: .*cut" 'role_required): the same'
	run explain --policy "$work/policy.ini" --env "$work/nowhere"
	wants 'a file that is not there' 2 "$work/nowhere"
	run explain --policy "$work/policy.ini" --env /dev/null
	wants 'an empty file' 2 'no request in it'
}

# A page that mtlsgate answers, asked about in its variables.
test_plain() {
	{
		echo 'GATEWAY_INTERFACE=CGI/1.1'
		echo 'REQUEST_METHOD=GET'
		echo 'PATH_INFO=/api/profile'
		echo 'SSL_CLIENT_VERIFY=SUCCESS'
		echo "SSL_CLIENT_CERT=$(cat "$work/user.pem")"
	} > "$work/plain"
	run explain --policy "$work/policy.ini" --env "$work/plain"
	wants 'lines NAME=value' 0 '^granted: granted (200)' '^id: bob$'
	run explain --policy "$work/policy.ini" --env "$work/plain" --json
	same 'without a saved answer' "$(member '[o["same"], o["reason"],
		o["decision_id"], o["recorded"]["reason"]]')" \
		"[None, 'granted', None, None]"
	printf '{"env":{},"decision_id":"x\\u001by"}\n' > "$work/turned"
	run explain --policy "$work/policy.ini" --env "$work/turned"
	wants 'an id that no header has' 2 ':1: decision_id has a control char'
	echo 'what is this' >> "$work/plain"
	run explain --policy "$work/policy.ini" --env "$work/plain"
	wants 'a line that is none' 2 ':[0-9]*: neither JSON nor NAME=value'
}

test_decision() {
	run explain --policy "$work/policy.ini" --log "$log" \
		--decision "$(id_of 2)"
	wants '--decision' 1 "^decision: $(id_of 2)\$" '^when: 2.*Z, [0-9]* m' \
		'^who: bob, with the role user$' \
		'^certificate: serial 01C0FFEE, sha256 .* \(29\|30\) days left then$' \
		'^from: 192.0.2.7, certificate by source server$' \
		'^asked for: GET /admin/x, as responder$' \
		'^denied: role_required (403): A role that' \
		'^detail: needs admin$' '^rule: \[access admin\]$' \
		'^line: 13: \[access admin\]$' \
		"^policy: $work/policy.ini has not changed since\$" \
		'^advice: See the allow line' '^contact: help desk' \
		'^help: https://help.example.org/?a&b$'
	run explain --policy "$work/wider.ini" --log "$log" \
		--decision "$(id_of 2)"
	wants 'the policy has changed' 1 "^line: 13\$" \
		"^policy: $work/wider.ini has changed since"
	run explain --policy "$work/nowhere" --log "$log" \
		--decision "$(id_of 2)"
	wants 'the policy is gone' 1 '^policy: sha256 .* is not known: .*nowhere'
	run explain --policy "$work/policy.ini" --log "$log" \
		--decision "$(id_of 1)"
	wants '--decision of a grant' 0 '^granted: granted (200)'
	run explain --policy "$work/policy.ini" --log "$log" \
		--decision "$(id_of 3)" --json
	wants '--decision --json' 1 '^{'
	same 'its members' "$(member '[o["reason"], o["policy_changed"],
		o["advice"][:8], o["peer"], o["contact"]]')" \
		"['wrong_purpose', False, 'Issue it', '192.0.2.7', \
'help desk <1234>']"
	run explain --log "$log" --decision 0123
	wants 'an unknown id' 2 'there is no decision 0123 in 4 lines' \
		'an id is given whole'
	run explain --log / --decision 0123
	wants 'a directory as log' 2 '/: Is a directory'
	lacks 'nothing is said of its lines' 'there is no decision'
	run explain --log "$work/nowhere" --decision 0123
	wants 'no log' 2 "$work/nowhere: "
}

# What else may be in a log.
test_logs() {
	{
		echo 'Nov 24 10:00:00 host something else'
		printf '{"time":"\033[2J","decision":"\rx","decision_id":"odd1",'
		printf '"id":"\033]0;x\007"}\n'
		printf '{"time":"t\\u001b[2J","decision":"d","decision_id":"odd",'
		printf '"id":"\\u001b]0;x\\u0007","path":"/\\u202etxt"}\n'
		sed -n 2p "$log" | cut -c 1-90
		sed 's/^/Nov 24 10:00:00 host mtlsgate[7]: /' "$log"
		sed -n 1p "$log" | cut -c 1-90 | tr -d '\n'
	} > "$work/mixed.log"
	input=$work/mixed.log
	run explain --policy "$work/policy.ini" --log - --decision "$(id_of 2)"
	input=
	wants 'syslog, foreign and cut lines' 1 '^who: bob' 'line is cut'
	run explain --policy "$work/policy.ini" --log "$work/mixed.log" \
		--decision odd --color=always
	wants 'a hostile line' 1 'x1B\]0;x'
	lacks 'shows no control characters' \
		"$(printf '\033[]2]\|\r\|\007\|\342\200\256')"
}

test_usage() {
	for line in '--env a b' '--env a --cert c' '--env a --log b' \
		'--log a' '--decision a' '--decision a /x' \
		'--env a --method GET' '--log a --decision b /x' \
		'--log a --decision b --at 2026-01-01' '--color=red /x'; do
		# shellcheck disable=SC2086 # words
		run explain $line
		wants "explain $line" 2 'usage:'
	done
	run explain --color=always --policy "$work/policy.ini" /api/x
	wants '--color=always' 1 "$(printf '\033')\[31mdenied"
	run explain --policy "$work/policy.ini" /api/x
	lacks 'no colour in a pipe' "$(printf '\033')"
}

make_keys
cert user '/O=Corp/OU=People/CN=bob' ca
cert server '/O=Corp/CN=www' ca 'extendedKeyUsage=serverAuth'
make_policy
test_capture
test_env
test_plain
test_decision
test_logs
test_usage
finish saved
