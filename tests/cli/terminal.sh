#!/bin/sh
# mtlsgatectl on a terminal: colour and aligned columns there, neither in a
# pipe, no colour with NO_COLOR or on a dumb terminal, and nothing that a
# certificate, a log or a policy holds reaches it unescaped.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh
escape=$(printf '\033')

# terminal ARGUMENT...: runs it on a terminal; the output is in $work/out.
terminal() {
	: > "$work/err"
	code=0
	python3 -c 'import os, pty, sys
with open(sys.argv[1], "wb") as out:
    def read(fd):
        got = os.read(fd, 65536)
        out.write(got)
        return b"."
    sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
' "$work/out" "$ctl" "$@" > /dev/null 2>&1 < /dev/null || code=$?
}

make_files() {
	make_keys
	cert bob "/O=Corp/CN=b${escape}[2J$(printf '\r')ob" ca
	cat > "$work/policy.ini" <<-'POLICY'
	[identity]
	id = serial

	[access a]
	path = /*
	allow = *

	[access b]
	path = /b
	allow = *
	POLICY
	printf '{"time":"2026-01-01T00:00:00Z","decision":"denied",%s}\n' \
		'"decision_id":"d","reason":"r\u001b[2J","id":"\u009b31m\r",
"path":"/\u202e\u001b","sha256":"'"$(printf %064d 1)"'"' |
		tr -d '\n' > "$work/audit.log"
}

# colours NAME WANTED: does the last output have colour?
colours() {
	if grep -q "$escape\\[3[123]m" "$work/out"; then
		same "$1" yes "$2"
	else
		same "$1" no "$2"
	fi
}

# Only our own sequences, and CR in front of LF, which the terminal makes.
harmless() {
	sed -e "s/$escape\\[[0-9]*m//g" -e "s/$(printf '\r')\$//" "$work/out" \
		> "$work/rest"
	if LC_ALL=C grep -q "[$(printf '\001')-$(printf '\010')\
$(printf '\013')-$(printf '\037')$(printf '\177')]" "$work/rest" ||
	    grep -q -e "$(printf '\342\200\256')" -e "$(printf '\302\233')" \
		"$work/rest"; then
		fail "$1 lets nothing through" "$(cat -v "$work/rest")"
	else
		ok "$1 lets nothing through"
	fi
}

# try NAME ARGUMENT...
try() {
	name=$1
	shift
	TERM=xterm terminal "$@"
	colours "$name has colour on a terminal" yes
	harmless "$name"
	if grep -q '	' "$work/out"; then
		fail "$name is aligned" "$(cat -v "$work/out")"
	else
		ok "$name is aligned"
	fi
	export NO_COLOR=1
	TERM=xterm terminal "$@"
	colours "$name with NO_COLOR" no
	unset NO_COLOR
	TERM=dumb terminal "$@"
	colours "$name on a dumb terminal" no
	TERM=xterm terminal "$@" --color=never
	colours "$name with --color=never" no
	run "$@"
	colours "$name in a pipe" no
	run "$@" --color=always
	colours "$name in a pipe with --color=always" yes
	harmless "$name in a pipe"
}

make_files
try check check "$work/policy.ini"
try explain explain --policy "$work/policy.ini" --cert "$work/bob.pem" /x
try 'explain --log' explain --policy "$work/policy.ini" \
	--log "$work/audit.log" --decision d
try access access --policy "$work/policy.ini"
try 'access --cert' access --policy "$work/policy.ini" \
	--cert "$work/bob.pem"
try report report --log "$work/audit.log" --within 1d
finish terminal
