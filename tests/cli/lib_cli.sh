# Sourced by the tests of mtlsgatectl, in the top of the tree; $begin is where
# they were started. The program is $ctl, files go to $work.
. tests/lib.sh
ctl=${MTLSGATECTL:-./mtlsgatectl}
case $ctl in /*) ;; *) ctl=$begin/$ctl ;; esac
need cli "$ctl"
unset MTLSGATE_POLICY NO_COLOR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run ARGUMENT...: leaves the output in $work/out and $work/err.
run() {
	code=0
	"$ctl" "$@" > "$work/out" 2> "$work/err" < "${input:-/dev/null}" ||
		code=$?
}

# wants NAME CODE [PATTERN]...: the exit status of the last run, and lines
# that its output has.
wants() {
	name=$1
	want=$2
	shift 2
	missing=
	for pattern in "$@"; do
		cat "$work/out" "$work/err" | grep -q -e "$pattern" ||
			missing="$missing[$pattern] "
	done
	if [ "$code" -ne "$want" ]; then
		fail "$name" "exit status $code, not $want: $(shown)"
	elif [ -n "$missing" ]; then
		fail "$name" "no line like $missing: $(shown)"
	else
		ok "$name"
	fi
}

shown() {
	cat "$work/out" "$work/err" | head -c 600 | tr '\n' '|'
}

# lacks NAME PATTERN: no line of the last run is like that.
lacks() {
	if cat "$work/out" "$work/err" | grep -q -e "$2"; then
		fail "$1" "a line like $2: $(shown)"
	else
		ok "$1"
	fi
}

# same NAME A B
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		fail "$1" "'$2' is not '$3'"
	fi
}

# member EXPRESSION: what Python makes of the object o.
member() {
	python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
print(eval(sys.argv[2].strip()))' "$work/out" "$1" 2> "$work/log" || cat "$work/log"
}

# cert NAME SUBJECT ISSUER [EXTENSION]: NAME.pem, signed by the key of ISSUER.
cert() {
	openssl req -new -key "$work/key.pem" -subj "$2" -utf8 \
		-out "$work/csr.pem" 2> "$work/log"
	printf '%s\n' "${4:-extendedKeyUsage=clientAuth}" > "$work/ext"
	openssl x509 -req -in "$work/csr.pem" -CA "$work/$3.pem" \
		-CAkey "$work/key.pem" -set_serial 0x1C0FFEE -days 30 \
		-extfile "$work/ext" -out "$work/$1.pem" 2> "$work/log" ||
		cat "$work/log"
}

ca() {
	openssl req -x509 -key "$work/key.pem" -subj "$2" -utf8 -days 60 \
		-out "$work/$1.pem" 2> "$work/log" || cat "$work/log"
}

# The key of all of them, and a CA.
make_keys() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/key.pem"
	ca ca '/O=Trusted CA Inc/CN=Test CA'
}
