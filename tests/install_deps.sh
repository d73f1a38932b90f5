#!/bin/sh
# install_deps.sh [PACKAGE...] - installs what building and testing need on
# Debian: the packages named, or all of those below. Does nothing when they are
# there. No web server that comes with them is started or enabled.
set -eu
all='build-essential autoconf automake pkg-config git
libfcgi-dev libssl-dev libinih-dev libjansson-dev libxxhash-dev libcriterion-dev clang
curl openssl python3 lighttpd lighttpd-mod-openssl apache2
libapache2-mod-fcgid nginx-light haproxy caddy universal-ctags valgrind procps
prometheus chromium fonts-dejavu-core libnss3-tools nodejs npm
python3-cryptography
zsh bash-completion jq'
servers='lighttpd apache2 nginx haproxy caddy prometheus'
policy=/usr/sbin/policy-rc.d

# installed PACKAGE: Node may have come another way, and then Debian's packages
# of it cannot be installed.
installed() {
	case $1 in
	nodejs) ! command -v node > /dev/null || return 0 ;;
	npm) ! command -v npm > /dev/null || return 0 ;;
	esac
	dpkg-query -W -f '${Status}' "$1" 2> /dev/null |
		grep -q 'ok installed$'
}

die() {
	echo "install_deps.sh: $*" >&2
	exit 1
}

# unused NAME: takes a server that this script installed out of the start-up
# and makes sure that it does not run.
unused() {
	if command -v systemctl > /dev/null; then
		systemctl disable "$1" > /dev/null 2>&1 || true
	elif command -v deb-systemd-helper > /dev/null; then
		# what enabled it when the package was set up
		DPKG_MAINTSCRIPT_PACKAGE=$1 deb-systemd-helper disable \
			"$1.service" > /dev/null 2>&1 || true
	fi
	if [ -d /run/systemd/system ]; then
		systemctl stop "$1" > /dev/null 2>&1 || true
	elif [ -x "/etc/init.d/$1" ]; then
		"/etc/init.d/$1" stop > /dev/null 2>&1 || true
	fi
	if [ -x "/etc/init.d/$1" ] && command -v update-rc.d > /dev/null; then
		update-rc.d "$1" disable > /dev/null 2>&1 || true
	fi
}

# The part that root does.
install_as_root() {
	made_policy=no
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		trap 'exit 130' INT TERM HUP
		# 101: what a package wants to start may not be started
		printf '#!/bin/sh\nexit 101\n' > "$policy"
		chmod 755 "$policy"
		made_policy=yes
	fi
	new_servers=
	for server in $servers; do
		installed "$server" || new_servers="$new_servers $server"
	done
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	apt-get -q -o DPkg::Lock::Timeout=120 update
	apt-get -q -y -o DPkg::Lock::Timeout=120 install \
		--no-install-recommends "$@"
	for server in $new_servers; do
		! installed "$server" || unused "$server"
	done
	[ "$made_policy" = no ] || rm -f "$policy"
}

[ $# -gt 0 ] || eval "set -- $(echo "$all" | tr '\n' ' ')"
command -v dpkg-query > /dev/null ||
	die "this is not Debian: install the like of $*"
missing=
for package in "$@"; do
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
if [ "$(id -u)" -eq 0 ]; then
	# shellcheck disable=SC2086 # a list of names
	install_as_root $missing
elif command -v sudo > /dev/null; then
	# shellcheck disable=SC2086
	exec sudo sh "$0" $missing
else
	die "run this as root or install sudo; missing:$missing"
fi
