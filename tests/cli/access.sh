#!/bin/sh
# mtlsgatectl access: who may do what. Whatever it says of a certificate is
# compared with what explain decides. The program is $MTLSGATECTL.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh

make_policy() {
	cat > "$work/policy.ini" <<-POLICY
	[certificate]
	source = server

	[identity]
	id = subject.CN

	[role admin]
	subject.OU = Administrators
	subject.OU = Operators

	[role guest]
	subject.OU = Guests
	until = 2020-01-01

	[role user]
	default = yes

	[pin build]
	sha256 = $(openssl x509 -in "$work/user.pem" -outform DER |
		sha256sum | cut -d' ' -f1)
	until = 2099-01-01

	[access admin]
	path = /admin/*
	path = /root
	site = www
	site = intra
	allow = admin

	[access post]
	path = /post
	site = *
	allow.POST = admin, user
	pin = build
	subject.CN = b?b

	[access read]
	path = /read/*
	site = *
	method = GET, PUT
	allow = *
	allow.PUT = admin
	until = 2098-12-31

	[access over]
	path = /over
	site = *
	allow = user
	until = 2020-01-01

	[access public]
	path = /public/*
	site = *
	allow = anyone

	[access late]
	path = /public/late/*
	site = *
	allow = admin

	[access rest]
	path = /api/*
	site = *
	allow = *
	POLICY
}

access() {
	run access --policy "$work/policy.ini" "$@"
}

test_rules() {
	access
	wants 'the table' 0 \
		'^SITE	PATH	METHODS	WHO	ONLY IF	RULE$' \
		'^www, intra	/admin/\*	all	admin	-	\[access admin\] l' \
		'^www, intra	/root	all	admin	-	' \
		'^\*	/post	POST	admin, user	pin build until 2099-01-02.*; subject.CN = b?b	' \
		'^\*	/post	others	nobody	-	' \
		'^\*	/read/\*	PUT	admin	until 2099-01-01T00:00:00Z	' \
		'^\*	/read/\*	GET	any certificate	until 2099' \
		'^\*	/read/\*	others	nobody	' \
		'^\*	/over	all	user	until 2020.* (not in force)	' \
		'^\*	/public/\*	all	anyone, without certificate	-	' \
		'^\*	(all else)	all	nobody	-	-$' \
		'^ROLE	WHO HAS IT	RULE$' \
		'^admin	subject.OU = Administrators | Operators	line 7$' \
		'^guest	subject.OU = Guests; until .* (not in force)	' \
		'^user	whoever has no other	' \
		'^mtlsgate.s own pages /api/admin/\* need the role admin' \
		'^warning: .*late.* hidden\|^warning: .*late'
	same 'every row has all columns' \
		"$(awk -F '\t' 'NF > 1 { print NF }' "$work/out" |
			sort | uniq -c | awk '{ print $2 }' | tr '\n' ' ')" \
		'3 6 '
	access --json
	wants '--json' 0 '^{'
	same 'the members' "$(member '" ".join(sorted(o))')" \
		'admin_pages at policy roles rules sha256 warnings'
	same 'of a rule' "$(member '[(r["sites"], r["paths"], r["allow"],
		[p["pin"] for p in r["pins"]], r["conditions"], r["in_force"])
		for r in o["rules"] if r["rule"] == "post"]')" \
		"[(['*'], ['/post'], [{'methods': ['POST'], 'who': ['admin', \
'user']}, {'methods': ['*'], 'who': []}], ['build'], \
[{'attribute': 'subject.CN', 'any': ['b?b']}], True)]"
	access --at 2019-01-01 --json
	same '--at' "$(member '[r["in_force"] for r in o["rules"]
		if r["rule"] == "over"]')" '[True]'
}

# agree CERT: each row of its table is what explain says.
agree() {
	access --cert "$work/$1.pem" --json
	cp "$work/out" "$work/table"
	python3 - "$ctl" "$work" "$1" <<-'PYTHON' > "$work/out" 2>&1 || true
	import json, subprocess, sys
	ctl, work, name = sys.argv[1:]
	rows = 0
	for row in json.load(open(work + "/table"))["access"]:
	    for method in row["methods"]:
	        method = "OTHER" if method == "*" else method
	        argv = [ctl, "explain", "--json", "--policy",
	                work + "/policy.ini", "--cert", work + "/" + name + ".pem",
	                "--method", method]
	        if row["site"]:
	            argv += ["--site", row["site"]]
	        said = json.loads(subprocess.run(
	            argv + [row["asked"]], capture_output=True).stdout)
	        reason = row["reason"]
	        if reason == "anyone":
	            assert said["id"] is None, row
	            reason = "granted"
	        got = said["decision"], said["reason"], said["rule"]
	        if got != (row["decision"], reason, row["rule"]):
	            print(row, method, got)
	        rows += 1
	print("compared", rows > 40)
	PYTHON
	same "explain agrees about $1" "$(cat "$work/out")" 'compared True'
}

test_cert() {
	access --cert "$work/user.pem"
	wants 'what a user may do' 0 '^id: bob$' '^roles: user$' \
		'^SITE	PATH	METHODS	DECISION	REASON	RULE$' \
		'^www	/admin/\*	all	denied	role_required	\[access admin\]$' \
		'^intra	/root	all	denied	role_required	' \
		'^\*	/post	POST	granted	granted	\[access post\]$' \
		'^\*	/post	others	denied	method_not_allowed	' \
		'^\*	/read/\*	GET, HEAD	granted	' \
		'^\*	/read/\*	PUT	denied	role_required	' \
		'^\*	/read/\*	others	denied	method_not_allowed	' \
		'^\*	/over	all	denied	rule_expired	' \
		'^\*	/public/\*	all	granted	granted	' \
		'^\*	/public/late/\*	-	denied	hidden	\[access late\]$' \
		'^\*	/api/profile	all	granted	' \
		'^\*	/api/admin/status	all	denied	role_required	'
	lacks 'health is nobody.s business' '/api/health'
	access --cert "$work/admin.pem"
	wants 'what an admin may do' 0 '^www	/admin/\*	all	granted	' \
		'^\*	/post	POST	denied	pin_required	' \
		'^\*	/api/admin/status	all	granted	'
	access --cert none
	wants 'what nobody may do' 0 '^id: (nobody)$' '^roles: (none)$' \
		'^refused: certificate_missing$' \
		'^\*	/public/\*	all	granted	anyone	' \
		'^\*	/api/\*	all	denied	certificate_missing	'
	access --cert "$work/server.pem" --json
	wants 'a refused certificate' 0 '^{'
	same 'is refused everywhere' "$(member '[o["reason"], o["id"],
		sorted(set(r["reason"] for r in o["access"]))]')" \
		"['wrong_purpose', None, ['anyone', 'hidden', 'wrong_purpose']]"
	access --cert "$work/user.pem" --at 2019-01-01 --json
	same '--at' "$(member 'o["reason"]')" not_yet_valid
	input=$work/user.pem
	access --cert -
	input=
	wants 'standard input' 0 '^id: bob$'
	access --cert "$work/nowhere"
	wants 'no such file' 2 "$work/nowhere"
	for name in user admin server; do agree $name; done
}

test_usage() {
	run access --help
	wants 'help' 0 'usage: mtlsgatectl access'
	for words in 'a' '--policy' '--chain a' '--at soon' '--color=red' \
		'--frobnicate'; do
		# shellcheck disable=SC2086 # words
		run access $words
		wants "access $words" 2 'usage:'
	done
	run access --policy "$work/nowhere.ini"
	wants 'no policy' 2 'cannot be used'
	access --color=always
	wants 'aligned and coloured' 0 "$(printf '\033')\\[32madmin"
	lacks 'without tabs' '	'
}

make_keys
cert user '/O=Corp/OU=People/CN=bob' ca
cert admin '/O=Corp/OU=Operators/CN=alice' ca
cert server '/O=Corp/CN=www' ca 'extendedKeyUsage=serverAuth'
make_policy
test_rules
test_cert
test_usage
finish access
