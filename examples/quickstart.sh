#!/bin/sh
# Builds mtlsgate, puts it behind a lighttpd of its own on a free loopback
# port, and asks it as an administrator, a user, a service and a stranger.
# Each command is printed with its answer; the last line and the exit status
# say whether all answers were as expected.
#
#   sh examples/quickstart.sh [--serve]
#
# --serve leaves the server running until Ctrl-C. On Debian, what is missing is
# installed (as root or with sudo); no web server is left running or enabled,
# and one that you had before is left as it was. Nothing is installed outside
# of build/quickstart but those packages.
set -eu

PACKAGES="gcc libc6-dev make autoconf automake pkg-config libssl-dev
	libfcgi-dev libinih-dev libjansson-dev libxxhash-dev openssl curl lighttpd
	lighttpd-mod-openssl"

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build/quickstart
certs=$build/certs
work=
pids=
asked=0
wrong=0

die() {
	echo "quickstart: $*" >&2
	exit 1
}

say() {
	printf '\n== %s\n' "$*"
}

cleanup() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	[ -z "$work" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' HUP INT TERM

# ---- build ------------------------------------------------------------------

compile() {
	if [ -z "$(find "$top/configure" -newer "$top/configure.ac" \
		2>/dev/null)" ]; then
		(cd "$top" && autoreconf -i) || return 1
	fi
	cd "$build" || return 1
	[ -e Makefile ] || "$top/configure" || return 1
	make -j2 mtlsgate mtlsgatectl
}

build_programs() {
	say "Building in $build"
	mkdir -p "$build"
	if ! (compile) >"$build/build.log" 2>&1; then
		tail -n 30 "$build/build.log" >&2
		die "the build failed; all of it is in $build/build.log"
	fi
	"$build/mtlsgate" --version
}

# ---- a server of our own ----------------------------------------------------

# The program and the policy go where the server's user can read them, also
# when the tree is in a private directory.
prepare() {
	say "Certificates in $certs"
	sh "$top/examples/generate-mtls-certs.sh" "$certs"
	work=$(mktemp -d -t mtlsgate-quickstart.XXXXXX)
	chmod 755 "$work"
	cp "$build/mtlsgate" "$work/mtlsgate"
	cp -R "$top/examples/lighttpd" "$work/mtlsgate.d"
	mkdir "$work/conf" "$work/www" "$work/www/private" "$work/www/admin" \
		"$work/backend"
	mv "$work/mtlsgate.d" "$work/conf/mtlsgate"
	mkdir -m 1777 "$work/run"
	echo "a page for members" >"$work/www/private/page.txt"
	echo "a page for administrators" >"$work/www/admin/page.txt"
	say "The policy: examples/policy.ini with this pin"
	pin=$("$build/mtlsgatectl" fingerprint "$certs/service-cert.pem" |
		grep '^sha256')
	echo "$pin"
	sed "s|^sha256 = .*|$pin|" "$top/examples/policy.ini" \
		>"$work/policy.ini"
	"$build/mtlsgatectl" check "$work/policy.ini" ||
		die "the policy is not good"
}

# start NAME PORT: lighttpd with conf/NAME.conf. False: it did not start.
start() {
	: >"$work/$1.log"
	chmod 666 "$work/$1.log"
	lighttpd -D -f "$work/conf/$1.conf" >"$work/$1.out" 2>&1 &
	pid=$!
	tries=0
	until grep -q 'server started' "$work/$1.log"; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ] || ! kill -0 $pid 2>/dev/null; then
			kill $pid 2>/dev/null || :
			wait $pid 2>/dev/null || :
			return 1
		fi
		sleep 0.1
	done
	pids="$pids $pid"
}

# start_on_free_port NAME: writes conf/NAME.conf with write_NAME PORT until a
# port is free, and leaves it in $port.
start_on_free_port() {
	for port in $(shuf -i 20000-29999 -n 20); do
		"write_$1" "$port" >"$work/conf/$1.conf"
		if start "$1"; then
			return 0
		fi
	done
	cat "$work/$1.out" "$work/$1.log" >&2
	die "lighttpd did not start"
}

# Lines for both: as root the server becomes www-data.
write_common() {
	if [ "$(id -u)" -eq 0 ]; then
		echo 'server.username = "www-data"'
		echo 'server.groupname = "www-data"'
	fi
	cat <<-CONF
		server.errorlog = "$work/$1.log"
		server.bind = "127.0.0.1"
		server.port = $2
	CONF
}

# The application behind the proxied pages: says who is asking.
write_backend() {
	cat >"$work/backend/app.sh" <<-'SCRIPT'
		printf 'Content-Type: text/plain\r\n\r\n'
		printf 'backend: %s %s\n' "$REQUEST_METHOD" "$REQUEST_URI"
		printf 'Forwarded: %s\n' "${HTTP_FORWARDED-}"
	SCRIPT
	write_common backend "$1"
	cat <<-CONF
		server.modules = ( "mod_rewrite", "mod_cgi" )
		server.document-root = "$work/backend"
		url.rewrite-once = ( "" => "/app.sh" )
		cgi.assign = ( ".sh" => "/bin/sh" )
	CONF
}

# The server of examples/lighttpd. Its port without TLS is a socket that nobody
# uses.
write_gate() {
	write_common gate "$1" | sed -e '/^server.port/d' \
		-e "s|^server.bind.*|server.bind = \"$work/run/plain.sock\"|"
	cat <<-CONF
		server.document-root = "$work/www"
		include "mtlsgate/settings.conf"
		include "mtlsgate/mtlsgate.conf"
	CONF
	cat >"$work/conf/mtlsgate/settings.conf" <<-CONF
		var.mtlsgate_program = "$work/mtlsgate"
		var.mtlsgate_policy = "$work/policy.ini"
		var.mtlsgate_certs = "$certs"
		var.mtlsgate_listen = "127.0.0.1:$1"
		var.mtlsgate_sockets = "$work/run"
		var.mtlsgate_backend_host = "127.0.0.1"
		var.mtlsgate_backend_port = $backend_port
	CONF
}

# ---- questions --------------------------------------------------------------

# ask STATUS TEXT WHO PATH [CURL OPTION...]: WHO is a certificate or nobody.
# Prints the command and the answer; the answer must have that status and
# contain TEXT.
ask() {
	status=$1 text=$2 who=$3 path=$4
	shift 4
	[ "$who" = nobody ] ||
		set -- --cert "$who-cert.pem" --key "$who-key.pem" "$@"
	set -- --cacert ca-cert.pem "$@" "https://localhost:$port$path"
	asked=$((asked + 1))
	printf '\n$ curl'
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9._:/=@-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	echo
	answer=$(cd "$certs" && curl -s -S --noproxy '*' --max-time 20 \
		-w '\n%{http_code}' "$@" 2>&1) || :
	got=$(printf '%s\n' "$answer" | tail -n 1)
	body=$(printf '%s\n' "$answer" | sed '$d')
	printf '%s\n%s\n' "$got" "$body"
	case $got:$body in
	"$status":*"$text"*) return 0 ;;
	esac
	wrong=$((wrong + 1))
	echo "NOT AS EXPECTED: wanted $status with $text"
}

ask_all() {
	say "Who am I? (in $certs)"
	ask 200 '"role":"admin"' admin /api/profile
	ask 200 '"role":"user"' user /api/profile
	ask 200 '"role":"service"' service /api/profile
	ask 401 certificate_missing nobody /api/profile
	say "What is in my certificate?"
	ask 200 CN=admin admin /api/cert-info
	ask 200 CN=user1 user /api/cert-info
	ask 200 CN=deploy-bot service /api/cert-info
	say "A page for administrators, answered by mtlsgate"
	ask 200 '"admin":"admin"' admin /api/admin/status
	ask 403 role_required user /api/admin/status
	ask 403 role_required service /api/admin/status
	say "Files that mtlsgate guards"
	ask 200 'a page for members' user /private/page.txt
	ask 401 certificate_missing nobody /private/page.txt
	ask 403 role_required user /admin/page.txt
	# Over HTTP/2 a denial may come before curl has sent the body, and
	# Debian 12's curl then says "(92) Stream error" in place of it.
	say "A path for one pinned certificate"
	ask 200 'backend: POST /deploy/run' service /deploy/run \
		--http1.1 -d version=2
	ask 403 pin_required admin /deploy/run
	ask 403 role_required user /deploy/run --http1.1 -d version=2
	say "A proxied page; the backend learns who is asking, and only from us"
	ask 200 'remote_user="user1"' user /app/page \
		-H 'Forwarded: remote_user=evil'
	ask 401 certificate_missing nobody /app/page
	ask 200 'backend: GET /public/page' nobody /public/page
	say "Certificates that the server does not verify"
	ask 401 'not_verified' expired /api/profile
	ask 401 'not_verified' other-ca /api/profile
	say "The probe, which is denied to everybody: the gate is in place"
	ask 403 deny_probe admin /app/.mtlsgate-deny
}

# ---- all of it --------------------------------------------------------------

serve=no
case ${1-} in
--serve) serve=yes ;;
'') ;;
*)
	echo "usage: sh examples/quickstart.sh [--serve]" >&2
	exit 2
	;;
esac
PATH=$PATH:/usr/sbin:/sbin
if command -v dpkg-query >/dev/null; then
	# shellcheck disable=SC2086 # a list of names
	sh "$top/tests/install_deps.sh" $PACKAGES
fi
build_programs
prepare
start_on_free_port backend
backend_port=$port
start_on_free_port gate
say "lighttpd with mtlsgate: https://localhost:$port"
ask_all
if [ $serve = yes ]; then
	say "Serving https://localhost:$port until Ctrl-C"
	wait
fi
echo
if [ $wrong -gt 0 ]; then
	echo "quickstart: $wrong of $asked answers were not as expected"
	exit 1
fi
echo "quickstart: all $asked answers were as expected"
