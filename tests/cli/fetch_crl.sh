#!/bin/sh
# mtlsgatectl fetch-crl against a server of our own with CRLs that openssl ca
# has made: what it takes, and above all what it leaves as it was. The program
# is $MTLSGATECTL, or ./mtlsgatectl.
set -eu
LC_ALL=C
export LC_ALL
ctl=${MTLSGATECTL:-./mtlsgatectl}
case $ctl in /*) ;; *) ctl=$PWD/$ctl ;; esac
cd "$(dirname "$0")/../.."
. tests/lib.sh
need fetch-crl "$ctl"
unset MTLSGATE_POLICY http_proxy HTTP_PROXY all_proxy ALL_PROXY
work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill $server; fi; rm -rf "$work"' EXIT
www=$work/www
mkdir "$www"
. tests/cli/lib_fetch.sh

# run ARGUMENT...: leaves the output in $work/out and $work/err.
run() {
	code=0
	"$ctl" "$@" > "$work/out" 2> "$work/err" < /dev/null || code=$?
}

shown() {
	cat "$work/out" "$work/err" | head -c 600 | tr '\n' '|'
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

# at NAME PATH [OPTION]...: fetches what a certificate names there, into the
# directory NAME, which may have something in it.
at() {
	client point ca "crlDistributionPoints=URI:$url/$2"
	dir=$work/$1
	shift 2
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" \
		--dir "$dir" "$@"
}

# serve FILE NAME: from now on NAME is that file.
serve() {
	cp "$work/$1" "$www/$2"
}

# holds NAME FILE: the directory of the last run has one file, with that in it.
holds() {
	if [ "$(ls -A "$dir" | wc -l)" -ne 1 ]; then
		fail "$1" "files in the directory: $(ls -A "$dir" | tr '\n' ' ')"
	elif ! cmp -s "$dir"/*.crl "$work/$2"; then
		fail "$1" "the file in the directory is not $2"
	else
		ok "$1"
	fi
}

# empty NAME: nothing was written.
empty() {
	if [ -z "$(ls -A "$dir" 2> /dev/null)" ]; then
		ok "$1"
	else
		fail "$1" "files in the directory: $(ls -A "$dir" | tr '\n' ' ')"
	fi
}

test_usage() {
	run fetch-crl --help
	wants 'help' 0 'usage: mtlsgatectl fetch-crl'
	run --help
	wants 'is in the help of all' 0 'fetch-crl'
	for option in --frobnicate --dir operand '--timeout 0s' '--timeout x' \
		'--timeout 2d' '--max-size 0' '--max-size 1k' '--max-size -1'; do
		run fetch-crl $option
		wants "wrong: $option" 2 'usage:'
	done
	run fetch-crl --policy "$work/nowhere.ini"
	wants 'no policy' 2 "$work/nowhere.ini"
	run fetch-crl --ca "$work/nowhere.pem" --dir "$work/d"
	wants 'no CA file' 2 "$work/nowhere.pem"
	run fetch-crl --ca "$work/client.key" --dir "$work/d"
	wants 'a key for a CA' 2 "$work/client.key"
	run fetch-crl --ca "$work/ca.pem" --dir "$work/d"
	wants 'no distribution point' 2 'none of 1 certificates names a CRL'
	[ ! -e "$work/d" ] || fail 'no directory for nothing' "$work/d"
}

test_order() {
	serve 1.crl order
	at order order --dry-run
	wants 'dry run' 0 '(not written)$'
	empty 'dry run writes nothing'
	at order order
	wants 'the first' 0 "^ok $url/order: CN=Test CA,O=Corp, number 0A, 0 entries, nextUpdate 2.*Z -> $dir/127.0.0.1-.*\.crl\$"
	holds 'the first is there' 1.crl
	mode=$(stat -c %a "$dir"/*.crl)
	[ "$mode" = 644 ] || fail 'everybody may read it' "mode $mode"
	at order order
	wants 'the same again' 0 "^unchanged $url/order: .* -> "
	serve 2.crl order
	at order order --dry-run
	wants 'dry run of a newer one' 0 '^ok .*(not written)$'
	holds 'dry run keeps the old' 1.crl
	at order order
	wants 'a newer one' 0 '^ok .* number 0B, 1 entry,'
	holds 'a newer one is there' 2.crl
	refused order 1.crl 'an older one' 'older than the file'
	for file in expired future twin other unfit unknown part delta half; do
		serve $file.crl order
		at order order
		wants "$file in its place" 1 "^FAILED $url/order: "
		holds "$file: the old is kept" 2.crl
	done
	name=$(ls "$dir")
	echo 'not a CRL' > "$dir/$name"
	serve 2.crl order
	at order order
	wants 'in place of garbage' 0 '^ok '
	holds 'garbage is replaced' 2.crl
}

# refused PATH FILE NAME [PATTERN]: it is not taken, and nothing happens.
refused() {
	before=$(cat "$work/$1"/*.crl 2> /dev/null | sha256sum)
	serve "$2" "$1"
	at "$1" "$1"
	wants "$3" 1 "^FAILED $url/$1: .*${4:-}"
	after=$(cat "$work/$1"/*.crl 2> /dev/null | sha256sum)
	if [ "$before" = "$after" ]; then
		ok "$3: nothing happens"
	else
		fail "$3: nothing happens" 'the directory has changed'
	fi
}

test_refusals() {
	refused a expired.crl 'expired' 'out of date: nextUpdate 2020-02-01T00:00:00Z'
	refused b future.crl 'of the future' 'of the future: thisUpdate 2040-'
	refused c twin.crl 'of a CA with the same name' 'not signed by the key'
	refused d other.crl 'of another CA' 'none of the CA.*CN=Other CA,O=Corp'
	refused e half.crl 'half a CRL'
	refused f double.crl 'a CRL with something behind it'
	refused g server.py 'garbage' 'not a CRL in DER or PEM'
	refused h nothing 'nothing' 'empty'
	refused i unknown.crl 'with a critical extension' 'critical extension'
	refused j delta.crl 'a delta CRL for a complete one' 'delta'
	refused k two.pem 'two in PEM' 'another PEM block'
	refused l key.pem 'with a key in PEM' 'another PEM block'
	serve unfit.crl unfit
	client point unfit "crlDistributionPoints=URI:$url/unfit"
	dir=$work/unfit-dir
	run fetch-crl --ca "$work/ca.pem" --ca "$work/unfit.pem" \
		--cert "$work/point.pem" --dir "$dir"
	wants 'of a CA that may not sign CRLs' 1 'keyUsage lacks cRLSign'
	empty 'which is not written'
	for year in 2040 2041; do
		echo 20 > "$work/ca/number"
		crl ca $year.crl -crl_lastupdate 20260101000000Z \
			-crl_nextupdate ${year}0101000000Z
	done
	serve 2040.crl m
	at m m
	refused m 2041.crl 'same number and date, other contents' 'something else'
}

test_server() {
	serve 2.pem pem
	at pem pem
	wants 'PEM' 0 '^ok '
	holds 'PEM becomes DER' 2.crl
	for status in 301 302 303 307 308; do
		at s redirect-$status
		wants "a redirect ($status)" 1 'http://127.0.0.1:1/there'
	done
	at s nowhere
	wants 'not found' 1 '^FAILED .*: the server answers 404'
	head -c 100000 /dev/zero > "$work/zeros"
	serve zeros long
	serve zeros endless
	at s long --max-size 99999
	wants 'too long by its header' 1 'larger than 99999 bytes'
	at s endless --max-size 99999
	wants 'too long by what comes' 1 'larger than 99999 bytes'
	serve 2.crl slow
	at s slow --timeout 1s
	wants 'slow' 1 'no whole answer within 1 s'
	client point ca 'crlDistributionPoints=URI:http://127.0.0.1:1/x'
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" --dir "$dir"
	wants 'nobody there' 1 '^FAILED http://127.0.0.1:1/x: .*refused'
	empty 'nothing is written'
	http_proxy=http://127.0.0.1:1/ HTTP_PROXY=http://127.0.0.1:1/
	export http_proxy HTTP_PROXY
	at proxy ca.crl
	unset http_proxy HTTP_PROXY
	wants 'no proxy of the environment' 0 '^ok '
}

test_names() {
	serve 2.crl x
	dir=$work/names
	n=0
	for path in ../../etc/x .../x ./.hidden/x '%2e%2e%2f%00/x' \
		'a;b&c|d\$(e)`f`/x' "$(printf '%0300d' 7)/x" '?../x' '~/x'; do
		n=$((n + 1))
		at names "$path"
		wants "a name from $path" 0 "^ok .* -> $dir/[A-Za-z0-9][A-Za-z0-9._-]*-[0-9a-f]\{16\}\.crl\$"
	done
	if [ "$(ls -A "$dir" | wc -l)" -eq $n ]; then
		ok 'a file each'
	else
		fail 'a file each' "$(ls -A "$dir" | tr '\n' ' ')"
	fi
	client point ca 'crlDistributionPoints=URI:http://127.0.0.1/a b'
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" \
		--cert "$work/alice.pem" --dir "$dir"
	wants 'a space in a URL' 1 '/a b: .*characters that no URL has' '^ok '
	client point ca "crlDistributionPoints=URI:ldap://x/y,URI:https://x/y,URI:$url/x"
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" --dir "$dir"
	wants 'ldap and https' 0 'warning: ldap://x/y: .*CN=point.*not supp' \
		'warning: https://x/y: .*not supported' '^ok '
	client point ca 'crlDistributionPoints=URI:ldap://x/y'
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" --dir "$dir"
	wants 'ldap alone' 2 'warning: ldap://x/y' 'none of 2 certificates'
	client point ca "2.5.29.31=DER:0403414141"
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" \
		--cert "$work/alice.pem" --dir "$dir"
	wants 'an extension that is damaged' 1 'cRLDistributionPoints cannot' \
		"^unchanged $url/ca.crl: "
}

test_delta() {
	serve delta.crl delta
	dir=$work/delta
	client point ca "crlDistributionPoints=URI:$url/ca.crl" \
		"freshestCRL=URI:$url/delta"
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" --dir "$dir"
	wants 'a delta CRL' 0 "^ok $url/ca.crl: " "^ok $url/delta: .* delta, "
	client point ca "freshestCRL=URI:$url/ca.crl"
	run fetch-crl --ca "$work/ca.pem" --cert "$work/point.pem" --dir "$dir"
	wants 'a complete one for a delta CRL' 1 'is a complete CRL'
}

test_directory() {
	: > "$work/file"
	at file/below ca.crl
	wants 'a directory below a file' 1 '^FAILED .*Not a directory'
	at not/there ca.crl
	wants 'a directory in one that is not there' 1 \
		'^FAILED .*cannot be written: No such'
	mkdir "$work/full"
	dir=$work/full
	said=$(
		trap '' XFSZ
		ulimit -f 0
		"$ctl" fetch-crl --ca "$work/ca.pem" --dir "$dir" \
			--cert "$work/alice.pem" 2>&1
	) && code=0 || code=$?
	printf '%s\n' "$said" > "$work/out"
	wants 'no room for it' 1 '^FAILED .*cannot be written: File too large'
	empty 'and no part of it stays'
	if [ "$(id -u)" -ne 0 ] || ! command -v setpriv > /dev/null; then
		return
	fi
	chmod 755 "$work"
	cp "$ctl" "$work/ctl"
	code=0
	setpriv --reuid=65534 --clear-groups "$work/ctl" fetch-crl \
		--ca "$work/ca.pem" --cert "$work/alice.pem" \
		--dir "$work/full" > "$work/out" 2> "$work/err" || code=$?
	wants 'a directory of somebody else' 1 'Permission denied'
	empty 'which stays empty'
}

test_policy() {
	mkdir "$work/conf" "$work/conf/cas"
	cp "$work/ca.pem" "$work/other.pem" "$work/conf/cas"
	client middle other "crlDistributionPoints=URI:$url/other.crl"
	cp "$work/middle.pem" "$work/conf"
	serve other.crl other.crl
	cat > "$work/conf/policy.ini" <<-'POLICY'
	[certificate]
	verify = chain
	ca = cas
	intermediates = middle.pem
	crl = lists

	[identity]
	id = subject.CN

	[access all]
	path = /*
	allow = *
	POLICY
	run check "$work/conf/policy.ini"
	wants 'a policy without its CRLs does not load' 1 'lists'
	dir=$work/conf/lists
	run fetch-crl --policy "$work/conf/policy.ini" \
		--cert "$work/alice.pem" --timeout 10s
	wants 'and is enough to fetch them' 0 "^ok $url/ca.crl: .* -> $dir/" \
		"^ok $url/other.crl: .*CN=Other CA"
	run check "$work/conf/policy.ini"
	wants 'it loads then' 0 'good: 0 errors'
	run explain --policy "$work/conf/policy.ini" --cert "$work/alice.pem" /x
	wants 'who is not revoked gets in' 0 '^granted'
	run explain --policy "$work/conf/policy.ini" --cert "$work/bob.pem" /x
	wants 'who is revoked does not' 1 '^denied: revoked'
	(cd "$work/conf" && "$ctl" fetch-crl --policy policy.ini) \
		> "$work/out" 2> "$work/err" && code=0 || code=$?
	wants 'a policy in the directory' 0 "^unchanged $url/other.crl: .* -> lists/"
	printf '[certificate]\nverify = chain\nca: x\n' > "$work/bad.ini"
	run fetch-crl --policy "$work/bad.ini"
	wants 'a policy that cannot be read' 2 'has errors'
	printf '[certificate]\nverify = chain\n' > "$work/bare.ini"
	run fetch-crl --policy "$work/bare.ini"
	wants 'a policy that names no directory' 2 'say --dir'
	run fetch-crl --policy "$work/bare.ini" --dir "$dir"
	wants 'a policy that names no CA' 2 'say --ca'
}

start_server
make_all
test_usage
test_order
test_refusals
test_server
test_names
test_delta
test_directory
test_policy
finish fetch-crl
