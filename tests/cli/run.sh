#!/bin/sh
# mtlsgatectl from outside: what it prints and how it exits. The program is
# $MTLSGATECTL, or ./mtlsgatectl.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh

make_certs() {
	make_keys
	ca odd '/O=Odd; "Ltd", #1 + more/OU=\\back/CN=end # of '
	cert admin '/O=Corp/OU=Administrators/CN=alice' ca
	cert user '/O=Corp/OU=People/CN=bob' ca
	cert child '/O=Corp/OU=Administrators/CN=carol' odd
	cert server '/O=Corp/CN=www' ca 'extendedKeyUsage=serverAuth'
	openssl x509 -in "$work/admin.pem" -outform DER \
		-out "$work/admin.der"
	openssl x509 -in "$work/admin.pem" -text -out "$work/text.pem"
	cat "$work/key.pem" >> "$work/text.pem"
	cat "$work/admin.pem" "$work/ca.pem" > "$work/full.pem"
}

make_policy() {
	cat > "$work/policy.ini" <<'POLICY'
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

[access post]
path = /post
allow.POST = *

[access public]
path = /public/*
allow = anyone

[access rest]
path = /api/*
allow = *
POLICY
}

test_usage() {
	run
	wants 'no command' 2 'usage: mtlsgatectl'
	run --help
	wants 'help' 0 'check' 'explain' 'fingerprint'
	run --version
	wants 'version' 0 '^mtlsgatectl [0-9]'
	run frobnicate
	wants 'unknown command' 2 "no command 'frobnicate'"
	for command in check explain fingerprint; do
		run $command --help
		wants "help of $command" 0 "usage: mtlsgatectl $command"
		run $command a b c
		wants "too many arguments for $command" 2 'usage:'
		run $command --frobnicate
		wants "unknown option of $command" 2 'usage:'
	done
	code=0
	"$ctl" --help > /dev/full 2> "$work/err" || code=$?
	: > "$work/out"
	wants 'a full disk' 2 'cannot write'
}

test_check() {
	run check "$work/policy.ini"
	wants 'check of a good policy' 0 \
		"^$work/policy.ini: good: 0 errors, 0 warnings\$"
	export MTLSGATE_POLICY="$work/policy.ini"
	run check
	wants 'check of the default policy' 0 'good'
	unset MTLSGATE_POLICY
	run check "$work/nowhere.ini"
	wants 'check of no policy' 1 "$work/nowhere.ini: error:" 'not usable'
	cat > "$work/bad.ini" <<-'POLICY'
	[identity]
	id = subject.CN
	emial = san.email

	[access a]
	path = /a
	allow = nobody
	POLICY
	run check "$work/bad.ini"
	wants 'check of all errors at once' 1 "^$work/bad.ini:3: error: " \
		"^$work/bad.ini:7: error: " 'not usable: 2 errors'
	printf '\n[access again]\npath = /admin/x\nallow = *\n' |
		cat "$work/policy.ini" - > "$work/doubt.ini"
	run check "$work/doubt.ini"
	wants 'check of a doubtful policy' 0 \
		"^$work/doubt.ini:[0-9]*: warning: " 'good: 0 errors, 1 warning$'
	wants 'a rule that is hidden, and by which' 0 \
		"^$work/doubt.ini:29: warning: .access again. is never .*\
access admin. in line 13 "
	run check tests/policies/valid/chain-all/policy.ini
	wants 'check of CRLs' 0 '^crl: .*CN=Issuing CA,.* 0 entries, file /'
	printf '[ro\033le x]\n' > "$work/control.ini"
	run check "$work/control.ini"
	wants 'check of a policy with controls' 1 'error:'
	lacks 'no control characters in check' "$(printf '\033')"
}

# line KEY: its value in the last output.
line() {
	sed -n "s/^$1 = //p" "$work/out"
}

test_fingerprint() {
	run fingerprint "$work/admin.pem"
	wants 'fingerprint of PEM' 0 '^; until .*Z: CN=alice,OU=Admin'
	same 'sha256 is the one of openssl' "$(line sha256)" \
		"$(openssl x509 -in "$work/admin.pem" -outform DER |
			sha256sum | cut -d' ' -f1)"
	same 'spki is the one of openssl' "$(line spki)" \
		"$(openssl x509 -in "$work/admin.pem" -noout -pubkey |
			openssl pkey -pubin -outform DER |
			sha256sum | cut -d' ' -f1)"
	same 'serial is the one of openssl' "serial=$(line serial)" \
		"$(openssl x509 -in "$work/admin.pem" -noout -serial)"
	same 'issuer is RFC 4514' "$(line issuer)" 'CN=Test CA,O=Trusted CA Inc'
	cp "$work/out" "$work/lines"
	run fingerprint "$work/admin.der"
	same 'DER gives the same' "$(cat "$work/out")" "$(cat "$work/lines")"
	run fingerprint "$work/text.pem"
	same 'text around PEM is left out' "$(cat "$work/out")" \
		"$(cat "$work/lines")"
	input=$work/admin.pem
	run fingerprint -
	input=
	same 'standard input gives the same' "$(cat "$work/out")" \
		"$(cat "$work/lines")"
	run fingerprint "$work/full.pem"
	wants 'the first of several' 0 'first of 2 certificates' 'CN=alice'
	run fingerprint "$work/key.pem"
	wants 'fingerprint of a key' 2 'not a certificate'
	run fingerprint "$work/nowhere"
	wants 'fingerprint of nothing' 2 "$work/nowhere"
	: > "$work/empty"
	run fingerprint "$work/empty"
	wants 'fingerprint of an empty file' 2 'empty'
}

# blocked NAME CERT: the printed lines, pasted into a policy, block CERT.
blocked() {
	run fingerprint "$work/$2.pem"
	{
		cat "$work/policy.ini"
		printf '\n[block b]\n'
		grep -e '^serial' -e '^issuer' "$work/out"
		printf '\n[pin p]\n'
		grep -e '^sha256' -e '^spki' -e '^;' "$work/out"
	} > "$work/block.ini"
	run explain --policy "$work/block.ini" --cert "$work/$2.pem" /api/x
	wants "$1" 1 '^denied: blocked (401)' '^detail: .*block b'
}

# explain ARGUMENT...: with the policy of the tests.
explain() {
	run explain --policy "$work/policy.ini" "$@"
}

test_explain() {
	explain --cert "$work/admin.pem" /admin/x
	wants 'explain of a grant' 0 '^granted: granted (200)' '^id: alice$' \
		'^roles: admin$' '^rule: \[access admin\]$' \
		"^line: $work/policy.ini:13\$" '^advice: '
	wants 'the word of the server is taken' 0 'SUCCESS: taken as given'
	wants 'values that the policy reads' 0 'subject.CN: "alice"$' \
		'subject.OU: "Administrators"$' 'subject: CN=alice,OU=Adm'
	explain --cert "$work/user.pem" /admin/x
	wants 'explain of a denial' 1 '^denied: role_required (403)' \
		'^rule: \[access admin\]$' '^detail: .*admin'
	explain --cert "$work/admin.der" /admin/x
	wants 'a DER certificate' 0 '^granted'
	explain --cert "$work/text.pem" /admin/x
	wants 'a certificate with text around it' 0 '^granted'
	input=$work/admin.pem
	explain --cert - /admin/x
	input=
	wants 'a certificate on standard input' 0 '^granted'
	explain --cert "$work/server.pem" /api/x
	wants 'a certificate for servers' 1 '^denied: wrong_purpose (401)'
	explain /api/x
	wants 'no certificate' 1 '^denied: certificate_missing (401)'
	explain --cert none /api/x
	wants '--cert none' 1 '^denied: certificate_missing (401)'
	explain /public/x
	wants 'anyone' 0 '^granted' '^id: (nobody)$'
	sed 's/^default = yes/&\nuntil = 2020-01-01/' "$work/policy.ini" \
		> "$work/old.ini"
	run explain --policy "$work/old.ini" --cert "$work/user.pem" /public/x
	wants 'anyone whose role is over' 0 '^granted' '^id: (nobody)$'
	explain --cert "$work/admin.pem" /nowhere
	wants 'no rule' 1 '^denied: no_rule (403)'
	explain --cert "$work/admin.pem" /api/%2e%2e/admin/
	wants 'a bad path' 1 '^denied: bad_path (400)'
	explain --cert "$work/admin.pem" /post
	wants 'GET is the default method' 1 '^denied: method_not_allowed (405)'
	explain --cert "$work/admin.pem" --method POST /post
	wants '--method' 0 '^granted'
}

test_explain_files() {
	explain --cert "$work/key.pem" /api/x
	wants 'a key is a malformed certificate' 1 'certificate_malformed (401)'
	head -c 300 "$work/admin.pem" > "$work/half.pem"
	explain --cert "$work/half.pem" /api/x
	wants 'half a certificate' 1 'certificate_malformed (401)'
	head -c 300 "$work/admin.der" > "$work/half.der"
	explain --cert "$work/half.der" /api/x
	wants 'half a DER certificate' 1 'certificate_malformed (401)'
	explain --cert "$work/nowhere" /api/x
	wants 'a certificate that is not there' 2 "$work/nowhere"
	explain --cert "$work/empty" /api/x
	wants 'an empty certificate file' 2 'empty'
	explain --cert "$work/full.pem" --chain "$work/ca.pem" /api/x
	wants 'a chain' 0 '^granted'
	explain --cert "$work/admin.pem" --chain "$work/nowhere" /api/x
	wants 'a chain that is not there' 2 "$work/nowhere"
	for i in 1 2 3 4 5 6 7 8 9 10 11; do cat "$work/ca.pem"; done \
		> "$work/long.pem"
	explain --cert "$work/admin.pem" --chain "$work/long.pem" /api/x
	wants 'a chain that is too long' 2 'more than 11 certificates'
	run explain --policy "$work/bad.ini" --cert "$work/admin.pem" /a
	wants 'a policy with errors' 2 "^$work/bad.ini:3: error: " \
		'cannot be used'
	run explain --policy "$work/doubt.ini" --cert "$work/admin.pem" /api/x
	wants 'a policy with warnings' 0 '^warning: .*doubt.ini:' '^granted'
}

test_explain_options() {
	explain --cert "$work/admin.pem" --at 2001-01-01 /api/x
	wants '--at before' 1 '^denied: not_yet_valid'
	explain --cert "$work/admin.pem" --at 2099-01-01T00:00:00Z /api/x
	wants '--at behind' 1 '^denied: expired' 'at 2099-01-01T00:00:00Z'
	explain --at tomorrow /api/x
	wants '--at nonsense' 2 'not a time'
	explain
	wants 'explain without a path' 2 'usage:'
	explain --cert
	wants 'an option without its value' 2 'usage:' '--cert'
	sed 's/^path = .*/&\nsite = main/' "$work/policy.ini" > "$work/site.ini"
	run explain --policy "$work/site.ini" --site main \
		--cert "$work/admin.pem" /api/x
	wants '--site' 0 '^granted'
	run explain --policy "$work/site.ini" --cert "$work/admin.pem" /api/x
	wants 'no --site' 1 '^denied: no_rule' \
		'access .* has this path on the site main, which is asked'
	sed 's/^source = .*/source = server-dn/' "$work/policy.ini" \
		> "$work/dn.ini"
	run explain --policy "$work/dn.ini" --cert "$work/user.pem" /admin/x
	wants 'source server-dn' 1 'SSL_CLIENT_S_DN' '^denied: role_required' \
		'^id: bob$'
	run explain --policy "$work/dn.ini" --cert "$work/half.pem" /admin/x
	wants 'server-dn and no certificate' 1 'not set: the certificate' \
		'^denied: certificate_missing'
	explain --cert "$work/admin.pem" "$(printf '/a\033[2J\n\t')"
	wants 'a path with controls' 1 '^denied: bad_path'
	lacks 'no control characters in explain' "$(printf '\033')"
}

test_endpoint() {
	explain --cert "$work/user.pem" /api/admin/status
	wants 'an admin endpoint, as a user' 1 '^denied: role_required (403)' \
		'admin_role'
	explain --cert "$work/admin.pem" /api/admin/status
	wants 'an admin endpoint, as admin' 0 'admin_role' '^granted'
	explain --cert "$work/user.pem" /api/profile
	wants 'another endpoint' 0 '^granted'
	lacks 'which needs no admin_role' 'admin_role'
}

test_json() {
	explain --json --cert "$work/admin.pem" /admin/x
	wants '--json of a grant' 0 '^{'
	same 'one line of JSON' "$(wc -l < "$work/out")" 1
	same 'the members' "$(member '" ".join(sorted(o))')" "advice \
decision detail id line message reason role roles rule status steps warnings"
	same 'of a grant' "$(member '[o["decision"], o["reason"], o["id"],
		o["status"], o["rule"], o["line"], o["role"], o["roles"]]')" \
		"['granted', 'granted', 'alice', 200, 'admin', 13, 'admin', \
['admin']]"
	same 'members of a step' "$(member '" ".join(sorted(o["steps"][0]))')" \
		'name result stage value'
	explain --json --cert "$work/user.pem" /admin/x
	wants '--json of a denial' 1 '^{'
	same 'of a denial' "$(member '[o["reason"], o["status"]]')" \
		"['role_required', 403]"
	explain --json /nowhere
	same 'null where nothing is known' "$(member '[o["id"], o["rule"],
		o["line"], o["role"], o["roles"]]')" \
		'[None, None, None, None, []]'
	run explain --json --policy "$work/doubt.ini" /nowhere
	same 'warnings' "$(member 'len(o["warnings"])')" 1
	run explain --json --policy "$work/bad.ini" /nowhere
	same 'no JSON without a policy' "$code$(cat "$work/out")" 2
}

# doctor, as far as it goes without a server: nobody listens on port 1.
test_doctor() {
	for url in '' http://gate.test/ https://user:word@gate.test/ \
		https://gate.test:0/; do
		run doctor $url
		wants "doctor of '$url'" 2 'mtlsgatectl: '
	done
	lacks 'a URL is no line of JSON' '{'
	run doctor --key "$work/key.pem" https://127.0.0.1:1/
	wants 'a key without its certificate' 2 'need --cert'
	for file in "$work/key.pem" "$work/nowhere" "$work"; do
		run doctor --cacert "$file" https://127.0.0.1:1/
		wants "--cacert $file" 2 "--cacert $file: "
	done
	head -c 300 "$work/ca.pem" > "$work/cut.pem"
	run doctor --cacert "$work/cut.pem" https://127.0.0.1:1/
	wants 'a CA that is cut short' 2 'damaged or cut short'
	run doctor --cert "$work/nowhere" https://127.0.0.1:1/
	wants 'no such certificate' 2 'client_file_unreadable'
	same 'it is said once' 1 "$(grep -c "$work/nowhere" "$work/out")"
	cat "$work/admin.pem" "$work/key.pem" > "$work/both.pem"
	run doctor --cert "$work/both.pem" https://127.0.0.1:1/
	wants 'both in one file' 1 'belong together' '(connection_refused)'
	https_proxy=http://gate.test:1 run doctor https://127.0.0.1:1/
	wants 'a proxy is not used' 1 'https_proxy is set' 'connection_refused'
	https_proxy='' run doctor https://127.0.0.1:1/
	lacks 'no proxy, no note' 'proxy'
}

make_certs
make_policy
test_usage
test_doctor
test_check
test_fingerprint
blocked 'printed lines block' admin
blocked 'printed lines of an odd issuer block' child
test_explain
test_explain_files
test_explain_options
test_endpoint
test_json
finish cli
